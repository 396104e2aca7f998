"""Several questions at once, answered in order; the first fault ends them all."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from esc_skills.errors import RunEndedError

T = TypeVar("T")


async def together(jobs: Iterable[Coroutine[Any, Any, T]]) -> tuple[T, ...]:
    """Run jobs side by side; how many calls are in flight is the gateway's business."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        return tuple(await asyncio.gather(*tasks))
    except RunEndedError:
        # The gateway lets nothing more out; what is out is paid for, so it comes home.
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    except BaseException:
        # Left alone, the others would go on spending after the run has ended.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
