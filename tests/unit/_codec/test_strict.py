"""JSON is read strictly: each doubtful thing is one DataError with file and line."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._codec.strict import DEPTH, decode, parse_json, writable, write_json
from esc_skills.errors import DataError


def refused(text: str, line: int = 1) -> str:
    with pytest.raises(DataError) as caught:
        parse_json(text, "rows.jsonl")
    assert caught.value.where == f"rows.jsonl:{line}"
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{"a": 1,\n"b": {"c": 1,\n"c": 2}}', 3, "'c' stands twice"),
        ('[1,\n{"a": 1, "\\u0061": 2}]', 2, "'a' stands twice"),
        ('[\n"NaN",\nNaN]', 3, "NaN is not a JSON number"),
        ("[1, -Infinity]", 1, "-Infinity is not a JSON number"),
        ("[1,\n1e999]", 2, "1e999 is beyond every number"),
        ("[1,\n\n" + "7" * 5000 + "]", 3, "a number of 5000 characters"),
        ('["ok",\n"\\ud800"]', 2, "a lone surrogate"),
        ("[" * 100_000, 1, "nested deeper"),
        ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), 1, "nested deeper"),
        ('[NaN/x\n"\\u0z"]', 2, "a wrong escape"),
        ('{"a": 1', 1, "not JSON"),
        ('{"a": 1}\n{"b": 2}', 2, "not JSON"),
        ("<!DOCTYPE html><p>no</p>", 1, "looks like an HTML"),
        ("version https://git-lfs.github.com/spec/v1", 1, "looks like a git-LFS"),
        ("", 1, "not JSON"),
        ('"\x00"', 1, "not JSON"),
    ],
)
def test_doubtful_json_is_one_error_with_its_line(text: str, line: int, said: str) -> None:
    """I02, I11, I12, I13, I16: cut, doubled, endless, nested and foreign files are refused."""
    assert said in refused(text, line)


def test_line_numbers_count_from_the_place_of_the_row() -> None:
    """I02: a bad row of a JSONL file is named by its own line."""
    with pytest.raises(DataError) as caught:
        parse_json('{"a": }', "rows.jsonl", 812)
    assert caught.value.where == "rows.jsonl:812"


@pytest.mark.parametrize("text", ['{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}', '"\\ud83d\\ude00"'])
def test_sound_json_that_looks_odd_is_read(text: str) -> None:
    """Equal keys of different objects and whole surrogate pairs are no fault."""
    assert parse_json(text, "x") == json.loads(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_what_is_written_is_read_back(value: object) -> None:
    """Any plain value survives writing and reading."""
    assert parse_json(write_json(value, "value"), "x") == value


@given(st.text('{}[]":,\\u0123dDeENaInfity \n-', max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    """I02: whatever the text, the answer is a value or a DataError."""
    with suppress(DataError):
        json.dumps(parse_json(text, "x"), allow_nan=False).encode()


def test_bytes_that_are_no_text_name_their_offset() -> None:
    """I03: Latin-1 bytes are refused with offset and line."""
    with pytest.raises(DataError, match="byte 6 is not UTF-8") as caught:
        decode(b'{"a":\n\xe9}', "x.json")
    assert caught.value.where == "x.json:2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_encodings_are_understood(encoding: str) -> None:
    """I03: a byte-order mark and UTF-16 are read."""
    assert parse_json(decode('["é中"]'.encode(encoding), "x"), "x") == ["é中"]


def test_cut_utf16_is_refused() -> None:
    """I03: half a UTF-16 character is a DataError too."""
    with pytest.raises(DataError, match="UTF-16"):
        decode("ab".encode("utf-16")[:-1], "x")


def test_lone_surrogates_never_break_a_write() -> None:
    """I04: one rule on writing: a lone surrogate becomes U+FFFD, a pair its character."""
    assert writable("a\ud800b") == "a\ufffdb"
    assert writable("\ud83d\ude00") == "😀"
    assert write_json({"a": "\udc00"}, "x").encode() == '{"a":"\ufffd"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    """No NaN, no infinity and no object of another kind reaches a file."""
    with pytest.raises(DataError, match="a score cannot be written"):
        write_json({"a": value}, "a score")
