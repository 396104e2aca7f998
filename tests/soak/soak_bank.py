"""The laws of the one write path over ten thousand sequences."""

from __future__ import annotations

import pytest
from bankmachine import walked
from weakened import WEAK


@pytest.mark.timeout(1800)
def test_ten_thousand_sequences_break_no_law() -> None:
    """S5: what `tests/properties/test_bank_machine.py` walks a thousand times, longer."""
    assert walked(10_000, steps=12)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rule", WEAK)
def test_each_law_is_missed_when_its_rule_is_off(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without a rule, the same sequences find the broken law."""
    for place, name, weak in WEAK[rule]:
        monkeypatch.setattr(place, name, weak)
    with pytest.raises((AssertionError, KeyError, ValueError)):
        walked(20_000, shrink=False)  # the first broken law ends it
