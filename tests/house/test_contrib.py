"""What a stranger would publish: each package whole, and only through public doors."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2] / "contrib"
PACKAGES = sorted(path for path in HOME.glob("*/") if path.is_dir())
ALONE = frozenset(["esc-skills-bank"])
"""One file to be copied anywhere: it depends on nothing, and a file has no place for py.typed."""


def imported(tree: ast.Module) -> set[str]:
    """Modules that a file names in its imports, relative ones left out."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_there_are_contributed_packages() -> None:
    """The folder is not empty, so that the tests below look at something."""
    assert len(PACKAGES) >= 7


@pytest.mark.parametrize("home", PACKAGES, ids=lambda path: path.name)
def test_a_package_is_whole(home: Path) -> None:
    """It has metadata, words for people, sources with types, and tests of its own."""
    told = tomllib.loads((home / "pyproject.toml").read_text("utf-8"))["project"]
    assert told["name"] == home.name
    if home.name in ALONE:
        assert told["dependencies"] == []
    else:
        assert any(need.startswith("esc-skills") for need in told["dependencies"])
    assert len((home / "README.md").read_text("utf-8").split()) > 80
    room = home / "src" / home.name.replace("-", "_")
    assert (room / "py.typed").is_file() or (
        home.name in ALONE and room.with_suffix(".py").is_file()
    )
    assert list((home / "tests").glob("test_*.py"))


@pytest.mark.parametrize("home", PACKAGES, ids=lambda path: path.name)
def test_it_enters_public_rooms_only(home: Path) -> None:
    """No private room of the kernel, and nothing of the defaults, is imported."""
    wrong = []
    for path in sorted((home / "src").rglob("*.py")):
        for name in sorted(imported(ast.parse(path.read_text("utf-8")))):
            parts = name.split(".")
            if parts[0] == "esc_skills_plugins" or (
                parts[0] == "esc_skills" and len(parts) > 1 and parts[1].startswith("_")
            ):
                wrong.append(f"{path.relative_to(HOME)}: {name}")
    assert not wrong


@pytest.mark.parametrize("home", PACKAGES, ids=lambda path: path.name)
def test_every_test_states_its_behaviour(home: Path) -> None:
    """Each test function has a docstring, as in the house."""
    silent = [
        f"{path.relative_to(HOME)}:{node.lineno} {node.name}"
        for path in sorted((home / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent
