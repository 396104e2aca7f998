"""Progress of a run: a live panel on a terminal, few plain lines elsewhere; always on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import click

from esc_skills._cli.panel import duration
from esc_skills._cli.tables import clean
from esc_skills._cli.tally import Tally

if TYPE_CHECKING:
    from esc_skills._cli.live import LivePanel

LONG = 10.0
"""Seconds between two lines of one stage, at least; shorter stages have their first line only."""
TENTHS = 10
"""Lines of a stage, or of a batch of it, at most."""
STAGE = "esc_skills_stage_started"


@attrs.define
class PlainProgress:
    """A line when a stage begins and when something is decided, and a few while it goes on."""

    tally: Tally = attrs.field(factory=Tally)
    """What happened so far."""
    stages: bool = True
    """Whether the beginning of a stage is told; the shards of a study have too many."""
    _told: int = 0
    _at: float = 0.0

    def __call__(self, hook: str, **facts: Any) -> None:
        """Say what is worth a line; a stage that goes on in batches says it once."""
        try:
            before = self.tally.stage
            self.tally(hook, **facts)
            self._tell(hook, facts, begun=self.tally.stage is not before)
        except Exception as fault:
            echo(f"warning: no word on this: {type(fault).__name__}: {fault}")

    def say(self, line: str) -> None:
        """Print a line."""
        echo(line)

    def shards(self, line: str) -> None:
        """Tell how many shards of a study are done."""
        echo(line)

    def close(self) -> None:
        """Nothing to tidy up."""

    def _tell(self, hook: str, facts: dict[str, Any], *, begun: bool) -> None:
        if hook == "esc_skills_item_done":
            self._go_on()
        elif hook == STAGE:
            stage = self.tally.stage
            self._told = TENTHS * stage.done // max(1, stage.total)
            if begun:
                self._at = stage.began
            if begun and self.stages:
                echo(told(hook, facts))
        elif line := told(hook, facts):
            echo(line)

    def _go_on(self) -> None:
        stage = self.tally.stage
        if stage.done >= stage.total or TENTHS * stage.done < (self._told + 1) * stage.total:
            return
        now = self.tally.clock()
        if now - self._at < LONG:
            return
        self._told, self._at = TENTHS * stage.done // stage.total, now
        where = f"{self.tally.shard}: " if self.tally.shard else ""
        lost = f", {self.tally.faults} faults" if self.tally.faults else ""
        left = stage.left(now)
        rest = f", about {duration(max(1, left))} left" if left is not None else ""
        echo(f"{where}{stage.name}: {stage.done} of {stage.total}{lost}{rest}")


def echo(line: str) -> None:
    """Print a line to standard error; one that nobody can read any more is no reason to stop."""
    try:
        click.echo(clean(line).replace("\n", " "), err=True)
    except (OSError, ValueError, AttributeError):
        return


def told(hook: str, facts: dict[str, Any]) -> str:
    """The line of an event; empty for events that are only counted."""
    if hook == STAGE:
        return f"{facts['stage']} ({facts['items']} items)"
    if hook == "esc_skills_bank_promoted":
        bank = facts["bank"]
        return f"bank {facts['number']}: {len(bank.active)} skills, {bank.hash[:12]}"
    if hook == "esc_skills_verdict":
        verdict = facts["verdict"]
        return f"verdict: {verdict.decision} after {verdict.pairs} pairs; {verdict.reason}"
    if hook == "esc_skills_watcher_dropped":
        return f"dropped a watcher: {facts['fault'].line}"
    if hook == "esc_skills_warned":
        return f"warning: {facts['line']}"
    return ""


def moving(environ: Mapping[str, str]) -> bool:
    """Whether somebody sits at a terminal that can redraw a line, and wants it to."""
    if environ.get("NO_COLOR") or environ.get("CI", "").lower() not in {"", "0", "false", "no"}:
        return False
    if environ.get("TERM", "").lower() in {"", "dumb", "unknown"}:
        return False
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):  # it was closed
        return False


def coarse(environ: Mapping[str, str]) -> bool:
    """Whether a terminal shows ASCII only: its locale says so, or its encoding."""
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    encoding = getattr(sys.stderr, "encoding", None) or ""
    return locale in {"C", "POSIX"} or not encoding.lower().startswith("utf")


def progress(*, quiet: bool, study: bool = False) -> PlainProgress | LivePanel | None:
    """The right kind for where stderr goes; None when nothing should be said.

    Args:
        quiet: Whether a script asks, and reads JSON.
        study: Whether many runs are shown, one after the other.
    """
    if quiet:
        return None
    if not moving(os.environ):
        return PlainProgress(stages=not study)
    from esc_skills._cli.live import LivePanel

    return LivePanel(coarse=coarse(os.environ))
