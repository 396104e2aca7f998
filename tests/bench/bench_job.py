"""The job of the paper's size, against the bare SDK and against the ideal; ``make bench``.

200 conversations of 8 turns of 3 calls, one after the other inside a conversation, 200 at once. The
provider answers after a fixed time from a process of its own. Ideal is 24 times that. The peer,
inspect_ai, does the same job by its bare model call, which is what all its users pay.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from figures import figure
from measured import Job, measure
from provider import Provider, pick, provider
from weather import weathered

from esc_skills_plugins.backends.openai import OpenAIBackend

DIALOGUES, STEPS = 200, 8 * 3
CALLS = DIALOGUES * STEPS
JOB = "4,800 calls of 200 dialogues at 50 ms"
IDEAL = "wall time against the ideal of 24 × 50 ms"
pytestmark = pytest.mark.timeout(900)


def say(text: str) -> None:
    """A line that is no row of the page."""
    sys.stdout.write(f"\n{text}\n")


def job(server: Provider, way: str, journal: Path | None = None, warm: int = 1) -> Job:
    """The job; one call of each conversation before the clocks start loads the SDK."""
    return Job(
        way=way,
        url=server.url,
        dialogues=DIALOGUES,
        steps=STEPS,
        core=pick(0),
        journal=str(journal or ""),
        warm=warm,
    )


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, dict[str, Any]]]:
    """Bare SDK and whole stack in turns, at 50 ms."""
    folder, made = tmp_path_factory.mktemp("rounds"), []
    with provider(0.05) as server:
        for number in range(3):
            bare = measure(job(server, "bare"))
            server.ask("reset")
            stack = measure(job(server, "stack", folder / f"{number}.sqlite"))
            made.append({"bare": bare, "stack": stack | {"seen": server.ask("reset")}})
    return made


def alone(one: dict[str, Any], name: str, waited: str = "waited") -> float:
    """Seconds less those in which other programs had the core; fair where CPU is all it takes."""
    return float(one[name] - one[waited])


def quiet(one: dict[str, Any]) -> None:
    """Skip where other programs had the core for more than a hundredth of the time."""
    if one["waited"] > 0.01 * one["wall"]:
        pytest.skip(f"the machine was busy: {one['waited']:.1f} s without a core")


def middle(rounds: list[dict[str, dict[str, Any]]], name: str) -> tuple[float, float, float]:
    """Medians of bare, stack and their ratio."""
    bare = [one["bare"][name] for one in rounds]
    stack = [one["stack"][name] for one in rounds]
    ratio = median(b / a for a, b in zip(bare, stack, strict=True))
    return median(bare), median(stack), ratio


def test_wall_time_at_50_ms(rounds: list[dict[str, dict[str, Any]]]) -> None:
    """Wall time against the bare SDK under asyncio, both on one core."""
    for one in rounds:
        for way in one.values():
            way["alone"] = alone(way, "wall")
    walls = middle(rounds, "wall")
    bare, stack, ratio = middle(rounds, "alone")
    ideal = STEPS * 0.05
    say(f"with the seconds without a core: bare {walls[0]:.1f} s, stack {walls[1]:.1f} s")
    figure(f"{JOB}, {IDEAL}: this stack", f"{stack / ideal:.1f}")
    figure(f"{JOB}, {IDEAL}: the bare SDK", f"{bare / ideal:.1f}")
    cpu = middle(rounds, "cpu")[2]
    line = "the same job, stack against the bare SDK: wall time, CPU"
    figure(line, f"{ratio:.2f}, {cpu:.2f}", bar="0.30, –")
    assert not any(one["stack"]["failed"] for one in rounds)
    for one in rounds:
        quiet(one["stack"])  # a provider without a core is slow too, which no clock here sees
    assert ratio <= 0.30


def test_peak_memory(rounds: list[dict[str, dict[str, Any]]]) -> None:
    """Largest resident size of the client process."""
    bare, stack, ratio = middle(rounds, "peak_mb")
    say(f"peak memory: bare {bare:.0f} MB, stack {stack:.0f} MB")
    line = "the same job, stack against the bare SDK: peak memory"
    figure(line, f"{ratio:.2f}", bar="1.25")
    assert ratio <= 1.25


def test_no_connection_is_opened_twice(rounds: list[dict[str, dict[str, Any]]]) -> None:
    """One connection a conversation at most, kept to the end, by the server's count."""
    seen = [one["stack"]["seen"] for one in rounds]
    most = max(one["connections"] for one in seen)
    figure("the same job: connections opened", f"{most}", bar=f"{DIALOGUES}")
    assert all(one["connections"] <= DIALOGUES for one in seen)
    assert all(one["requests"] == CALLS + DIALOGUES for one in seen)


