"""The Messages API on the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import BackendError
from esc_skills.spec import Completion, Request
from esc_skills_plugins.backends.messageswire import messages_body, messages_completion

ASKED = Request(model="m", system="", messages=(("user", "a"),), schema='{"type": "object"}')


def test_body_without_system_or_schema():
    """Nothing empty is sent, and a schema only when it is wanted."""
    body = messages_body(ASKED, schema="off", cache=True, form=str)
    assert body == {"model": "m", "messages": [{"role": "user", "content": "a"}]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": "text"},
        {"content": [1]},
        {"content": [], "stop_reason": "pause_turn"},
        {"content": [{"type": "text"}]},
    ],
)
def test_odd_answers_are_malformed(body):
    """R25: a shape that is not the API's is never read as text."""
    with pytest.raises(BackendError):
        messages_completion(body, "h")


def test_thoughts_are_passed_over():
    """Only text blocks are the answer; a full context window is a cut answer."""
    blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "yes"}]
    body = {"content": blocks, "stop_reason": "model_context_window_exceeded"}
    done = messages_completion(body, "h")
    assert (done.text, done.stop) == ("yes", "length")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "name", "input"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_any_json_is_a_completion_or_an_error_of_ours(content, reason, usage):
    """R25: no answer of any shape makes another error."""
    try:
        body = {"content": content, "stop_reason": reason, "usage": usage}
        assert isinstance(messages_completion(body, "h"), Completion)
    except BackendError:
        pass
