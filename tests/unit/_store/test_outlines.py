"""The outline of a run's own files."""

from __future__ import annotations

import pytest

from esc_skills._store.outlines import outlined
from esc_skills.errors import DataError


@pytest.mark.parametrize(
    ("name", "found", "place"),
    [
        ("run.json", [], "$"),
        ("run.json", {"plugins": 3}, "$.plugins"),
        ("run.json", {"experiment": {"run": {"seed": "x"}}}, "$.experiment.run.seed"),
        ("corpus.json", {}, "$.corpora"),
        ("items.jsonl", {"score": [], "key": "k", "cluster": "c"}, "$.sums"),
        ("ledger.jsonl", {"event": "failures", "round": 1}, "$.report"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_every_reader_needs_is_asked_for(name: str, found: object, place: str) -> None:
    """R43: a file of a run that somebody changed is named with its field."""
    with pytest.raises(DataError) as caught:
        outlined(found, name, f"run/{name}")
    assert caught.value.where == f"run/{name} {place}"


def test_what_nobody_needs_may_come_and_go() -> None:
    """R12: keys of other versions, and files that have no outline, are passed over."""
    row = {"corpora": [{"corpus": "own", "findings": [], "colour": 1}], "more": 2}
    assert outlined(row, "corpus.json", "x") is row
    assert outlined({"any": 1}, "other.json", "x") == {"any": 1}
