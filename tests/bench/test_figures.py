"""Figures land in their rows of the page, and the page names benches that say them."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent
PAGE = """# Speed

<!-- bench_machine -->
Machine: an old one.
<!-- /bench_machine -->

<!-- bench_calls -->
| what | figure | bar | made by |
| --- | --- | --- | --- |
| a call of `x` | 9.9 | 10 | `bench_old.py` |
| a hit | – | – | `bench_hit.py` |
<!-- /bench_calls -->

Words between | with | bars | here |
"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The writer of the page."""
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module("figures")


def test_a_figure_lands_in_its_row_and_other_rows_keep_their_text(made: ModuleType) -> None:
    """One row and the line on the machine are new; a line that was not run stays to the byte."""
    new = made.Figure("a hit", "20 µs", "39 µs", "bench_gateway.py")
    page = made.rewritten(PAGE, [new], "Machine: this one.")
    assert "| a hit | 20 µs | 39 µs | `bench_gateway.py` |\n" in page
    assert "Machine: this one.\n" in page
    changed = [line for line in page.split("\n") if line not in PAGE.split("\n")]
    assert len(changed) == 2
    assert made.rewritten(page, [new], "Machine: this one.") == page


def test_without_figures_the_page_stays(made: ModuleType) -> None:
    """Where every bench was skipped the machine is not named either."""
    assert made.rewritten(PAGE, [], "Machine: this one.") == PAGE


def test_an_unknown_line_is_refused(made: ModuleType) -> None:
    """By the bench that says it and by the writer: no figure is lost in silence."""
    with pytest.raises(LookupError, match="no row 'a miss'"):
        made.rewritten(PAGE, [made.Figure("a miss", "1")], "")
    with pytest.raises(LookupError, match="no row 'a miss'"):
        made.figure("a miss", "1")
    assert not made.TAKEN


def test_a_missed_bar_is_seen_on_the_page(made: ModuleType, request: pytest.FixtureRequest) -> None:
    """The figure stands with its bar and says that the bench failed; a skipped one says nothing."""
    plugins = request.config.pluginmanager.get_plugins()
    kept = next(one.kept for one in plugins if getattr(one, "__file__", "") == str(CONFTEST))
    told = [("figure", ("a hit", "50 µs", "39 µs", "bench_hit.py")), ("other", 1)]
    (failed,) = kept("failed", told)
    assert failed.row() == "| a hit | 50 µs | 39 µs, **bench failed** | `bench_hit.py` |"
    (passed,) = kept("passed", told)
    assert passed.bar == "39 µs"
    assert kept("skipped", told) == []


CONFTEST = HERE / "conftest.py"


def test_the_machine_is_told(made: ModuleType) -> None:
    """Cores, processor, Python and a year."""
    assert made.re.fullmatch(
        r"Machine: \d+ cores of .+, Python 3\.[\d.]+; \w+ \d{4}\.", made.machine_told()
    )


def test_every_row_of_the_page_is_said_by_its_file(made: ModuleType) -> None:
    """No row is left that no bench would renew: its file says its first cell, or begins so."""
    page = made.PAGE.read_text("utf-8")
    rows = [made.cells(row) for name in made.MARK.findall(page) for row in made.part(page, name)]
    rows = [row for row in rows if row]
    assert len({row[0] for row in rows}) == len(rows) > 30
    starts = {file: tuple(words(HERE / file.strip("`"))) for *_, file in rows}
    assert [row for row in rows if not row[0].startswith(starts[row[3]])] == []


def words(path: Path) -> list[str]:
    """Texts of a program that are long enough to begin a row with."""
    found = ast.walk(ast.parse(path.read_text("utf-8")))
    said = (node.value for node in found if isinstance(node, ast.Constant))
    return [one for one in said if isinstance(one, str) and len(one) > 20]
