"""Prompt files: every one is whole in both languages, and data never fills a slot."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from esc_skills_plugins._shared import promptfiles

ROOM = Path(promptfiles.__file__).parents[1]
FILES = sorted(ROOM.glob("*/*.prompts.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_prompt_file_is_whole_in_both_languages(path: Path) -> None:
    """English and Chinese hold the same steps, each with system and task."""
    texts = tomllib.loads(path.read_text("utf-8"))
    assert set(texts) == set(promptfiles.LANGUAGES)
    assert texts["en"].keys() == texts["zh"].keys()
    for language in texts:
        for step in texts[language].values():
            assert set(step) == {"system", "task"}
            assert all(text.strip() for text in step.values())


def test_unknown_language_falls_back_to_english() -> None:
    """A tag is read by its first part; what has no prompts is asked in English."""
    assert promptfiles.spoken("zh-Hans-CN") == "zh"
    assert promptfiles.spoken("sv") == "en"


def test_braces_that_are_no_slot_stay() -> None:
    """JSON examples in a prompt survive the filling of slots."""
    assert promptfiles.filled('{"a": {n}}', {"n": "3"}) == '{"a": 3}'
