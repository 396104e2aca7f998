"""One Ray for all tests; and what a worker process needs to be found and counted."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LATER = ("lock", "run.json", "journal.sqlite", "journal.sqlite-shm", "journal.sqlite-wal")
"""Files of a run that no two runs have alike."""


def _parents() -> dict[int, tuple[int, str]]:
    """Parent and name of every process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                found[int(entry.name)] = (parent, (entry / "cmdline").read_text())
            except (OSError, IndexError):
                continue
    return found


def _players() -> list[int]:
    """Actors that descend from this process, oldest first."""
    every = _parents()

    def ours(process: int) -> bool:
        while process in every and process > 1:
            if process == os.getpid():
                return True
            process = every[process][0]
        return False

    actors = [one for one, (_, name) in every.items() if name.startswith("ray::Player")]
    return sorted(one for one in actors if ours(one))


@pytest.fixture(scope="session")
def players() -> Callable[[], list[int]]:
    """Finds the ids of the actors' processes."""
    return _players


@pytest.fixture(scope="session")
def prints() -> Callable[[Path], dict[str, str]]:
    """Takes finger-prints of what a run left."""

    def taken(folder: Path) -> dict[str, str]:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.name not in LATER
        }

    return taken


@pytest.fixture(scope="session")
def ray_here() -> Iterator[None]:
    """A Ray that the executor finds, so that not every test begins one."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    import ray

    quiet = {"include_dashboard": False, "configure_logging": False, "log_to_driver": False}
    ray.init(num_cpus=2, _node_ip_address="127.0.0.1", **quiet)
    yield
    ray.shutdown()


@pytest.fixture(autouse=True)
def nobody_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """No actor outlives its test."""
    yield
    until = time.monotonic() + 10
    while _players() and time.monotonic() < until:
        time.sleep(0.05)
    assert not _players(), f"{request.node.name} left workers behind"
