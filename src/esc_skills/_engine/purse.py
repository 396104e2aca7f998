"""What happens when the budget ends, or a provider closes, in the middle of many items.

The items that are under way are not cancelled: their next question is refused, the calls that
are out come home and are kept, and what was finished stays finished.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import attrs

from esc_skills.errors import RunEndedError

T = TypeVar("T")
R = TypeVar("R")


@attrs.define
class Purse:
    """Remembers the budget's end while other items run out."""

    ended: RunEndedError | None = None
    """Why no more is paid; None while there is budget."""

    def spare(self, work: Callable[[T], Awaitable[R]]) -> Callable[[T], Awaitable[R | None]]:
        """Make work give None once the budget has ended, instead of raising."""

        async def spared(item: T) -> R | None:
            if self.ended is not None:
                return None
            try:
                return await work(item)
            except RunEndedError as end:
                self.ended = end
                return None

        return spared

    def check(self) -> None:
        """Stop here if the budget has ended.

        Raises:
            RunEndedError: It has.
        """
        if self.ended is not None:
            raise self.ended
