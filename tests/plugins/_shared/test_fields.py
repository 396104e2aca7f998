"""A record is read field by field; what is wrong is named by path, place and kind."""

from __future__ import annotations

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins._shared.fields import node, optional_text
from esc_skills_plugins._shared.strictjson import Row
from esc_skills_plugins._shared.tally import Tally


def record(value, path=""):
    return node(Row(value=value, where="f:3", path=path), Tally())


def test_paths_and_places_are_told_apart():
    """A message shows the field path; a finding shows the line too where records have no path."""
    inner = record({"a": [{"b": 1}]}).at("a").items()[0].at("b")
    assert (inner.path, inner.place) == ("a[0].b", "line 3 a[0].b")
    assert record({"a": 1}, "dialogues[2]").at("a").place == "dialogues[2].a"


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (1, "a number"), (True, "true or false"), ([], "a list"), ({}, "an object")],
)
def test_the_kind_of_a_wrong_value_is_named(value, kind):
    """I05: the message says what stands there and what should."""
    with pytest.raises(DataError, match=f"a is {kind}, expected text"):
        record({"a": value}).at("a").text()


def test_missing_and_null_are_the_same_only_where_allowed():
    """Optional readers take both as nothing; a required field that is missing is an error."""
    assert optional_text(record({"a": None}), "a") == optional_text(record({}), "a") == ""
    with pytest.raises(DataError, match="a is missing"):
        record({}).at("a")


def test_labels_are_shown_short():
    """A long value never floods a message."""
    assert len(record("x" * 500).shown()) < 50
