"""A panel on a terminal while a run goes on: drawn by a thread of its own, a few times a second."""

from __future__ import annotations

import sys
import threading
from typing import Any

import attrs

from esc_skills._cli import panel
from esc_skills._cli.progress import STAGE, echo, told
from esc_skills._cli.tables import clean
from esc_skills._cli.tally import Tally

EVERY = 0.25
"""Seconds between two frames."""
SPAN = 40
"""Frames over which the rate of questions is taken."""
_open: list[LivePanel] = []


def leave() -> None:
    """Give the terminal back, for a process that is ended by force."""
    while _open:
        _open.pop().close()


@attrs.define(eq=False)
class LivePanel:
    """Lines that stay above, a panel that moves below; erased at the end.

    Whatever goes wrong in drawing ends the panel, with one line, and nothing else.
    """

    tally: Tally = attrs.field(factory=Tally)
    """What happened so far."""
    coarse: bool = False
    """Whether signs must be ASCII."""
    every: float = EVERY
    """Seconds between two frames; 0 draws none by itself."""
    study: str = ""
    """How many shards of a study are done, in words."""
    _live: Any = None
    _console: Any = None
    _thread: threading.Thread | None = None
    _over: threading.Event = attrs.field(factory=threading.Event)
    _seen: list[tuple[float, int]] = attrs.field(factory=list)
    _dropped: bool = False

    def __call__(self, hook: str, **facts: Any) -> None:
        """Count an event; words of it go above the panel."""
        try:
            self.tally(hook, **facts)
            line = "" if hook == STAGE else told(hook, facts)
            if line:
                self.say(line)
            elif self._live is None and not self._dropped:
                self._begin()
        except Exception as fault:
            self._drop(fault)

    def say(self, line: str) -> None:
        """Print a line above the panel."""
        if self._live is None and not self._dropped:
            self._begin()
        if self._dropped:
            echo(line)
            return
        self._console.print(clean(line), markup=False, highlight=False, soft_wrap=True)

    def shards(self, line: str) -> None:
        """Take in how many shards are done."""
        self.study = line

    def draw(self) -> None:
        """Draw a frame now."""
        try:
            if self._live is not None:
                self._live.refresh()
        except Exception as fault:
            self._drop(fault)

    def close(self) -> None:
        """Leave the terminal as it was, under the lines that were said."""
        self._over.set()
        if self in _open:
            _open.remove(self)
        if self._thread is not None:
            self._thread.join(2)
        live, self._live, self._dropped = self._live, None, True
        try:
            if live is not None:
                live.stop()
        except Exception:
            return  # the terminal is gone; nobody is left to be told

    def _begin(self) -> None:
        from rich.console import Console
        from rich.live import Live

        console = self._console = Console(stderr=True, highlight=False)
        self._live = Live(
            get_renderable=self._frame,
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
        )
        self._live.start()
        _open.append(self)
        if self.every:
            self._thread = threading.Thread(target=self._keep_drawing, name="panel", daemon=True)
            self._thread.start()

    def _keep_drawing(self) -> None:
        while not self._over.wait(self.every):
            self.draw()

    def _frame(self) -> Any:
        from rich.text import Text

        width = max(1, self._console.width - 1)
        lines = panel.frame(self.tally, rate=self._rate(), study=self.study, coarse=self.coarse)
        cut = (panel.fitted(line, width, coarse=self.coarse) for line in lines)
        return Text("\n".join(cut), no_wrap=True, overflow="crop")

    def _rate(self) -> float:
        """Questions a second over the last frames."""
        self._seen = [*self._seen[1 - SPAN :], (self.tally.clock(), self.tally.calls)]
        (then, few), (now, many) = self._seen[0], self._seen[-1]
        return (many - few) / (now - then) if now > then else 0.0

    def _drop(self, fault: Exception) -> None:
        """Go on without a panel."""
        if self._dropped:
            return
        live, self._live, self._dropped = self._live, None, True
        self._over.set()
        try:
            if live is not None:
                live.stop()
        except Exception:
            live = None  # what cannot be drawn can perhaps not be erased
        echo(f"warning: no live view any more: {type(fault).__name__}: {fault}")
