"""A terminal for tests: a real pty to write to, and a screen that obeys what was written."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Mapping, Sequence

import attrs

STYLE = re.compile(r"\x1b\[[0-9;]*m")
"""What colours and weighs; the only control sequences that printed data may come with."""
_TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|\x1b(.)|(.)", re.DOTALL)


def window(handle: int, rows: int, columns: int) -> None:
    """Make a pty's window this large."""
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def watch(
    command: Sequence[str], environ: Mapping[str, str], *, rows: int = 24, columns: int = 80
) -> tuple[int, str]:
    """Run a command in a terminal of its own.

    Returns:
        Exit status, and all that it wrote.
    """
    child, handle = pty.fork()
    if child == 0:
        window(0, rows, columns)
        os.execvpe(command[0], list(command), dict(environ))
    written = b""
    while True:
        try:
            some = os.read(handle, 65536)
        except OSError:  # what a pty says when its last writer is gone
            break
        if not some:
            break
        written += some
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written.decode("utf-8", "replace")


@attrs.define
class Screen:
    """Obeys the few sequences that a panel needs, and knows no others."""

    columns: int = 80
    """Signs in a row."""
    lines: list[str] = attrs.field(factory=lambda: [""])
    """All rows so far, those that scrolled away, too."""
    row: int = 0
    """Where the cursor is."""
    column: int = 0
    """Where in the row."""
    cursor: bool = True
    """Whether it is shown."""
    strange: list[str] = attrs.field(factory=list)
    """Sequences that it does not know."""

    def feed(self, text: str) -> Screen:
        """Obey."""
        for asked, numbers, final, other, sign in _TOKEN.findall(text):
            if final:
                self._obey(asked + numbers, final)
            elif other:
                self.strange.append(f"ESC {other!r}")
            else:
                self._put(sign)
        return self

    @property
    def text(self) -> str:
        """All rows, without blanks behind."""
        return "\n".join(line.rstrip() for line in self.lines).rstrip()

    def _obey(self, numbers: str, final: str) -> None:
        if numbers == "?25":
            self.cursor = final == "h"
        elif final == "A":
            self.row = max(0, self.row - int(numbers or 1))
        elif final == "K" and numbers == "2":
            self.lines[self.row] = ""
        elif final != "m":
            self.strange.append(f"CSI {numbers}{final}")

    def _put(self, sign: str) -> None:
        if sign == "\n":
            self.row += 1
            while len(self.lines) <= self.row:
                self.lines.append("")
        elif sign == "\r":
            self.column = 0
        elif sign < " " or sign == "\x7f":
            self.strange.append(repr(sign))
        else:
            if self.column == self.columns:
                self._put("\n")
                self.column = 0
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + sign + line[self.column + 1 :]
            self.column += 1
