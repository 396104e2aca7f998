"""What a conversation costs more on Ray than here, and how long Ray takes to begin.

The job gives back a finished conversation of a real run, so that all that is left is the way there
and home: give out, pickle, send, unpickle. Run: ``python tests/bench_overhead.py``
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import attrs
from esc_skills_ray.executor import RayExecutor

import esc_skills
from esc_skills.model import SeekerProfile, Trace

sys.path.insert(0, str(Path(__file__).parent))

NUMBER, ROUNDS, AT_ONCE = 400, 9, 64
SMALL = {"executor": "local", "evolve": {"rounds": 0}, "run": {"repeats": 1}, "reports": []}
say = sys.stdout.write


@attrs.frozen
class Again:
    """Holds a conversation that was held before."""

    traces: Mapping[str, Trace]
    """By profile."""

    async def __call__(self, seat: tuple[SeekerProfile, int]) -> Trace:
        """Look it up."""
        return self.traces[seat[0].id]


async def measure(
    executor: RayExecutor, work: Again, seats: list[tuple[SeekerProfile, int]]
) -> int:
    """Tell milliseconds a conversation, on Ray and here."""
    began = time.perf_counter()
    await executor.map(work, seats[:2], 2)
    say(f"start of Ray and of {executor.width} workers: {time.perf_counter() - began:.1f} s\n")
    far, near = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        made = await executor.map(work, seats, AT_ONCE)
        middle = time.perf_counter()
        same = [await work(seat) for seat in seats]
        near.append((time.perf_counter() - middle) / NUMBER * 1000)
        far.append((middle - began) / NUMBER * 1000)
        assert list(made) == same
    cost = median(far) - median(near)
    say(f"{NUMBER} conversations, {ROUNDS} rounds, {AT_ONCE} at once, wall time a conversation:\n")
    say(f"median {cost:.3f} ms, lowest {min(far):.3f} ms, highest {max(far):.3f} ms; bar 1 ms\n")
    return 0 if cost <= 1 else 1


def main() -> int:
    """Make conversations, then send them around."""
    with tempfile.TemporaryDirectory() as folder:
        traces = esc_skills.run(SMALL, out=Path(folder) / "run").record.traces
    by_id = {trace.profile.id: trace for trace in traces}
    profiles = [trace.profile for trace in by_id.values()]
    seats = [(profiles[place % len(profiles)], place) for place in range(NUMBER)]
    executor = RayExecutor(workers=2)
    try:
        from bench_overhead import Again as Named  # workers find it under this name

        return asyncio.run(measure(executor, Named(by_id), seats))
    finally:
        executor.close()


if __name__ == "__main__":
    sys.exit(main())
