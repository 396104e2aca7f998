"""One page that opens without a network and executes nothing."""

from __future__ import annotations

import asyncio
import posixpath
import re
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import Alarm, StudyRecord
from esc_skills.spec import RunRecord
from esc_skills.testing import strategies
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports.html import Html
from esc_skills_plugins.reports.talks import weight
from esc_skills_plugins.reports.templating import visible

EMPTY = RunRecord(name="empty", experiment={})


class Skeleton(HTMLParser):
    """Elements with the names of their attributes, and all text, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.values: list[tuple[str, str]] = []
        self.text = ""
        self.strange: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attributes)))
        self.values += [(name, value or "") for name, value in attributes]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)


class Folds(HTMLParser):
    """Text outside of covers, and the summaries of covers, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[bool] = []
        self.summary = False
        self.open_text = self.summaries = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            assert "open" not in dict(attributes)
            self.stack.append("cover" in (dict(attributes).get("class") or ""))
        self.summary = self.summary or tag == "summary"

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self.stack.pop()
        self.summary = self.summary and tag != "summary"

    def handle_data(self, data: str) -> None:
        covered = any(self.stack[:-1] if self.summary else self.stack)
        if not covered:
            self.open_text += data
        if self.summary and any(self.stack):
            self.summaries += data


LINKS = re.compile(
    r"#?(skill|edit)-[A-Za-z0-9~_.-]+|#?[tc][0-9]+(p|\.[0-9]+)?|#?s[0-9]+|#?[a-z]+[0-9]*"
)
"""What ids and links inside a page may look like."""


def unlinked(page: Skeleton) -> list[tuple[str, str]]:
    """Attributes but ids and links, which are safe names of their own."""
    assert all(LINKS.fullmatch(value) for name, value in page.values if name in {"id", "href"})
    return [pair for pair in page.values if pair[0] not in {"id", "href"}]


def test_no_text_becomes_markup(write, payload: str) -> None:
    """O01, O02: with a hostile text in every field the page has the very same elements."""
    harmless, hostile = (Skeleton(Html().page(write(text))) for text in ("words", payload))
    assert hostile.elements == harmless.elements
    assert unlinked(hostile) == unlinked(harmless)
    assert hostile.strange == []


def test_text_is_shown_as_it_was_written(write, payload: str) -> None:
    """O01: escaped, not dropped: people can read what somebody tried, as often as other words."""
    harmless, hostile = (Skeleton(Html().page(write(text))) for text in ("w0rds", payload))
    assert hostile.text.count(visible(payload)) == harmless.text.count("w0rds") > 60


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(), min_size=1))
def test_no_text_at_all_adds_an_element(text: str) -> None:
    """O01: the run's name may be any text."""
    page = Skeleton(Html().page(attrs.evolve(EMPTY, name=text)))
    assert page.elements == Skeleton(Html().page(EMPTY)).elements


@pytest.mark.parametrize("most", [800, 0])
def test_page_allows_itself_nothing(write, most: int) -> None:
    """O03: on every page the policy stands first, and no element could make a request."""
    for _, text in Html(talks=most).pages(write("words")):
        page = Skeleton(text)
        policy = next(value for name, value in page.values if "default-src" in value)
        assert policy == "default-src 'none'; style-src 'unsafe-inline'"
        assert text.index("Content-Security-Policy") < text.index("words")
        tags = {element[0] for element in page.elements}
        assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        names = {name for name, _ in page.values}
        assert not names & {"src", "action", "srcset", "ping", "style"}
        assert not [name for name in names if name.startswith("on")]
        away = [value for name, value in page.values if name == "href" and ":" in value]
        assert away == []


def test_style_reaches_for_nothing() -> None:
    """O03: no import and no address in the style sheet."""
    style = Html().page(EMPTY).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("most", [800, 0])
def test_equal_records_give_equal_bytes(write, tmp_path: Path, most: int) -> None:
    """Two records of equal content give the same files, byte for byte, wherever they lie."""
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = asyncio.run(Html(talks=most).render(write("words"), tmp_path / name))
        assert made[0].name == "report.html"
        found.append([(path.relative_to(tmp_path / name), path.read_bytes()) for path in made])
    assert found[0] == found[1]
    assert len(found[0]) == (1 if most else 2)
    assert not any(b"\r" in data for _, data in found[0])


def test_empty_record_is_a_page() -> None:
    """O09: a run that has nothing yet says so and shows no figure."""
    page = Skeleton(Html().page(EMPTY))
    assert "Nothing has been scored yet." in page.text
    assert "No edit was verified." in page.text
    assert "There is no bank yet." in page.text
    assert ("svg",) not in {element[:1] for element in page.elements}


def test_page_says_what_it_is_not(write) -> None:
    """Every page carries the one-line card: no crisis service, no medical device."""
    for _, page in Html(talks=0).pages(write("words")):
        assert "not a crisis service, not a medical device" in page


