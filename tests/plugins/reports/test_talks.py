"""Conversations named, grouped and marked."""

from __future__ import annotations

import attrs

from esc_skills.model import Match
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.talks import Lettering, grouped, of_cases, of_record, weight, widths

ARMS = ("none", "static", "evolved")


def record(*names: str, arms: tuple[str, ...] = ARMS) -> RunRecord:
    made = [attrs.evolve(trace(profile(who), 5), arm=arm) for arm in arms for who in names]
    return RunRecord(name="r", experiment={}, traces=tuple(made))


def test_arms_of_a_seeker_stand_side_by_side() -> None:
    """Seekers in the order of their numbers, inside each the arms in theirs."""
    told = record("p10", "p2")
    (cell,) = grouped(of_record(attrs.evolve(told, traces=told.traces[::-1])))
    assert [seeker.profile.id for seeker in cell.seekers] == ["p2", "p10"]
    assert [[talk.arm for talk in seeker.talks] for seeker in cell.seekers] == [list(ARMS)] * 2
    assert [(arm, value) for arm, _, value in cell.means] == [(arm, 45.0) for arm in ARMS]
    assert cell.talks == 6


def test_cells_stand_in_sages_order() -> None:
    """Persona types, then hidden intentions, as SAGE names them."""
    kinds = [
        ("avoidant", "deep-empathy"),
        ("negative", "not-my-fault"),
        ("negative", "deep-empathy"),
    ]
    talks = [
        trace(profile(f"p{n}", persona_type=kind, intention=wish), 1)
        for n, (kind, wish) in enumerate(kinds)
    ]
    found = grouped(of_record(RunRecord(name="r", experiment={}, traces=tuple(talks))))
    assert [(cell.persona_type, cell.intention) for cell in found] == [kinds[2], kinds[1], kinds[0]]


def test_no_two_talks_share_an_anchor() -> None:
    """O07: not even equal ones; an id of any signs is in none of them."""
    found = of_record(record("../p", "p", "p"))
    assert len({talk.anchor for talk in found}) == len(found) == 9


def test_anchors_do_not_depend_on_the_order_of_talks() -> None:
    """A run that was killed and resumed keeps its talks in another order, and has the same page."""
    told = record("p10", "p2")
    turned = attrs.evolve(told, traces=told.traces[::-1])
    one, other = ({t.trace.id + t.arm: t.anchor for t in of_record(r)} for r in (told, turned))
    assert one == other


def test_cases_carry_the_number_of_their_bank(linked: RunRecord) -> None:
    """A reader knows banks by their number, not by their hash."""
    assert [talk.arm for talk in of_cases(linked)] == [
        "bank 0 with trial offers",
        "bank 0",
        "bank 1",
    ]


def test_skills_in_play_are_marked_on_the_curve() -> None:
    """A point an exchange that was felt, a letter a skill, in order of appearance."""
    talk = trace(profile(), 5, 5, skills=("b", "a"))
    unread = attrs.evolve(talk.exchanges[1], reaction=None)
    talk = attrs.evolve(talk, exchanges=(talk.exchanges[0], unread))
    (found,) = of_record(RunRecord(name="r", experiment={}, traces=(talk,)))
    assert dict(found.letters) == {"b": "A", "a": "B"}
    assert found.lettering == Lettering(x="19.5 24.5", y="49 49", text="AB")


def test_offered_skills_have_letters_too() -> None:
    """Those that shaped a reply come first; what shaped none stands at no point of the curve."""
    talk = trace(profile(), 5, skills=("a",))
    offered = (Match(skill="z", score=1.0, why="w"), *talk.exchanges[0].matches)
    talk = attrs.evolve(talk, exchanges=(attrs.evolve(talk.exchanges[0], matches=offered),))
    (found,) = of_record(RunRecord(name="r", experiment={}, traces=(talk,)))
    assert dict(found.letters) == {"a": "A", "z": "B"}
    assert found.lettering
    assert found.lettering.text == "A"


def test_plots_are_as_wide_as_the_longest_talk_asks() -> None:
    """Ten exchanges at least, each width once."""
    talks = [trace(profile(who), *[1] * size) for who, size in (("a", 2), ("b", 3), ("c", 12))]
    assert widths(of_record(RunRecord(name="r", experiment={}, traces=tuple(talks)))) == (10, 12)


def test_links_into_a_covered_talk_stop_before_it(linked: RunRecord) -> None:
    """S23: a link opens what it names, so it names the talk and not what is covered in it."""
    talk = of_record(linked)[0]
    assert talk.exchange(1) == f"#{talk.anchor}.1"
    assert attrs.evolve(talk, cover=("r",), file="f.html").exchange(1) == f"f.html#{talk.anchor}"


def test_weight_grows_with_words() -> None:
    """Long talks weigh more."""
    assert weight(trace(profile(), 1)) < weight(trace(profile(), 1, 1))
