from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.model import Verdict
from esc_skills.testing import conformance


@attrs.frozen(kw_only=True)
class Gate:
    name: ClassVar[str] = "trial"
    summary: ClassVar[str] = "always the same"

    async def decide(self, pairs: Any, left: int, ctx: Any) -> Verdict:
        return Verdict(decision="reject", gate="trial")


@attrs.frozen(kw_only=True)
class Shouting(Gate):
    name: ClassVar[str] = "Trial_Gate"


@attrs.frozen(kw_only=True)
class Talkative(Gate):
    summary: ClassVar[str] = "word " * 40


@attrs.frozen(kw_only=True, eq=False)
class Unequal:
    name: ClassVar[str] = "trial"
    summary: ClassVar[str] = "differs from its copy"
    decide = Gate.decide


@attrs.frozen(kw_only=True)
class Unhashable(Gate):
    names: list[str] = attrs.field(factory=list)


@attrs.frozen(kw_only=True)
class Opaque(Gate):
    limit: float = float("nan")


@attrs.frozen(kw_only=True)
class Growing(Gate):
    limit: int = attrs.field(default=1, converter=lambda value: value + 1)


@attrs.define(kw_only=True)
class Loose:
    name: ClassVar[str] = "trial"
    summary: ClassVar[str] = "can be changed"
    decide = Gate.decide


def test_a_plain_gate_breaks_no_law_of_components() -> None:
    """The control: what the variants below start from is fine."""
    assert conformance.faults("gate", Gate()) == ()


@pytest.mark.parametrize(
    ("cls", "law"),
    [
        (Shouting, "has_a_good_name"),
        (Talkative, "has_a_good_name"),
        (Unequal, "is_a_value"),
        (Unhashable, "is_a_value"),
        (Opaque, "has_plain_settings"),
        (Growing, "is_made_of_its_settings"),
        (Loose, "keeps_the_form"),
    ],
)
def test_each_breach_is_caught_by_its_law(cls: type, law: str) -> None:
    """A component with one fault is told so by the law that forbids it."""
    assert law in {fault.split(":")[0] for fault in conformance.faults("gate", cls())}


def test_what_cannot_travel_is_caught() -> None:
    """A class made inside a function cannot be sent to another process."""

    @attrs.frozen
    class Local(Gate):
        pass

    assert any(fault.startswith("can_travel") for fault in conformance.faults("gate", Local()))
