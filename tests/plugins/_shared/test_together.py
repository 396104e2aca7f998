"""Questions side by side."""

from __future__ import annotations

import asyncio

import pytest

from esc_skills.errors import BudgetExceeded, ConfigError
from esc_skills_plugins._shared.together import together


def test_answers_come_in_order():
    """Whoever is first to finish, the order is that of the jobs."""

    async def job(number):
        await asyncio.sleep(0.001 * (3 - number))
        return number

    assert asyncio.run(together(job(number) for number in range(3))) == (0, 1, 2)


def ends(fault):
    """What a slow job has done after another one failed."""
    done = []

    async def slow():
        await asyncio.sleep(0.05)
        done.append("spent")

    async def broke():
        raise fault

    async def scene():
        with pytest.raises(type(fault)):
            await together([slow(), broke()])
        now = list(done)
        await asyncio.sleep(0.1)
        assert done == now  # nothing goes on behind whoever called

    asyncio.run(scene())
    return done


def test_one_fault_ends_all():
    """A fault is raised as it is, and no other job goes on behind it."""
    assert ends(ConfigError("no model", hint="name one")) == []


def test_what_is_paid_for_comes_home_when_the_budget_ends():
    """R39: at the end of a budget the jobs that are under way are waited for, not thrown away."""
    assert ends(BudgetExceeded("no calls left", hint="raise it")) == ["spent"]
