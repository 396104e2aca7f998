"""``python -m esc_skills``: the same command line as the script."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path


def module(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "esc_skills", *words], capture_output=True, text=True, check=False
    )


def test_module_is_the_command() -> None:
    """``python -m esc_skills --version`` answers as the script does, with the same words."""
    script = Path(sys.executable).with_name("esc-skills")
    said = subprocess.run([script, "--version"], capture_output=True, text=True, check=True).stdout
    done = module("--version")
    assert (done.returncode, done.stdout) == (0, said)
    assert metadata.version("esc-skills") in said


def test_module_leaves_with_the_commands_exit_code() -> None:
    """A wrong word ends with 2 and one line on stderr that names the command, not the file."""
    done = module("scor")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error[usage]")
    assert "__main__" not in done.stderr
