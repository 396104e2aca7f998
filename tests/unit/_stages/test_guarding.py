"""The guards' part of a turn: doubt ends in fixed text."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from esc_skills._stages.cast import Supporter
from esc_skills._stages.guarding import (
    DEADLINE_SECONDS,
    FAILED_RULE,
    FALLBACK,
    failure,
    fixed_text,
    guard_reply,
    look,
    protected_matches,
    reachable,
    reply_guarded,
    searched,
    watch,
)
from esc_skills.errors import BackendError, BudgetExceeded
from esc_skills.model import Alarm, Match
from esc_skills.spec import Prompt
from esc_skills.testing import DeskContext, context
from esc_skills.testing.conformance.scenes import moment
from esc_skills.testing.doubles import (
    BrokenVoice,
    EchoVoice,
    FirstIndex,
    PlainReader,
    RaisingGuard,
    WordGuard,
)
from esc_skills.testing.samples import bank, protected_skill, skill

HIGH = Alarm(rule="word", speaker="seeker")


def lend(actor: str) -> DeskContext:
    return context(place=actor)


def supporter(*guards: Any, **facts: Any) -> Supporter:
    return Supporter(**{"reader": PlainReader(), "voice": EchoVoice(), "guards": guards, **facts})


@attrs.frozen(kw_only=True)
class Noting(WordGuard):
    """A guard that keeps what it is shown, and alarms as softly as it is told."""

    severity: str = "high"
    seen: list[tuple[str, str, str]] = attrs.field(factory=list)

    async def check(self, text: str, speaker: Any, language: str, ctx: Any) -> Alarm | None:
        self.seen.append((text, speaker, language))
        found = await super().check(text, speaker, language, ctx)
        return attrs.evolve(found, severity=self.severity) if found else None


@attrs.frozen(kw_only=True)
class Speechless(WordGuard):
    """A guard that alarms and then has no answer."""

    says: Any = None

    def answer(self, alarm: Alarm, language: str) -> Any:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.mark.parametrize("says", [RuntimeError("lost"), None, "", " \n", 7], ids=repr)
def test_guard_without_an_answer_gets_the_shipped_text(says: Any) -> None:
    """S2: answer() that raises, or gives no words, ends in the fallback and never in silence."""
    assert fixed_text(Speechless(says=says), HIGH, "en") == FALLBACK
    _, answer = asyncio.run(watch(supporter(Speechless(says=says)), "danger", "seeker", "en", lend))
    assert answer == FALLBACK


def test_failed_check_never_asks_the_broken_guard_for_words() -> None:
    """S2: when the check itself failed, the fallback is shipped text, not the guard's."""
    failed = Alarm(rule=FAILED_RULE, speaker="seeker")
    assert fixed_text(WordGuard(text="from a broken guard"), failed, "en") == FALLBACK


def test_answer_of_a_sound_guard_stays_byte_for_byte() -> None:
    """S3: the reviewed text is data; nothing is trimmed from it or added."""
    text = "  Call 000 — now.\n\n"
    assert fixed_text(WordGuard(text=text), HIGH, "en") == text


def test_every_guard_is_asked() -> None:
    """S1: one alarm, or one broken guard, spares no other guard the look."""
    first, last = Noting(), Noting()
    alarms, _ = asyncio.run(
        watch(supporter(first, RaisingGuard(), last), "danger", "seeker", "de", lend)
    )
    assert first.seen == last.seen == [("danger", "seeker", "de")]
    assert [alarm.rule for alarm in alarms] == ["word", FAILED_RULE, "word"]


def test_first_high_alarm_gives_the_answer() -> None:
    """Of several high alarms the first guard's text is said; all alarms are kept."""
    guards = (
        Noting(severity="low", text="low"),
        Noting(severity="medium", text="medium"),
        Noting(text="first"),
        Noting(text="second"),
    )
    alarms, answer = asyncio.run(watch(supporter(*guards), "danger", "seeker", "en", lend))
    assert answer == "first"
    assert [alarm.severity for alarm in alarms] == ["low", "medium", "high", "high"]


@pytest.mark.parametrize("severity", ["low", "medium"])
def test_softer_alarms_are_kept_and_replace_nothing(severity: str) -> None:
    """Only a high alarm takes the reply away; the others are written down."""
    made, alarms = asyncio.run(
        reply_guarded(
            supporter(Noting(severity=severity), voice=EchoVoice(text="danger ahead")),
            moment("hello"),
            (),
            lend,
        )
    )
    assert made.text == "danger ahead"
    assert [alarm.severity for alarm in alarms] == [severity]


