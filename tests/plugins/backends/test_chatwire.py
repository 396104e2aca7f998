"""Chat Completions and Responses on the wire."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import BackendError
from esc_skills.spec import Completion, Request
from esc_skills_plugins.backends import chatwire

ASKED = Request(model="m", system="", messages=(("user", "a"), ("assistant", "b"), ("user", "c")))


def test_an_empty_system_text_is_left_out():
    """Roles keep their order; no empty system message is sent."""
    body = chatwire.chat_body(ASKED, schema="native")
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert "instructions" not in chatwire.responses_body(ASKED, schema="native")


def test_every_input_item_of_responses_says_that_it_is_a_message():
    """llama.cpp refuses an assistant's message without its type, so a repair could not be sent."""
    body = chatwire.responses_body(ASKED, schema="native")
    assert [item["type"] for item in body["input"]] == ["message"] * 3


def choice(**fields):
    """A chat answer with one choice."""
    return {"choices": [{"message": {"content": "x"}, "finish_reason": "stop"} | fields]}


def test_content_in_parts_is_joined():
    """Some servers give a list of parts."""
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert chatwire.chat_completion(choice(message={"content": parts}), "h").text == "ab"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"choices": 3},
        {"choices": [3]},
        choice(message=None),
        choice(finish_reason="error"),
        choice(message={"content": 5}),
    ],
)
def test_odd_chat_answers_are_malformed(body):
    """R25: a shape that is not the API's is never read as text."""
    with pytest.raises(BackendError) as caught:
        chatwire.chat_completion(body, "h")
    assert caught.value.retryable


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"output": 3},
        {"output": [], "status": "failed"},
        {"output": [], "status": "incomplete"},
        {"output": [{"type": "message", "content": "x"}]},
    ],
)
def test_odd_responses_are_malformed(body):
    """R25: the same for the Responses API."""
    with pytest.raises(BackendError):
        chatwire.responses_completion(body, "h")


def test_reasoning_items_are_passed_over():
    """Only messages hold the answer."""
    said = {"type": "message", "content": [{"type": "output_text", "text": "yes"}]}
    body = {"output": [{"type": "reasoning", "summary": []}, said], "status": "completed"}
    assert chatwire.responses_completion(body, "h").text == "yes"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["message", "content", "finish_reason", "type", "text", "refusal"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_json_is_a_completion_or_an_error_of_ours(value, usage):
    """R25: no answer of any shape makes another error."""
    for read, field in (
        (chatwire.chat_completion, "choices"),
        (chatwire.responses_completion, "output"),
    ):
        with suppress(BackendError):
            assert isinstance(read({field: value, "usage": usage}, "h"), Completion)
