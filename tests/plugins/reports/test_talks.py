"""Conversations named, grouped and marked."""

from __future__ import annotations

import attrs

from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.talks import grouped, of_cases, of_record, weight

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
    """O07: not even equal ones, nor those with strange ids."""
    found = of_record(record("../p", "p", "p"))
    assert len({talk.anchor for talk in found}) == len(found) == 9


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
    assert [mark.letters for mark in found.marks] == ["AB"]


def test_links_into_a_covered_talk_stop_before_it(linked: RunRecord) -> None:
    """S23: a link opens what it names, so it names the talk and not what is covered in it."""
    talk = of_record(linked)[0]
    assert talk.exchange(1) == f"#{talk.anchor}-e1"
    assert attrs.evolve(talk, cover=("r",), file="f.html").exchange(1) == f"f.html#{talk.anchor}"


def test_weight_grows_with_words() -> None:
    """Long talks weigh more."""
    assert weight(trace(profile(), 1)) < weight(trace(profile(), 1, 1))
