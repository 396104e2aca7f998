"""CPU of a call, as a ratio to the bare SDK measured in the same minutes; ``make bench``.

The client process has one core to itself, the provider another. ``stack`` is gateway, journal and
backend; ``bare`` is ``chat.completions.create`` or ``messages.create`` as the SDK's own pages show
it. Every round runs all ways one after the other; the table holds medians of the rounds' ratios.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

import attrs
import pytest
from figures import figure
from measured import Job, measure
from provider import pick, provider

ROUNDS = 3
CALLS = 1024
WAYS = ("bare", "backend", "stack")
BARS = {
    ("openai", 64): 0.40,
    ("openai", 512): 0.25,
    ("anthropic", 64): 0.55,
    ("anthropic", 512): 0.25,
}
"""Most that the whole stack may cost, by SDK and calls in flight."""
LINE = "CPU of a call through gateway, journal and backend against the bare SDK"


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("api", "flying"), BARS, ids=lambda value: str(value))
def test_the_whole_stack_costs_less_than_a_bare_call(api: str, flying: int, tmp_path: Path) -> None:
    """CPU of a call through gateway, journal and backend, against the SDK's own ``create``."""
    rounds = []
    with provider(0.0) as server:
        job = Job(
            way="", api=api, url=server.url, dialogues=flying, steps=CALLS // flying, core=pick(0)
        )
        for number in range(ROUNDS):
            cpu = {}
            for way in WAYS:
                file = tmp_path / f"{way}-{number}.sqlite"
                done = measure(attrs.evolve(job, way=way, journal=str(file)))
                assert not done["failed"], done["failed"]
                cpu[way] = done["cpu_a_call"]
            rounds.append(cpu)
    milliseconds = {way: 1000 * median(cpu[way] for cpu in rounds) for way in WAYS}
    ratios = {way: median(cpu[way] / cpu["bare"] for cpu in rounds) for way in WAYS}
    row = "  ".join(f"{way} {milliseconds[way]:.3f} ms = {ratios[way]:.2f} x" for way in WAYS)
    bar = BARS[api, flying]
    sys.stdout.write(f"\n{api:9} {flying:4} in flight: {row}  (bar {bar:.2f} x)\n")
    figure(f"{LINE} `{api}`, {flying} in flight", f"{ratios['stack']:.2f}", bar=f"{bar:.2f}")
    assert ratios["stack"] <= bar
