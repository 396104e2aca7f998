"""Negative controls: a component with one fault is caught by the law that forbids it."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.model import Alarm, Match, Reply
from esc_skills.testing import conformance
from esc_skills.testing.samples import protected_skill, skill

COUNTER: list[int] = []
"""State that a component must not keep."""


@attrs.frozen(kw_only=True)
class Finder:
    """A retriever with a switch for every fault."""

    name: ClassVar[str] = "finder"
    summary: ClassVar[str] = "finds by name"
    k: int = 2
    fault: str = ""

    async def index(self, bank: Any, ctx: Any) -> Any:
        if self.fault == "empty" and not bank.skills:
            raise IndexError("max() of nothing")
        skills = bank.skills if self.fault == "inactive" else bank.active
        return Shelf(names=tuple(item.name for item in skills), owner=self)


@attrs.frozen(kw_only=True)
class Shelf:
    names: tuple[str, ...]
    owner: Finder

    async def search(self, moment: Any, ctx: Any) -> Any:
        COUNTER.append(1)
        fault, names = self.owner.fault, self.names[: self.owner.k]
        if fault == "invents":
            names = ("made-up",)
        if fault == "twice":
            names = names[:1] * 2
        if fault == "greedy":
            names = self.names
        if fault == "moody":
            names = names[len(COUNTER) % 2 :]
        if fault == "speechless" and not moment.seeker_text.split():
            raise ZeroDivisionError("no words")
        worth = range(len(names)) if fault == "unsorted" else range(len(names), 0, -1)
        return tuple(Match(skill=name, score=at) for name, at in zip(names, worth, strict=True))


@attrs.frozen(kw_only=True)
class Speaker:
    """A responder with a switch for every fault."""

    name: ClassVar[str] = "speaker"
    summary: ClassVar[str] = "says one thing"
    fault: str = ""

    async def prepare(self, bank: Any, units: Any, ctx: Any) -> Any:
        if self.fault == "needs-bank":
            bank.active  # noqa: B018 - the fault: a no-skills arm has no bank
        COUNTER.append(1)
        return Words(fault=self.fault)


@attrs.frozen(kw_only=True)
class Words:
    fault: str

    async def reply(self, moment: Any, matches: Any, ctx: Any) -> Any:
        used = tuple(match.skill for match in matches)
        text = f"I hear you. {ctx.rng.random()}"
        if self.fault == "silent":
            text = moment.seeker_text
        if self.fault == "shares":
            text = f"This is talk {len(COUNTER)}"
        return Reply(
            text=text,
            strategy="Listening" if self.fault == "strange" else "Question",
            used=("listen-first",) if self.fault == "claims" else used,
        )


@attrs.frozen(kw_only=True)
class Watch:
    """A guard with a switch for every fault."""

    name: ClassVar[str] = "watch"
    summary: ClassVar[str] = "watches for one word"
    fault: str = ""

    def protected(self) -> Any:
        return (skill(),) if self.fault == "loose" else (protected_skill(),)

    async def check(self, text: str, speaker: Any, language: str, ctx: Any) -> Any:
        if self.fault == "slow-witted" and len(text) > 1000:
            raise RecursionError
        if "worried" not in text:
            return None
        reason = text if self.fault == "quotes" else "Worry."
        side = "seeker" if self.fault == "one-sided" else speaker
        return Alarm(rule="w", speaker=side, reason=reason)

    def answer(self, alarm: Alarm, language: str) -> str:
        return {"en": "Call."}.get(language, "" if self.fault == "english" else "Call!")


@pytest.mark.parametrize(
    ("role", "cls"), [("retriever", Finder), ("responder", Speaker), ("guard", Watch)]
)
def test_without_a_fault_nothing_is_broken(role: str, cls: Any) -> None:
    """The control of the controls."""
    assert conformance.faults(role, cls()) == ()


@pytest.mark.parametrize(
    ("role", "cls", "fault", "law"),
    [
        ("retriever", Finder, "empty", "offers_nothing_from_nothing"),
        ("retriever", Finder, "inactive", "offers_active_skills_only"),
        ("retriever", Finder, "invents", "offers_active_skills_only"),
        ("retriever", Finder, "twice", "offers_active_skills_only"),
        ("retriever", Finder, "speechless", "offers_active_skills_only"),
        ("retriever", Finder, "unsorted", "offers_the_best_first"),
        ("retriever", Finder, "greedy", "offers_at_most_k"),
        ("retriever", Finder, "moody", "finds_the_same_again"),
        ("responder", Speaker, "needs-bank", "replies_to_any_moment"),
        ("responder", Speaker, "silent", "replies_to_any_moment"),
        ("responder", Speaker, "strange", "replies_to_any_moment"),
        ("responder", Speaker, "claims", "uses_what_was_offered"),
        ("responder", Speaker, "shares", "keeps_talks_apart"),
        ("guard", Watch, "loose", "protects_its_skills"),
        ("guard", Watch, "quotes", "checks_any_words"),
        ("guard", Watch, "one-sided", "checks_any_words"),
        ("guard", Watch, "slow-witted", "checks_any_words"),
        ("guard", Watch, "english", "has_an_answer_in_any_language"),
    ],
)
def test_each_fault_is_caught(role: str, cls: Any, fault: str, law: str) -> None:
    """The law that forbids it says so."""
    assert law in {item.split(":")[0] for item in conformance.faults(role, cls(fault=fault))}
