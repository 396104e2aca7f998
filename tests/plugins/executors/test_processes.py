"""Executor ``processes``."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import esc_skills
from esc_skills.errors import ConfigError, DataError, PluginError
from esc_skills_plugins.executors.processes import ProcessExecutor


def run(work, items, limit=2, processes=2):
    """Answers of the executor."""
    executor = ProcessExecutor(processes=processes)
    try:
        return asyncio.run(executor.map(work, items, limit))
    finally:
        executor.close()


async def where(item: int) -> tuple[int, int]:
    """The item, and who did it."""
    await asyncio.sleep(0.05)
    return item, os.getpid()


async def spoil(item: int) -> int:
    """Fail at one item."""
    if item == 1:
        raise DataError(f"item {item} is bad", hint="mend it", where="here")
    return item


async def die(item: int) -> int:
    """End the process as a lack of memory would."""
    if item == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs of this file are functions that another process can import."""
    folder = str(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", folder)
    for job in (where, spoil, die):
        monkeypatch.setattr(job, "__module__", "test_processes")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(sys.modules, "test_processes", sys.modules[__name__])


@pytest.mark.slow
def test_other_processes_do_the_work_in_item_order() -> None:
    """Answers stand in item order, and no job ran in this process."""
    done = run(where, range(5))
    assert [item for item, _ in done] == list(range(5))
    assert os.getpid() not in {process for _, process in done}
    assert len({process for _, process in done}) <= 2


@pytest.mark.slow
def test_an_own_error_comes_home_with_its_facts() -> None:
    """The first exception is raised as it was, hint and place included."""
    with pytest.raises(DataError, match="item 1 is bad") as caught:
        run(spoil, range(3))
    assert (caught.value.hint, caught.value.where) == ("mend it", "here")


@pytest.mark.slow
def test_a_killed_process_is_told_in_one_line() -> None:
    """A process that the system kills ends the work with a line that says what to do."""
    with pytest.raises(PluginError, match="was killed") as caught:
        run(die, range(4))
    assert "memory" in caught.value.hint


def test_a_job_that_cannot_be_sent_runs_here() -> None:
    """Work over things of this process, such as open models, is done as ``local`` does it."""
    seen = []

    async def near(item: int) -> int:
        seen.append(os.getpid())
        return item + 1

    assert run(near, range(3)) == (1, 2, 3)
    assert set(seen) == {os.getpid()}


def test_one_job_needs_no_process() -> None:
    """A single job, or a limit of one, runs here, and a limit of none is refused."""
    assert run(where, [7])[0][1] == os.getpid()
    assert {process for _, process in run(where, range(2), limit=1)} == {os.getpid()}
    with pytest.raises(ConfigError):
        run(where, range(2), limit=0)


@pytest.mark.slow
def test_processes_stay_until_they_are_given_back() -> None:
    """The next map finds the processes of the last one; after ``close`` none of them lives."""
    executor = ProcessExecutor(processes=2)
    first = {process for _, process in asyncio.run(executor.map(where, range(6), 2))}
    second = {process for _, process in asyncio.run(executor.map(where, range(6), 4))}
    assert len(second - first) < 2  # a pool begins its second process when it is needed
    executor.close()
    assert not any(Path(f"/proc/{process}").exists() for process in first | second)


ORPHANS = """
import asyncio, os, signal, test_processes as here
from esc_skills_plugins.executors.processes import ProcessExecutor

async def end():
    executor = ProcessExecutor(processes=2)
    done = await executor.map(here.where, range(4), 2)
    print(*{process for _, process in done}, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(end())
"""


@pytest.mark.slow
def test_nobody_outlives_a_killed_parent(tmp_path: Path) -> None:
    """When the first process is killed, its processes end by themselves."""
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS, "utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    children = [Path(f"/proc/{process}/stat") for process in done.stdout.split()]
    assert children

    def alive() -> bool:
        return any(one.exists() and ") Z " not in one.read_text() for one in children)

    until = time.monotonic() + 10
    while alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive()


def small(executor: object) -> dict[str, object]:
    """A short experiment."""
    seekers = {"use": "grid", "per_cell": 1}
    return {
        "executor": executor,
        "profiles": seekers,
        "evolve": {"rounds": 1, "max_pairs": 4, "batch": 2},
        "run": {"repeats": 1},
        "talk": {"limit": 2},
        "reports": [],
    }


@pytest.mark.slow
def test_conversations_in_processes_are_those_of_local(tmp_path: Path) -> None:
    """Rounds of evolution, trials and all: each file of the run is the same, to the byte."""
    left, heard = {}, {}
    for name, executor in {"near": "local", "far": {"use": "processes", "processes": 2}}.items():
        news = heard[name] = Counter()
        watch = [lambda hook, news=news, **_: news.update([hook])]
        made = esc_skills.run(small(executor), out=tmp_path / name, watch=watch)
        left[name] = {
            str(path.relative_to(made.path)): path.read_bytes()
            for path in made.path.rglob("*")
            if path.is_file() and path.name not in {"run.json", "lock"}
        }
    assert any(file.startswith("traces/trial-") for file in left["near"])
    assert left["far"] == left["near"]
    assert heard["far"] == heard["near"]


def test_it_says_how_many_jobs_are_worth_giving() -> None:
    """``width`` is the setting, or one a core of this machine that may be used."""
    assert ProcessExecutor(processes=3).width == 3
    assert ProcessExecutor().width == len(os.sched_getaffinity(0))
