"""What all house tests look at: the repository's own files."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for room in ("src", "plugins") for path in (ROOT / room).rglob("*.py") if path.is_file()
)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def sources() -> dict[Path, ast.Module]:
    """Every source file of the distribution, parsed."""
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in SOURCES}


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Files that git knows, or would take up."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file()]
