"""Laws of the one write path, through any order of operations, honest and hostile."""

from __future__ import annotations

from typing import Any

import pytest
from bankmachine import BankMachine, walked

from esc_skills._stages import commit as room
from esc_skills._stages import edits

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


def _nothing(*facts: Any, **named: Any) -> None:
    return None


def _forgetful(old: Any, skill: Any, sources: Any, patch: Any) -> Any:
    return dict(list(edits_inherit(old, skill, sources, patch).items())[1:])


def _credulous(edit: Any, *facts: Any, **named: Any) -> Any:
    return edit.evidence or edit.skills[0].evidence if edit.skills else edit.evidence


edits_inherit = edits.inherit

WEAK = {
    "S5 claims": [(room, "check_bank", _nothing)],
    "S7 edits": [(edits, "check_ratchet", _nothing)],
    "S7 rollback": [(room, "check_ratchet", _nothing)],
    "S9 stale": [(room, "stamped", lambda bank: bank)],
    "S10 orphans": [(edits, "inherit", _forgetful), (room, "check_bank", _nothing)],
    "S10 forged": [(edits, "cited", _credulous)],
    "S11": [(edits, "check_quota", _nothing)],
    "S17": [(edits, "asleep", lambda skill: skill), (edits, "check_quota", _nothing)],
    "S24 anyone": [(room, "_by_person", _nothing)],
}
"""A rule, and how to switch it off."""


@pytest.mark.parametrize("rule", WEAK)
def test_each_law_is_missed_when_its_rule_is_off(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without a rule, the same sequences find the broken law."""
    for place, name, weak in WEAK[rule]:
        monkeypatch.setattr(place, name, weak)
    with pytest.raises((AssertionError, KeyError, ValueError)):
        walked(10 * SEQUENCES, shrink=False)  # the first broken law ends it


def test_the_machine_is_a_state_machine() -> None:
    """The operations are the machine's rules; a new kind of edit belongs among them."""
    assert {"add", "revise", "merge", "split", "rest", "accept", "rollback"} <= set(
        vars(BankMachine)
    )
