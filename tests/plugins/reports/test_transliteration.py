"""Any text as LaTeX that plain pdflatex sets."""

from __future__ import annotations

import re

import pytest
from braces import balanced
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.reports.transliteration import ACCENTS, SPECIAL, latex

MADE = sorted(
    {value for value in SPECIAL.values() if len(value) > 1} | {r"\allowbreak{}", r"\-"},
    key=lambda value: (-len(value), value),
)
OWN = re.compile("|".join(map(re.escape, MADE)))
ACCENT = re.compile("(?:" + "|".join(map(re.escape, ACCENTS.values())) + r")\{([A-Za-z])\}")
RAW = re.compile(r"[\\{}$&#%_^~]")


def stripped(text: str) -> str:
    """What is left of a LaTeX text without the commands that the writer makes."""
    for _ in range(4):
        text = ACCENT.sub(r"\1", text)
    return OWN.sub("", text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_leaves_a_raw_sign(text: str) -> None:
    """O06: what remains beside the writer's own commands is printable ASCII that LaTeX prints."""
    made = latex(text)
    assert balanced(made)
    assert made.isascii()
    assert made.isprintable()
    assert not RAW.search(stripped(made)), made


@pytest.mark.parametrize("sign", "\\{}$&#%_^~")
def test_each_special_sign_is_escaped(sign: str) -> None:
    """The ten signs that LaTeX reads."""
    made = latex(f"a{sign}b")
    assert made == f"a{SPECIAL[sign]}b"
    assert not RAW.search(stripped(made))


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("naïve Ärger", r"na\"{i}ve \"{A}rger"),
        ("ế", r"\'{\^{e}}"),
        ("Straße – Øre", r"Stra\ss{}e --{} \O{}re"),
        ("ａ＆b", r"a\&b"),
        ("中", r"\allowbreak{}[U+4E2D]\allowbreak{}"),
        ("--no-x", "-{}-{}no-{}x"),
        ("Δ ≤ 5", r"$\Delta$ $\le$ 5"),
        ("a\n b", "a b"),
        ("\x00", r"\allowbreak{}[U+0000]\allowbreak{}"),
        ("\ud800", r"\allowbreak{}[U+D800]\allowbreak{}"),
    ],
    ids=range(10),
)
def test_letters_beyond_ascii_are_set_or_spelt_out(text: str, made: str) -> None:
    """Accents are set, forms of ASCII become it, other letters are shown by code point."""
    assert latex(text) == made


def test_long_names_can_be_broken() -> None:
    """Names longer than a column break after signs, words at a hyphen, numbers anywhere."""
    assert latex("under_score_of_long_name").count(r"\_\allowbreak{}") == 4
    assert latex("a" * 60).count(r"\-") == 9
    assert latex("1" * 60).count(r"\allowbreak{}") == 9
    assert latex("short_name") == r"short\_name"
    assert latex("an ordinary sentence of words") == "an ordinary sentence of words"


def test_unlike_letters_stay_unlike() -> None:
    """Arms whose names differ in one foreign letter are not set alike."""
    assert latex("组A") != latex("組A")
