"""Questions side by side."""

from __future__ import annotations

import asyncio

import pytest

from esc_skills.errors import BudgetExceeded
from esc_skills_plugins._shared.together import together


def test_answers_come_in_order():
    """Whoever is first to finish, the order is that of the jobs."""

    async def job(number):
        await asyncio.sleep(0.001 * (3 - number))
        return number

    assert asyncio.run(together(job(number) for number in range(3))) == (0, 1, 2)


def test_one_fault_ends_all():
    """A spent budget is raised as it is, and no other job goes on behind it."""
    done = []

    async def slow():
        await asyncio.sleep(0.05)
        done.append("spent")

    async def broke():
        raise BudgetExceeded("no calls left", hint="raise it")

    async def scene():
        with pytest.raises(BudgetExceeded):
            await together([slow(), broke()])
        await asyncio.sleep(0.1)

    asyncio.run(scene())
    assert done == []
