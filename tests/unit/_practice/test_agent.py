"""An agent that works with a bank: guarded, the same every time, for any number of talks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills import Agent, open_agent
from esc_skills._engine.oath import Oath
from esc_skills._practice.agent import made
from esc_skills._practice.engaging import Wish, engage
from esc_skills._stages import guarding
from esc_skills._stages.converse import UNREAD
from esc_skills._stages.guarding import FALLBACK
from esc_skills.errors import BackendError, PluginError, UsageError
from esc_skills.model import Alarm, SeekerState, Trace, Turn
from esc_skills.testing.doubles import RaisingGuard, WordGuard

CRISIS = "I want to kill myself."


def seeker(text: str) -> Turn:
    return Turn(speaker="seeker", text=text)


def said(*texts: str) -> list[Turn]:
    sides = ("seeker", "supporter")
    return [Turn(speaker=sides[n % 2], text=text) for n, text in enumerate(texts)]  # type: ignore[arg-type]


@attrs.frozen
class HangingGuard(WordGuard):
    """Never comes to an end."""

    async def check(self, *facts: Any) -> Alarm | None:
        await asyncio.sleep(60)
        return None


@attrs.frozen
class RubbishGuard(WordGuard):
    """Answers with something that is no alarm."""

    async def check(self, *facts: Any) -> Alarm | None:
        raise SystemError("rubbish")


@attrs.frozen
class DeadReader:
    """A reader whose model is gone."""

    async def read_state(self, history: tuple[Turn, ...], ctx: Any) -> SeekerState:
        raise BackendError("gone", hint="wait", kind="down")


@pytest.fixture(scope="module")
def agent(small_run: Path) -> Agent:
    return asyncio.run(open_agent(small_run, unreviewed=True, locale="GB"))


def guarded(agent: Agent, *guards: Any) -> Agent:
    return attrs.evolve(agent, supporter=attrs.evolve(agent.supporter, guards=guards))


def traces(run: Path, agent: Agent) -> list[Trace]:
    from esc_skills._store.folder import RunFolder

    assert agent.bank
    name = f"traces/bank-{agent.bank.behaviour[:12]}.jsonl"
    return list(RunFolder.open(run).read_nouns(name, Trace))


def test_guidance_is_what_the_run_offered(small_run: Path, agent: Agent) -> None:
    """S1: at every turn of stored conversations the agent reads, finds and alarms as the run did,
    for it goes the same way; only where a guard answers is nobody asked for a reading.
    """
    some = [trace for trace in traces(small_run, agent) if not trace.fault][:12]
    assert some

    async def compare() -> int:
        turns = 0
        for trace in some:
            history: list[Turn] = []
            for exchange in trace.exchanges:
                history.append(seeker(exchange.seeker))
                found = await agent.guide(history)
                assert found.matches == exchange.matches
                assert found.state == (UNREAD if found.answer else exchange.state)
                heard = tuple(one for one in exchange.alarms if one.speaker == "seeker")
                assert found.alarms == heard
                history.append(Turn(speaker="supporter", text=exchange.reply.text))
                turns += 1
        return turns

    assert asyncio.run(compare()) > 30


def test_two_hundred_talks_share_one_agent(agent: Agent) -> None:
    """Each answer is that of its own history alone, whatever goes on beside it; so is chance."""
    talks = [said(f"My sister left me {n} days ago and I feel alone.") for n in range(200)]

    async def both() -> tuple[list[Any], list[Any]]:
        together = await asyncio.gather(*map(agent.reply, talks))
        return list(together), [await agent.reply(talk) for talk in talks[::20]]

    together, alone = asyncio.run(both())
    assert together[::20] == alone
    assert len({one.reply.text for one in together}) > 5


def test_equal_histories_get_equal_answers(small_run: Path, agent: Agent) -> None:
    """Another agent of the same bank and seed says the same; another seed draws anew."""
    talk = said("I failed my exam and feel so stupid.", "Oh no.", "Nobody understands me.")

    async def others() -> tuple[Any, ...]:
        again = await open_agent(small_run, unreviewed=True, locale="GB")
        seeds = [
            await open_agent(small_run, unreviewed=True, sets=[f"run.seed={n}"]) for n in (1, 2)
        ]
        return await again.reply(talk), {(await one.reply(talk)).reply.text for one in seeds}

    again, drawn = asyncio.run(others())
    assert again == asyncio.run(agent.reply(talk))
    assert len(drawn) > 1


def test_a_disclosure_is_answered_by_fixed_text_at_once(agent: Agent) -> None:
    """S3, S6: the guard's bytes and the protected skills, though the reader's model is gone; the
    next turn is answered again.
    """
    dead = attrs.evolve(agent, supporter=attrs.evolve(agent.supporter, reader=DeadReader()))
    guard = agent.engagement.crew.guards[0]
    got = asyncio.run(dead.reply(said(CRISIS)))
    assert got.reply.text == guard.answer(got.alarms[0], "en")
    assert got.reply.fixed
    assert [skill.protected for skill in got.guidance.skills] == [True]
    with pytest.raises(BackendError):
        asyncio.run(dead.reply(said("I am sad.")))
    after = asyncio.run(agent.reply(said(CRISIS, got.reply.text, "I am still sad.")))
    assert not after.reply.fixed


def test_no_message_slips_past_behind_another(agent: Agent) -> None:
    """S1: where the seeker wrote several messages in a row, guards see each of them."""
    slipped = [*said("Hello.", "Hi."), seeker(CRISIS), seeker("Anyway, nice weather.")]
    assert asyncio.run(agent.guide(slipped)).answer
    assert not asyncio.run(agent.guide(slipped[:2] + slipped[3:])).answer


@pytest.mark.parametrize("guard", [RaisingGuard(), HangingGuard(), RubbishGuard()], ids=repr)
def test_doubt_ends_in_fixed_text(
    agent: Agent, guard: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S2: a guard that raises or hangs lets nothing out, neither a reply nor somebody's text."""
    monkeypatch.setattr(guarding, "DEADLINE_SECONDS", 0.05)
    # The deadline is sworn to, like all that guards rest on; the oath has a test of its own.
    monkeypatch.setattr(Oath, "check", lambda self: None)
    broken = guarded(agent, guard)
    got = asyncio.run(broken.reply(said("I am sad.")))
    assert (got.reply.text, got.reply.fixed) == (FALLBACK, True)
    assert asyncio.run(broken.vet("You can do it.")).answer == FALLBACK


