"""The engine's own jobs on their way through an executor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import attrs


@attrs.define(kw_only=True)
class Relay:
    """Runs a job and remembers how it failed, so that an executor is not blamed for it."""

    work: Callable[[Any], Awaitable[Any]]
    """What the engine wants done with an item."""
    faults: list[BaseException] = attrs.field(factory=list)
    """Exceptions of the job, in the order they were raised."""

    async def __call__(self, item: Any) -> Any:
        """Do the job for one item."""
        try:
            return await self.work(item)
        except Exception as fault:
            self.faults.append(fault)
            raise

    def own(self, fault: BaseException) -> BaseException | None:
        """Find the job's exception in what an executor raised, also inside a group."""
        known = (leaf for leaf in _leaves(fault) if any(leaf is kept for kept in self.faults))
        return next(known, None)


def _leaves(fault: BaseException) -> Iterator[BaseException]:
    if isinstance(fault, BaseExceptionGroup):
        for inner in fault.exceptions:
            yield from _leaves(inner)
    else:
        yield fault
