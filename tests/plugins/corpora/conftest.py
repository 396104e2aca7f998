"""Small files in the formats of the corpora, in this project's own words."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from esc_skills.model import Reading
from esc_skills.testing import context

ESCONV_ROW: dict[str, Any] = {
    "emotion_type": "anxiety",
    "problem_type": "job crisis",
    "situation": "The bakery where I work may close.",
    "survey_score": {
        "seeker": {"initial_emotion_intensity": "4", "final_emotion_intensity": "2"},
        "supporter": {},
    },
    "dialog": [
        {"speaker": "seeker", "annotation": {}, "content": "The ovens may go cold in May."},
        {
            "speaker": "supporter",
            "annotation": {"strategy": "Question"},
            "content": "How long have you baked there?",
        },
        {
            "speaker": "seeker",
            "annotation": {"feedback": "5"},
            "content": "Eleven years, since school.",
        },
        {
            "speaker": "supporter",
            "annotation": {"strategy": "Reflection of feelings"},
            "content": "That must feel like losing a home.",
        },
    ],
}


@pytest.fixture
def esconv_row() -> dict[str, Any]:
    """One well-formed ESConv dialogue, free to change."""
    return copy.deepcopy(ESCONV_ROW)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Any], Path]:
    """Write a value as JSON, or a list of values as JSON Lines, and give the path."""

    def write(value: Any, *, lines: bool = False) -> Path:
        path = tmp_path / ("data.jsonl" if lines else "data.json")
        text = "\n".join(json.dumps(item) for item in value) if lines else json.dumps(value)
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def read() -> Callable[[Any, Path | None], Reading]:
    """Let a corpus component read a path."""
    return lambda corpus, path: asyncio.run(corpus.read(path, context()))
