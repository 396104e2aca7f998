"""What ``esc-skills-serve`` adds to a reply; ``make bench``.

Runs ``contrib/esc-skills-serve/tests/bench_latency.py`` in the environment that has it: the same
questions in turn straight to an upstream that answers at once, and through the server.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from figures import figure

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "contrib" / "bin" / "python"
LATENCY = ROOT / "contrib" / "esc-skills-serve" / "tests" / "bench_latency.py"
BAR_MS = 10.0
"""Most milliseconds that may be added, by the median."""
ADDED = re.compile(r"added p50 ([\d.]+) ms, p95 ([\d.]+) ms")


def test_the_server_adds_little() -> None:
    """The median of paired differences is 10 ms or less."""
    if not PYTHON.exists():
        pytest.skip("the child environment of contributed packages is not there: make test")
    done = subprocess.run([PYTHON, LATENCY], check=False, capture_output=True, text=True)
    found = ADDED.search(done.stdout)
    assert found, done.stderr[-2000:]
    p50, p95 = (float(one) for one in found.groups())
    figure(
        "what `esc-skills-serve` adds to a reply: median, 95 of 100 below",
        f"{p50:.1f} ms, {p95:.1f} ms",
        bar=f"{BAR_MS:.0f} ms, –",
    )
    assert p50 <= BAR_MS
