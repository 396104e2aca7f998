"""A file of the wrong format is refused by saying what it looks like."""

from __future__ import annotations

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins._shared.lookalike import refuse_not_array, refuse_not_lines

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:12ab\nsize 12\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": 1}\n{"a": 2}\n', "JSON Lines"),
        ('{"data": [\n{"a": 1}]}', "one JSON object"),
        ("emotion,problem,text\nsad,job,hi\n", "CSV"),
        ("emotion\tproblem\ttext\n", "CSV"),
        ("<!DOCTYPE html><html></html>", "HTML"),
        (POINTER, "git-LFS pointer"),
        ("hello", "no JSON list"),
    ],
)
def test_text_that_is_no_list_is_named(text, what):
    """I16: each lookalike of ESConv.json is recognised, with the next thing to do."""
    with pytest.raises(DataError, match=f"looks like .*{what}") as caught:
        refuse_not_array(text, "f.json")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[1]", "one JSON list"),
        ('{\n "a": 1\n}', "indented"),
        ("a,b,c\n1,2,3", "CSV"),
        ("<html>", "HTML"),
        (POINTER, "git-LFS"),
    ],
)
def test_text_that_is_no_lines_is_named(text, what):
    """I16: each lookalike of a JSON Lines file is recognised."""
    with pytest.raises(DataError, match=f"looks like .*{what}"):
        refuse_not_lines(text, "f.jsonl")


def test_the_right_format_passes():
    """A list is a list and lines are lines, also after blanks."""
    refuse_not_array("\n [1]", "f")
    refuse_not_lines('\n{"a": "x, y, z"}', "f")
