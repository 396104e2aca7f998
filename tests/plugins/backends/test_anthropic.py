"""Backend ``anthropic`` against a provider that fails on purpose."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from esc_skills.errors import ConfigError
from esc_skills.spec import Request
from esc_skills.testing import faults
from esc_skills_plugins.backends.anthropic import AnthropicBackend

SCHEMA = json.dumps({"type": "object", "properties": {"score": {"type": "integer"}}})

FAULTS = [
    ("R14", faults.rate_limited("5"), "rate-limit", True, 5.0),
    ("R15", faults.rate_limited("3600"), "rate-limit", True, 3600.0),
    ("R16", faults.rate_limited("-3"), "rate-limit", True, None),
    ("R16", faults.rate_limited("NaN"), "rate-limit", True, None),
    ("R16", faults.rate_limited("Wed, 21 Oct 2026 07:28:00 GMT"), "rate-limit", True, None),
    ("R16", faults.rate_limited("9" * 100_000), "protocol", True, None),
    ("R18", faults.no_credit(), "quota", False, None),
    ("R19", faults.broken(500), "server", True, None),
    ("R19", faults.broken(529), "overloaded", True, None),
    ("R20", faults.stalled(), "stalled", True, None),
    ("R21", faults.dripping(0.1), "stalled", True, None),
    ("R22", faults.cut(), "protocol", True, None),
    ("R22", faults.reset(), "protocol", True, None),
    ("R23", faults.web_page(), "not-an-api", False, None),
    ("R24", faults.Fault(body=b'{"choices": [{"mess'), "protocol", True, None),
    ("R25", faults.wrong_shape(), "protocol", True, None),
    ("R25", faults.wrong_shape([]), "protocol", True, None),
    ("R28", faults.too_long(), "context-length", False, None),
    ("R29", faults.unsupported("top_p"), "parameter", False, None),
    ("R30", faults.bad_key(), "auth", False, None),
    ("R31", faults.no_model(), "missing", False, None),
    ("R32", faults.redirect("http://127.0.0.1:9/v1"), "redirect", False, None),
]
"""Row, fault, kind, whether another try makes sense, and when."""

WAYS = [{"lean": True}, {"lean": False}]
"""Settings of every way to ask."""


def backend(server, **settings):
    """The backend, asking the server."""
    return AnthropicBackend(**({"base_url": server.url, "deadline": 2} | settings))


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(("row", "fault", "kind", "again", "after"), FAULTS)
def test_every_fault_has_its_kind(server, failing, way, row, fault, kind, again, after):
    """R14-R25, R28-R32: each fault is told in our own words, once, within the deadline."""
    server.faults = [fault]
    told = failing(backend(server, **({"deadline": 0.4} if kind == "stalled" else {}), **way))
    assert (told.kind, told.retryable, told.retry_after) == (kind, again, after), row
    assert server.count == 1, "the gateway owns retries"
    assert "127.0.0.1" in told.where


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(
    ("fault", "stop", "text"),
    [
        (faults.null_content(), "end", ""),
        (faults.no_choices(), "end", ""),
        (faults.truncated("I hear"), "length", "I hear"),
        (faults.refused("No."), "refusal", "No."),
        (faults.filtered(), "refusal", ""),
    ],
)
def test_poor_answers_are_states(server, ask, way, fault, stop, text):
    """R25, R26, R27: empty, cut and refused answers come back as what they are."""
    server.faults = [fault]
    done = ask(backend(server, **way))
    assert (done.stop, done.text, done.tokens_in) == (stop, text, 0)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_good_answer_is_whole(server, ask, way):
    """Text, end, tokens and model come through; the body holds the request."""
    done = ask(backend(server, **way), settings=(("max_tokens", 9),))
    assert (done.text, done.stop, done.tokens_in, done.tokens_out) == ("Hello.", "end", 11, 1)
    assert done.model == "tiny"
    assert done.reason in {"stop", "completed", "end_turn"}
    assert "Be kind." in str(server.requests[0].body)


def test_lean_and_plain_send_the_same(server, ask):
    """Both ways through the SDK put the same body on the wire."""
    for lean in (True, False):
        ask(backend(server, lean=lean), schema=SCHEMA, settings=(("max_tokens", 9),))
    assert server.requests[0].body == server.requests[1].body


def test_connections_are_kept_and_closed(server, recwarn):
    """Many calls in one loop share connections, and no session outlives the loop."""
    asked = Request(model="tiny", system="", messages=(("user", "Hello"),))
    server.latency = 0.01

    async def many():
        one = backend(server)
        for _ in range(3):
            await asyncio.gather(*(one.complete(asked) for _ in range(10)))

    asyncio.run(many())
    assert (server.count, server.connections) == (30, 10)
    assert not [item for item in recwarn if "nclosed" in str(item.message)]


def test_nobody_there_is_told_with_the_host(failing, server):
    """R33: a closed port ends in an error that names the host and may be tried again."""
    told = failing(backend(server, base_url="http://127.0.0.1:9"))
    assert (told.kind, told.retryable) == ("network", True)


def test_a_missing_key_stops_before_anything_is_sent(server, ask, monkeypatch):
    """C04: without its variable the backend names it and asks nobody."""
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    with pytest.raises(ConfigError, match="ANTHROPIC_API_KEY"):
        ask(backend(server))
    assert server.count == 0


@pytest.mark.parametrize("name", ["model", "stream", "messages"])
def test_reserved_settings_are_refused(server, ask, name):
    """A setting cannot replace what the backend writes."""
    with pytest.raises(ConfigError, match=name):
        ask(backend(server), settings=((name, "x"),))


@pytest.mark.parametrize("wrong", [{"deadline": 0}, {"connections": 0}, {"schema": "maybe"}])
def test_settings_are_checked(server, wrong):
    """C02: a setting out of range is refused when the component is made."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        backend(server, **wrong)


def test_the_key_is_not_shown_by_the_component(server):
    """The component knows its key by name only."""
    assert "planted" not in repr(backend(server))


def test_the_sdk_is_imported_when_it_is_used():
    """Importing the plug-in imports no SDK and no HTTP client."""
    code = "import sys, esc_skills_plugins.backends.anthropic; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"openai", "anthropic", "httpx2", "aiohttp"} & set(done.stdout.split())


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


def test_system_text_is_marked_for_the_cache(server, ask):
    """The stable beginning carries the provider's cache mark, unless that is off."""
    for cache in (True, False):
        ask(backend(server, cache=cache))
    marks = ["cache_control" in received.body["system"][0] for received in server.requests]
    assert marks == [True, False]


def test_cached_tokens_are_counted(server, ask):
    """Tokens read from the cache and written to it are prompt tokens too."""
    usage = {"input_tokens": 5, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 2}
    server.faults = [faults.Fault(body={"content": [], "stop_reason": "end_turn", "usage": usage})]
    done = ask(backend(server))
    assert (done.tokens_in, done.tokens_cached) == (97, 90)


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
        ({}, (True, True)),
        ({"schema": "tool"}, (False, True)),
        ({"base_url": "http://127.0.0.1:1"}, (False, False)),
    ],
)
def test_capability_table(settings, expected):
    """What each kind of server can do is declared."""
    can = AnthropicBackend(**settings).capabilities
    assert (can.schema, can.caching) == expected


def test_a_schema_that_cannot_be_enforced_is_named(server, ask):
    """A schema without a type is refused before anything is sent."""
    with pytest.raises(ConfigError, match="schema"):
        ask(backend(server), schema='{"properties": 3}')
    assert server.count == 0