def test_texts_of_others_are_vetted(agent: Agent) -> None:
    """S1: what somebody else wrote for a seeker is looked at, and replaced where it must be."""
    watched = guarded(agent, WordGuard())
    bad = asyncio.run(watched.vet("There is danger."))
    assert (bad.answer, len(bad.alarms)) == ("FIXED HELP TEXT", 1)
    assert asyncio.run(watched.vet("All is well.")).answer == ""


def test_watchers_hear_of_a_crisis_once(small_run: Path) -> None:
    """S22: one call a flagged turn, whatever the number of alarms; none for other turns."""
    heard: list[tuple[str, Alarm]] = []

    def watch(hook: str, **facts: Any) -> None:
        assert hook == "esc_skills_crisis"
        heard.append((facts["trace"], facts["alarm"]))

    async def talk() -> None:
        agent = await made(engage(Wish(bank=small_run, unreviewed=True, watch=(watch,))))
        await agent.reply(said("I am sad."))
        await agent.vet(CRISIS)
        assert not heard
        await agent.guide([seeker(CRISIS), seeker(CRISIS)])

    asyncio.run(talk())
    assert [(alarm.speaker, alarm.severity) for _, alarm in heard] == [("seeker", "high")]


def test_nothing_is_said_where_a_guard_was_replaced(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P14: the self-check stands before and after every answer."""

    async def nothing(*facts: Any) -> tuple[tuple[Alarm, ...], str]:
        return (), ""

    monkeypatch.setattr(guarding, "watch", nothing)
    for ask in (agent.guide, agent.reply):
        with pytest.raises(PluginError, match="was replaced"):
            asyncio.run(ask(said("I am sad.")))


def test_there_must_be_something_to_answer(agent: Agent) -> None:
    """A history without a seeker's word is told so; no bank is the agent without skills."""
    for history in ([], [Turn(speaker="supporter", text="Hello?")]):
        with pytest.raises(UsageError, match="said nothing"):
            asyncio.run(agent.guide(history))

    async def bare() -> Any:
        alone = await open_agent(None)
        assert alone.bank is None
        got = await alone.reply(said("I am sad."))
        alone.close()
        return got

    assert asyncio.run(bare()).guidance.skills == ()
