"""What a law is, and what it is tried on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs

from esc_skills._host.catalogue import Entry
from esc_skills._host.wrapping import wrap
from esc_skills.spec import Context
from esc_skills.testing.contexts import context

EVERY_ROLE = "*"


@attrs.frozen(kw_only=True)
class Trial:
    """A component before its judges."""

    role: str
    """Role name."""
    component: Any
    """As the engine sees it: behind a pane that checks the type of every answer."""
    bare: Any
    """The same without the pane."""
    lend: Callable[[int], Context] = context
    """Makes the services for a seed; scripted answers go in here."""
    path: Path | None = None
    """A good file, for corpora that have no embedded data."""


Body = Callable[[Trial], Awaitable[None]]


@attrs.frozen(kw_only=True)
class Law:
    """One sentence that holds for every component of a role."""

    role: str
    """Role name, or ``*``."""
    name: str
    """Name of the function."""
    sentence: str
    """What holds."""
    body: Body
    """Raises when it does not."""

    def fault(self, trial: Trial) -> str:
        """Try the law; empty when it holds, else what happened."""
        try:
            asyncio.run(self.body(trial))  # type: ignore[arg-type]
        except Exception as fault:  # whatever a component raises is evidence
            return f"{self.sentence} But: {str(fault).strip() or type(fault).__name__}"
        return ""


STATUTES: list[Law] = []
"""All laws, in the order they were written down."""


def law(*roles: str) -> Callable[[Body], Body]:
    """Write down a law for some roles; its docstring's first line is its sentence."""

    def written(body: Body) -> Body:
        sentence = (body.__doc__ or "").strip().splitlines()[0]
        name = getattr(body, "__name__", "law")
        STATUTES.extend(Law(role=role, name=name, sentence=sentence, body=body) for role in roles)
        return body

    return written


def on_trial(
    role: str,
    component: Any,
    *,
    lend: Callable[[int], Context] = context,
    path: Path | None = None,
) -> Trial:
    """Put a component behind a pane, as the host would."""
    cls = type(component)
    entry = Entry(
        role=role,
        name=str(getattr(cls, "name", cls.__name__)),
        module=cls.__module__,
        distribution="under-test",
    )
    pane = wrap(role, entry, component)
    return Trial(role=role, component=pane, bare=component, lend=lend, path=path)