def test_scores_stand_with_interval_and_count(write) -> None:
    """Arms side by side with value, interval and ``n of``; a score of nothing is a dash."""
    text = Skeleton(Html().page(write("words"))).text
    assert "sageemotion" + "38.50 [20.00, 50.00] 3 of 4" * 3 in text
    assert "wordswords" + "–  3 of 4" * 3 in text


def test_difference_of_arms_says_what_it_allows(write) -> None:
    """A comparison stands with its interval and the word it bears out, but not below coverage."""
    low = write("words")
    text = " ".join(Skeleton(Html().page(low)).text.split())
    assert "words +38.5[20.0, 50.0]3 of 4not said: the run is not whole" in text
    high = attrs.evolve(low, scores=tuple(attrs.evolve(one, n=4) for one in low.scores))
    text = " ".join(Skeleton(Html().page(high)).text.split())
    assert "words +38.5[20.0, 50.0]4 of 4better" in text


def test_unread_reply_is_told(write) -> None:
    """The last reply that nobody read is shown as such, not as a change of zero."""
    text = Skeleton(Html().page(write("words"))).text
    assert "never read by the seeker" in text
    assert "emotion +3 to 43" in text


def test_no_figure_stands_above_the_banner(write) -> None:
    """O09, S18: a run of low coverage has a banner first, said in words, and no headline."""
    low = write("words")
    text = Html().page(low)
    assert 'class="banner"' in text
    assert text.index('class="banner"') < text.index("<h2")
    assert "3 of 4 conversations could be scored (75.0 %" in text
    assert 'class="tiles"' not in text
    whole = attrs.evolve(
        low, scores=tuple(attrs.evolve(one, n=4, of=4) for one in low.scores), state="done"
    )
    shown = Html().page(whole)
    assert 'class="banner"' not in shown
    assert 'class="tiles"' in shown


HEARD = "what nobody should read unasked"


def crisis_record(write, **changes: Any) -> RunRecord:
    """A record in which every word of one conversation is the same sentence."""
    base = write("words")
    (one, *_) = write(HEARD).traces
    bad = attrs.evolve(one, **changes)
    if not changes:
        alarm = Alarm(rule="crisis.self-harm", speaker="seeker", reason="Someone may be in danger.")
        first, *rest = one.exchanges
        bad = attrs.evolve(one, exchanges=(attrs.evolve(first, alarms=(alarm,)), *rest))
    plain = attrs.evolve(bad, profile=attrs.evolve(bad.profile, id="p2", scenario=""), id="n/p2/0")
    return attrs.evolve(base, traces=(*base.traces, plain), scores=())


@pytest.mark.parametrize("most", [800, 0])
@pytest.mark.parametrize("kind", ["alarm", "profile"])
def test_crisis_text_is_covered_until_clicked(write, kind: str, most: int) -> None:
    """S23: no word of such a talk stands outside a closed fold whose summary names the rule."""
    who = attrs.evolve(write(HEARD).traces[0].profile, safety=True)
    record = crisis_record(write, **({"profile": who} if kind == "profile" else {}))
    pages = [text for _, text in Html(talks=most).pages(record)]
    assert sum(page.count(HEARD) for page in pages) > 10
    for page in pages:
        folds = Folds(page)
        assert HEARD not in folds.open_text
        assert HEARD not in "".join(value for _, value in Skeleton(page).values)
    told = "".join(Folds(page).summaries for page in pages)
    assert ("crisis.self-harm" if kind == "alarm" else "tests a boundary") in told


def test_what_is_no_crisis_is_not_covered(write) -> None:
    """The control: without alarm and boundary the same words are found outside of covers."""
    record = crisis_record(write, note="")
    assert HEARD in Folds(Html().page(record)).open_text


@pytest.mark.parametrize("most", [800, 0])
def test_every_link_leads_somewhere(linked: RunRecord, most: int) -> None:
    """Links of all pages name an id that is there, once; side pages lead back."""
    pages = dict(Html(talks=most).pages(linked))
    assert len(pages) == (1 if most else 3)
    ids: dict[str, list[str]] = {}
    for name, text in pages.items():
        ids[name] = [value for key, value in Skeleton(text).values if key == "id"]
        assert len(set(ids[name])) == len(ids[name])
    links = 0
    for name, text in pages.items():
        for key, value in Skeleton(text).values:
            if key == "href":
                file, _, anchor = value.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), file))
                assert not anchor or anchor in ids[target if file else name], value
                assert target in pages or not file
                links += 1
    assert links > 20