def test_quiet_guards_leave_no_trace() -> None:
    """Nothing to say: no alarm, no answer."""
    found = asyncio.run(watch(supporter(WordGuard()), "hello", "seeker", "en", lend))
    assert found == ((), "")


def test_failed_guard_is_noted_by_kind_not_by_words() -> None:
    """X02: the ledger learns which error it was, never the text that was looked at."""
    desk = context()
    alarm = asyncio.run(look(RaisingGuard(), "my secret", "seeker", "en", lambda actor: desk))
    assert alarm is not None
    assert (alarm.rule, alarm.severity) == (FAILED_RULE, "high")
    facts = {"fault": "RuntimeError", "state": "plugin-error"}
    assert desk.notes == [("guard-failed", facts)]
    assert "secret" not in repr((alarm, desk.notes))


def test_hanging_guard_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """S2: a guard that never answers counts as an alarm when its time is over."""
    monkeypatch.setattr("esc_skills._stages.guarding.DEADLINE_SECONDS", 0.01)

    @attrs.frozen(kw_only=True)
    class Hanging(WordGuard):
        async def check(self, *_: object) -> None:
            await asyncio.sleep(60)

    alarm = asyncio.run(look(Hanging(), "hello", "seeker", "en", lend))
    assert alarm is not None
    assert alarm.rule == FAILED_RULE


@attrs.frozen(kw_only=True)
class Asking(WordGuard):
    """A guard that asks a model, and does some work of its own before and after."""

    own: float = 0.0

    async def check(self, text: str, speaker: Any, language: str, ctx: Any) -> Alarm | None:
        await asyncio.sleep(self.own)
        said = await ctx.ask("guard", Prompt(system="", task="?"), into=str)
        await asyncio.sleep(self.own)
        return Alarm(rule=said, speaker=speaker)


@attrs.define(kw_only=True)
class SlowDesk(DeskContext):
    """A model that takes its time."""

    wait: float = 0.0

    async def ask(self, role: str, prompt: Any, *, into: Any) -> Any:
        await asyncio.sleep(self.wait)
        return "seen"


@pytest.mark.parametrize(
    ("wait", "own", "rule"),
    [(0.12, 0.0, "seen"), (0.0, 0.12, FAILED_RULE), (0.0, 0.04, FAILED_RULE)],
    ids=["slow-model", "slow-guard", "slow-in-sum"],
)
def test_time_of_a_model_is_not_the_guards(
    monkeypatch: pytest.MonkeyPatch, wait: float, own: float, rule: str
) -> None:
    """S2: a slow model is waited for, as its own deadline rules; a guard's own work is cut off."""
    monkeypatch.setattr("esc_skills._stages.guarding.DEADLINE_SECONDS", 0.06)
    desk = SlowDesk(rng=context().rng, wait=wait)
    alarm = asyncio.run(look(Asking(own=own), "hello", "seeker", "en", lambda actor: desk))
    assert alarm is not None
    assert alarm.rule == rule


def test_failure_says_which_guard_and_how() -> None:
    """S2: why a guard failed stands in the alarm, in one word, for the count."""
    down = BackendError("late", hint="wait", kind="stalled")

    @attrs.frozen(kw_only=True)
    class Down(WordGuard):
        async def check(self, *_: object) -> None:
            raise down

    alarms, answer = asyncio.run(watch(supporter(WordGuard(), Down()), "hi", "seeker", "en", lend))
    assert (failure(alarms), answer) == (f"guard {Down.name} failed: stalled", FALLBACK)
    assert failure((HIGH,)) == ""


def test_spent_budget_is_no_alarm() -> None:
    """A used-up budget ends the run as such; fixed text is never scored in its place."""

    @attrs.frozen(kw_only=True)
    class Costly(WordGuard):
        async def check(self, *_: object) -> None:
            raise BudgetExceeded("spent", hint="raise the cap")

    with pytest.raises(BudgetExceeded):
        asyncio.run(look(Costly(), "hello", "seeker", "en", lend))


def test_protected_skills_are_offered_whatever_the_retriever_says() -> None:
    """S6: all protected skills of the bank and no other; none without a bank."""
    known = bank(skill(), protected_skill(), protected_skill("ask-about-safety"))
    found = protected_matches(supporter(bank=known))
    assert [match.skill for match in found] == ["ask-about-safety", "crisis-first"]
    assert protected_matches(supporter()) == ()