def test_wall_time_at_1_s(tmp_path: Path) -> None:
    """Where the provider is slow nothing is added, and all 200 are really in flight."""
    with provider(1.0) as server:
        done = measure(job(server, "stack", tmp_path / "j.sqlite"))
        seen = server.ask("stats")
    ratio = done["wall"] / STEPS
    say(f"{done['cpu']:.1f} s of CPU, {done['waited']:.1f} s without a core")
    line = "the same job at 1 s a call: wall time against the ideal, calls in flight"
    figure(line, f"{ratio:.2f}, {seen['peak']}", bar=f"1.06, {DIALOGUES}")
    assert not done["failed"]
    assert seen["peak"] == DIALOGUES
    assert seen["connections"] == DIALOGUES
    quiet(done)
    assert ratio <= 1.06


def test_against_a_peer() -> None:
    """The whole job by inspect_ai's model call: wall time and CPU, beside bare SDK and stack."""
    python = Path(__file__).resolve().parents[2] / ".venv" / "contrib" / "bin" / "python"
    if not python.exists():
        pytest.skip("the child environment of contributed packages is not there: make test")
    try:
        version = peer_version(python)
    except subprocess.CalledProcessError:
        pytest.skip("inspect_ai is not in the child environment of contributed packages")
    with provider(0.05) as server:
        ways = ("bare", "stack", "inspect")
        done = {way: measure(job(server, way), str(python)) for way in ways}
    cpu = {way: 1000 * one["cpu_a_call"] for way, one in done.items()}
    say("CPU of a call: " + ", ".join(f"{way} {took:.2f} ms" for way, took in cpu.items()))
    wall = alone(done["inspect"], "wall") / (STEPS * 0.05)
    figure(f"{JOB}, {IDEAL}: `Model.generate` of inspect_ai", f"{wall:.0f} ({version})")
    more = [f"{cpu[way] / cpu['stack']:.1f}" for way in ("inspect", "bare")]
    line = "CPU of a call of the same job, against this stack: `Model.generate`, the bare SDK"
    figure(line, ", ".join(more), bar="above 1, –")
    assert not any(one["failed"] for one in done.values())
    assert cpu["stack"] < cpu["inspect"]


def peer_version(python: Path) -> str:
    """Version of inspect_ai in the environment of that interpreter."""
    ask = "from importlib.metadata import version; print(version('inspect_ai'))"
    done = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def finished(tmp_path: Path) -> Iterator[tuple[Provider, Path]]:
    """A provider, and the journal of a job that it has answered."""
    with provider(0.0) as server:
        measure(job(server, "stack", tmp_path / "j.sqlite"))
        server.ask("reset")
        yield server, tmp_path / "j.sqlite"


def test_the_finished_job_again(finished: tuple[Provider, Path]) -> None:
    """The full journal answers everything: nothing is sent, no SDK is loaded."""
    server, journal = finished
    again = [measure(job(server, "stack", journal)) for _ in range(5)]
    seen = server.ask("stats")
    wall = median(alone(one, "whole", "waited_in_all") for one in again)
    process = median(one["process"] for one in again)
    hit = median(one["cpu_a_call"] for one in again)
    say(f"{process:.2f} s with the start of Python; SDKs loaded: {again[0]['sdks'] or 'none'}")
    line = "4,800 calls resumed from a full journal: requests sent, seconds, CPU of a hit"
    figure(line, f"{seen['requests']}, {wall:.2f} s, {1e6 * hit:.0f} µs", bar="0, 0.6 s, –")
    assert seen["requests"] == 0
    assert all(one["sdks"] == [] for one in again)
    assert wall <= 0.6


def test_bad_weather(tmp_path: Path) -> None:
    """10 % 429, 5 % 5xx, 2 % cut and 1 % malformed replies, with the waits of a real run."""
    passed = weathered(
        lambda url: OpenAIBackend(base_url=url + "/v1", key=""),
        tmp_path,
        dialogues=DIALOGUES,
        steps=STEPS,
        quick=False,
    )
    figure(
        "the same job, 18 % of replies faults: conversations lost, calls sent a call needed",
        f"{len(passed.failed)}, {passed.ratio:.2f}",
        bar="0, 1.25",
    )
    assert not passed.failed, passed.failed[:3]
    assert passed.ratio <= 1.25
    assert passed.booked == passed.sent
