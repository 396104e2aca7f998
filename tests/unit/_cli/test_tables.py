"""Tables for people: aligned, and safe for a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills._cli.tables import clean, columns, figure, interval, score_lines
from esc_skills.model import Score


@given(st.text())
def test_no_control_character_reaches_a_terminal(text: str) -> None:
    """O05: escapes, bells and carriage returns are replaced; ordinary text stays."""
    shown = clean(text)
    assert all(sign.isprintable() or sign in "\n\t" for sign in shown)
    assert len(shown) == len(text)


def test_escape_sequences_are_inert() -> None:
    """O05: a title-setting sequence loses its escape."""
    assert "\x1b" not in clean("\x1b]0;owned\x07")


def test_columns_align() -> None:
    """Cells of a column begin at one place."""
    lines = columns([("a", "b"), ("longer", "c")])
    assert [line.index(cell) for line, cell in zip(lines, "bc", strict=True)] == [8, 8]


def test_missing_figure_is_a_dash_not_a_zero() -> None:
    """Nothing to score is shown as such."""
    score = Score(evaluator="e", name="n", value=None, n=0, of=3, signature="s")
    assert figure(None) == "—"
    assert interval(score) == ""
    assert "0 of 3" in score_lines([score])[1]


def test_unlike_signatures_share_no_line_of_a_table() -> None:
    """A score of another simulator stands on a line of its own that says so."""
    scores = [
        Score(evaluator="sage", name="emotion", value=value, n=1, of=1, signature=sign, arm=arm)
        for value, sign, arm in ((40.0, "a", "none"), (50.0, "a", "x"), (60.0, "b", "x"))
    ]
    first, second = [line for line in score_lines(scores) if line.startswith("sage")]
    assert "40.00" in first
    assert "50.00" in first
    assert "60.00" in second
    assert all("compare with no other" in line for line in (first, second))
    assert "compare" not in "".join(score_lines(scores[:2]))
