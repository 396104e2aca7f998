"""The laws of the one write path over ten thousand sequences."""

from __future__ import annotations

import pytest
from bankmachine import walked


@pytest.mark.timeout(1800)
def test_ten_thousand_sequences_break_no_law() -> None:
    """S5: what `tests/properties/test_bank_machine.py` walks a thousand times, longer."""
    assert walked(10_000, steps=12)
