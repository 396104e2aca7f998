"""asyncio in this process, with a task for every item."""

import asyncio

import attrs

from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Tasks:
    name = "tasks"
    summary = "asyncio in this process, a task for every item"

    async def map(self, work, items, limit):
        turn = asyncio.Semaphore(limit)

        async def one(item):
            async with turn:
                return await work(item)

        tasks = [asyncio.create_task(one(item)) for item in items]
        try:
            return tuple(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@hookimpl
def esc_skills_executors():
    return [Tasks]
