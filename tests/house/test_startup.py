"""The command line starts lean."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

HEAVY = (
    "numpy",
    "scipy",
    "cattrs",
    "rich",
    "openai",
    "anthropic",
    "bm25s",
    "vaderSentiment",
    "jinja2",
)
TIMES_PYTHON = 6.0


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - start


HELP = "import sys; sys.argv = ['esc-skills', '--help']; from esc_skills._cli import main; main()"


def test_help_imports_nothing_heavy() -> None:
    """``--help`` imports no SDK, no numpy, no scipy, nothing that draws or structures."""
    code = (
        "import sys, atexit; sys.argv = ['esc-skills', '--help']\n"
        "atexit.register(lambda: print('LOADED', *sorted(sys.modules), file=sys.stderr))\n"
        "from esc_skills._cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "LOADED" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.slow
def test_help_starts_within_six_times_bare_python() -> None:
    """Paired medians: ``esc-skills --help`` takes at most six times ``python -c pass``."""
    pairs = [(seconds("pass"), seconds(HELP)) for _ in range(9)]
    ratio = median(ours for _, ours in pairs) / median(bare for bare, _ in pairs)
    assert ratio <= TIMES_PYTHON, f"{ratio:.1f} x"


def test_front_door_costs_next_to_nothing() -> None:
    """``import esc_skills`` loads no room of the kernel until a name is used."""
    code = "import sys, esc_skills; print(*[m for m in sys.modules if m.startswith('esc_skills.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_data_folder_is_not_needed(root: Path) -> None:
    """Tests on development data skip where that folder is absent; nothing in the tree needs it."""
    for room in ("src", "plugins", "examples"):
        for path in (root / room).rglob("*"):
            if path.is_file() and path.suffix in {".py", ".toml"}:
                assert "shared/data" not in path.read_text("utf-8"), path
