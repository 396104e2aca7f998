"""Exports of the bank ``starter`` in all forms that the loader reads, made by the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for agreement.py, which is a script too


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """Path of an export by form."""
    home = tmp_path_factory.mktemp("exports")
    forms = {
        "folder": ("bank", "skills"),
        "zip": ("bank.zip", "skills"),
        "json": ("b.json", "json"),
    }
    for name, form in forms.values():
        said = ["bank", "export", "starter", str(home / name), "--form", form]
        subprocess.run([sys.executable, "-m", "esc_skills", *said], check=True, capture_output=True)
    return {kind: home / name for kind, (name, _) in forms.items()}
