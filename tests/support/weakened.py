"""The rules of the one write path, each with what switches it off: for negative controls."""

from __future__ import annotations

from typing import Any

from esc_skills._stages import commit as room
from esc_skills._stages import edits


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
