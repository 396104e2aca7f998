"""The border between a provider's bytes and our values."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import BackendError
from esc_skills_plugins.backends import border


@attrs.frozen
class Response:
    """What the border looks at."""

    content: bytes
    headers: dict = attrs.field(factory=lambda: {"content-type": "application/json"})


def fault(content, kind="application/json", key="secret-key-1"):
    """The error that a response makes."""
    with pytest.raises(BackendError) as caught:
        border.parse(Response(content, {"content-type": kind}), "backend.x at host", key)
    return caught.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"<html>", "application/json"), (b"{}", "text/html; charset=utf-8"), (b"  <!doctype", "")],
)
def test_a_web_page_is_no_answer(content, kind):
    """R23: a page is told as one, with host and type, and is not tried again."""
    told = fault(content, kind)
    assert told.kind == "not-an-api"
    assert not told.retryable
    assert "host" in str(told)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"a": ',
        b"[1]",
        b"null",
        b'{"a": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 9999 + b"}",
    ],
)
def test_what_is_no_object_is_malformed(content):
    """R24: broken JSON may be tried again."""
    told = fault(content)
    assert (told.kind, told.retryable) == ("protocol", True)


def test_an_error_shows_the_beginning_without_the_key():
    """R24: eighty characters at most, and no key among them."""
    told = fault(b"oops secret-key-1 " + b"x" * 500)
    assert "oops [redacted]" in told.message
    assert len(told.message) < 140
    assert "secret-key-1" not in str(told)


@pytest.mark.parametrize(
    "usage", [None, [], {"n": None}, {"n": -1}, {"n": True}, {"n": "3"}, {"n": 1.5}]
)
def test_a_count_that_is_none_is_zero(usage):
    """R25: usage of any shape makes no error."""
    assert border.count(usage, "n") == 0


def test_a_deep_count_is_found():
    """Counts may lie inside details."""
    assert border.count({"details": {"cached": 7}}, "details", "cached") == 7


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_whole_text_can_be_stored(text):
    """Whatever comes, the text can be written as UTF-8; good text is left alone."""
    assert border.whole(text).encode() or not text
    assert border.whole("\ud83d\ude42") == "\U0001f642"
    assert border.whole("caf\u00e9") == "caf\u00e9"


@pytest.mark.parametrize(
    "parts", ["text", [1], [{"type": "text"}], [{"type": "text", "text": 3}], {}]
)
def test_parts_of_another_shape_are_malformed(parts):
    """A part without text is not passed over."""
    with pytest.raises(BackendError, match="holds"):
        border.texts(parts, "text", "text", "host")
