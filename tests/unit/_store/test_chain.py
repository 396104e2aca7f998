"""A chain of rows in which every change of the past shows."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from esc_skills._store.chain import body, linked, verify_chain


def chain(size: int = 12) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in range(size):
        facts = {"event": "verdict", "n": number, "facts": {"low": number / 7, "ids": ["a", "b"]}}
        rows.append(linked(facts, rows[-1]["hash"] if rows else ""))
    return rows


def test_an_untouched_chain_verifies() -> None:
    """S12: a chain as it was written is whole, with its head and without; so is an empty one."""
    rows = chain()
    assert verify_chain(rows) is None
    assert verify_chain(rows, rows[-1]["hash"]) is None
    assert verify_chain([], "") is None
    assert body(rows[3]) == {"event": "verdict", "n": 3, "facts": {"low": 3 / 7, "ids": ["a", "b"]}}


def _edit(rows: list[dict[str, Any]], chance: random.Random) -> None:
    row = chance.choice(rows)
    spot = chance.choice(["n", "facts", "hash", "prev", "new", "gone"])
    if spot == "n":
        row["n"] += chance.choice([-1, 1, 0.5])
    elif spot == "facts":
        row["facts"] = copy.deepcopy(row["facts"])
        row["facts"]["ids"] = row["facts"]["ids"][::-1]
    elif spot in {"hash", "prev"}:
        old = row[spot] or "0" * 64
        at = chance.randrange(len(old))
        row[spot] = old[:at] + ("0" if old[at] != "0" else "1") + old[at + 1 :]
    elif spot == "new":
        row["more"] = chance.random()
    else:
        del row[chance.choice(["n", "facts", "event"])]


def _reseal(rows: list[dict[str, Any]], chance: random.Random) -> None:
    """Change a row and make its own hash right again; its successor or the head tells."""
    at = chance.randrange(len(rows))
    rows[at] = linked({**body(rows[at]), "n": -1}, rows[at]["prev"])


def _cut(rows: list[dict[str, Any]], chance: random.Random) -> None:
    at = chance.randrange(len(rows))
    del rows[at : at + chance.randint(1, 3)]


def _move(rows: list[dict[str, Any]], chance: random.Random) -> None:
    one, two = chance.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]


def _insert(rows: list[dict[str, Any]], chance: random.Random) -> None:
    at = chance.randrange(len(rows) + 1)
    prev = rows[at - 1]["hash"] if at else ""
    rows.insert(at, linked({"event": "forged"}, prev))


def test_a_thousand_tamperings_are_a_thousand_found() -> None:
    """S12, B16: edits, cuts, moves and insertions, also with hashes made right again: all found."""
    whole = chain()
    head = whole[-1]["hash"]
    kinds = [_edit, _reseal, _cut, _move, _insert]
    missed = []
    for seed in range(1000):
        chance = random.Random(seed)
        rows = copy.deepcopy(whole)
        kinds[seed % len(kinds)](rows, chance)
        assert rows != whole
        if verify_chain(rows, head) is None:
            missed.append(seed)
    assert missed == []


@pytest.mark.parametrize("gone", [1, 5, 12])
def test_a_cut_end_shows_by_the_head_alone(gone: int) -> None:
    """S12, negative control: without the head a cut of the end cannot be seen."""
    rows = chain()
    head = rows[-1]["hash"]
    short = rows[:-gone]
    assert verify_chain(short) is None
    assert verify_chain(short, head) == len(short)
