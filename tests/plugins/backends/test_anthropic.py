"""What only backend ``anthropic`` has; what all have in common is in ``test_clients``."""

from __future__ import annotations

import asyncio
import json

import pytest

from esc_skills.errors import ConfigError
from esc_skills.spec import Request
from esc_skills.testing import faults
from esc_skills_plugins.backends.anthropic import AnthropicBackend

SCHEMA = json.dumps({"type": "object", "properties": {"score": {"type": "integer"}}})


def backend(server, **settings):
    """The backend, asking the server."""
    return AnthropicBackend(**({"base_url": server.url, "deadline": 2} | settings))


def test_schema_is_sent_natively(server, ask):
    """The provider gets a schema that it enforces."""
    ask(backend(server), schema=SCHEMA)
    form = server.requests[0].body["output_config"]["format"]
    assert form["type"] == "json_schema"
    assert form["schema"]["additionalProperties"] is False


def test_schema_as_a_forced_tool(server, ask):
    """Older models give the answer as the input of a tool; it comes back as JSON text."""
    block = {"type": "tool_use", "id": "t", "name": "answer", "input": {"score": 3}}
    server.faults = [faults.Fault(body={"content": [block], "stop_reason": "tool_use"})]
    done = ask(backend(server, schema="tool"), schema=SCHEMA)
    assert json.loads(done.text) == {"score": 3}
    assert server.requests[0].body["tool_choice"] == {"type": "tool", "name": "answer"}


def marks(value):
    """Places of cache marks in a body, as paths."""
    if isinstance(value, dict):
        here = ["cache_control"] if "cache_control" in value else []
        return here + [f"{key}.{path}" for key, item in value.items() for path in marks(item)]
    if isinstance(value, list):
        return [f"{at}.{path}" for at, item in enumerate(value) for path in marks(item)]
    return []


@pytest.mark.parametrize("schema", ["native", "tool", "off"])
def test_the_stable_beginning_is_marked_for_the_cache(server, schema):
    """One mark, at the end of the system text, whatever follows it; four are allowed."""
    said = tuple((("user", "assistant")[at % 2], f"line {at}") for at in range(9))
    asked = Request(model="tiny", system="Be kind.", messages=said, schema=SCHEMA)
    asyncio.run(backend(server, schema=schema).complete(asked))
    assert marks(server.requests[0].body) == ["system.0.cache_control"]


def test_no_mark_without_a_system_text_or_when_it_is_off(server):
    """Nothing stable, nothing to mark; a setting takes the mark away."""
    for system, cache in (("", True), ("Be kind.", False)):
        asked = Request(model="tiny", system=system, messages=(("user", "Hello"),))
        asyncio.run(backend(server, cache=cache).complete(asked))
    assert [marks(received.body) for received in server.requests] == [[], []]


def test_the_beginning_is_the_same_for_every_question(server, ask):
    """What stands before the mark does not change with the question, so that caches hit."""
    for text in ("Hello", "Good evening"):
        ask(backend(server), text, schema=SCHEMA)
    first, second = (received.body for received in server.requests)
    assert first["system"] == second["system"]
    assert first["messages"] != second["messages"]


@pytest.mark.parametrize("lean", [True, False])
def test_cached_tokens_are_counted(server, ask, lean):
    """This API tells cached tokens beside the others; here they are a part of ``tokens_in``."""
    usage = {"input_tokens": 5, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 2}
    usage["output_tokens"] = 7
    server.faults = [faults.Fault(body={"content": [], "stop_reason": "end_turn", "usage": usage})]
    done = ask(backend(server, lean=lean))
    assert (done.tokens_in, done.tokens_cached, done.tokens_written) == (97, 90, 2)
    assert done.tokens_out == 7


def test_sampling_is_a_capability(server, ask):
    """R29: a temperature goes out only where the model is declared to take it."""
    with pytest.raises(ConfigError, match="temperature"):
        ask(backend(server), settings=(("temperature", 0.5),))
    ask(backend(server, sampling=True), settings=(("temperature", 0.5),))
    assert server.requests[0].body["temperature"] == 0.5
    assert backend(server, sampling=True).capabilities.sampling


def test_seed_is_never_sent(server, ask):
    """The API has no seed."""
    with pytest.raises(ConfigError, match="seed"):
        ask(backend(server, sampling=True), settings=(("seed", 3),))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (True, False, False, True)),
        ({"schema": "tool"}, (False, False, False, True)),
        ({"sampling": True}, (True, True, False, True)),
        ({"cache": False}, (True, False, False, False)),
        ({"base_url": "http://127.0.0.1:1"}, (False, False, False, False)),
    ],
)
def test_capability_table(settings, expected):
    """Schema enforced, sampling, seed, prompt cache: declared for each kind of server."""
    can = AnthropicBackend(**settings).capabilities
    assert (can.schema, can.sampling, can.seed, can.caching) == expected


def test_a_schema_that_cannot_be_enforced_is_named(server, ask):
    """A schema without a type is refused before anything is sent."""
    with pytest.raises(ConfigError, match="schema"):
        ask(backend(server), schema='{"properties": 3}')
    assert server.count == 0