def test_a_conversation_is_terse(many: RunRecord) -> None:
    """O10: beside its words a conversation takes few bytes, never more than paging reckons."""
    more, fewer = (attrs.evolve(many, traces=many.traces[:size]) for size in (120, 60))
    grown = len(Html().page(more).encode()) - len(Html().page(fewer).encode())
    assert grown < sum(map(weight, more.traces[60:]))
    said = sum(
        len(f"{one.seeker}{one.reply.text}{one.reply.why}{one.reaction and one.reaction.thought}")
        for talk in more.traces[60:]
        for one in talk.exchanges
    )
    exchanges = sum(len(talk.exchanges) for talk in more.traces[60:])
    assert grown - said < 60 * 1_000 + exchanges * 250


def test_a_reading_says_what_is_new(write) -> None:
    """Scenario and emotion stand where they change; that they went is said, too."""
    base = write("words")
    (talk, *_) = base.traces
    (one, *_) = talk.exchanges
    ways = [("s1", "e1"), ("s1", "e1"), ("s2", "e1"), ("", "")]
    states = [attrs.evolve(one.state, scenario=where, emotion=felt) for where, felt in ways]
    told = tuple(attrs.evolve(one, index=n, state=state) for n, state in enumerate(states))
    text = Skeleton(
        Html().page(attrs.evolve(base, traces=(attrs.evolve(talk, exchanges=told),)))
    ).text
    found = re.findall(r"Read as [^·]*((?: · [^·]*)?(?: · [^·]*)?) · distress", text)
    assert found[:4] == [" · s1 · e1", "", " · s2", " · no scenario · no emotion"]


def test_ten_thousand_conversations_stay_small(many: RunRecord) -> None:
    """O10: the page stays far below 20 MB, as does each page beside it, and leads to all talks."""
    assert len(many.traces) == 10_000
    (_, page), *aside = islice(Html().pages(many), 3)
    assert len(page.encode()) < 6_000_000
    assert [name for name, _ in aside] == ["report-talks/0001.html", "report-talks/0002.html"]
    assert max(len(text) for _, text in aside) < 3_000_000
    assert page.count('href="report-talks/') == 10_000


def test_a_shorter_report_leaves_no_page_behind(linked: RunRecord, tmp_path: Path) -> None:
    """O08: pages of a longer report that nothing leads to any more are taken away."""
    asyncio.run(Html(talks=0).render(linked, tmp_path))
    kept = tmp_path / "report-talks" / "mine.txt"
    kept.write_text("mine")
    asyncio.run(Html().render(linked, tmp_path))
    assert list((tmp_path / "report-talks").iterdir()) == [kept]


def test_no_text_of_a_study_becomes_markup(payload: str) -> None:
    """O01, O02: with a hostile text in every field of a study the page has the same elements."""
    harmless, hostile = (Skeleton(Html().study_page(study(text))) for text in ("words", payload))
    assert hostile.elements == harmless.elements
    assert hostile.strange == []
    attributes = {name for name, _ in hostile.values}
    assert not attributes & {"src", "href", "action", "style"}
    assert not [name for name in attributes if name.startswith("on")]


def test_page_of_a_study_allows_itself_nothing() -> None:
    """O03: the policy stands first and forbids every request; there is no script and no link."""
    text = Html().study_page(study("words"))
    page = Skeleton(text)
    assert text.index("default-src 'none'; style-src 'unsafe-inline'") < text.index("words")
    assert not {element[0] for element in page.elements} & {"script", "link", "img", "iframe", "a"}
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_study_stands_with_plot_tables_and_losses() -> None:
    """One lane a contrast with floor, bar and dot; figures with interval, count and sign."""
    page = Skeleton(Html().study_page(study("w0rds")))
    kinds = [value for name, value in page.values if name == "class"]
    assert [kinds.count(kind) for kind in ("floor", "zero", "bar", "dot")] == [1, 1, 1, 1]
    assert "20.00⁻ [15.00, 25.00] 7 of 8" in page.text
    assert "Signs: ⁻ worse." in page.text
    assert "What came to nothing" in page.text
    assert "not a crisis service, not a medical device" in page.text


def test_study_of_nothing_is_a_page() -> None:
    """No plot, no table, no losses."""
    page = Skeleton(Html().study_page(StudyRecord(name="empty", kind="bench")))
    assert not {element[0] for element in page.elements} & {"svg", "table", "ul"}


@settings(max_examples=30, deadline=None)
@given(strategies.studies())
def test_any_study_gives_an_equal_page_twice(record: StudyRecord) -> None:
    """Whatever it holds; wall time is in no byte of it."""
    timed = tuple(attrs.evolve(cost, seconds=1.0) for cost in record.costs)
    page = Html().study_page(record)
    assert page == Html().study_page(attrs.evolve(record, costs=timed))
    assert Skeleton(page).strange == []


def test_study_is_written_to_its_file(tmp_path: Path) -> None:
    """``study.html``, the page as it is."""
    (path,) = asyncio.run(Html().tabulate(study(), tmp_path))
    assert path.name == "study.html"
    assert path.read_bytes() == Html().study_page(study()).encode()
