from __future__ import annotations

import inspect
import typing

import pytest

from esc_skills._host.hooks import PROVIDERS, SPECS, WATCHER_HOOKS
from esc_skills.spec import ROLES, hookspecs

PARTS = ("When:", "Args:", "Returns:", "Determinism:")


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_asks_one_question_in_five_parts(name: str) -> None:
    """Question, When, Args, Returns, Determinism, in this order."""
    text = inspect.getdoc(getattr(hookspecs, name)) or ""
    assert text.splitlines()[0].endswith("?")
    places = [text.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("role", ROLES)
def test_a_provider_hook_takes_nothing_and_gives_classes_of_its_role(role: str) -> None:
    """The hook's annotation names the role's Protocol."""
    function = getattr(hookspecs, PROVIDERS[role])
    assert not inspect.signature(function).parameters
    (answer,) = typing.get_args(typing.get_type_hints(function)["return"])
    assert typing.get_args(answer) == (ROLES[role],)
    assert f"``{role}``" in (function.__doc__ or "")


@pytest.mark.parametrize("name", WATCHER_HOOKS)
def test_a_watcher_hook_returns_nothing_and_documents_its_facts(name: str) -> None:
    """A watcher can change nothing; every fact it is told is described."""
    function = getattr(hookspecs, name)
    signature = inspect.signature(function)
    assert typing.get_type_hints(function)["return"] is type(None)
    for fact in signature.parameters:
        assert f"    {fact}: " in (function.__doc__ or "")


def test_no_hook_takes_the_first_answer() -> None:
    """A winner by registration order would change a result with an unrelated install."""
    for name in SPECS:
        marks = getattr(getattr(hookspecs, name), "esc_skills_spec")  # noqa: B009 - pluggy's mark
        assert not marks["firstresult"]
