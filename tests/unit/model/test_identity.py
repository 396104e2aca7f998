"""Equal content, equal hash: in every process, whatever the order of keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import attrs
import pytest
from hypothesis import given

from esc_skills.model import Skill, SkillsBank, Turn, canonical, content_hash, plain, short_hash
from esc_skills.testing import strategies

PROGRAM = """
from esc_skills.model import Skill, content_hash
print(content_hash(Skill(name="a", overview="é中", guidance=("b",))), end="")
"""


def test_the_hash_is_the_same_in_another_process() -> None:
    """Python's own hash seed has no part in it."""
    mine = content_hash(Skill(name="a", overview="é中", guidance=("b",)))
    for seed in ("1", "2"):
        said = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        assert said == mine


def test_key_order_and_kind_of_sequence_do_not_count() -> None:
    """A mapping is its pairs; a list and a tuple of the same items are one."""
    assert content_hash({"a": 1, "b": (1, 2)}) == content_hash({"b": [1, 2], "a": 1})


@given(strategies.skills(), strategies.skills())
def test_equal_hash_means_equal_content(one: attrs.AttrsInstance, two: object) -> None:
    """Two skills share a hash exactly when their canonical bytes are equal."""
    assert (content_hash(one) == content_hash(two)) == (canonical(one) == canonical(two))


def test_every_field_counts() -> None:
    """A change of any field of a skill changes its hash."""
    base = Skill(name="a", overview="b", guidance=("c",))
    changes = {"name": "x", "overview": "x", "guidance": ("x",), "evidence": ("x",), "revision": 2}
    assert len({content_hash(attrs.evolve(base, **{k: v})) for k, v in changes.items()}) == 5


def test_canonical_bytes_are_sorted_json() -> None:
    """UTF-8, no blanks, keys in order; a lone surrogate can still be hashed."""
    turn = Turn(speaker="seeker", text="é\ud800")
    assert json.loads(canonical(turn).decode("utf-8", "surrogatepass")) == plain(turn)
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_figures_that_are_no_numbers_have_no_hash(value: float) -> None:
    """NaN equals nothing, so it can identify nothing."""
    with pytest.raises(ValueError, match="JSON"):
        content_hash({"a": value})


def test_sets_are_sorted_and_short_hashes_are_beginnings() -> None:
    """Nothing depends on the order of a set."""
    assert plain({"b", "a"}) == ["a", "b"]
    assert content_hash("x").startswith(short_hash("x"))
    assert len(short_hash(SkillsBank())) == 12
