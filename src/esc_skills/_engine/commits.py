"""Journal writes of many calls in one transaction: those of one turn of the event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import attrs

from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills.errors import EscSkillsError


@attrs.define
class Commits:
    """Collects rows and writes them before anybody who waits for them goes on."""

    journal: Journal
    """Where they go."""
    _intents: list[tuple[Intent, asyncio.Future[int]]] = attrs.field(factory=list, init=False)
    _endings: list[tuple[Ending, asyncio.Future[int] | None]] = attrs.field(
        factory=list, init=False
    )
    _soon: asyncio.AbstractEventLoop | None = attrs.field(default=None, init=False)

    async def intend(self, intent: Intent) -> int:
        """Write an intent; only then may the request go out.

        Returns:
            Its row.
        """
        loop = self._schedule()
        done: asyncio.Future[int] = loop.create_future()
        self._intents.append((intent, done))
        try:
            return await done
        except asyncio.CancelledError:
            if not done.cancelled():  # written, and now never sent
                self.later(Ending(id=done.result(), state="unsent"))
            raise

    def end(self, ending: Ending) -> asyncio.Future[int]:
        """Write what became of a request; who awaits this goes on when it is kept."""
        done: asyncio.Future[int] = self._schedule().create_future()
        self._endings.append((ending, done))
        return done

    def later(self, ending: Ending) -> None:
        """Write what became of a request, without waiting."""
        self._schedule()
        self._endings.append((ending, None))

    def flush(self) -> None:
        """Write everything that waits."""
        self._soon = None
        intents = [item for item in self._intents if not item[1].cancelled()]
        endings, self._intents, self._endings = self._endings, [], []
        try:
            rows = self.journal.write(
                [intent for intent, _ in intents], [ending for ending, _ in endings]
            )
        except EscSkillsError as fault:
            for _, waits in [*intents, *endings]:
                if waits is not None:
                    with suppress(asyncio.InvalidStateError):
                        waits.set_exception(fault)
            return
        unsent = [
            Ending(id=row, state="unsent")
            for (_, done), row in zip(intents, rows, strict=True)
            if not _told(done, row)
        ]
        for _, end in endings:
            if end is not None:
                _told(end, 0)
        if unsent:  # they gave up during the write, by a signal
            with suppress(EscSkillsError):
                self.journal.write([], unsent)

    def _schedule(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if self._soon is not loop:
            self._soon = loop
            loop.call_soon(self.flush)
        return loop


def _told(waits: asyncio.Future[int], row: int) -> bool:
    """Let somebody go on; False when they no longer wait, which a signal can do at any line."""
    try:
        waits.set_result(row)
    except asyncio.InvalidStateError:
        return False
    return True
