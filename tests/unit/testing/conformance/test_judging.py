"""Negative controls: a component with one fault is caught by the law that forbids it."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.model import Edit, Failure, FailureReport, Item, Proposal, Score, Verdict
from esc_skills.testing import conformance
from esc_skills.testing.samples import skill

COUNTER: list[int] = []
"""State that a component must not keep."""


@attrs.frozen(kw_only=True)
class Judge:
    """An evaluator with a switch for every fault."""

    name: ClassVar[str] = "judge"
    summary: ClassVar[str] = "mean final emotion"
    fault: str = ""

    @property
    def reads(self) -> Any:
        return frozenset({"tea-leaves"} if self.fault == "mystic" else {"traces"})

    async def score(self, evidence: Any, ctx: Any) -> Any:
        COUNTER.append(1)
        every = list(evidence.traces)
        good = every if self.fault == "naive" else [t for t in every if t.ending != "fault"]
        value = sum(item.emotion for item in good) / len(good) if good else None
        if value is None and self.fault == "zero":
            value = 0.0
        if value is not None and self.fault == "moody":
            value += len(COUNTER)
        score = Score(
            evaluator="other" if self.fault == "misnamed" else "judge",
            name="emotion",
            value=value,
            n=len(good) + 9 * (self.fault == "boasts"),
            of=len(every),
            low=value + 1 if value is not None and self.fault == "outside" else None,
            high=value + 2 if value is not None and self.fault == "outside" else None,
            signature="" if self.fault == "unsigned" else "judge:v1",
            items=self._items(every if self.fault == "counts-faults" else good),
        )
        return (score, score) if self.fault == "twice" else (score,)

    def _items(self, seen: Any) -> tuple[Item, ...]:
        sums = {"wide": (1.0, 2.0, 3.0), "endless": (float("inf"), 1.0), "off": (1.0, 1.0)}
        made = tuple(
            Item(
                key="seat" if self.fault == "one-key" else f"{one.profile.id}#{one.repeat}",
                cluster="all" if self.fault == "lumps" else one.profile.id,
                sums=sums.get(self.fault, (float(one.emotion), 1.0)),
            )
            for one in seen
        )
        ragged = (attrs.evolve(one, sums=(1.0,)) for one in made[:1])
        return (*ragged, *made[1:]) if self.fault == "ragged" else made


@attrs.frozen(kw_only=True)
class Mender:
    """A refiner with a switch for every fault."""

    name: ClassVar[str] = "mender"
    summary: ClassVar[str] = "retires what was used in a failure"
    fault: str = ""

    async def diagnose(self, traces: Any, bank: Any, ctx: Any) -> Any:
        bad = [item for item in traces if item.ending in ("failure", "fault")]
        if self.fault != "blames":
            bad = [item for item in bad if item.ending == "failure"]
        at = 99 if self.fault == "points" else 0
        found = tuple(
            Failure(kind="unsafe-intervention", trace=item.id, exchange=at) for item in bad
        )
        return FailureReport(failures=found, traces=len(traces))

    async def propose(self, report: Any, traces: Any, bank: Any, rejected: Any, ctx: Any) -> Any:
        COUNTER.append(1)
        if not report.failures and self.fault != "eager":
            return ()
        edit = self._edit(bank)
        if self.fault != "stubborn" and any(edit in item.edits for item in rejected):
            return ()
        number = len(COUNTER) if self.fault == "moody" else 1
        start = "0" * 64 if self.fault == "elsewhere" else bank.hash
        return (Proposal(bank=start, edits=(edit,), refiner="mender", round=number),)

    def _edit(self, bank: Any) -> Edit:
        if bank.skill("stay-close") is None and self.fault != "blind":
            return Edit(kind="add", skills=(skill("new-one"),), reason="missing")
        if self.fault == "usurper":
            return Edit(kind="add", skills=(skill("boss", protected=True),), reason="mine")
        target = "crisis-first" if self.fault == "reckless" else "stay-close"
        return Edit(kind="retire", targets=(target,), reason="it failed")


@attrs.frozen(kw_only=True)
class Door:
    """A gate with a switch for every fault."""

    name: ClassVar[str] = "door"
    summary: ClassVar[str] = "takes any gain"
    fault: str = ""

    async def decide(self, pairs: Any, left: int, ctx: Any) -> Any:
        COUNTER.append(1)
        if not pairs and self.fault == "hasty":
            raise ZeroDivisionError
        if self.fault == "endless" or (left and len(pairs) < 10):
            return Verdict(decision="continue", gate="door", pairs=len(pairs))
        mean = sum(pair.difference for pair in pairs) / len(pairs) if pairs else 0.0
        return Verdict(
            decision="accept" if mean > 0 and self.fault != "moody" else "reject",
            gate="wall" if self.fault == "misnamed" else "door",
            pairs=len(pairs) + (self.fault == "boasts"),
            effect=mean + len(COUNTER) if self.fault == "moody" else mean,
            low=mean + 1 if self.fault == "outside" else mean - 1,
            high=mean + 99,
        )


def broken(role: str, component: Any) -> set[str]:
    COUNTER.clear()
    return {item.split(":")[0] for item in conformance.faults(role, component)}


@pytest.mark.parametrize(
    ("role", "cls"), [("evaluator", Judge), ("refiner", Mender), ("gate", Door)]
)
def test_without_a_fault_nothing_is_broken(role: str, cls: Any) -> None:
    """The control of the controls."""
    assert broken(role, cls()) == set()


@pytest.mark.parametrize(
    ("role", "cls", "fault", "law"),
    [
        ("evaluator", Judge, "mystic", "says_what_it_reads"),
        ("evaluator", Judge, "zero", "scores_nothing_as_none"),
        ("evaluator", Judge, "naive", "never_scores_a_fault"),
        ("evaluator", Judge, "misnamed", "counts_honestly"),
        ("evaluator", Judge, "boasts", "counts_honestly"),
        ("evaluator", Judge, "outside", "counts_honestly"),
        ("evaluator", Judge, "unsigned", "counts_honestly"),
        ("evaluator", Judge, "twice", "counts_honestly"),
        ("evaluator", Judge, "moody", "scores_the_same_again"),
        ("evaluator", Judge, "counts-faults", "items_make_the_value"),
        ("evaluator", Judge, "off", "items_make_the_value"),
        ("evaluator", Judge, "wide", "items_make_the_value"),
        ("evaluator", Judge, "ragged", "items_make_the_value"),
        ("evaluator", Judge, "endless", "items_make_the_value"),
        ("evaluator", Judge, "one-key", "items_name_their_seats"),
        ("evaluator", Judge, "lumps", "items_name_their_seats"),
        ("refiner", Mender, "eager", "finds_nothing_in_nothing"),
        ("refiner", Mender, "blames", "finds_nothing_in_nothing"),
        ("refiner", Mender, "points", "points_at_what_happened"),
        ("refiner", Mender, "elsewhere", "proposes_within_the_rules"),
        ("refiner", Mender, "reckless", "proposes_within_the_rules"),
        ("refiner", Mender, "usurper", "proposes_within_the_rules"),
        ("refiner", Mender, "blind", "proposes_to_an_empty_bank"),
        ("refiner", Mender, "moody", "proposes_the_same_again"),
        ("refiner", Mender, "stubborn", "takes_no_for_an_answer"),
        ("gate", Door, "endless", "decides_when_nothing_is_left"),
        ("gate", Door, "hasty", "answers_before_the_first_pair"),
        ("gate", Door, "boasts", "looks_at_what_it_was_given"),
        ("gate", Door, "outside", "looks_at_what_it_was_given"),
        ("gate", Door, "moody", "decides_the_same_again"),
    ],
)
def test_each_fault_is_caught(role: str, cls: Any, fault: str, law: str) -> None:
    """The law that forbids it says so."""
    assert law in broken(role, cls(fault=fault))
