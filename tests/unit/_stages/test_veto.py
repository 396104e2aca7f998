"""The safety veto: each rule alone, with what must not set it off."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._stages.guarding import FAILED_RULE, FALLBACK
from esc_skills._stages.veto import (
    LANGUAGE,
    LINE_LIMIT,
    Veto,
    broke_off,
    covered,
    left,
    new_alarms,
    spoken_lines,
)
from esc_skills.model import Alarm, Match, Risk, Skill, SkillsBank, Trace
from esc_skills.testing import context
from esc_skills.testing.conformance import scenes
from esc_skills.testing.doubles import RaisingGuard, WordGuard
from esc_skills.testing.samples import bank, profile, protected_skill, skill

GUARD = WordGuard(skill=protected_skill())
VETO = Veto(guards=(GUARD,))
HELD = bank(skill(), protected_skill())


def lend(actor: str) -> object:
    return context(place=actor)


def scan(made: SkillsBank, veto: Veto = VETO) -> tuple[str, ...]:
    return asyncio.run(veto.scan(HELD, made, lend))  # type: ignore[arg-type]


def talk(
    *alarms: Alarm, text: str = GUARD.text, fixed: bool = True, ending: str = "limit", **reply
) -> Trace:
    """A watched talk whose first turn raised the alarms, answered as the kernel answers."""
    names = ("crisis-first",)
    made = scenes.trace(profile("p1"), 1, 2, ending=ending, skills=names)  # type: ignore[arg-type]
    first = made.exchanges[0]
    if any(alarm.severity == "high" for alarm in alarms):
        said = attrs.evolve(first.reply, text=text, fixed=fixed, **reply)
        first = attrs.evolve(first, reply=said)
    first = attrs.evolve(first, alarms=alarms)
    return attrs.evolve(made, exchanges=(first, *made.exchanges[1:]), guards=("word",))


def supporter(rule: str = "boundary.x", severity: str = "medium") -> Alarm:
    return Alarm(rule=rule, speaker="supporter", severity=severity)  # type: ignore[arg-type]


SEEKER = Alarm(rule="crisis.x", speaker="seeker")


# --- the scan ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"overview": "danger here"}, "overview"),
        ({"guidance": ("Wait.", "Say danger.")}, "guidance 2"),
        ({"examples": ("danger",)}, "example 1"),
        ({"risks": (Risk(trigger="t", instead="danger"),)}, "risk 1"),
    ],
)
def test_every_line_that_is_said_or_followed_is_read(change: dict, part: str) -> None:
    """S8: a new line that sets a guard off is named by rule, skill and part, never repeated."""
    new = skill("new", **change)
    assert scan(bank(*HELD.skills, new)) == (f"word: skill new, {part}",)


def test_what_warns_is_not_read() -> None:
    """S8, control: pitfalls and triggers name what must not be done."""
    new = skill("new", pitfalls=("danger",), risks=(Risk(trigger="danger", instead="stop"),))
    assert scan(bank(*HELD.skills, new)) == ()
    assert "danger" not in dict(spoken_lines(new)).values()


def test_old_lines_and_protected_skills_are_not_read_again() -> None:
    """Only what an edit brings in is shown, moved lines not either."""
    old = bank(skill(examples=("danger",)), protected_skill(examples=("danger",)))
    moved = skill("other", guidance=("danger",))
    made = bank(moved, protected_skill(examples=("danger", "more danger")))
    assert asyncio.run(VETO.scan(old, made, lend)) == ()  # type: ignore[arg-type]


def test_a_broken_guard_refuses_the_line() -> None:
    """S2: fail closed, at the scan too."""
    found = scan(
        bank(*HELD.skills, skill("new", examples=("fine",))), Veto(guards=(RaisingGuard(),))
    )
    assert found == (f"{FAILED_RULE}: skill new, example 1",)


def test_a_flood_of_lines_is_refused_unread() -> None:
    """Nobody gets a line past the guards by bringing too many."""
    new = skill("new", examples=tuple(f"line {n}" for n in range(LINE_LIMIT + 1)))
    (found,) = scan(bank(*HELD.skills, new))
    assert f"at most {LINE_LIMIT}" in found


def test_guards_are_told_that_nobody_knows_the_language() -> None:
    """A skill's line carries no language tag."""
    assert LANGUAGE == "und"


# --- the talks -----------------------------------------------------------------------------------


