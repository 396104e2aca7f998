"""Vectors of a bank, in the process and on the disk."""

from __future__ import annotations

import stat

import numpy as np
import pytest

from esc_skills_plugins.retrievers import vectors as room
from esc_skills_plugins.retrievers.vectors import folder, vectors

TEXTS = (((1.0, "I cannot sleep"),), ((1.0, "I owe money"),), ())


def afresh(*, cache=True, texts=TEXTS):
    """Vectors as another process would get them."""
    vectors.cache_clear()
    return vectors(texts, cache=cache)


def files():
    """What lies in the cache."""
    return sorted(folder().glob("*")) if folder().exists() else []


def test_nearness_is_a_cosine():
    """A text is as near as can be to itself, and nothing is near to no text."""
    near = afresh().cosines(TEXTS[0])
    assert near[0] == pytest.approx(1)
    assert near[0] > near[1]
    assert near[2] == 0
    assert not afresh().cosines(()).any()


def test_what_is_kept_is_found(monkeypatch):
    """A second process takes the vectors from the disk and encodes nothing."""
    first = afresh().rows
    (kept,) = files()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    monkeypatch.setattr(room, "vector", None)
    assert (afresh().rows == first).all()


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty"])
def test_what_is_damaged_is_made_anew(harm):
    """A file that was cut off, changed or emptied is replaced."""
    first = afresh().rows
    (kept,) = files()
    good = kept.read_bytes()
    bad = {"cut": good[:-1], "flipped": good[:-1] + bytes([good[-1] ^ 1]), "empty": b""}[harm]
    kept.write_bytes(bad)
    assert (afresh().rows == first).all()
    assert kept.read_bytes() == good


def test_other_texts_are_another_file():
    """Text, weight and order each make another file."""
    for texts in (TEXTS, TEXTS[::-1], (((0.5, "I cannot sleep"),),)):
        afresh(texts=texts)
    assert len(files()) == 3


def test_the_disk_can_be_left_alone(monkeypatch, tmp_path):
    """``cache = false`` writes nothing; a folder that cannot be made is no fault."""
    afresh(cache=False)
    assert files() == []
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert afresh().rows.shape == (3, 512)


def test_a_relative_cache_home_is_not_used(monkeypatch):
    """As the XDG standard says, a path that is not absolute counts for nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert folder().parts[-3:] == (".cache", "esc-skills", "vectors")


def test_products_are_exact():
    """Sums of the products are whole numbers, whatever order they are added in."""
    made = afresh()
    asked = made.rows[0]
    whole = made.rows.astype(int) @ asked.astype(int)
    assert ((made.rows @ asked).astype(int) == whole).all()
    assert ((made.rows[:, ::-1] @ np.ascontiguousarray(asked[::-1])).astype(int) == whole).all()
