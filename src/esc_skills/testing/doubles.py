"""Small, honest components for tests: each keeps its role's promise and says what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, TypeVar

import attrs

from esc_skills.errors import PluginError
from esc_skills.model import (
    Alarm,
    Dialogue,
    InterventionUnit,
    Match,
    Moment,
    Pair,
    Reaction,
    Reply,
    SeekerProfile,
    SeekerState,
    Skill,
    SkillsBank,
    Speaker,
    Taxonomy,
    Turn,
    Verdict,
)
from esc_skills.spec import Context
from esc_skills.testing import samples

T = TypeVar("T")
R = TypeVar("R")


@attrs.frozen(kw_only=True)
class PlainReader:
    """An extractor that reads one fixed state and cuts nothing."""

    name: ClassVar[str] = "plain-reader"
    summary: ClassVar[str] = "Reads one fixed state."

    state: SeekerState = attrs.field(factory=lambda: SeekerState(scenario="", label="worried"))
    """What it always reads."""
    taxonomy: Taxonomy = attrs.field(factory=samples.taxonomy)
    """Labels it writes."""

    async def extract(self, dialogue: Dialogue, ctx: Context) -> tuple[InterventionUnit, ...]:
        """Cut nothing."""
        return ()

    async def read_state(self, history: tuple[Turn, ...], ctx: Context) -> SeekerState:
        """Read the fixed state."""
        return self.state


@attrs.frozen(kw_only=True)
class EchoVoice:
    """A voice that says one text, and uses every skill it is offered."""

    text: str = "I hear you."
    """What it says."""
    strategy: str = "Others"
    """Strategy it names."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Say the text."""
        used = tuple(match.skill for match in matches)
        return Reply(text=self.text, strategy=self.strategy, used=used)


@attrs.frozen(kw_only=True)
class BrokenVoice:
    """A voice that always fails, as a broken plug-in does."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Fail."""
        raise PluginError("the voice broke", hint="this double always breaks", plugin="double")


@attrs.frozen(kw_only=True)
class FirstIndex:
    """An index that offers the first active skill."""

    bank: SkillsBank
    """The bank."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer one skill, or abstain when there is none."""
        first = [skill for skill in self.bank.active if not skill.protected][:1]
        return tuple(Match(skill=skill.name, score=1.0, why="first") for skill in first)


@attrs.frozen(kw_only=True)
class FirstRetriever:
    """A retriever that offers the first active skill, whatever the moment."""

    name: ClassVar[str] = "first"
    summary: ClassVar[str] = "Offers the first active skill."

    async def index(self, bank: SkillsBank, ctx: Context) -> FirstIndex:
        """Keep the bank."""
        return FirstIndex(bank=bank)


@attrs.frozen(kw_only=True)
class EchoResponder:
    """A responder that says one text with any bank."""

    name: ClassVar[str] = "echo"
    summary: ClassVar[str] = "Says one text."

    text: str = "I hear you."
    """What it says."""

    async def prepare(
        self, bank: SkillsBank | None, units: tuple[InterventionUnit, ...], ctx: Context
    ) -> EchoVoice:
        """Be ready at once."""
        return EchoVoice(text=self.text)


@attrs.define(kw_only=True)
class StepSitting:
    """A seeker that feels a fixed sequence of changes, whatever it hears."""

    profile: SeekerProfile
    steps: tuple[int, ...]
    emotion: int
    heard: int = 0

    @property
    def opening(self) -> str:
        """First message."""
        return self.profile.opening

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        """Feel the next step; the last one repeats."""
        delta = self.steps[min(self.heard, len(self.steps) - 1)]
        self.heard += 1
        self.emotion = max(0, min(100, self.emotion + delta))
        return Reaction(delta=delta, emotion=self.emotion, text=f"message {self.heard}")


@attrs.frozen(kw_only=True)
class StepSeeker:
    """A seeker whose emotion changes by fixed steps."""

    name: ClassVar[str] = "steps"
    summary: ClassVar[str] = "Feels a fixed sequence of emotion changes."

    steps: tuple[int, ...] = (5,)
    """Emotion changes in order; the last one repeats."""
    signature: str = "steps:v1"
    """Simulator signature."""

    async def meet(self, profile: SeekerProfile, ctx: Context) -> StepSitting:
        """Sit down."""
        return StepSitting(profile=profile, steps=self.steps, emotion=profile.start_emotion)


@attrs.frozen(kw_only=True)
class WordGuard:
    """A guard that raises a high alarm on one word, and counts nothing itself."""

    name: ClassVar[str] = "word"
    summary: ClassVar[str] = "Alarms on one word."

    word: str = "danger"
    """What raises the alarm."""
    text: str = "FIXED HELP TEXT"
    """Its answer."""
    skill: Skill | None = None
    """Protected skill of its manifest."""

    def protected(self) -> tuple[Skill, ...]:
        """Its protected skill, if it has one."""
        return (self.skill,) if self.skill else ()

    async def check(self, text: str, speaker: Speaker, language: str, ctx: Context) -> Alarm | None:
        """Look for the word."""
        return Alarm(rule="word", speaker=speaker) if self.word in text else None

    def answer(self, alarm: Alarm, language: str) -> str:
        """The fixed text."""
        return self.text


@attrs.frozen(kw_only=True)
class RaisingGuard(WordGuard):
    """A guard that is broken: every check raises."""

    async def check(self, text: str, speaker: Speaker, language: str, ctx: Context) -> Alarm | None:
        """Fail."""
        raise RuntimeError("the guard broke")


@attrs.frozen(kw_only=True)
class CountGate:
    """A gate that asks for a number of pairs and then accepts any gain."""

    name: ClassVar[str] = "count"
    summary: ClassVar[str] = "Accepts any gain after a number of pairs."

    wanted: int = 4
    """Pairs it asks for."""

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: Context) -> Verdict:
        """Continue until there are enough pairs, then compare the means."""
        if len(pairs) < self.wanted and left > 0:
            return Verdict(decision="continue", gate=self.name, pairs=len(pairs))
        mean = sum(pair.difference for pair in pairs) / len(pairs) if pairs else 0.0
        decision = "accept" if mean > 0 else "reject"
        return Verdict(decision=decision, gate=self.name, pairs=len(pairs), effect=mean)  # type: ignore[arg-type]


@attrs.frozen(kw_only=True)
class OneByOne:
    """An executor that runs items one after the other."""

    name: ClassVar[str] = "one-by-one"
    summary: ClassVar[str] = "Runs items one after the other."

    async def map(
        self, work: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int
    ) -> tuple[R, ...]:
        """Run in order."""
        return tuple([await work(item) for item in items])
