"""Progress of a run: bars on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import sys
from typing import Any

import attrs
import click


@attrs.define
class PlainProgress:
    """A line when a stage begins and when something is decided."""

    _stage: str = ""

    def __call__(self, hook: str, **facts: Any) -> None:
        """Say what is worth a line; a stage that goes on in batches says it once."""
        if hook == "esc_skills_stage_started":
            if facts["stage"] == self._stage:
                return
            self._stage = facts["stage"]
        line = told(hook, facts)
        if line:
            click.echo(line, err=True)

    def close(self) -> None:
        """Nothing to tidy up."""


def told(hook: str, facts: dict[str, Any]) -> str:
    """The line of an event; empty for events that are only counted."""
    if hook == "esc_skills_stage_started":
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


@attrs.define
class BarProgress:
    """One bar a stage; lines above it."""

    _progress: Any = None
    _task: Any = None
    _stage: str = ""
    _total: int = 0

    def __call__(self, hook: str, **facts: Any) -> None:
        """Move the bars."""
        if self._progress is None:
            self._open()
        if hook == "esc_skills_stage_started":
            self._begin(facts["stage"], facts["items"])
        elif hook == "esc_skills_item_done" and self._task is not None:
            self._progress.advance(self._task)
        else:
            line = told(hook, facts)
            if line:
                self._progress.console.print(line, markup=False, highlight=False)

    def _begin(self, stage: str, items: int) -> None:
        """Start a bar; a stage that goes on in batches makes its bar longer."""
        if stage == self._stage:
            self._total += items
            self._progress.update(self._task, total=self._total)
        else:
            self._stage, self._total = stage, items
            self._task = self._progress.add_task(stage, total=items)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
        )
        self._progress.start()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._progress is not None:
            self._progress.stop()


def progress(*, quiet: bool) -> PlainProgress | BarProgress | None:
    """The right kind for where stderr goes; None when nothing should be said."""
    if quiet:
        return None
    return BarProgress() if sys.stderr.isatty() else PlainProgress()
