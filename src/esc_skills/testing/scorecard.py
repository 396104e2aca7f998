"""The scorecard of a component: every law of its role, then how it does against the default."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.wrapping import unwrapped
from esc_skills.errors import ConfigError, ReplyError
from esc_skills.model import Contrast
from esc_skills.testing.conformance import Law, Trial, laws
from esc_skills.testing.conformance.trials import State
from esc_skills.testing.contexts import context
from esc_skills.testing.obliging import obliged
from esc_skills.testing.versus import Effort, Versus, versus

PATIENCE = 60.0
"""Seconds that one law may take."""
UNMEANT = (
    "it refused an answer that has the asked shape and no meaning; try the law with answers of "
    "your own: conformance.check(…, lend=…)"
)


@attrs.frozen(kw_only=True)
class Line:
    """One law and what came of it."""

    law: str
    """Name of the law."""
    sentence: str
    """What should hold."""
    state: State
    """``pass``, ``fail`` or ``skip``."""
    said: str
    """What happened, or why it was not tried; empty when it holds."""
    hint: str
    """What to do about it, where somebody knows."""
    seconds: float
    """Wall time."""


@attrs.frozen(kw_only=True)
class Scorecard:
    """What is known of a component."""

    role: str
    """Role name."""
    name: str
    """Component name."""
    distribution: str
    """Who installed it, with version."""
    settings: Mapping[str, Any]
    """Settings that it was tried with, beside its defaults."""
    laws: tuple[Line, ...]
    """Every law of the role."""
    versus: Versus
    """Against the default of its role."""
    seconds: float
    """Wall time of all."""

    @property
    def passed(self) -> bool:
        """Whether no law is broken, and it did not fail at work in the comparison."""
        return not self.versus.broke and all(one.state != "fail" for one in self.laws)

    def lines(self) -> Iterator[str]:
        """The scorecard for people."""
        yield f"{self.role}.{self.name} ({self.distribution})"
        wide = max(len(one.law) for one in self.laws)
        for one in self.laws:
            yield f"  {one.state}  {one.law:<{wide}}  {one.seconds:5.2f} s  {one.sentence}"
            if one.said:
                yield f"        {one.said}"
            if one.hint:
                yield f"        hint: {one.hint}"
        counts = [(word, sum(one.state == word for one in self.laws)) for word in _WORDS]
        told = ", ".join(f"{count} {_WORDS[word]}" for word, count in counts if count)
        yield f"{len(self.laws)} laws: {told}; {self.seconds:.1f} s in all"
        yield from _told(self.versus, self.name)


_WORDS = {"pass": "hold", "fail": "broken", "skip": "not tried"}


def scorecard(
    role: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    *,
    path: Path | None = None,
    effort: Effort | None = None,
    compare: bool = True,
) -> Scorecard:
    """Load a component as a run does, try every law of its role, and compare it.

    Args:
        role: Role name.
        name: Component name.
        settings: Plain data for its fields.
        path: A good file, for corpora without embedded data.
        effort: How much is played in the comparison.
        compare: False leaves the comparison out.

    Raises:
        UnknownPluginError: Nobody installed it.
        PluginError: It cannot be loaded.
        ConfigError: A setting is wrong.
    """
    catalogue, begun = Catalogue.read(), time.perf_counter()
    try:
        component = Host(catalogue).component(role, name, settings, where="check")
    except ConfigError as fault:
        hint = f"--set KEY=VALUE; esc-skills plugins show {role}.{name} lists its settings"
        raise ConfigError(fault.message, where=fault.where, hint=hint) from fault
    bare = unwrapped(component)
    asks = bool(getattr(bare, "asks", ()))
    lend = obliged() if asks else context
    trial = Trial(role=role, component=component, bare=bare, lend=lend, path=path)
    found = tuple(_tried(one, trial) for one in laws(role))
    if compare:
        held = versus(role, bare, settings, catalogue=catalogue, effort=effort)
    else:
        held = Versus(why="left out")
    return Scorecard(
        role=role,
        name=name,
        distribution=catalogue.choose(role, name).owner,
        settings=dict(settings or {}),
        laws=found,
        versus=held,
        seconds=round(time.perf_counter() - begun, 3),
    )


def _tried(law: Law, trial: Trial) -> Line:
    begun = time.perf_counter()
    with _alarm(PATIENCE):
        found = law.outcome(trial)
    unmeant = isinstance(found.cause, ReplyError) and bool(getattr(trial.bare, "asks", ()))
    return Line(
        law=law.name,
        sentence=law.sentence,
        state="skip" if unmeant else found.state,
        said=UNMEANT if unmeant else found.said,
        hint="" if unmeant else found.hint,
        seconds=round(time.perf_counter() - begun, 3),
    )


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Break into code that never comes back, where the system has a timer for it."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(*_: Any) -> None:
        raise TimeoutError(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _told(held: Versus, name: str) -> Iterator[str]:
    if held.why:
        yield f"not compared{f' with {held.default}' if held.default else ''}: {held.why}"
    else:
        yield f"{name} against {held.default}: {held.task}"
    for one in held.contrasts:
        yield f"  {_gap(one)}"
    for mine, theirs, tau in held.rank:
        ends = "" if tau.low is None or tau.high is None else f" [{tau.low:.2f}, {tau.high:.2f}]"
        value = (
            "unknown: one of them has one value only" if tau.value is None else f"{tau.value:.2f}"
        )
        yield f"  {mine} ranks as {theirs} does: tau-b {value}{ends} over {tau.n} conversations"
        yield "  that two measures agree makes neither right"
    yield from (f"  lost: {line}" for line in held.lost)


def _gap(one: Contrast) -> str:
    head = f"{one.evaluator}.{one.name} ({one.better} is better)"
    if one.value is None or one.why:
        return f"{head}: not compared: {one.why}"
    ends = "" if one.low is None or one.high is None else f" [{one.low:.2f}, {one.high:.2f}]"
    same = "; not one pair differs" if one.low == one.high == 0 else ""
    floor = "" if one.floor is None else f" (floor {one.floor:.2f})"
    return f"{head}: {one.value:+.2f}{ends} over {one.n} pairs: {one.verdict}{floor}{same}"
