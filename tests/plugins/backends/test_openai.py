"""What only backend ``openai`` has; what all have in common is in ``test_clients``."""

from __future__ import annotations

import json

import pytest

from esc_skills.errors import ConfigError
from esc_skills.testing import faults
from esc_skills.testing.faultserver import good
from esc_skills_plugins.backends.openai import OpenAIBackend

SCHEMA = json.dumps({"type": "object", "properties": {"score": {"type": "integer"}}})


def backend(server, **settings):
    """The backend, asking the server."""
    return OpenAIBackend(**({"base_url": server.url + "/v1", "deadline": 2} | settings))


def test_schema_is_sent_natively(server, ask):
    """Both APIs get a closed schema that the provider enforces strictly."""
    ask(backend(server), schema=SCHEMA)
    ask(backend(server, api="responses"), schema=SCHEMA)
    chat, responses = (received.body for received in server.requests)
    form = chat["response_format"]["json_schema"]
    assert (form["strict"], form["schema"]["required"]) == (True, ["score"])
    assert form["schema"]["additionalProperties"] is False
    assert responses["text"]["format"]["schema"] == form["schema"]
    assert responses["store"] is False


def test_schema_as_a_wish_or_not_at_all(server, ask):
    """Servers without schemas get a JSON object as a wish, or nothing."""
    for kind in ("json", "off"):
        ask(backend(server, schema=kind), schema=SCHEMA)
        assert not backend(server, schema=kind).capabilities.schema
    assert server.requests[0].body["response_format"] == {"type": "json_object"}
    assert "response_format" not in server.requests[1].body


def test_the_longest_answer_has_the_name_of_its_api(server, ask):
    """``max_tokens`` of a request wins over the component's and is renamed as the API wants."""
    ask(backend(server, max_tokens=5))
    ask(backend(server, max_tokens=5), settings=(("max_completion_tokens", 7),))
    ask(backend(server, api="responses", max_tokens=5))
    chat, raised, responses = (received.body for received in server.requests)
    assert (chat["max_tokens"], raised["max_tokens"]) == (5, 7)
    assert responses["max_output_tokens"] == 5
    assert "max_tokens" not in responses


def test_an_answer_that_fills_its_room_was_cut(server, ask):
    """R26: some servers call an answer of Responses complete that ran into its cap."""
    server.answer = lambda received: "one two three four five"
    cut = ask(backend(server, api="responses", max_tokens=5))
    whole = ask(backend(server, api="responses", max_tokens=6))
    assert (cut.stop, whole.stop) == ("length", "end")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (True, True, True, True)),
        ({"api": "responses"}, (True, True, False, True)),
        ({"api": "responses", "base_url": "http://127.0.0.1:1/v1"}, (False, True, False, False)),
        ({"base_url": "http://127.0.0.1:1/v1"}, (True, True, True, False)),
        ({"sampling": False}, (True, False, False, True)),
    ],
)
def test_capability_table(settings, expected):
    """Schema enforced, sampling, seed, prompt cache: declared for each API and kind of server."""
    can = OpenAIBackend(**settings).capabilities
    assert (can.schema, can.sampling, can.seed, can.caching) == expected


@pytest.mark.parametrize("lean", [True, False])
@pytest.mark.parametrize(
    ("api", "names"),
    [("chat", ("prompt", "completion")), ("responses", ("input", "output"))],
    ids=["chat", "responses"],
)
def test_cached_tokens_are_counted(server, ask, api, names, lean):
    """Cached prompt tokens are told as a part of the prompt, and come through as such."""
    into, out = names
    usage = {f"{into}_tokens": 97, f"{out}_tokens": 7, "total_tokens": 104}
    usage[f"{into}_tokens_details"] = {"cached_tokens": 90}
    server.faults = [faults.Fault(body=good(api, "Hi.") | {"usage": usage})]
    done = ask(backend(server, api=api, lean=lean))
    assert (done.tokens_in, done.tokens_cached, done.tokens_out) == (97, 90, 7)
    assert done.tokens_written == 0


def test_sampling_goes_out_only_where_it_is_taken(server, ask):
    """R29: a temperature is sent, unless the model is declared to take none."""
    ask(backend(server), settings=(("seed", 3), ("temperature", 0.5)))
    assert (server.requests[0].body["temperature"], server.requests[0].body["seed"]) == (0.5, 3)
    with pytest.raises(ConfigError, match="temperature"):
        ask(backend(server, sampling=False), settings=(("temperature", 0.5),))


def test_no_key_is_needed_where_none_is_asked(server, ask, monkeypatch):
    """Local servers are asked without any variable."""
    monkeypatch.delenv("OPENAI_API_KEY")
    assert ask(backend(server, key="")).text == "Hello."


def test_an_error_inside_a_good_status_is_an_error(server, failing):
    """Some routers answer 200 and put the error into the body."""
    server.faults = [faults.Fault(body={"error": {"code": 429, "message": "busy"}})]
    assert failing(backend(server)).kind == "rate-limit"
