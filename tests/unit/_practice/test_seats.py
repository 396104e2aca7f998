"""Seats of a conversation: a person in either, or a program that is overheard."""

from __future__ import annotations

import asyncio

import pytest

from esc_skills._practice.seats import (
    LeftError,
    OverheardSeeker,
    PersonSeeker,
    PersonVoice,
    SteadyVoice,
)
from esc_skills._stages.guarding import FALLBACK
from esc_skills.errors import BackendError, BudgetExceeded, PluginError, ReplyError
from esc_skills.model import Moment, Reply, Turn
from esc_skills.testing import context
from esc_skills.testing.doubles import StepSeeker
from esc_skills.testing.samples import profile, state


def saying(*texts: str):
    left = list(texts)

    async def listen() -> str | None:
        return left.pop(0) if left else None

    return listen


def test_a_person_in_the_seekers_seat_speaks_and_leaves() -> None:
    """Each message is theirs; nothing is said of how they feel; silence is goodbye."""

    async def talk() -> None:
        seeker = PersonSeeker(listen=saying("second"))
        sitting = await seeker.meet(profile(opening="first"), context())
        reply = Reply(text="hm", strategy="")
        heard = await sitting.react(reply, (), context())
        assert (sitting.opening, heard.text, heard.delta, heard.leaves) == (
            "first",
            "second",
            0,
            False,
        )
        assert (await sitting.react(reply, (), context())).leaves

    asyncio.run(talk())


def test_a_person_in_the_supporters_seat_sees_the_offer_first() -> None:
    """What they may look at is there before they write; getting up ends the talk."""
    seen: list[Moment] = []
    voice = PersonVoice(
        listen=saying("There."), offered=lambda moment, matches: seen.append(moment)
    )
    moment = Moment(history=(Turn(speaker="seeker", text="hi"),), state=state())
    assert asyncio.run(voice.reply(moment, (), context())).text == "There."
    with pytest.raises(LeftError):
        asyncio.run(voice.reply(moment, (), context()))
    assert seen == [moment, moment]


def test_an_overheard_seeker_is_the_one_behind_it() -> None:
    """Signature, questions and sitting are the simulator's; its opening is told once."""
    told: list[str] = []
    seeker = OverheardSeeker(inner=StepSeeker(), told=told.append)
    sitting = asyncio.run(seeker.meet(profile(opening="hello"), context()))
    assert (told, sitting.opening, seeker.asks) == (["hello"], "hello", ())
    assert seeker.signature == StepSeeker().signature


def test_a_model_that_fails_once_leaves_a_person_fixed_text() -> None:
    """S2: never the failed words; a broken plug-in, and a budget, still end the talk."""
    faults: list[Exception] = [
        ReplyError("no JSON", hint="try again"),
        BackendError("busy", hint="wait", kind="down"),
        PluginError("broken", hint="mend it", plugin="x"),
        BudgetExceeded("spent", hint="raise it"),
    ]

    class Failing:
        async def reply(self, *facts: object) -> Reply:
            raise faults.pop(0)

    told: list[str] = []
    voice = SteadyVoice(inner=Failing(), trouble=told.append)
    moment = Moment(history=(), state=state())
    for _ in range(2):
        reply = asyncio.run(voice.reply(moment, (), context()))
        assert (reply.text, reply.fixed) == (FALLBACK, True)
    for kind in (PluginError, BudgetExceeded):
        with pytest.raises(kind):
            asyncio.run(voice.reply(moment, (), context()))
    assert len(told) == 2
