"""Negative controls: a component with one fault is caught by the law that forbids it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.errors import DataError
from esc_skills.model import (
    Action,
    Change,
    InterventionUnit,
    Prototype,
    Reading,
    SeekerState,
    Source,
)
from esc_skills.spec import Distillate
from esc_skills.testing import conformance
from esc_skills.testing.conformance.scenes import dialogue
from esc_skills.testing.samples import skill, taxonomy

COUNTER: list[int] = []
"""State that a component must not keep."""


@attrs.frozen(kw_only=True)
class Shelf:
    """A corpus with a switch for every fault."""

    name: ClassVar[str] = "shelf"
    summary: ClassVar[str] = "one embedded dialogue"
    fault: str = ""

    async def read(self, path: Path | None, ctx: Any) -> Any:
        if path is not None:
            self._refuse(path)
        COUNTER.append(1)
        ids = ["d-1", "d-1"] if self.fault == "doubled" else ["d-1", "d-2"]
        if self.fault == "moody":
            ids = ids[len(COUNTER) % 2 :]
        return Reading(
            corpus="other" if self.fault == "misnamed" else "shelf",
            licence="Apache-2.0",
            dialogues=tuple(dialogue(name) for name in ids),
        )

    def _refuse(self, path: Path) -> None:
        if self.fault == "trusting" or (self.fault == "blind" and not path.exists()):
            json.loads(path.read_bytes() if path.exists() else b"1")
            return
        raise DataError("not mine", where=str(path), hint="none")


@attrs.frozen(kw_only=True)
class Knife:
    """An extractor with a switch for every fault."""

    name: ClassVar[str] = "knife"
    summary: ClassVar[str] = "one unit a supporter turn"
    fault: str = ""

    @property
    def taxonomy(self) -> Any:
        return taxonomy()

    async def extract(self, dialogue: Any, ctx: Any) -> Any:
        COUNTER.append(1)
        found = [
            self._unit(dialogue, at)
            for at, turn in enumerate(dialogue.turns)
            if turn.speaker != "seeker"
        ]
        if self.fault == "fragile":
            dialogue.turns[1]
        return tuple(found[::-1] if self.fault == "backwards" else found)

    def _unit(self, talk: Any, at: int) -> InterventionUnit:
        label = "dancing" if self.fault == "poetic" else "validate"
        return InterventionUnit(
            source=Source(
                dialogue=talk.id,
                first=at,
                last=at + 50 if self.fault == "overlong" else at,
                licence="" if self.fault == "lawless" else talk.licence,
            ),
            before=SeekerState(scenario="", label="worried"),
            action=Action(label=label, strategy="Question"),
            change=Change(label="opens-up", polarity="neutral"),
            after=SeekerState(scenario="", label="worried"),
            position=1 / len(COUNTER) if self.fault == "sated" else 0,
        )

    async def read_state(self, history: Any, ctx: Any) -> Any:
        intensity = ctx.rng.randrange(100)
        label = "elated" if self.fault == "inventive" else "worried"
        if self.fault == "wordy":
            history[-1].text.split()[0]
        return SeekerState(scenario="", label=label, intensity=intensity)


@attrs.frozen(kw_only=True)
class Still:
    """A distiller with a switch for every fault."""

    name: ClassVar[str] = "still"
    summary: ClassVar[str] = "one skill of everything"
    fault: str = ""

    async def distil(self, units: Any, taxonomy: Any, ctx: Any) -> Any:
        if not units and self.fault != "conjurer":
            return Distillate()
        ids = tuple(sorted(unit.id for unit in units))
        quote = units[3].context if self.fault == "copyist" else "Wait."
        names = ["b", "a"] if self.fault == "untidy" else ["a", "b"]
        return Distillate(
            prototypes=(
                Prototype(
                    state="worried",
                    action="validate",
                    polarity="positive",
                    units=("iu-x",) if self.fault == "dreamer" else ids or ("iu-x",),
                ),
            ),
            skills=tuple(
                skill(name, guidance=(quote,), protected=self.fault == "usurper") for name in names
            ),
        )


@pytest.mark.parametrize(
    ("role", "cls"), [("corpus", Shelf), ("extractor", Knife), ("distiller", Still)]
)
def test_without_a_fault_nothing_is_broken(role: str, cls: Any) -> None:
    """The control of the controls."""
    assert conformance.faults(role, cls()) == ()


@pytest.mark.parametrize(
    ("role", "cls", "fault", "law"),
    [
        ("corpus", Shelf, "doubled", "says_what_it_read"),
        ("corpus", Shelf, "misnamed", "says_what_it_read"),
        ("corpus", Shelf, "moody", "reads_the_same_twice"),
        ("corpus", Shelf, "blind", "refuses_a_missing_file"),
        ("corpus", Shelf, "trusting", "survives_garbage"),
        ("extractor", Knife, "backwards", "extracts_in_order"),
        ("extractor", Knife, "overlong", "extracts_in_order"),
        ("extractor", Knife, "lawless", "extracts_in_order"),
        ("extractor", Knife, "poetic", "writes_its_own_labels"),
        ("extractor", Knife, "sated", "extracts_the_same_twice"),
        ("extractor", Knife, "fragile", "extracts_from_any_words"),
        ("extractor", Knife, "inventive", "reads_a_state_from_any_words"),
        ("extractor", Knife, "wordy", "reads_a_state_from_any_words"),
        ("distiller", Still, "conjurer", "distils_nothing_from_nothing"),
        ("distiller", Still, "untidy", "distils_in_order_and_again"),
        ("distiller", Still, "dreamer", "rests_on_evidence"),
        ("distiller", Still, "usurper", "rests_on_evidence"),
        ("distiller", Still, "copyist", "copies_nobody"),
    ],
)
def test_each_fault_is_caught(role: str, cls: Any, fault: str, law: str) -> None:
    """The law that forbids it says so."""
    COUNTER.clear()
    assert law in {item.split(":")[0] for item in conformance.faults(role, cls(fault=fault))}


def test_a_good_file_is_used_where_given(tmp_path: Path) -> None:
    """A corpus without embedded data is tried on a file; then refusing it is a breach."""
    good = tmp_path / "good.json"
    good.write_text("{}")
    found = conformance.faults("corpus", Shelf(), path=good)
    assert {item.split(":")[0] for item in found} == {
        "reads_from_any_folder",
        "reads_the_same_twice",
        "says_what_it_read",
    }
