"""One tree of errors; facts as attributes; a hint in every one."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills import errors
from esc_skills.errors import (
    BackendError,
    DataError,
    EscSkillsError,
    PluginError,
    UsageError,
)

EVERY = [
    item
    for item in vars(errors).values()
    if inspect.isclass(item) and issubclass(item, EscSkillsError)
]


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_is_one_line_with_code_and_hint(kind: type[EscSkillsError]) -> None:
    """``error[CODE]: what (hint)``; the text of the exception is that line."""
    fault = kind("no seat is left", hint="add profiles")
    assert fault.line == f"error[{kind.code}]: no seat is left (add profiles)"
    assert str(fault) == fault.line
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)


def test_codes_tell_errors_apart() -> None:
    """No two classes share a code, so that a script can tell them apart."""
    assert len({kind.code for kind in EVERY}) == len(EVERY)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UsageError", 2),
        ("UnknownPluginError", 2),
        ("ConfigError", 2),
        ("DataError", 2),
        ("PluginConflictError", 2),
        ("BackendError", 3),
        ("StoreError", 3),
        ("BudgetExceeded", 4),
        ("PluginError", 5),
        ("PluginLoadError", 5),
        ("PluginContractError", 5),
        ("ReplyError", 1),
        ("BankRuleError", 1),
    ],
)
def test_exit_code_says_who_can_mend_it(name: str, code: int) -> None:
    """2 the user, 3 the provider or the machine, 4 the budget, 5 a plug-in, 1 the rest."""
    assert getattr(errors, name).exit_code == code


def test_place_stands_before_the_message() -> None:
    """``where`` names file, line and field (I05)."""
    fault = DataError("missing", hint="add it", where="a.json: dialogues[3].dialog[7].content")
    assert fault.line.startswith("error[data] a.json: dialogues[3].dialog[7].content: missing")


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({}, ""),
        ({"plugin": "gate.x"}, "gate.x"),
        ({"plugin": "gate.x", "distribution": "d"}, "gate.x (d)"),
        (
            {"plugin": "gate.x", "distribution": "d", "version": "1", "hook": "decide"},
            "gate.x (d 1) decide",
        ),
    ],
)
def test_plugin_error_names_its_owner(facts: dict[str, str], where: str) -> None:
    """P04: plug-in, distribution, version and hook, as far as they are known."""
    fault = PluginError("it broke", hint="mend it", **facts)
    assert fault.where == where
    assert all(getattr(fault, key) == value for key, value in facts.items())


def test_backend_error_keeps_whether_to_try_again() -> None:
    """Retrying is a fact of the error, not a word in its message."""
    assert BackendError("busy", hint="wait", retryable=True).retryable
    assert not BackendError("no such model", hint="choose another").retryable


@pytest.mark.parametrize("kind", EVERY)
@given(words=st.tuples(st.text(), st.text(), st.text()))
def test_errors_survive_the_way_to_another_process(
    kind: type[EscSkillsError], words: tuple[str, str, str]
) -> None:
    """An executor may send an error home: pickled or copied, it keeps class and every fact."""
    facts = {"plugin": words[2]} if issubclass(kind, PluginError) else {"where": words[2]}
    fault = kind(words[0], hint=words[1], **facts)
    for again in (pickle.loads(pickle.dumps(fault)), copy.copy(fault)):
        assert type(again) is kind
        assert (again.line, again.args) == (fault.line, fault.args)
        assert vars(again) == vars(fault)


def test_usage_errors_are_caught_together() -> None:
    """Whoever wants to mend input catches one class."""
    for name in ("UnknownPluginError", "ConfigError", "DataError"):
        assert issubclass(getattr(errors, name), UsageError)
    assert not issubclass(PluginError, UsageError)
