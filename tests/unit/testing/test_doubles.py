"""Doubles keep the promise of their role, and say what they do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import PluginError
from esc_skills.model import Reply
from esc_skills.testing import conformance, context
from esc_skills.testing.conformance.scenes import mixed_bank, moment, pairs, turns
from esc_skills.testing.doubles import (
    BrokenVoice,
    CountGate,
    EchoResponder,
    EchoVoice,
    FirstIndex,
    FirstRetriever,
    OneByOne,
    PlainReader,
    RaisingGuard,
    StepSeeker,
    WordGuard,
)
from esc_skills.testing.samples import bank, profile, protected_skill, skill, state, taxonomy

WHOLE = [
    ("retriever", FirstRetriever()),
    ("responder", EchoResponder()),
    ("seeker", StepSeeker()),
    ("seeker", StepSeeker(steps=(10, -10))),
    ("guard", WordGuard()),
    ("guard", WordGuard(word="worried", skill=protected_skill())),
    ("gate", CountGate()),
    ("executor", OneByOne()),
]


@pytest.mark.parametrize(
    ("role", "double"), WHOLE, ids=[f"{role}-{double.name}" for role, double in WHOLE]
)
def test_whole_components_keep_their_promise(role: str, double: Any) -> None:
    """A double that a plug-in author copies from is a component that passes every law."""
    conformance.check(role, double)


def test_reader_that_cuts_nothing_breaks_that_law_alone() -> None:
    """The plain reader is an extractor in everything but that it gives no units."""
    (fault,) = conformance.faults("extractor", PlainReader())
    assert fault.startswith("extracts_in_order")


def test_guard_that_raises_breaks_the_guards_laws() -> None:
    """The negative control: a broken guard is caught by the suite."""
    found = conformance.faults("guard", RaisingGuard())
    assert [line.split(":")[0] for line in found] == [
        "checks_any_words",
        "has_an_answer_in_any_language",
    ]


def test_reader_reads_its_one_state() -> None:
    """Whatever was said, the state is the same, and it is one of its taxonomy."""
    calm = state(label="in-crisis", intensity=3)
    found = asyncio.run(PlainReader(state=calm).read_state(turns("help"), context()))
    assert found == calm
    assert taxonomy().label("state", PlainReader().state.label)


def test_voice_echoes_and_uses_what_it_is_offered() -> None:
    """One text, one strategy, every offered skill."""
    offered = asyncio.run(FirstIndex(bank=bank()).search(moment("hi"), context()))
    voice = EchoVoice(text="Yes.", strategy="Question")
    assert asyncio.run(voice.reply(moment("hi"), offered, context())) == Reply(
        text="Yes.", strategy="Question", used=("listen-first",)
    )


def test_broken_voice_always_breaks() -> None:
    """It fails as a broken plug-in does, by name."""
    with pytest.raises(PluginError, match="double"):
        asyncio.run(BrokenVoice().reply(moment("hi"), (), context()))


def test_index_offers_the_first_active_unprotected_skill() -> None:
    """One skill, never a resting or a protected one; it abstains where there is none."""
    (match,) = asyncio.run(FirstIndex(bank=mixed_bank()).search(moment("hi"), context()))
    assert match.skill == "listen-first"
    for empty in (bank(protected_skill()), bank(skill(life="retired"))):
        assert asyncio.run(FirstIndex(bank=empty).search(moment("hi"), context())) == ()


@given(
    steps=st.lists(st.integers(-10, 10), min_size=1, max_size=5).map(tuple),
    start=st.integers(0, 100),
    count=st.integers(1, 12),
)
def test_seeker_feels_its_steps_and_repeats_the_last(
    steps: tuple[int, ...], start: int, count: int
) -> None:
    """Changes come in order whatever is said; emotion adds up within 0-100."""
    sitting = asyncio.run(StepSeeker(steps=steps).meet(profile(start_emotion=start), context()))
    felt = [
        asyncio.run(sitting.react(Reply(text="x", strategy=""), (), context()))
        for _ in range(count)
    ]
    assert [item.delta for item in felt] == [
        steps[min(place, len(steps) - 1)] for place in range(count)
    ]
    emotion = start
    for item in felt:
        emotion = max(0, min(100, emotion + item.delta))
        assert item.emotion == emotion


def test_guard_alarms_on_its_word_alone() -> None:
    """A high alarm about the side that said the word; the fixed text is its answer."""
    guard = WordGuard(word="fire", text="CALL")
    alarm = asyncio.run(guard.check("fire!", "seeker", "en", context()))
    assert alarm is not None
    assert (alarm.speaker, alarm.severity) == ("seeker", "high")
    assert guard.answer(alarm, "en") == "CALL"
    assert asyncio.run(guard.check("water", "seeker", "en", context())) is None


@pytest.mark.parametrize(
    ("count", "gain", "left", "decision"),
    [
        (0, 0, 9, "continue"),
        (3, 5, 1, "continue"),
        (3, 5, 0, "accept"),
        (4, 5, 9, "accept"),
        (4, -5, 9, "reject"),
        (0, 0, 0, "reject"),
    ],
)
def test_gate_waits_for_its_pairs(count: int, gain: float, left: int, decision: str) -> None:
    """It asks for four pairs while there are any to be had, then any gain is enough."""
    verdict = asyncio.run(CountGate(wanted=4).decide(pairs(count, gain), left, context()))
    assert (verdict.decision, verdict.pairs) == (decision, count)


def test_executor_runs_one_after_the_other() -> None:
    """Never two at once; answers in item order."""
    events: list[str] = []

    async def work(item: int) -> int:
        events.append(f"{item} begins")
        await asyncio.sleep(0)
        events.append(f"{item} ends")
        return item * 2

    assert asyncio.run(OneByOne().map(work, [1, 2], 8)) == (2, 4)
    assert events == ["1 begins", "1 ends", "2 begins", "2 ends"]
