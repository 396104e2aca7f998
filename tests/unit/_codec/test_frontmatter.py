"""Front matter is a tiny, strict part of YAML; every scalar stays text."""

from __future__ import annotations

import time

import pytest
import strictyaml
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._codec.frontmatter import read_matter, split, write_matter
from esc_skills.errors import DataError
from esc_skills.testing.strategies import texts


def refused(*lines: str) -> DataError:
    with pytest.raises(DataError) as caught:
        read_matter(list(lines), "SKILL.md")
    return caught.value


@pytest.mark.parametrize(
    "text", ["no", "yes", "012", "1:30", "2026-01-02", "null", "3.0", "0x10", "true", "~x"]
)
def test_scalars_stay_the_text_they_are(text: str) -> None:
    """B07: nothing becomes a boolean, a number or a date."""
    assert read_matter([f"key: {text}"], "x") == {"key": text}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("key: some words", "some words"),
        ("key: 'it''s'  # a remark", "it's"),
        ('key: "a\\n\\"b\\" \\u4e2d\\x41\\U0001f600"', 'a\n"b" 中A😀'),
        ("key: words # a remark", "words"),
        ("key: a#b", "a#b"),
        ('key: ""', ""),
        ("allowed-tools : x", "x"),
    ],
)
def test_quotes_escapes_and_remarks_are_understood(line: str, value: str) -> None:
    """What YAML says about quotes and remarks holds here too."""
    (got,) = read_matter([line], "x").values()
    assert got == value


def test_one_level_of_nesting_is_read() -> None:
    """A table holds indented lines; remarks and blank lines are passed over."""
    lines = ["name: a", "# remark", "metadata:", "", "  k: v", "  l: w", "license: MIT"]
    assert read_matter(lines, "x") == {
        "name": "a",
        "metadata": {"k": "v", "l": "w"},
        "license": "MIT",
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a: &x y", "an anchor"),
        ("a: *x", "an alias"),
        ("a: !!python/object:os.system x", "a tag"),
        ("a: !x y", "a tag"),
        ("a: {b: c}", "flow style"),
        ("a: [b, c]", "flow style"),
        ("a: |", "block style"),
        ("a: >-", "block style"),
        ("<<: *x", "merge key"),
        ("- a", "a list"),
        ("? a", "a complex key"),
        ("%YAML 1.1", "a directive"),
        ("a:\tb", "a tab"),
        ("just words", "not a `key: value` line"),
        ("a: b: c", "a colon inside a text"),
        ("a: 'b", "no end"),
        ('a: "b', "no end"),
        ('a: "\\q"', "unknown escape"),
        ('a: "\\ud800"', "no character"),
        ("  a: b", "without a table above"),
    ],
)
def test_the_rest_of_yaml_is_refused_by_name(line: str, said: str) -> None:
    """B06: tags, anchors, aliases, merge keys, flow and block style name themselves."""
    found = refused("name: a", line)
    assert said in found.message
    assert found.where == "SKILL.md:3"


def test_double_keys_are_refused() -> None:
    """B07: a key stands once, on both levels."""
    assert "'a' stands twice" in refused("a: 1", "a: 2").message
    assert "'b' stands twice" in refused("m:", "  b: 1", "  b: 2").message
    assert "indented differently" in refused("m:", "  b: 1", "   c: 2").message


def test_bombs_are_refused_at_once() -> None:
    """B05: an alias bomb, deep nesting and endless quotes cost no time."""
    bomb = ["a0: &a0 lol"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)
    ]
    start = time.perf_counter()
    refused(*bomb)
    refused("a: " + "[" * 200_000)
    refused("a: '" + "''" * 200_000 + "x'y")
    refused('a: "' + "\\" * 200_001 + '"')
    refused(*("  " * n + "k:" for n in range(2000)))
    assert time.perf_counter() - start < 1


def test_a_document_is_split_at_its_fences() -> None:
    """Windows line ends are no obstacle; body lines keep their numbers."""
    assert split("---\r\na: b\r\n---\r\nbody\r\n", "x") == (["a: b"], ["body", ""], 4)


@pytest.mark.parametrize("text", ["", "a: b", "---\na: b\n", " ---\na: b\n---\n"])
def test_a_document_without_fences_is_refused(text: str) -> None:
    """Front matter has a first and a last fence."""
    with pytest.raises(DataError, match="---"):
        split(text, "x")


@given(st.dictionaries(st.sampled_from(("a", "b-c", "metadata")), texts(), min_size=1))
def test_any_text_survives_and_yaml_agrees(matter: dict[str, str]) -> None:
    """What is written reads back, and an independent YAML reader sees the same."""
    text = write_matter({**matter, "inner": dict(matter)})
    lines, rest, _ = split(text, "x")
    assert rest == [""]
    assert read_matter(lines, "x") == {**matter, "inner": matter}
    assert strictyaml.load("\n".join(lines)).data == {**matter, "inner": matter}
