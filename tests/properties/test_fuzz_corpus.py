"""What fuzzing began with and what it broke, replayed: only errors of ours come out."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fuzz"))

from driving import CORPUS, hold, kept, names, target

MOST, LARGEST = 60, 2048


@pytest.mark.parametrize("name", names())
def test_the_kept_corpus_breaks_no_law(name: str) -> None:
    """I01-I13, B05-B12, R34, C01: every kept input is taken, or refused with a hint, within 2 s."""
    made = target(name)
    ends = {path.name: hold(made, path.read_bytes()) for path in kept(name)}
    assert "taken" in ends.values()
    assert len(set(ends.values())) > 1, ends


def broken(data: bytes) -> None:
    """A target that breaks the law."""
    raise KeyError(data)


def test_what_breaks_the_law_is_seen() -> None:
    """Control: an exception that nobody is told of comes out of the same hold."""
    with pytest.raises(KeyError):
        hold(SimpleNamespace(attempt=broken), b"x")


def test_the_corpus_stays_small() -> None:
    """The kept inputs are ours and few: what is larger is made by a test instead."""
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    seeds = [path for path in files if not path.name.startswith("broke-")]
    assert len(seeds) <= MOST
    assert all(path.stat().st_size <= LARGEST for path in files)
    assert {path.parent.name for path in files} == set(names())
