"""LaTeX that compiles unedited."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from esc_skills.model import Cost, StudyCell, StudyRecord, StudyTable
from esc_skills.model.study import WORDS
from esc_skills.testing import strategies
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports.latex import Latex, article

needs_pdflatex = pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="no pdflatex here: make .venv/tex installs it"
)

NASTY = (
    "under_score 100% & more #1",
    r"back\slash $x$ ~ ^ {} \input{/etc/passwd}",
    "中文名字 naïve Ärger — “quoted”",
    "a" * 60,
    "variant_with-a.very/long:name=that|never_ends_before_60_chars",
    "W" * 60,
    "-- ?` !` '' `` <<>> [x]",
    "👩‍👩‍👧 ế \x00 \u202e é",
)


def figure(value: float, place: int) -> StudyCell:
    return StudyCell(
        value=value,
        low=value - 123.456,
        high=value + 11.5,
        n=7,
        of=8,
        mark=("", *WORDS)[place % 8],
        text=NASTY[place % 8] if place % 5 == 0 else "",
    )


def hostile() -> StudyRecord:
    """Twelve columns, a hundred rows, and every sign that LaTeX reads, everywhere."""
    wide = StudyTable(
        name=NASTY[0],
        caption=" ".join(NASTY),
        head=("variant", *(f"score_{place} & very-long-title" for place in range(11))),
        rows=tuple(
            (StudyCell(text=name), *(figure(-3.2 * place, place + row) for place in range(11)))
            for row, name in enumerate(NASTY)
        ),
        notes=NASTY,
    )
    long = StudyTable(
        name="long",
        caption="Long.",
        head=("arm", "emotion", "what"),
        rows=tuple(
            (StudyCell(text=f"arm {row}"), figure(row, 6), StudyCell(text=NASTY[row % 8]))
            for row in range(100)
        ),
    )
    words = StudyTable(
        name="words",
        caption="Words.",
        head=NASTY + NASTY[:4],
        rows=tuple(
            tuple(StudyCell(text=NASTY[(row + place) % 8]) for place in range(12))
            for row in range(3)
        ),
    )
    empty = StudyTable(name="empty", caption="[No] rows.", head=("", "b"))
    return StudyRecord(
        name=NASTY[1],
        kind="ablate",
        methods=" ".join(NASTY),
        tables=(wide, long, words, empty),
        costs=(Cost(arm=NASTY[3], questions=10**9, tokens_in=10**12, usd=12345.6),),
        lost=NASTY,
    )


def compiled(folder: Path, name: str) -> str:
    """LaTeX's log of a file that must compile in its folder, as it stands."""
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", name],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    log = (folder / name).with_suffix(".log").read_text("latin-1")
    assert done.returncode == 0, log[-2000:]
    return log


def wide_boxes(log: str) -> list[float]:
    """By how many points lines stick out of the page."""
    return [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]


def tabulated(record: StudyRecord, folder: Path) -> dict[str, bytes]:
    paths = asyncio.run(Latex().tabulate(record, folder))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@needs_pdflatex
@pytest.mark.parametrize(
    "record",
    [hostile(), study(), StudyRecord(name="empty", kind="bench")],
    ids=["hostile", "small", "empty"],
)
def test_study_compiles_unedited(record: StudyRecord, tmp_path: Path) -> None:
    """Plain pdflatex sets the article and all tables without an error, none too wide or tall."""
    tabulated(record, tmp_path)
    log = compiled(tmp_path, "study.tex")
    assert not [points for points in wide_boxes(log) if points > 20]
    assert "Float too large" not in log
    assert "Package" not in re.sub(r"Package: .*", "", log)


@needs_pdflatex
def test_a_table_compiles_in_somebody_elses_paper(tmp_path: Path) -> None:
    """A table needs nothing from the article that comes with it but LaTeX itself."""
    tabulated(study(), tmp_path)
    paper = r"\documentclass{article}\begin{document}See~\ref{tab:main}.\input{tables/main}"
    (tmp_path / "paper.tex").write_text(paper + r"\end{document}")
    compiled(tmp_path, "paper.tex")
    assert "tab:main" in (tmp_path / "paper.aux").read_text()


@needs_pdflatex
def test_run_compiles_unedited(write: Any, tmp_path: Path) -> None:
    """The scores of a run, whatever its names are."""
    paths = asyncio.run(Latex().render(write(NASTY[1]), tmp_path))
    assert [path.name for path in paths] == ["scores.tex", "report.tex"]
    assert not [points for points in wide_boxes(compiled(tmp_path, "report.tex")) if points > 20]


@needs_pdflatex
def test_what_is_wrong_would_be_found(tmp_path: Path) -> None:
    """The control: an unescaped sign fails, and a line too wide is seen."""
    text = article("t", "m", ())
    (tmp_path / "bad.tex").write_text(text.replace("\nm\n", "\na_b\n"))
    with pytest.raises(AssertionError, match="Missing"):
        compiled(tmp_path, "bad.tex")
    (tmp_path / "wide.tex").write_text(text.replace("\nm\n", f"\n{'M' * 80}\n"))
    assert max(wide_boxes(compiled(tmp_path, "wide.tex"))) > 20


def test_article_takes_in_every_table(tmp_path: Path) -> None:
    """Methods, tables and losses; each table is a file of its own, costs with them."""
    made = tabulated(study(), tmp_path)
    assert list(made) == ["tables/main.tex", "tables/costs.tex", "study.tex"]
    text = made["study.tex"].decode()
    assert r"\input{tables/main}" in text
    assert r"\item[--] no skills" in text
    assert "usepackage" not in text


def test_many_tables_are_let_out_in_time() -> None:
    """A page ends after every few tables: LaTeX holds back no more than it can."""
    text = article("t", "", (f"t{place}" for place in range(20)))
    assert text.count(r"\clearpage") == 2


@settings(max_examples=25, deadline=None)
@given(strategies.studies())
def test_any_study_gives_equal_bytes_twice(record: StudyRecord) -> None:
    """Whatever it holds; and wall time is in no byte of it."""
    timed = attrs.evolve(
        record, costs=tuple(attrs.evolve(cost, seconds=1.0) for cost in record.costs)
    )
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        assert tabulated(record, Path(one)) == tabulated(timed, Path(two))
