"""Laws of the one write path, through any order of operations, honest and hostile."""

from __future__ import annotations

import pytest
from bankmachine import BankMachine, walked
from weakened import WEAK

SEQUENCES = 1000


@pytest.mark.slow
def test_no_order_of_operations_breaks_a_law() -> None:
    """S5, S7, S9, S10, S11, S12, S13, S17, S24: a thousand sequences of all operations.

    The protected skill stays as it is; a caution is lost by a complete waiver only; every line has
    its sources, and no source dangles; names are unique; the chain verifies.
    """
    granted = walked(SEQUENCES)
    assert set(granted) == {
        "accept",
        "add",
        "add-risk",
        "merge",
        "narrow",
        "quarantine",
        "retire",
        "revise",
        "rollback",
        "split",
        "widen",
    }


@pytest.mark.parametrize("rule", sorted(set(WEAK) - {"S7 rollback"}))
def test_each_law_is_missed_when_its_rule_is_off(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without a rule, the same sequences find the broken law.

    The one that is found only after thousands of them is left to ``make soak``.
    """
    for place, name, weak in WEAK[rule]:
        monkeypatch.setattr(place, name, weak)
    with pytest.raises((AssertionError, KeyError, ValueError)):
        walked(10 * SEQUENCES, shrink=False)  # the first broken law ends it


def test_the_machine_is_a_state_machine() -> None:
    """The operations are the machine's rules; a new kind of edit belongs among them."""
    assert {"add", "revise", "merge", "split", "rest", "accept", "rollback"} <= set(
        vars(BankMachine)
    )
