"""On a flagged turn the protected skill is within reach, whatever else is wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.wrapping import wrap
from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills._stages.guarding import FALLBACK
from esc_skills.model import Exchange, Match, Moment, SkillsBank, Trace
from esc_skills.spec import Context
from esc_skills.testing import context, strategies
from esc_skills.testing.doubles import (
    BrokenVoice,
    EchoVoice,
    PlainReader,
    RaisingGuard,
    StepSeeker,
    WordGuard,
)
from esc_skills.testing.samples import bank as sample_bank
from esc_skills.testing.samples import profile, protected_skill, skill


@attrs.frozen(kw_only=True)
class Odd:
    """A retriever that finds nothing, everything but what matters, or breaks."""

    way: str
    bank: SkillsBank

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer what it likes."""
        if self.way == "breaks":
            raise RuntimeError("the index is gone")
        names = [one.name for one in self.bank.skills if not one.protected]
        kept = {"nothing": 0, "one": 1, "all": len(names)}[self.way]
        return tuple(Match(skill=name, score=9.0) for name in names[:kept])


def flagged(bank: SkillsBank, way: str, opening: str, guard: object, voice: object) -> Exchange:
    """The first exchange of a talk that opens with these words."""
    return _talk(bank, way, opening, guard, voice).exchanges[0]


def _talk(bank: SkillsBank, way: str, opening: str, guard: object, voice: object) -> Trace:
    supporter = Supporter(
        reader=PlainReader(),
        voice=voice,  # type: ignore[arg-type]
        index=Odd(way=way, bank=bank),
        guards=(guard,),  # type: ignore[arg-type]
        bank=bank,
    )
    stage = Stage(supporter=supporter, seeker=StepSeeker(), arm="test", rules=Rules(limit=1))
    who = profile(opening=opening)
    return asyncio.run(converse(who, stage, lambda actor: context(place=actor)))


MISCHIEF: tuple[object, ...] = (
    RuntimeError("broken"), MemoryError(), RecursionError(), StopAsyncIteration(), SystemExit(0),
    KeyError("rule"), "safe", 7, True, [], {"rule": "none"}, "hangs",
)  # fmt: skip
"""Twelve ways in which a guard is no guard: raised, answered, or never answered."""


@attrs.frozen(kw_only=True)
class Failing(WordGuard):
    """A guard that fails at one side's messages."""

    how: object
    at: str

    async def check(self, text: str, speaker: str, *_: object) -> Any:
        """Raise, answer rubbish, or wait."""
        if speaker != self.at:
            return None
        if isinstance(self.how, BaseException):
            raise self.how
        if self.how == "hangs":
            await asyncio.sleep(60)
        return self.how


@pytest.mark.parametrize("side", ["seeker", "supporter"])
@pytest.mark.parametrize("how", MISCHIEF, ids=lambda how: repr(how)[:16])
def test_no_failure_of_a_guard_lets_a_word_out(
    how: object, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S2: twelve faults, at either side's message, behind the pane that a run puts around guards:
    the shipped text, a talk that ends there as the guard's fault, and not a word of the model.
    """
    monkeypatch.setattr("esc_skills._stages.guarding.DEADLINE_SECONDS", 0.05)
    guard = wrap("guard", Catalogue.read().choose("guard", "crisis"), Failing(how=how, at=side))
    made = _talk(sample_bank(protected_skill()), "all", "hello", guard, EchoVoice())
    assert [item.reply.text for item in made.exchanges] == [FALLBACK]
    assert (made.ending, made.fault, made.state) == ("fault", "guard", "guard-failed")
    assert made.exchanges[0].reaction is None


def test_without_a_fault_the_models_words_are_read() -> None:
    """S2, negative control: the same talk under a sound guard."""
    made = _talk(sample_bank(protected_skill()), "all", "hello", WordGuard(), EchoVoice())
    assert [item.reply.text for item in made.exchanges] == [EchoVoice().text]


@settings(max_examples=30)
@given(
    strategies.banks(most=6),
    st.sampled_from(["nothing", "one", "all", "breaks"]),
    st.sampled_from([EchoVoice(), BrokenVoice()]),
)
def test_nothing_stands_between_a_flagged_turn_and_the_protected_skill(
    bank: SkillsBank, way: str, voice: object
) -> None:
    """S6: any bank, a retriever that finds nothing or breaks, a voice that breaks: the protected
    skill is offered and used, it alone, and the text is the guard's, which needs no room.
    """
    others = tuple(one for one in bank.skills if not one.protected and one.name != "crisis-first")
    guarded = sample_bank(*others, protected_skill())
    made = flagged(guarded, way, "there is danger here", WordGuard(), voice)
    assert made.reply.used == tuple(one.skill for one in made.matches) == ("crisis-first",)
    assert (made.reply.text, made.reply.fixed) == ("FIXED HELP TEXT", True)


def test_it_is_within_reach_in_a_bank_of_five_thousand() -> None:
    """S6: size hides it from nobody; a guard that fails offers it, too."""
    many = [skill(f"listen-{number}") for number in range(5_000)]
    guarded = sample_bank(*many, protected_skill())
    for guard, text in ((WordGuard(), "FIXED HELP TEXT"), (RaisingGuard(), FALLBACK)):
        made = flagged(guarded, "all", "there is danger here", guard, EchoVoice())
        assert (made.matches[0].skill, made.reply.text) == ("crisis-first", text)


@pytest.mark.parametrize("way", ["nothing", "all"])
def test_on_an_ordinary_turn_the_retriever_decides(way: str) -> None:
    """S6, negative control: without an alarm the same look finds no protected skill."""
    guarded = sample_bank(skill(), protected_skill())
    made = flagged(guarded, way, "hello", WordGuard(), EchoVoice())
    assert "crisis-first" not in [one.skill for one in made.matches]
    assert not made.reply.fixed