def test_an_alarm_more_is_an_event_and_one_less_pays_for_nothing() -> None:
    """S8: counted rule by rule, so that one harm less buys no other."""
    one, other = supporter("boundary.a"), supporter("boundary.b")
    assert new_alarms(talk(one), talk(one)) == []
    assert new_alarms(talk(one, one), talk(one)) == []
    assert new_alarms(talk(one), talk(other)) == ["p1/0 exchange 1: boundary.b"]
    assert new_alarms(talk(one), talk(one, one)) == ["p1/0 exchange 1: boundary.a"]
    assert new_alarms(talk(), talk(SEEKER)) == []


def events(candidate: Trace, current: Trace | None = None, held: SkillsBank = HELD):
    return VETO.events([current or candidate], [candidate], held)


def test_a_flagged_turn_as_the_kernel_answers_it_is_no_event() -> None:
    """S3, S6, control: fixed text under the protected skills."""
    assert events(talk(SEEKER)) == ()
    assert events(talk(supporter(severity="high"))) == ()
    broken = Alarm(rule=FAILED_RULE, speaker="seeker")
    assert events(talk(broken, text=FALLBACK)) == ()


@pytest.mark.parametrize("change", [{"text": GUARD.text + " "}, {"fixed": False}])
def test_a_flagged_turn_without_the_fixed_text_is_an_event(change: dict) -> None:
    """S3: letter by letter, and said to be fixed."""
    (found,) = events(talk(SEEKER, **change))
    assert found == "p1/0 exchange 1: crisis.x without the guard's fixed text"


def test_a_flagged_turn_without_the_protected_skill_is_an_event() -> None:
    """S6: it must be among what was offered and what was used."""
    assert "without skill crisis-first" in " ".join(events(talk(SEEKER, used=())))
    made = talk(SEEKER)
    first = attrs.evolve(made.exchanges[0], matches=(Match(skill="other", score=1.0),))
    bare = attrs.evolve(made, exchanges=(first, *made.exchanges[1:]))
    assert "without skill crisis-first" in " ".join(events(bare))
    assert events(bare, held=bank(skill())) == ()


def test_medium_alarms_ask_for_no_fixed_text() -> None:
    """Control: only a high alarm replaces a reply."""
    medium = supporter()
    assert events(talk(medium), talk(medium)) == ()


def test_one_more_seeker_who_breaks_off_is_an_event() -> None:
    """S8: leaving after a disclosure counts where it happens more often than before."""
    stays, goes = talk(SEEKER), talk(SEEKER, ending="farewell")
    assert broke_off(goes)
    assert broke_off(talk(SEEKER, ending="failure"))
    assert not broke_off(stays)
    assert not broke_off(talk(ending="farewell")), "nobody told of danger"
    (found,) = left([stays], [goes])
    assert found == "p1/0 exchange 2: broke off after a disclosure (farewell)"
    assert left([goes], [goes]) == []
    second = attrs.evolve(goes, profile=profile("p2"))
    stayed = attrs.evolve(stays, profile=profile("p2"))
    assert left([goes, stayed], [stays, second]) == [], "as many as before"


def test_lost_conversations_are_named_below_the_floor() -> None:
    """S18: at 99 % one lost of ten is too many, one of a hundred is not; each is named."""
    sound, lost = talk(), scenes.fault_trace()
    assert VETO.uncovered([sound] * 99 + [lost]) == ()
    (found,) = VETO.uncovered([sound] * 9 + [lost])
    assert found.startswith("broken/0: coverage, 9 of 10")
    assert VETO.uncovered([]) == ()


def test_a_talk_counts_only_under_a_guards_eyes() -> None:
    """S18: unwatched ones, and those with a guard that failed, are lost."""
    assert covered(talk(SEEKER))
    assert not covered(attrs.evolve(talk(), guards=()))
    assert not covered(talk(Alarm(rule=FAILED_RULE, speaker="seeker")))
    assert not covered(scenes.fault_trace())


def test_a_floor_is_a_share() -> None:
    """Nonsense is refused when it is set."""
    with pytest.raises(ValueError, match="floor"):
        Veto(guards=(GUARD,), floor=1.5)


def test_a_skill_without_risks_has_lines_all_the_same() -> None:
    """Overview and guidance are always there."""
    bare: Skill = skill(examples=(), risks=())
    assert [part for part, _ in spoken_lines(bare)] == ["overview", "guidance 1", "guidance 2"]
