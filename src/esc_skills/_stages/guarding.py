"""The guards' part of a turn: every message is looked at, and doubt ends in fixed text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from esc_skills._stages.cast import Lend, Supporter
from esc_skills.errors import EscSkillsError, RunEndedError
from esc_skills.model import Alarm, Match, Moment, Reply, Speaker
from esc_skills.spec import Context, Guard, Prompt, Random

FAILED_RULE = "guard.failed"
DEADLINE_SECONDS = 10.0
"""What a guard may take for one message, the time that it waits for a model left out: that has
the gateway's own deadline."""

FALLBACK = (
    "I want to be careful here, and I cannot answer this well right now. If you or someone near "
    "you may be in danger, please call your local emergency number, or go to someone you trust."
)
"""Said when a guard itself fails; shipped text, never a model's."""


@attrs.define
class _Clocked:
    """A context whose questions stop the guard's clock while they are under way."""

    _inner: Context
    _clock: asyncio.Timeout
    _asked: int = 0
    _left: float = 0.0

    @property
    def rng(self) -> Random:
        return self._inner.rng

    @property
    def place(self) -> str:
        return self._inner.place

    async def ask(self, role: str, prompt: Prompt, *, into: type[Any]) -> Any:
        loop = asyncio.get_running_loop()
        if self._asked == 0:
            self._left = (self._clock.when() or 0.0) - loop.time()
            self._clock.reschedule(None)
        self._asked += 1
        try:
            return await self._inner.ask(role, prompt, into=into)
        finally:
            self._asked -= 1
            if self._asked == 0:
                self._clock.reschedule(loop.time() + self._left)

    def note(self, kind: str, **facts: str | int | float) -> None:
        """Leave a fact for the ledger."""
        self._inner.note(kind, **facts)


async def look(
    guard: Guard, text: str, speaker: Speaker, language: str, lend: Lend
) -> Alarm | None:
    """Ask one guard about one message; a guard that raises or hangs counts as an alarm.

    Raises:
        RunEndedError: The run's budget ended, or a provider closed while a guard asked a model.
    """
    ctx = lend("guard")
    try:
        async with asyncio.timeout(DEADLINE_SECONDS) as clock:
            return await guard.check(text, speaker, language, _Clocked(ctx, clock))
    except RunEndedError:
        raise  # the run ends here, and no text leaves it
    except Exception as fault:  # fail closed: whatever broke, no unguarded text leaves
        state = fault.state if isinstance(fault, EscSkillsError) else "plugin-error"
        ctx.note("guard-failed", fault=type(fault).__name__, state=state)
        reason = f"guard {guard.name} failed: {state}"
        return Alarm(rule=FAILED_RULE, speaker=speaker, severity="high", reason=reason)


def failure(alarms: Iterable[Alarm]) -> str:
    """Why a guard itself failed at a message; empty when every guard did its work."""
    return next((alarm.reason for alarm in alarms if alarm.rule == FAILED_RULE), "")


def fixed_text(guard: Guard, alarm: Alarm, language: str) -> str:
    """The guard's own text; the shipped fallback when the guard cannot give one."""
    if alarm.rule == FAILED_RULE:
        return FALLBACK
    try:
        answer = guard.answer(alarm, language)
        return answer if answer.strip() else FALLBACK
    except Exception:
        return FALLBACK


async def watch(
    supporter: Supporter, text: str, speaker: Speaker, language: str, lend: Lend
) -> tuple[tuple[Alarm, ...], str]:
    """Show one message to all guards.

    Returns:
        All alarms, and the fixed text of the first high one (empty when there is none).
    """
    alarms: list[Alarm] = []
    answer = ""
    for guard in supporter.guards:
        alarm = await look(guard, text, speaker, language, lend)
        if alarm is None:
            continue
        alarms.append(alarm)
        if alarm.severity == "high" and not answer:
            answer = fixed_text(guard, alarm, language)
    return tuple(alarms), answer


def protected_matches(supporter: Supporter) -> tuple[Match, ...]:
    """The protected skills of the bank, offered whatever the retriever says."""
    skills = supporter.bank.skills if supporter.bank else ()
    return tuple(
        Match(skill=skill.name, score=1.0, why="protected: a guard raised an alarm")
        for skill in skills
        if skill.protected
    )


async def searched(supporter: Supporter, moment: Moment, lend: Lend) -> tuple[Match, ...]:
    """What the retriever finds: active skills of the bank, each once, whatever it says (B21)."""
    if supporter.index is None:
        return ()
    ctx = lend("retriever")
    found, bank = await supporter.index.search(moment, ctx), supporter.bank
    kept: dict[str, Match] = {}
    for match in found:
        skill = bank.skill(match.skill) if bank else None
        if bank is None or (skill is not None and skill.life == "active"):
            kept.setdefault(match.skill, match)
    if len(kept) < len(found):
        ctx.note("offer-left-out", count=len(found) - len(kept))
    return tuple(kept.values())


def reachable(
    supporter: Supporter, alarms: Sequence[Alarm], matches: tuple[Match, ...]
) -> tuple[Match, ...]:
    """What is offered on a turn: after any alarm of the seeker's, the protected skills too (S6)."""
    if not any(alarm.speaker == "seeker" for alarm in alarms):
        return matches
    first = protected_matches(supporter)
    names = {match.skill for match in first}
    return (*first, *(match for match in matches if match.skill not in names))


def guard_reply(answer: str, matches: tuple[Match, ...]) -> Reply:
    """The reply of a flagged turn: fixed text, under the protected skills."""
    return Reply(
        text=answer,
        strategy="Information",
        action="inform",
        used=tuple(match.skill for match in matches),
        why="a guard answered with its fixed text",
        fixed=True,
    )


async def reply_guarded(
    supporter: Supporter, moment: Moment, matches: tuple[Match, ...], lend: Lend
) -> tuple[Reply, tuple[Alarm, ...]]:
    """Let the voice speak and show its words to the guards before anyone reads them."""
    reply = await supporter.voice.reply(moment, matches, lend("responder"))
    alarms, answer = await watch(supporter, reply.text, "supporter", moment.language, lend)
    if answer:
        return guard_reply(answer, protected_matches(supporter)), alarms
    return reply, alarms
