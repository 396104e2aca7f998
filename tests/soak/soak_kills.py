"""The long proof: two hundred kills at random moments of a run that asks models.

Runs with ``make soak``, not with the tests; a part of it runs there too (``test_kills``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

CHAINS = int(os.environ.get("SOAK_CHAINS", "40"))
"""Runs that are killed five times each."""
FIRST = 1000
"""First seed; none of those that every test run takes."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + CHAINS))
def test_kill_at_any_moment_pays_for_nothing_twice(
    killed: Callable[..., Any], record_property: Callable[[str, object], None], seed: int
) -> None:
    """R01, R02: no journalled answer is lost or asked for again, and no byte of a result differs.

    What the journal says was sent is what the server counted, but for requests that were under
    way at a kill.
    """
    made = killed(seed, 5)
    record_property("kills", len(made.kills))
    assert made.kills
