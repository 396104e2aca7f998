"""Backend ``openai`` against a provider that fails on purpose."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from esc_skills.errors import ConfigError
from esc_skills.spec import Request
from esc_skills.testing import faults
from esc_skills_plugins.backends.openai import OpenAIBackend

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

WAYS = [{"api": api, "lean": lean} for api in ("chat", "responses") for lean in (True, False)]
"""Settings of every way to ask."""


def backend(server, **settings):
    """The backend, asking the server."""
    return OpenAIBackend(**({"base_url": server.url + "/v1", "deadline": 2} | settings))


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
    told = failing(backend(server, base_url="http://127.0.0.1:9/v1"))
    assert (told.kind, told.retryable) == ("network", True)


def test_a_missing_key_stops_before_anything_is_sent(server, ask, monkeypatch):
    """C04: without its variable the backend names it and asks nobody."""
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
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
    code = "import sys, esc_skills_plugins.backends.openai; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"openai", "anthropic", "httpx2", "aiohttp"} & set(done.stdout.split())


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


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (True, True, True)),
        ({"api": "responses"}, (True, True, False)),
        ({"api": "responses", "base_url": "http://127.0.0.1:1/v1"}, (False, True, False)),
        ({"base_url": "http://127.0.0.1:1/v1"}, (True, True, True)),
        ({"sampling": False}, (True, False, False)),
    ],
)
def test_capability_table(settings, expected):
    """What each API and kind of server can do is declared."""
    can = OpenAIBackend(**settings).capabilities
    assert (can.schema, can.sampling, can.seed) == expected


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
