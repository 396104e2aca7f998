from __future__ import annotations

import inspect

import attrs
import pytest

from esc_skills import spec
from esc_skills.spec import ROLES
from esc_skills.spec.roles import Component
from esc_skills.testing import doubles

DOUBLES = {
    "extractor": doubles.PlainReader,
    "seeker": doubles.StepSeeker,
    "guard": doubles.WordGuard,
    "gate": doubles.CountGate,
    "executor": doubles.OneByOne,
}


@pytest.mark.parametrize("role", ROLES)
def test_every_method_of_a_role_is_documented_and_annotated(role: str) -> None:
    """A promise says what it takes, what it gives, and in which colour."""
    for name, member in vars(ROLES[role]).items():
        if name.startswith("_") or not inspect.isfunction(member):
            continue
        assert member.__doc__, f"{role}.{name}"
        hints = inspect.signature(member)
        assert hints.return_annotation is not inspect.Signature.empty, f"{role}.{name}"


@pytest.mark.parametrize("role", ROLES)
def test_role_names_are_the_first_words_of_entry_points(role: str) -> None:
    """A role's name is its Protocol's, in lower case; the room's door shows it."""
    assert ROLES[role].__name__.lower() == role
    assert getattr(spec, ROLES[role].__name__) is ROLES[role]
    assert Component in ROLES[role].__mro__


@pytest.mark.parametrize("role", DOUBLES)
def test_conforming_is_enough_no_base_class_is_needed(role: str) -> None:
    """Roles are Protocols: a class that has what is promised is one."""
    cls = DOUBLES[role]
    assert ROLES[role] not in cls.__mro__
    assert isinstance(cls(), ROLES[role])


def test_what_has_less_is_no_component() -> None:
    """An object without the methods of a role does not pass for it."""
    assert not isinstance(object(), spec.Retriever)
    assert not isinstance(doubles.WordGuard(), spec.Retriever)


@pytest.mark.parametrize("cls", [spec.Distillate, spec.Request, spec.Completion, spec.RunRecord])
def test_what_promises_exchange_is_frozen(cls: type) -> None:
    """P07: what passes between plug-ins cannot be changed by any of them."""
    assert attrs.has(cls)
    given = {"text": "", "model": "", "system": "", "messages": (), "name": "", "experiment": {}}
    needed = {f.name for f in attrs.fields(cls) if f.default is attrs.NOTHING}
    made = cls(**{key: value for key, value in given.items() if key in needed})
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, attrs.fields(cls)[0].name, None)
