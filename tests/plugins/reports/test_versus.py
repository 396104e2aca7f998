"""The page of two runs side by side."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from pathlib import Path
from typing import Any

import attrs
import payloads
import pytest
import stuffing
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Alarm
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill
from esc_skills_plugins.reports import versus
from esc_skills_plugins.reports.html import Html
from esc_skills_plugins.reports.templating import visible

PAGE = re.compile(r"<[^>]*>")


def page(left: RunRecord, right: RunRecord) -> str:
    return versus.drawn(left, right)


def words(text: str) -> str:
    """What stands between tags."""
    return re.sub(r"\s+", " ", PAGE.sub(" ", text))


def met(name: str, *steps: int, **changes: Any) -> RunRecord:
    """A run in which three seekers were met."""
    talks = tuple(
        attrs.evolve(trace(profile(f"p{place}"), *steps), arm="evolved") for place in range(3)
    )
    return RunRecord(name=name, experiment={}, **{"traces": talks, **changes})


def elements(text: str) -> list[str]:
    return [re.sub(r'"[^"]*"', "", tag) for tag in PAGE.findall(text)]


def test_no_text_becomes_markup() -> None:
    """O01, O02: hostile text in every field of both runs leaves the page with the same elements."""
    some = [one.text for one in payloads.some()]
    harmless, hostile = (
        page(stuffing.run(texts), stuffing.run(texts, odd=True))
        for texts in ([f"w0rds-{number}" for number in range(len(some))], some)
    )
    assert sorted(elements(hostile)) == sorted(elements(harmless))  # an id decides on its place
    shown = unescape(PAGE.sub("", hostile))
    assert all(shown.count(visible(text)) > 5 for text in some)


def test_page_allows_itself_nothing() -> None:
    """O03: the policy stands before anything that varies, and no element could ask for a thing."""
    text = page(met("n4me", 1), met("other", 2))
    assert text.index("default-src 'none'; style-src 'unsafe-inline'") < text.index("n4me")
    assert text.startswith("<!doctype html>")
    assert not re.search(r"<(script|link|img|iframe|form|base|a)\b|url\(|@import|\shref=", text)


def test_verdict_difference_and_groups_are_told() -> None:
    """The word, points with interval and pairs; a row for each kind of seeker."""
    told = words(page(met("one", 0), met("two", 5)))
    assert "B is better than A" in told
    assert "B less A: 5.00 [5.00, 5.00] points over 3 pairs" in told
    assert "passive 3 40.0 45.0 5.00 [5.00, 5.00] better" in told
    assert "deep-empathy 3 40.0 45.0" in told


def test_refused_verdict_says_why_in_every_table() -> None:
    """Unlike signatures: no verdict word stands anywhere, groups included."""
    right = met("two", 5)
    odd = tuple(attrs.evolve(one, signature="sage:v2") for one in right.traces)
    told = words(page(met("one", 0), attrs.evolve(right, traces=odd)))
    assert "No verdict : the two runs measured differently" in told
    assert "no verdict" in told
    assert "B is better" not in told


def test_nobody_in_common_is_said() -> None:
    """A page without pairs says so and shows no figure."""
    told = page(met("one", 1), RunRecord(name="two", experiment={}))
    assert "have no finished conversation with the same seeker in common" in told
    assert "<svg" not in told


def test_unfinished_run_is_told_first() -> None:
    """O09: a run that was stopped is named, so that a part is not taken for the whole."""
    told = page(met("one", 1), met("two", 1, state="budget"))
    assert "Run B is not finished (budget)" in told
    assert "Run A is not" not in told


def test_each_pair_is_a_fold_with_both_curves_and_both_talks() -> None:
    """One drawing with two lines from the same start, two transcripts."""
    text = page(met("one", 1, -2), met("two", 3))
    assert text.count('<details class="pair">') == 3
    assert text.count("<polyline") == 6
    assert text.count("Transcript of ") == 6
    assert 'points="0.0,84.0 160.0,82.6 320.0,85.4"' in text


@pytest.mark.parametrize("speaker", ["seeker", "supporter"])
def test_crisis_talk_is_covered(speaker: str) -> None:
    """S23: a talk in which a guard raised its alarm stands in a closed fold that names the rule."""
    left = met("one", 1)
    first, *rest = left.traces
    alarm = Alarm(rule="crisis.suicide", speaker=speaker)
    told = attrs.evolve(first.exchanges[0], seeker="s4id", alarms=(alarm,))
    shown = attrs.evolve(left, traces=(attrs.evolve(first, exchanges=(told,)), *rest))
    text = page(shown, met("two", 1))
    (held,) = re.findall(r'<details class="cover">(.*?)</details>', text, re.S)
    assert "Rule: crisis.suicide" in held
    assert text.count("s4id") == held.count("s4id") == 1


def test_talks_of_a_boundary_test_are_covered() -> None:
    """S23: a profile that exists to disclose a crisis has all its words covered."""
    who = profile("p", safety=True, opening="I w4nt out")
    both = met("one", 1, traces=(attrs.evolve(trace(who, 1), arm="evolved"),))
    text = page(both, both)
    bare = re.sub(r'<details class="cover">.*?</details>', "", text, flags=re.S)
    assert "I w4nt out" in text
    assert "I w4nt out" not in bare


def test_settings_that_differ_stand_with_both_values() -> None:
    """Dotted names, also inside lists of components; what is equal is left out."""
    one = {"run": {"seed": 13, "repeats": 2}, "corpus": [{"use": "x", "path": "p"}], "guards": []}
    two = {"run": {"seed": 14, "repeats": 2}, "corpus": ["sample"], "guards": []}
    assert versus.settings(one, two) == (
        ("corpus", "–", "sample"),
        ("corpus[0].path", "p", "–"),
        ("corpus[0].use", "x", "–"),
        ("run.seed", "13", "14"),
    )


def test_skills_that_differ_stand_by_field() -> None:
    """Skills of one bank alone, and of both with the fields that are not alike."""
    one = bank(skill(), skill("gone"), skill("same"))
    two = bank(skill(overview="Other."), skill("new"), skill("same", evidence=("human:Ann",)))
    found = versus.skills(one, two)
    assert [(gap.name, gap.where) for gap in found] == [
        ("gone", "only A"),
        ("listen-first", "both, not alike"),
        ("new", "only B"),
    ]
    assert found[1].fields == (("overview", "Listen before anything else.", "Other."),)
    assert versus.skills(None, None) == ()


def test_many_pairs_are_counted_where_they_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """O10: of very many pairs those that differ most are shown, and the rest is counted."""
    monkeypatch.setattr(versus, "FOLDS", 2)
    text = page(met("one", 0), met("two", 5))
    assert text.count('<details class="pair">') == 2
    assert "Shown are the 2 pairs that differ most; 1 more" in text
    assert "over 3 pairs" in text


def test_another_pairs_page_is_never_written_over(tmp_path: Path) -> None:
    """O08: the same pair is the same file; another run of that name gets a file beside it."""
    one = met("one", 0)
    made = [
        asyncio.run(Html().compare(one, two, tmp_path))[0]
        for two in (met("two", 5), met("two", 5), met("two", 7), met("two", 5))
    ]
    assert made[0] == made[1] == made[3] == tmp_path / "versus-two.html"
    assert made[2] != made[0]
    assert len(list(tmp_path.iterdir())) == 2
    assert "5.00 [5.00, 5.00]" in made[0].read_text("utf-8")
    assert "7.00 [7.00, 7.00]" in made[2].read_text("utf-8")


def test_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    """O08: where a link has the page's name, nothing is written through it."""
    (tmp_path / "elsewhere").write_text("mine", "utf-8")
    (tmp_path / "versus-two.html").symlink_to(tmp_path / "elsewhere")
    assert versus.keep(tmp_path, "two", "page") != tmp_path / "versus-two.html"
    assert (tmp_path / "elsewhere").read_text("utf-8") == "mine"


@given(st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=2, unique=True))
def test_any_run_name_makes_a_safe_file_name(names: list[str]) -> None:
    """O07: lower-case letters, digits and hyphens, short, and two names never share one."""
    one, two = map(versus.file_name, names)
    assert one != two
    assert re.fullmatch(r"[a-z0-9-]{1,80}", one)


def test_drawing_stays_in_its_frame() -> None:
    """Curves are as wide as the longer talk; a talk without a reaction is one point."""
    assert versus.points((40,), 0) == "0.0,84.0"
    assert versus.points((0, 100), 4) == "0.0,140.0 80.0,0.0"


def test_equal_points_of_the_scatter_are_one() -> None:
    """Three pairs that ended alike make one larger dot."""
    pairs = versus.paired(met("one", 0), met("two", 10)).pairs
    (dot,) = versus.dots(pairs)
    assert (dot.x, dot.y) == (96.0, 120.0)
    assert dot.radius > versus.dots(pairs[:1])[0].radius
