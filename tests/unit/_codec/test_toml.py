"""TOML in and out."""

from __future__ import annotations

import pytest

from esc_skills._codec.toml import line_of, read_toml, write_toml
from esc_skills.errors import ConfigError

TEXT = """corpus = ["a"]
retriever = { use = "bm25", k = 3 }
[models]
default = { use = "x" }
[models.seeker]
"base url" = 1
evolve.rounds = 2
[[arms]]
name = "a"
"""


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("a = [\n1,\n", 3)]
)
def test_a_fault_names_its_line(text: str, line: int) -> None:
    """C02: what is not TOML is a ConfigError with file and line."""
    with pytest.raises(ConfigError) as caught:
        read_toml(text, "t.toml")
    assert caught.value.where == f"t.toml:{line}"
    assert "not TOML" in caught.value.message


def test_deep_nesting_is_a_config_error() -> None:
    """C02: a bomb of brackets is refused, not a RecursionError."""
    with pytest.raises(ConfigError):
        read_toml("a = " + "[" * 100_000, "t.toml")


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("corpus", 1),
        ("corpus[0]", 1),
        ("retriever.k", 2),
        ("models.default.use", 4),
        ("models.seeker.base url", 6),
        ("models.seeker.evolve.rounds", 7),
        ("arms[0].name", 9),
        ("arms[0].nothing", 8),
        ("absent", 0),
    ],
)
def test_a_key_is_found_by_its_line(key: str, line: int) -> None:
    """C01: the line of a key, or of the table it stands in."""
    assert line_of(TEXT, key) == line


def test_what_is_written_is_read_back_without_nothings() -> None:
    """None has no place in TOML; all else survives."""
    data = {"a": None, "b": {"c": [1, None], "d": "é\n"}, "e": ("x",)}
    assert read_toml(write_toml(data), "t") == {"b": {"c": [1], "d": "é\n"}, "e": ["x"]}
