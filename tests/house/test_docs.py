"""Docs that agree with the code, and snippets that run."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

BIN = Path(sys.executable).parent
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


def snippets(page: Path, languages: set[str]) -> list[tuple[str, str, str]]:
    found = FENCE.findall(page.read_text("utf-8"))
    return [item for item in found if item[0] in languages and "no-run" not in item[1]]


def pages_with(*languages: str) -> list[Path]:
    return [page for page in PAGES if page.is_file() and snippets(page, set(languages))]


def reference(root: Path) -> ModuleType:
    """The program that makes the reference pages."""
    spec = importlib.util.spec_from_file_location("make_docs", root / "docs" / "make.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def fault_rows(root: Path) -> list[tuple[str, str]]:
    """Id and test column of every row of the fault catalogue."""
    page = (root / "docs" / "reference" / "faults.md").read_text("utf-8")
    return [(row[0], row[2]) for row in reference(root).ROW.findall(page)]


def test_reference_pages_are_up_to_date(root: Path) -> None:
    """Pages made from code hold what the code says now; ``make docs`` renews them."""
    assert reference(root).main(["--check"]) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page points at a file of the repository."""
    broken = [
        target
        for target, _ in LINK.findall(page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:")
        if not (page.parent / target).exists()
    ]
    assert not broken


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", pages_with("python", "toml", "bash"), ids=lambda page: str(page.relative_to(ROOT))
)
def test_snippets_run(page: Path, tmp_path: Path) -> None:
    """Every snippet of a page runs, in order, in one empty folder.

    ``toml title="FILE"`` and ``python title="FILE"`` write a file, ``bash`` runs its lines that
    begin with ``esc-skills`` or ``pip install ./``, ``python`` runs as it stands.
    """
    for language, info, body in snippets(page, {"python", "toml", "bash"}):
        title = re.search(r'title="([^"]+)"', info)
        if title:
            path = tmp_path / title[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        elif language == "python":
            run([sys.executable, "-c", body], tmp_path, good={0})
        elif language == "bash":
            for line in body.splitlines():
                words = shlex.split(line, comments=True)
                if words[:1] == ["esc-skills"]:
                    run([str(BIN / "esc-skills"), *words[1:]], tmp_path)


def run(command: list[str], folder: Path, good: set[int] | None = None) -> None:
    """Run a snippet; the command line may end with 1, which says that some items failed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (good or {0, 1}), (
        f"{command}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    )


def test_map_names_every_room(root: Path) -> None:
    """``docs/map.md`` names every room of the kernel and of the defaults."""
    text = (root / "docs" / "map.md").read_text("utf-8")
    rooms = [
        path.parent.name
        for folder in ("src/esc_skills", "plugins/esc_skills_plugins")
        for path in (root / folder).glob("*/__init__.py")
    ]
    assert len(rooms) >= 20
    missing = [room for room in rooms if f"`{room}" not in text and f"{room}/" not in text]
    assert not missing


def test_fault_ids_named_in_tests_stand_in_the_catalogue(root: Path) -> None:
    """A test's docstring names only ids that the project's fault catalogue holds."""
    known = [row[0] for row in fault_rows(root)]
    assert len(known) >= 150
    assert len(set(known)) == len(known)
    assert not set(reference(root).tests_by_fault()) - set(known)


def test_every_row_of_the_catalogue_shows_a_test_that_names_it(root: Path) -> None:
    """The last column is a test that is there and names the row; "not yet" where none does."""
    tests = reference(root).tests_by_fault()
    wrong = [
        f"{row}: {shown}"
        for row, shown in fault_rows(root)
        if (shown != "not yet" if row not in tests else shown not in tests[row])
    ]
    assert not wrong, f"run make docs: {wrong}"


def test_every_user_visible_change_has_a_fragment(root: Path) -> None:
    """Change fragments are short files named ``NAME.KIND.md``."""
    for path in (root / "docs" / "changes").glob("*.md"):
        assert re.fullmatch(r"[\w-]+\.(feature|fix|change|removal)\.md", path.name), path.name
        assert path.read_text("utf-8").strip()
