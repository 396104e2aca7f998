"""The bank that comes with the package, made again from the sample in some ten minutes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(3600)
def test_the_same_command_makes_the_same_bytes(tmp_path: Path) -> None:
    """Every file of the bank, its card included, is the one that lies in the package."""
    spec = importlib.util.spec_from_file_location("make_starter", ROOT / "docs" / "starter.py")
    assert spec
    assert spec.loader
    making = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(making)
    assert making.made(tmp_path, jobs=2) == making.present()
