"""Whole runs that ask models, for laws and for the long soak; see ``support``."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from acting import act, fingerprint
from chains import Chain, hold
from hypothesis import HealthCheck, settings
from roads import Nursery, Road

from esc_skills.testing.faultserver import FaultServer

# A busy machine is no fault of a law: time is measured in tests/bench, in pairs.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Begins runs quickly."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture(scope="session")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> tuple[dict[str, str], Counter[str]]:
    """A run that nobody disturbs: its results, and what it asked."""
    with FaultServer((), act, latency=0.004) as server:
        road = Road(folder=tmp_path_factory.mktemp("cold"), server=server, nursery=nursery)
        done = road.write().cold()
        assert done.returncode == 0, done.stderr
        return road.prints(), Counter(map(fingerprint, server.requests))


@pytest.fixture
def killed(
    undisturbed: tuple[dict[str, str], Counter[str]], nursery: Nursery, tmp_path: Path
) -> Callable[..., Chain]:
    """Stop a run at moments of a seed, let it end, and hold it to every promise."""
    expected, asked = undisturbed

    def chain(seed: int, kills: int, sign: signal.Signals = signal.SIGKILL) -> Chain:
        with FaultServer((), act, latency=0.004) as server:
            road = Road(folder=tmp_path / f"seed-{seed}", server=server, nursery=nursery).write()
            chance = random.Random(seed)
            made = Chain(road=road, whole=asked.total(), chance=chance, sign=sign)
            done = made.walk(kills)
            told = f"seed {seed}, {sign.name} after {made.kills} requests"
            assert done.returncode == 0, f"{told}: {done.stderr}"
            hold(made, road, told, asked)
            assert road.prints() == expected, told
        return made

    return chain
