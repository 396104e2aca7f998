from __future__ import annotations

import json

import pytest

from esc_skills._host.blame import LONGEST, owner, said, spot
from esc_skills._host.catalogue import Entry

ENTRY = Entry(role="gate", name="x", module="m", distribution="d", version="1")


def test_owner_fits_every_plugin_error() -> None:
    """The facts are keyword arguments of ``PluginError``."""
    from esc_skills.errors import PluginError

    assert PluginError("no", hint="do", **owner(ENTRY)).where == "gate.x (d 1)"


def test_foreign_words_are_one_line_and_short() -> None:
    """A message that quotes a whole dialogue is cut; line breaks are folded."""
    text = said(ValueError("a\nb" * 1000))
    assert len(text) == LONGEST
    assert "\n" not in text
    assert said(KeyError()) == "KeyError"


def test_spot_prefers_the_plugins_own_file() -> None:
    """The line inside the plug-in is more use than the library line it called."""
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads("{")
    assert spot(caught.value, __file__).startswith(__file__)
    assert "decoder.py:" in spot(caught.value)
    assert spot(caught.value) == spot(caught.value, "elsewhere.py")


def test_spot_of_a_syntax_error_is_the_line_that_does_not_parse() -> None:
    """A SyntaxError carries its own place."""
    with pytest.raises(SyntaxError) as caught:
        compile("a =\n", "f.py", "exec")
    assert spot(caught.value) == "f.py:1"
