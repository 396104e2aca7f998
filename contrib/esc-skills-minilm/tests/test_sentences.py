"""Sentence vectors of the real model."""

from __future__ import annotations

import numpy as np
import pytest
from esc_skills_minilm import sentences
from esc_skills_minilm.sentences import WIDTH, encode

from esc_skills.errors import ConfigError


def near(one, other):
    """Cosine of two texts."""
    return float(encode(((1.0, one),)) @ encode(((1.0, other),)))


def test_meaning_beats_words():
    """What means the same is nearer than what shares words."""
    said = "I cannot fall asleep at night"
    assert near(said, said) == pytest.approx(1)
    assert near(said, "insomnia keeps me awake") > near(said, "the night train falls behind")


def test_a_text_is_the_same_in_any_company():
    """A text's numbers do not depend on what was encoded before it."""
    first = encode(((1.0, "my boss shouts at me"),))
    sentences._encoded.cache_clear()
    encode(((1.0, "something else " * 400),))
    assert (encode(((1.0, "my boss shouts at me"),)) == first).all()


def test_nothing_said_is_nothing():
    """No word, or no weight, gives zeros."""
    for views in ((), ((1.0, "  "),), ((0.0, "hello"),)):
        assert encode(views).shape == (WIDTH,)
        assert not np.any(encode(views))


def test_a_missing_file_is_named(monkeypatch):
    """Where the model's wheel is gone, one line says what to type."""
    sentences._loaded.cache_clear()
    monkeypatch.setattr(sentences, "_MODEL", ("no_such_package", "model.onnx"))
    with pytest.raises(ConfigError, match=r"model\.onnx"):
        sentences._loaded()
