"""Walls and style, checked by the tools that own them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent

ADDRESS = re.compile(
    r"index-url|find-links|https?://[^ \"]*/simple/|\"resolved\": *\"http|registry *= *\"http"
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home|root|farm)/[a-z][\w.]*/?")


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=lambda command: " ".join(command),
)
def test_tool_is_content(command: list[str], root: Path) -> None:
    """Style, types and import walls hold over the whole tree."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_no_address_and_no_machine_path_is_tracked(tracked: list[Path], root: Path) -> None:
    """No registry address and no path of one machine stands in a tracked file."""
    found = []
    for path in tracked:
        if path.name in {"test_walls.py", "LICENSE"} or path.suffix in {".png", ".sqlite"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if ADDRESS.search(line) or MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(root)}:{number} {line.strip()[:80]}")
    assert not found, "\n".join(found)


def test_lock_files_with_addresses_are_not_tracked(tracked: list[Path]) -> None:
    """``uv.lock`` and ``pylock.toml`` name registry addresses and stay out."""
    assert not {"uv.lock", "pylock.toml"} & {path.name for path in tracked}


def test_defaults_are_exactly_the_entry_points(root: Path) -> None:
    """Every component file of the defaults is in the entry-point table, and the other way round."""
    import tomllib

    table = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    points = table["project"]["entry-points"]["esc_skills"]
    listed = set(points.values())
    plugins = root / "plugins"
    written = {
        ".".join(path.relative_to(plugins).with_suffix("").parts).removesuffix(".__init__")
        for path in plugins.rglob("*.py")
        if re.search(r"^(@hookimpl|EXPERIMENT|STUDIES|FOLDER)", path.read_text("utf-8"), re.M)
    }
    assert listed == written
