"""Laws of the one write path, through any order of operations, honest and hostile."""

from __future__ import annotations

import random
from typing import Any

import attrs
import pytest
from bankmachine import GUARD, BankMachine, check_laws
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from esc_skills._stages import commit as room
from esc_skills._stages import edits, origins, ratchet

SEQUENCES, STEPS = 1000, 8


@pytest.mark.slow
def test_no_order_of_operations_breaks_a_law() -> None:
    """S5, S7, S9, S10, S11, S12, S13, S17, S24: a thousand sequences of all operations.

    The protected skill stays as it is; a caution is lost by a complete waiver only; every line has
    its sources, and no source dangles; names are unique; the chain verifies.
    """
    rules = settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(BankMachine, settings=rules)
