"""Tables that a paper's draft or an issue can hold."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt  # comes with rich, and reads what GitHub reads
from markdown_it.token import Token

from esc_skills.model import StudyRecord
from esc_skills.spec import RunRecord
from esc_skills.testing import strategies
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports.markdown import Markdown, escaped, table

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    """All tokens of a text, those inside lines included."""
    found = []
    for token in READER.parse(text):
        found += [token, *(token.children or ())]
    return found


def cells(text: str) -> list[str]:
    """Texts of all table cells, as a reader sees them."""
    parsed = READER.parse(text)
    return [
        "".join(child.content for child in after.children or ())
        for token, after in pairwise(parsed)
        if token.type in {"th_open", "td_open"}
    ]


def shape(text: str) -> list[str]:
    return [token.type for token in tokens(text) if token.type not in {"text", "text_special"}]


def test_no_text_becomes_markup(write, payload: str) -> None:
    """O06: with a hostile text in every field the file has the very same structure."""
    assert shape(Markdown().text(write(payload))) == shape(Markdown().text(write("words")))


def test_cells_read_as_they_were_written(write, payload: str) -> None:
    """O06: escaping loses nothing but line breaks and doubled blanks."""
    shown = " ".join(payload.split())
    read = [cell.strip() for cell in cells(Markdown().text(write(payload)))]
    assert read.count(shown) == cells(Markdown().text(write("w0rds"))).count("w0rds") > 0


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(st.lists(st.tuples(LINE, LINE), max_size=4))
def test_any_cell_comes_back(rows: list[tuple[str, str]]) -> None:
    """O06: whatever stands in a cell, a reader of Markdown finds the same cell with it."""
    text = "\n".join(table(("a", "b"), rows))
    expected = [" ".join(cell.split()) for row in rows for cell in row]
    assert [cell.strip() for cell in cells(text)] == ["a", "b", *expected]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_is_one_line(text: str) -> None:
    """No line break leaves a field, whichever of Unicode's it is."""
    assert len(escaped(text).splitlines()) <= 1 or any(ord(sign) < 32 for sign in escaped(text))
    assert "\n" not in escaped(text)


@pytest.mark.parametrize("sign", "\\`*_{}[]<>#|~&$")
def test_special_sign_gets_a_backslash(sign: str) -> None:
    """O06: each sign that Markdown reads is made inert."""
    assert escaped(f"a{sign}b") == f"a\\{sign}b"


def test_equal_records_give_equal_bytes(write, tmp_path: Path) -> None:
    """Two records of equal content give one file, byte for byte."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        asyncio.run(Markdown().render(write("words"), tmp_path / name))
    one, two = ((tmp_path / name / "report.md").read_bytes() for name in ("one", "two"))
    assert one == two
    assert b"\r" not in one


def test_empty_record_has_empty_tables() -> None:
    """O09: headings and heads stand, no row is made up."""
    text = Markdown().text(RunRecord(name="empty", experiment={}))
    assert text.startswith("# empty\n")
    assert shape(text).count("tr_open") == 2


def test_scores_stand_with_interval_count_and_signature(write) -> None:
    """A figure is quoted with interval and count; signatures are listed once each."""
    text = Markdown().text(write("words"))
    assert "| evolved | sage | emotion | 38.50 | \\[20.00, 50.00\\] | 3 of 4 |" in text
    assert text.count("- sage: words\n") == 1


def test_no_text_of_a_study_becomes_markup(payload: str) -> None:
    """O06: with a hostile text in every field of a study the file has the very same structure."""
    made, harmless = (Markdown().study_text(study(text)) for text in (payload, "words"))
    assert shape(made) == shape(harmless)


def test_study_stands_with_methods_tables_and_losses() -> None:
    """Methods, figures with interval, count and sign, legend, notes, costs, losses, signatures."""
    text = Markdown().study_text(study("w0rds"))
    assert text.startswith("# w0rds\n\nw0rds\n\n## main\n")
    assert "| w0rds | 20.00⁻ \\[15.00, 25.00\\] 7 of 8 | – |" in text
    assert "- w0rds\n- Signs: ⁻ worse.\n" in text
    assert "## costs" in text
    assert "## What came to nothing\n\n- w0rds\n" in text
    assert text.endswith("## Signatures\n\n- sage: sage:v1\n")


@settings(max_examples=30, deadline=None)
@given(strategies.studies())
def test_any_study_gives_equal_text_twice(record: StudyRecord) -> None:
    """Whatever it holds; wall time and its own number of seconds are in no word of it."""
    timed = tuple(attrs.evolve(cost, seconds=1.0) for cost in record.costs)
    text = Markdown().study_text(record)
    assert text == Markdown().study_text(attrs.evolve(record, costs=timed))
    assert shape(text).count("table_open") >= len(record.tables)


def test_study_is_written_to_its_file(tmp_path: Path) -> None:
    """``study.md``, with line feeds."""
    (path,) = asyncio.run(Markdown().tabulate(study(), tmp_path))
    assert path.name == "study.md"
    assert path.read_bytes() == Markdown().study_text(study()).encode()


@pytest.mark.parametrize("text", ["- a", "+ a", "1. a", "12) a", "---", "===", "=", "> q", "~~~"])
def test_beginning_of_a_line_is_inert(text: str) -> None:
    """Methods, captions and notes that begin like a list or a rule stay words."""
    made, harmless = (Markdown().study_text(study(words)) for words in (text, "words"))
    assert shape(made) == shape(harmless)
