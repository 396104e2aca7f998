"""Conformance suites: does a component keep the promise of its role?

Enters: a component, made with the settings to be tested.
Leaves: an AssertionError that lists every broken law, or nothing.
Door: ``check``; or ``laws`` and ``Trial`` to make each law a test of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from esc_skills.spec import ROLES, Context
from esc_skills.testing.conformance import (  # noqa: F401 - importing them writes their laws down
    components,
    ending,
    judging,
    printing,
    reading,
    seeking,
    serving,
    supporting,
    wording,
)
from esc_skills.testing.conformance.trials import (
    EVERY_ROLE,
    STATUTES,
    Law,
    NotTried,
    Outcome,
    Trial,
    on_trial,
)
from esc_skills.testing.contexts import context

__all__ = ["Law", "NotTried", "Outcome", "Trial", "check", "faults", "laws", "on_trial"]


def laws(role: str) -> tuple[Law, ...]:
    """All laws of a role, those of every component first.

    Raises:
        ValueError: There is no such role.
    """
    if role not in ROLES:
        raise ValueError(f"no role is called {role!r}; roles are {', '.join(ROLES)}")
    common = [item for item in STATUTES if item.role == EVERY_ROLE]
    return (*common, *(item for item in STATUTES if item.role == role))


def faults(
    role: str,
    component: Any,
    *,
    lend: Callable[[int], Context] = context,
    path: Path | None = None,
) -> tuple[str, ...]:
    """List the laws that a component breaks, each with what happened.

    Args:
        role: Role name, such as ``retriever``.
        component: An instance of the component class.
        lend: Makes ``ctx`` for a seed; pass one with scripted answers for components that ask
            a model.
        path: A good file, for corpora without embedded data.
    """
    trial = on_trial(role, component, lend=lend, path=path)
    found = ((item, item.fault(trial)) for item in laws(role))
    return tuple(f"{item.name}: {fault}" for item, fault in found if fault)


def check(
    role: str,
    component: Any,
    *,
    lend: Callable[[int], Context] = context,
    path: Path | None = None,
) -> None:
    """Try every law of a role; arguments as for ``faults``.

    Raises:
        AssertionError: With one line for every broken law.
    """
    broken = faults(role, component, lend=lend, path=path)
    if broken:
        name = getattr(component, "name", type(component).__name__)
        raise AssertionError("\n- ".join((f"{role}.{name} breaks its promise:", *broken)))
