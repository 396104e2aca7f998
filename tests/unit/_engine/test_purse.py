"""The budget's end in the middle of many items."""

from __future__ import annotations

import asyncio

import pytest

from esc_skills._engine.purse import Purse
from esc_skills.errors import BudgetExceeded, DataError


def test_finished_items_stay_finished() -> None:
    """R39: items under way when the budget ends are brought home; later ones are not begun."""
    begun: list[int] = []

    async def work(item: int) -> int:
        begun.append(item)
        await asyncio.sleep(0.001 * (3 - item))
        if item == 2:
            raise BudgetExceeded("all spent", hint="raise it")
        return item * 10

    async def everything() -> list[int | None]:
        purse = Purse()
        spared = purse.spare(work)
        first = list(await asyncio.gather(*(spared(item) for item in range(3))))
        first.append(await spared(3))
        with pytest.raises(BudgetExceeded, match="all spent"):
            purse.check()
        return first

    assert asyncio.run(everything()) == [0, 10, None, None]
    assert begun == [0, 1, 2]


def test_other_errors_pass() -> None:
    """Only the budget's end is waited out; a fault of the data stops the work."""

    async def work(item: int) -> int:
        raise DataError("bad row", hint="mend it")

    purse = Purse()
    with pytest.raises(DataError):
        asyncio.run(purse.spare(work)(1))  # type: ignore[arg-type]
    purse.check()
