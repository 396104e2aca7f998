"""Settings from TOML: an unknown key or a wrong value names file, line, key and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from esc_skills._codec.settings import structure, unstructure
from esc_skills._codec.toml import read_toml, write_toml
from esc_skills.errors import ConfigError


@attrs.frozen(kw_only=True)
class Lexical:
    name: ClassVar[str] = "lexical"
    k: int = attrs.field(default=3, validator=attrs.validators.ge(1))
    least: float = 0.1
    fields: tuple[str, ...] = ("overview",)
    folder: Path = Path("a")


@attrs.frozen(kw_only=True)
class Trial:
    retriever: Lexical = attrs.field(factory=Lexical)
    rounds: int = 2


TEXT = """# a trial
rounds = 2

[retriever]
k = 3
least = 1
"""


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        structure(read_toml(text, "t.toml"), Trial, "t.toml", text=text)
    return caught.value


def test_settings_are_built_and_taken_apart() -> None:
    """A document becomes settings, and settings become plain data and a document again."""
    made = structure(read_toml(TEXT, "t.toml"), Trial, "t.toml")
    assert made == Trial(retriever=Lexical(least=1.0))
    assert type(made.retriever.least) is float
    again = read_toml(write_toml(unstructure(made)), "again")
    assert structure(again, Trial, "again") == made
    assert unstructure(made)["retriever"]["folder"] == "a"


@pytest.mark.parametrize("slip", ["ks", "kk", "leas", "lest", "feilds", "fields_", "flder"])
def test_an_unknown_key_names_line_near_name_and_all_keys(slip: str) -> None:
    """C01: every slip is told with file:line, a suggestion and the valid keys."""
    found = refused(TEXT + f'{slip} = "x"\n')
    assert found.where == f"t.toml:7 retriever.{slip}"
    assert f"unknown key {slip!r}" in found.message
    assert found.hint == "valid keys: k, least, fields, folder"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("k = '3'", "expected a whole number, got text '3'"),
        ("k = true", "expected a whole number, got bool True"),
        ("k = 0", "must be >= 1"),
        ("k = -1", "must be >= 1"),
        ("k = 2.0", "expected a whole number, got float 2.0"),
    ],
)
def test_a_wrong_value_names_line_type_and_value(line: str, said: str) -> None:
    """C02: wrong types and ranges are refused, with what was expected."""
    found = refused(f"[retriever]\n{line}\n")
    assert found.where == "t.toml:2 retriever.k"
    assert said in found.message


def test_all_faults_are_told_at_once() -> None:
    """C01: nobody has to run the command once for each slip."""
    found = refused('round = 1\n[retriever]\nk = "x"\nleast = []\n')
    assert "3 faults" in found.message
    for part in ("t.toml:1 round", "t.toml:3 retriever.k", "t.toml:4 retriever.least"):
        assert part in found.message


def test_a_part_of_a_document_keeps_its_place() -> None:
    """Settings of one component are named by their place in the whole document."""
    with pytest.raises(ConfigError) as caught:
        structure({"k": 0}, Lexical, "t.toml", text=TEXT, at="retriever")
    assert caught.value.where == "t.toml:5 retriever.k"


def test_without_a_document_the_key_alone_is_named() -> None:
    """Settings from Python or from --set have no line."""
    with pytest.raises(ConfigError) as caught:
        structure({"k": 0}, Lexical, "--set")
    assert caught.value.where == "--set k"
