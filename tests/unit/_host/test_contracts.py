from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from esc_skills._host.contracts import component_faults, session_faults
from esc_skills.spec import Index
from esc_skills.testing import doubles


@attrs.frozen(kw_only=True)
class Good:
    name: ClassVar[str] = "good"
    summary: ClassVar[str] = "keeps its promise"

    async def index(self, bank: Any, ctx: Any) -> Any:
        return self


def test_a_class_that_keeps_its_promise_has_no_fault() -> None:
    """Nothing is said about a good class."""
    assert component_faults("retriever", Good, "good") == ()


@pytest.mark.parametrize(
    ("role", "cls"),
    [("seeker", doubles.StepSeeker), ("guard", doubles.WordGuard), ("gate", doubles.CountGate)],
)
def test_shipped_doubles_keep_their_promises(role: str, cls: type) -> None:
    """What this project hands to authors as an example is one."""
    assert component_faults(role, cls) == ()


def _changed(**members: Any) -> type:
    body = {"name": "good", "summary": "s", "index": Good.index, **members}
    kept = {key: value for key, value in body.items() if value is not ...}
    return attrs.frozen(kw_only=True)(type("Changed", (), kept))


async def _long(self: Any, bank: Any, ctx: Any, more: Any) -> Any: ...
async def _renamed(self: Any, store: Any, ctx: Any) -> Any: ...
async def _defaulted(self: Any, bank: Any, ctx: Any, more: Any = 1) -> Any: ...
def _plain(self: Any, bank: Any, ctx: Any) -> Any: ...


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"index": ...}, "async index(self, bank, ctx) is missing"),
        ({"index": _plain}, "index(self, bank, ctx) must be async"),
        ({"index": _renamed}, "index(self, store, ctx) must take index(self, bank, ctx)"),
        ({"index": _long}, "index(self, bank, ctx, more) must take"),
        ({"index": staticmethod(_plain)}, "must be an ordinary method"),
        ({"name": "other"}, "its name is 'other', its entry point says 'good'"),
        ({"name": 7}, "name: is int, must be str"),
        ({"summary": ""}, "summary must be one line"),
        ({"summary": "a\nb"}, "summary must be one line"),
        ({"summary": ...}, "summary is missing"),
    ],
)
def test_each_breach_is_named(members: dict[str, Any], told: str) -> None:
    """P03: the message says exactly what is missing or differs."""
    assert told in "; ".join(component_faults("retriever", _changed(**members), "good"))


def test_more_parameters_with_defaults_are_welcome() -> None:
    """A method may take more, as long as the kernel need not give it."""
    assert component_faults("retriever", _changed(index=_defaulted), "good") == ()


def test_all_breaches_are_told_at_once() -> None:
    """An author mends everything in one go."""
    found = component_faults("guard", _changed(), "good")
    assert [fault.split("(")[0] for fault in found] == [
        "protected",
        "async check",
        "answer",
    ]


def test_only_frozen_attrs_classes_are_components() -> None:
    """State in a component would leak from one run into the next."""
    plain = type("Plain", (), {"name": "good", "summary": "s", "index": Good.index})
    loose = attrs.define(type("Loose", (), {"name": "good", "summary": "s", "index": Good.index}))
    assert any("no attrs class" in fault for fault in component_faults("retriever", plain))
    assert component_faults("retriever", loose) == (
        "it is not frozen; decorate it with @attrs.frozen(kw_only=True)",
    )


def test_an_instance_is_not_a_class() -> None:
    """A provider hook answers with classes; settings make the instance."""
    assert "return the class itself" in component_faults("retriever", Good())[0]


def test_data_may_be_field_property_or_class_attribute() -> None:
    """How a promised attribute is kept is the author's choice; a method it is not."""

    async def score(self: Any, evidence: Any, ctx: Any) -> Any: ...

    def made(**members: Any) -> type:
        return _changed(index=..., score=score, **members)

    assert component_faults("evaluator", made(reads=frozenset({"bank"}))) == ()
    assert component_faults("evaluator", made(reads=property(lambda self: frozenset()))) == ()
    assert "reads is missing" in component_faults("evaluator", made())
    assert "must be a property" in component_faults("evaluator", made(reads=_plain))[0]
    assert "reads: is tuple" in component_faults("evaluator", made(reads=("bank",)))[0]


def test_sessions_are_asked_for_their_methods_only() -> None:
    """A session's data is looked at when it is read."""
    assert session_faults(Index, doubles.FirstIndex) == ()
    assert session_faults(Index, int) == ("async search(self, moment, ctx) is missing",)
