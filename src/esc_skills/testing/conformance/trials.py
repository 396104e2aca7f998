"""What a law is, and what it is tried on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import attrs

from esc_skills._host.catalogue import Entry
from esc_skills._host.wrapping import wrap
from esc_skills.spec import Context, Prompt, Random
from esc_skills.testing.contexts import context

T = TypeVar("T")
EVERY_ROLE = "*"


@attrs.define
class Heard:
    """A context that remembers which roles were asked."""

    _inner: Context
    _asked: list[str]

    @property
    def rng(self) -> Random:
        """As lent."""
        return self._inner.rng

    @property
    def place(self) -> str:
        """As lent."""
        return self._inner.place

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Remember, and pass on."""
        self._asked.append(role)
        return await self._inner.ask(role, prompt, into=into)

    def note(self, kind: str, **facts: str | int | float) -> None:
        """Pass on."""
        self._inner.note(kind, **facts)


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
        """Try the law; empty when it holds, else what happened.

        Whatever the law, a component that asks a model must say so, or no plan could price it.
        """
        asked: list[str] = []
        heard = attrs.evolve(trial, lend=lambda seed: Heard(trial.lend(seed), asked))
        try:
            asyncio.run(self.body(heard))  # type: ignore[arg-type]
        except Exception as fault:  # whatever a component raises is evidence
            return f"{self.sentence} But: {str(fault).strip() or type(fault).__name__}"
        told = [ask.role for ask in getattr(trial.bare, "asks", ())]
        if quiet := sorted(set(asked) - set(told)):
            return f"It asks the model of {', '.join(quiet)}, and its asks do not say so."
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
