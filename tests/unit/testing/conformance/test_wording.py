"""Negative controls: who chokes on some words is caught by the law that forbids it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.errors import BackendError, UsageError
from esc_skills.model import (
    Dialogue,
    FailureReport,
    Match,
    Reading,
    Reply,
    Score,
    Turn,
    Verdict,
)
from esc_skills.spec import Capabilities, Completion, Distillate
from esc_skills.testing import conformance, doubles, samples
from esc_skills.testing.conformance import wording


@attrs.frozen(kw_only=True)
class Base:
    """Name, summary and the switch."""

    name: ClassVar[str] = "odd"
    summary: ClassVar[str] = "chokes on some words"
    fault: bool = True


def ascii_only(*texts: str) -> None:
    for text in texts:
        text.encode("ascii")


@attrs.frozen(kw_only=True)
class Placed(Base):
    async def read(self, path: Any, ctx: Any) -> Any:
        if path is None or not path.is_file():
            raise UsageError("no file", hint="give one")
        talk = Dialogue(
            id=str(path.parent) if self.fault else "d",
            turns=(Turn(speaker="seeker", text="Hello."),),
            corpus="odd",
            licence="x",
        )
        return Reading(corpus="odd", licence="x", dialogues=(talk,))


@attrs.frozen(kw_only=True)
class Distils(Base):
    async def distil(self, units: Any, taxonomy: Any, ctx: Any) -> Any:
        if self.fault:
            ascii_only(*(unit.context for unit in units))
        return Distillate()


@attrs.frozen(kw_only=True)
class Finds(Base):
    async def index(self, bank: Any, ctx: Any) -> Any:
        if self.fault:
            ascii_only(*(skill.overview for skill in bank.active))
        return Nothing()


class Nothing:
    async def search(self, moment: Any, ctx: Any) -> tuple[Match, ...]:
        return ()


@attrs.frozen(kw_only=True)
class Speaks(Base):
    async def prepare(self, bank: Any, units: Any, ctx: Any) -> Any:
        return Says(first=bank.skill("odd-3") if bank and self.fault else None)


@attrs.frozen
class Says:
    first: Any

    async def reply(self, moment: Any, matches: Any, ctx: Any) -> Reply:
        return Reply(text="" if self.first and matches else "Yes?", strategy="Question")


@attrs.frozen(kw_only=True)
class Cast(Base):
    async def profiles(self, ctx: Any) -> Any:
        return (samples.profile(opening="Hi\x07" if self.fault else "Hi"),)


@attrs.frozen(kw_only=True)
class Plays(doubles.StepSeeker):
    fault: bool = True

    async def meet(self, profile: Any, ctx: Any) -> Any:
        if self.fault:
            ascii_only(profile.persona)
        return await super().meet(profile, ctx)


@attrs.frozen(kw_only=True)
class Counts(Base):
    reads: ClassVar[frozenset[str]] = frozenset({"traces"})

    async def score(self, evidence: Any, ctx: Any) -> Any:
        said = [one.seeker for trace in evidence.traces for one in trace.exchanges]
        if self.fault and said:
            ascii_only(*said)
        facts = {"evaluator": "odd", "name": "turns", "signature": "odd:v1"}
        held = [one for one in evidence.traces if one.ending != "fault"]
        value = float(len(held)) if held else None
        return (Score(value=value, n=len(held), of=len(evidence.traces), **facts),)


@attrs.frozen(kw_only=True)
class Refines(Base):
    async def diagnose(self, traces: Any, bank: Any, ctx: Any) -> Any:
        if self.fault:
            ascii_only(*(one.seeker for trace in traces for one in trace.exchanges))
        return FailureReport(traces=len(traces))

    async def propose(self, report: Any, traces: Any, bank: Any, rejected: Any, ctx: Any) -> Any:
        return ()


@attrs.frozen(kw_only=True)
class Splits(Base):
    async def decide(self, pairs: Any, left: int, ctx: Any) -> Any:
        for pair in pairs if self.fault else ():
            _persona, _wish = pair.group.split("/")
        return Verdict(decision="inconclusive", gate="odd", pairs=len(pairs))


@attrs.frozen(kw_only=True)
class Prints(Base):
    async def render(self, record: Any, folder: Path) -> Any:
        path = folder / "page.txt"
        words = [record.name, *(trace.note for trace in record.traces)]
        path.write_text("\n".join(words), "utf-16" if self.fault else "utf-8", errors="replace")
        return (path,)


@attrs.frozen(kw_only=True)
class Drops(Base):
    async def map(self, work: Any, items: Any, limit: int) -> Any:
        done = [await work(item) for item in items]
        return tuple(0 if self.fault and end is None and len(items) > 99 else end for end in done)


@attrs.frozen(kw_only=True)
class Bills(Base):
    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def complete(self, request: Any) -> Any:
        if not request.messages[0][1].strip():
            raise BackendError("no words", hint="say something")
        return Completion(text="Yes.", tokens_in=10, tokens_cached=11 if self.fault else 10)


CASES = [
    ("corpus", Placed, "reads_from_any_folder"),
    ("distiller", Distils, "distils_any_words"),
    ("retriever", Finds, "finds_in_any_words"),
    ("responder", Speaks, "replies_with_any_skill"),
    ("profiles", Cast, "profiles_can_be_written_down"),
    ("seeker", Plays, "plays_anybody"),
    ("evaluator", Counts, "scores_any_words"),
    ("refiner", Refines, "refines_any_words"),
    ("gate", Splits, "judges_anybody"),
    ("report", Prints, "writes_any_words"),
    ("executor", Drops, "gives_back_anything"),
    ("backend", Bills, "accounts_for_tokens"),
]


@pytest.fixture
def broken(tmp_path: Path):
    """Names of the laws that a component breaks; a corpus is given a file."""
    path = tmp_path / "talks.txt"
    path.write_text("Hello.")

    def found(role: str, component: Any) -> set[str]:
        given = path if role == "corpus" else None
        return {item.split(":")[0] for item in conformance.faults(role, component, path=given)}

    return found


@pytest.mark.parametrize(("role", "cls", "law"), CASES)
def test_the_fault_is_caught_and_nothing_without_it(
    broken: Any, role: str, cls: Any, law: str
) -> None:
    """The law that forbids it says so; the same component without the fault keeps all laws."""
    assert law in broken(role, cls(fault=True))
    assert broken(role, cls(fault=False)) <= ({"survives_garbage"} if role == "corpus" else set())


def test_odd_things_are_odd() -> None:
    """Bank, conversations and replies hold Chinese, signs, markup and a very long text."""
    texts = [skill.overview for skill in wording.odd_bank().active]
    assert any("压力" in text for text in texts)
    assert max(map(len, texts)) >= 50_000
    said = [one.seeker for trace in wording.odd_traces() for one in trace.exchanges]
    assert set(texts) & set(said)
    assert {one.gold.text for one in wording.odd_responses()} == set(texts)
