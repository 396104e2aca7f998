"""Lines that a person types, waited for beside everything else that goes on."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from io import StringIO
from typing import TextIO

import attrs

LOOK = 0.1
"""Seconds between two looks whether anybody still waits; Ctrl-C ends a wait within it."""
BLOCK = 65_536


@attrs.define
class Keyboard:
    """Standard input, line by line; bytes that are no text become replacement signs."""

    stream: TextIO = attrs.field(factory=lambda: sys.stdin or StringIO())
    """Where lines come from: a terminal, a pipe, a file, a text; none where it is shut."""
    _held: bytearray = attrs.field(factory=bytearray, init=False)
    _over: bool = attrs.field(default=False, init=False)

    @property
    def echoes(self) -> bool:
        """Whether what is typed can be seen already."""
        return bool(self.stream.isatty())

    async def line(self) -> str | None:
        """The next line without its end; None when there are no more."""
        try:
            return await asyncio.to_thread(self._line)
        finally:
            if (task := asyncio.current_task()) is None or task.cancelling():
                self._over = True  # lets the thread go, which nobody can interrupt

    def _line(self) -> str | None:
        try:
            handle = self.stream.fileno()
        except (OSError, ValueError):
            text = self.stream.readline()
            return text.rstrip("\r\n") if text else None
        while b"\n" not in self._held and (block := self._block(handle)):
            self._held += block
        if not self._held or self._over:
            return None
        line, _, rest = bytes(self._held).partition(b"\n")
        self._held[:] = rest
        return line.decode(self.stream.encoding or "utf-8", "replace").rstrip("\r")

    def _block(self, handle: int) -> bytes:
        """What has come since; empty at the end, and when nobody waits any more."""
        while not self._over:
            if select.select([handle], [], [], LOOK)[0]:
                return os.read(handle, BLOCK)
        return b""
