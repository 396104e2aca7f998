from __future__ import annotations

import importlib
from typing import Any

from esc_skills._host.suspects import named, suspects


def test_those_whose_files_are_known_are_named_alone(author: Any) -> None:
    """P14: of several imported plug-ins the one whose code it is."""
    author("esc-skills-one", "preset.one", "A = 1\n")
    author("esc-skills-two", "preset.two", "A = 1\n")
    author("esc-skills-idle", "preset.idle", "A = 1\n")
    one, _ = (importlib.import_module(f"esc_skills_{name}") for name in ("one", "two"))
    assert [entry.key for entry in suspects({str(one.__file__)})] == ["preset.one"]
    assert [entry.key for entry in suspects()] == ["preset.one", "preset.two"]
    assert named(suspects({str(one.__file__)})) == "preset.one (esc-skills-one 1.0)"