def test_reply_of_a_flagged_turn_is_marked_fixed() -> None:
    """S3: text byte for byte, marked as the guard's own, under the skills it rests on."""
    made = guard_reply("CALL", (Match(skill="crisis-first", score=1.0),))
    assert (made.text, made.fixed, made.used) == ("CALL", True, ("crisis-first",))


def test_unsafe_reply_is_replaced_before_anyone_reads_it() -> None:
    """S1: the voice's words are looked at first; the guard's text goes out instead."""
    known = bank(skill(), protected_skill())
    agent = supporter(WordGuard(), voice=EchoVoice(text="danger"), bank=known)
    made, alarms = asyncio.run(reply_guarded(agent, moment("hello"), (), lend))
    assert (made.text, made.used) == ("FIXED HELP TEXT", ("crisis-first",))
    assert [alarm.speaker for alarm in alarms] == ["supporter"]


def test_broken_voice_is_no_guards_business() -> None:
    """P04: an error of the voice goes on as it is; it is a fault, not an alarm."""
    with pytest.raises(Exception, match="the voice broke"):
        asyncio.run(
            reply_guarded(supporter(WordGuard(), voice=BrokenVoice()), moment("hello"), (), lend)
        )


def test_after_a_mild_alarm_the_protected_skills_are_offered_too() -> None:
    """S6: whatever the retriever brought, they stand first; control: without an alarm, nothing."""
    guarded = skill("crisis-first", protected=True, evidence=("protected:test",))
    agent = supporter(WordGuard(), bank=bank(guarded, skill("listen-first")))
    found = (Match(skill="listen-first", score=0.4, why="fits"),)
    mild = Alarm(rule="crisis.other-at-risk", speaker="seeker", severity="medium")
    names = [match.skill for match in reachable(agent, (mild,), found)]
    assert names == ["crisis-first", "listen-first"]
    own = attrs.evolve(mild, speaker="supporter")
    assert reachable(agent, (), found) == reachable(agent, (own,), found) == found
    again = reachable(agent, (mild,), (*protected_matches(agent), *found))
    assert [match.skill for match in again] == names


@attrs.frozen(kw_only=True)
class Curious(WordGuard):
    """A guard that uses all that it was lent."""

    async def check(self, text: str, speaker: Any, language: str, ctx: Any) -> Alarm | None:
        ctx.note("looked", place=ctx.place, chance=ctx.rng.random())
        return None


def test_a_guard_is_lent_what_every_component_is() -> None:
    """The clock around a guard's context takes nothing from it: place, chance and notes."""
    desk = context(place="talk/guard")
    lent: list[str] = []
    asyncio.run(look(Curious(), "hello", "seeker", "en", lambda actor: lent.append(actor) or desk))
    chance = context(place="talk/guard").rng.random()
    assert desk.notes == [("looked", {"place": "talk/guard", "chance": chance})]
    assert lent == ["guard"]


def test_the_voice_is_lent_a_responders_desk() -> None:
    """Questions of the voice go to the responder's model, those of the guards to the guard's."""
    lent: list[str] = []
    agent = supporter(WordGuard())
    asyncio.run(
        reply_guarded(agent, moment("hi"), (), lambda actor: lent.append(actor) or context())
    )
    assert lent == ["responder", "guard"]


def test_shipped_words_and_figures_stand() -> None:
    """S2, S3, S6: the fallback points to emergency help; a fixed reply says what it is, and why."""
    assert "local emergency number" in FALLBACK
    assert DEADLINE_SECONDS == 10.0  # the ten seconds of docs/reference/faults.md, row S2
    (match,) = protected_matches(supporter(bank=bank(skill(), protected_skill())))
    assert (match.score, match.why) == (1.0, "protected: a guard raised an alarm")
    made = guard_reply("CALL", ())
    assert (made.strategy, made.action) == ("Information", "inform")
    assert made.why == "a guard answered with its fixed text"


def test_a_search_without_a_bank_to_hold_it_to_is_taken_as_it_is() -> None:
    """B21: the search has the retriever's chance; nobody searches where there is no index."""
    asked: list[str] = []

    def noted(actor: str) -> DeskContext:
        asked.append(actor)
        return lend(actor)

    found = asyncio.run(searched(supporter(index=FirstIndex(bank=bank())), moment("hi"), noted))
    assert [match.skill for match in found] == ["listen-first"]
    assert asyncio.run(searched(supporter(), moment("hi"), noted)) == ()
    assert asked == ["retriever"]
