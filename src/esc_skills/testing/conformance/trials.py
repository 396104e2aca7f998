"""What a law is, and what it is tried on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import attrs

from esc_skills._host.catalogue import Entry
from esc_skills._host.wrapping import wrap
from esc_skills.errors import EscSkillsError
from esc_skills.spec import Context, Prompt, Random
from esc_skills.testing.contexts import context

T = TypeVar("T")
EVERY_ROLE = "*"
State = Literal["pass", "fail", "skip"]


class NotTried(Exception):  # noqa: N818 - no error: the law says nothing about this component
    """A law that does not apply; its text says why."""


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

    def heard(self, role: str) -> None:
        """Remember a question that is answered elsewhere."""
        self._asked.append(role)

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Remember, and pass on."""
        self.heard(role)
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
class Outcome:
    """What came of a law."""

    law: str
    """Name of the law."""
    sentence: str
    """What should hold."""
    state: State
    """``pass``, ``fail`` or ``skip``."""
    said: str = ""
    """What happened, or why it was not tried."""
    hint: str = ""
    """What to do about it, where somebody knows."""
    cause: Exception | None = attrs.field(default=None, eq=False, repr=False)
    """What was raised."""


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

    def outcome(self, trial: Trial) -> Outcome:
        """Try the law.

        Whatever the law, a component that asks a model must say so, or no plan could price it.
        """
        asked: list[str] = []
        heard = attrs.evolve(trial, lend=lambda seed: Heard(trial.lend(seed), asked))
        try:
            asyncio.run(self.body(heard))  # type: ignore[arg-type]
        except NotTried as why:
            return self._came("skip", str(why))
        except Exception as fault:  # whatever a component raises is evidence
            if isinstance(fault, EscSkillsError):
                place = f"{fault.where}: " if fault.where else ""
                return self._came("fail", f"{place}{fault.message}", fault.hint, fault)
            return self._came("fail", str(fault).strip() or type(fault).__name__, cause=fault)
        told = [ask.role for ask in getattr(trial.bare, "asks", ())]
        if quiet := sorted(set(asked) - set(told)):
            return self._came(
                "fail",
                f"It asks the model of {', '.join(quiet)}, and its asks do not say so.",
                "give the class asks = (Ask(role=…, per=…, prompt=…), …)",
            )
        return self._came("pass")

    def _came(
        self, state: State, said: str = "", hint: str = "", cause: Exception | None = None
    ) -> Outcome:
        return Outcome(
            law=self.name, sentence=self.sentence, state=state, said=said, hint=hint, cause=cause
        )

    def fault(self, trial: Trial) -> str:
        """Try the law; empty when it holds or does not apply, else what happened."""
        found = self.outcome(trial)
        if found.state != "fail":
            return ""
        tail = f" ({found.hint})" if found.hint else ""
        return f"{self.sentence} But: {found.said}{tail}"


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
