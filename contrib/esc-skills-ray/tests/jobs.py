"""Jobs that workers import by name."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from esc_skills.errors import DataError


async def where(item: int) -> tuple[int, int]:
    """The item, and who did it."""
    await asyncio.sleep(0.02)
    return item, os.getpid()


async def spoil(item: int) -> int:
    """Fail at one item; the others would take long."""
    if item == 1:
        raise DataError(f"item {item} is bad", hint="mend it", where="here")
    await asyncio.sleep(20)
    return item


async def odd(item: int) -> int:
    """Fail with an exception that cannot travel."""
    fault = RuntimeError("odd")
    fault.handle = open(os.devnull)  # type: ignore[attr-defined]  # noqa: ASYNC230, PTH123, SIM115
    raise fault


async def die_once(item: str) -> str:
    """End the process as a lack of memory would, the first time."""
    mark = Path(item)
    if not mark.exists():  # noqa: ASYNC240 - nobody else waits
        mark.touch()  # noqa: ASYNC240
        if mark.name == "1":
            os.kill(os.getpid(), signal.SIGKILL)
    await asyncio.sleep(0.2)
    return mark.name


async def die(item: int) -> int:
    """End the process whenever this is asked."""
    os.kill(os.getpid(), signal.SIGKILL)
    return item


class Busy:
    """Counts how many jobs a process does at once."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self.now = self.most = 0

    async def __call__(self, item: int) -> tuple[int, int]:
        """The most at once so far, and where."""
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.02)
        self.now -= 1
        return self.most, os.getpid()


class Within:
    """A job that uses the executor itself."""

    async def __call__(self, item: int) -> tuple[int, tuple[int, ...]]:
        """Where the inner jobs ran."""
        from esc_skills_ray.executor import RayExecutor

        done = await RayExecutor(workers=2).map(where, range(3), 2)
        return os.getpid(), tuple(process for _, process in done)
