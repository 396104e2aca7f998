"""What the backends over an official SDK share, each way of asking against the same faults."""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import suppress

import attrs
import pytest

from esc_skills.errors import ConfigError
from esc_skills.spec import Backend, Request
from esc_skills.testing import faults
from esc_skills.testing.faultserver import FaultServer
from esc_skills_plugins.backends import clients
from esc_skills_plugins.backends.anthropic import AnthropicBackend
from esc_skills_plugins.backends.clients import Link, client_for, http_client, http_options
from esc_skills_plugins.backends.openai import OpenAIBackend

LINK = Link(provider="x", base_url="http://h", key="hidden-key", deadline=2.0, connections=3)
SCHEMA = json.dumps({"type": "object", "properties": {"score": {"type": "integer"}}})


@attrs.frozen
class Way:
    """One way to ask."""

    kind: type
    version: str = ""
    settings: tuple = ()

    def __call__(self, server, **settings) -> Backend:
        """The backend, asking the server."""
        basis = {"base_url": server.url + self.version, "deadline": 2.0}
        return self.kind(**(basis | dict(self.settings) | settings))


CHAT, RESPONSES, PLAIN = ("api", "chat"), ("api", "responses"), ("lean", False)
WAYS = {
    "anthropic": Way(AnthropicBackend),
    "anthropic-plain": Way(AnthropicBackend, "", (PLAIN,)),
    "chat": Way(OpenAIBackend, "/v1", (CHAT,)),
    "chat-plain": Way(OpenAIBackend, "/v1", (CHAT, PLAIN)),
    "responses": Way(OpenAIBackend, "/v1", (RESPONSES,)),
    "responses-plain": Way(OpenAIBackend, "/v1", (RESPONSES, PLAIN)),
}
"""Every way to ask."""
PROVIDERS = {"anthropic": WAYS["anthropic"], "openai": WAYS["chat"]}
"""One way for each SDK."""

every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
every_provider = pytest.mark.parametrize("way", PROVIDERS.values(), ids=PROVIDERS)

FAULTS = [
    ("R14", faults.rate_limited("5"), "rate-limit", True, 5.0),
    ("R15", faults.rate_limited("3600"), "rate-limit", True, 3600.0),
    ("R16", faults.rate_limited("-3"), "rate-limit", True, None),
    ("R16", faults.rate_limited("NaN"), "rate-limit", True, None),
    ("R16", faults.rate_limited("Wed, 21 Oct 2026 07:28:00 GMT"), "rate-limit", True, None),
    ("R16", faults.rate_limited("9" * 100_000), "protocol", True, None),
    ("R18", faults.no_credit(), "quota", False, None),
    ("R18", faults.rate_limited(), "rate-limit", True, None),
    ("R19", faults.broken(500), "server", True, None),
    ("R19", faults.broken(502), "server", True, None),
    ("R19", faults.broken(503), "overloaded", True, None),
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
]
"""Row, fault, kind, whether another try makes sense, and when."""


@every_way
@pytest.mark.parametrize(
    ("fault", "kind", "again", "after"),
    [row[1:] for row in FAULTS],
    ids=[f"{row[0]}-{number}" for number, row in enumerate(FAULTS)],
)
def test_every_fault_has_its_kind(server, failing, way, fault, kind, again, after):
    """R14-R16, R18-R25, R28-R31: each is told in our own words, once, within the deadline."""
    server.faults = [fault]
    told = failing(way(server, deadline=0.4 if kind == "stalled" else 2.0))
    assert (told.kind, told.retryable, told.retry_after) == (kind, again, after)
    assert server.count == 1, "the gateway owns retries"
    assert "127.0.0.1" in told.where


@every_way
def test_a_web_page_is_named_with_its_host(server, failing, way):
    """R23: a login page of a proxy says what came and from where, and shows nothing of it."""
    server.faults = [faults.web_page()]
    told = failing(way(server))
    assert told.message == "not an API answer: text/html"
    assert told.where.endswith("at 127.0.0.1")
    assert "Please log in" not in told.line
    assert not told.retryable


@every_way
def test_broken_json_shows_its_beginning_only(server, failing, way):
    """R24: an answer that is no JSON shows 80 characters at most, without the key in them."""
    begin = b'{"text": "sk-planted-0123456789abcdef'
    server.faults = [faults.Fault(body=begin + b"x" * 5000)]
    told = failing(way(server))
    assert "[redacted]" in told.message
    assert len(told.message) < 150


@every_way
def test_no_redirect_is_followed(server, failing, way):
    """R32: the dialogue is not sent to where a redirect points; the error names that host."""
    with FaultServer() as other:
        for status in (301, 302, 307, 308):
            place = (("location", f"http://localhost:{other.port}/v1"),)
            server.faults = [None] * server.count + [
                faults.Fault(status=status, body=b"", headers=place)
            ]
            told = failing(way(server))
            assert (told.kind, told.retryable) == ("redirect", False)
            assert "localhost" in told.message
    assert other.count == 0
    assert server.count == 4


@every_way
def test_a_refused_key_is_never_shown(server, failing, way):
    """R30: a server that echoes the key does not bring it into the error; the variable is named."""
    server.faults = [faults.bad_key()]
    assert "API_KEY" in failing(way(server)).hint


@every_way
def test_a_model_that_is_gone_is_named(server, failing, way):
    """R31: the error names the model."""
    server.faults = [faults.no_model()]
    assert "'tiny'" in failing(way(server)).message


@every_way
@pytest.mark.parametrize(
    ("fault", "stop", "text"),
    [
        pytest.param(faults.null_content(), "end", "", id="null"),
        pytest.param(faults.no_choices(), "end", "", id="none"),
        pytest.param(faults.truncated("I hear"), "length", "I hear", id="cut"),
        pytest.param(faults.refused("No."), "refusal", "No.", id="refused"),
        pytest.param(faults.filtered(), "refusal", "", id="filtered"),
    ],
)
def test_poor_answers_are_states(server, ask, way, fault, stop, text):
    """R25, R26, R27: empty, cut and refused answers come back as what they are."""
    server.faults = [fault]
    done = ask(way(server))
    assert (done.stop, done.text, done.tokens_in) == (stop, text, 0)


@every_way
def test_a_good_answer_is_whole(server, ask, way):
    """Text, end, tokens and model come through; the body holds the request."""
    done = ask(way(server), "Hello 你好", settings=(("max_tokens", 9),))
    assert (done.text, done.stop, done.tokens_in, done.tokens_out) == ("Hello.", "end", 11, 1)
    assert done.model == "tiny"
    assert done.reason in {"stop", "completed", "end_turn"}
    assert "Be kind." in str(server.requests[0].body)
    assert "Hello 你好" in str(server.requests[0].body)


@pytest.mark.parametrize("name", ["anthropic", "chat", "responses"])
def test_lean_and_plain_send_the_same(server, ask, name):
    """Both ways through an SDK put the same body and the same keys on the wire."""
    for way in (WAYS[name], WAYS[f"{name}-plain"]):
        ask(way(server), schema=SCHEMA, settings=(("max_tokens", 9),))
    lean, plain = server.requests
    assert lean.body == plain.body
    assert lean.path == plain.path
    for header in ("authorization", "x-api-key", "anthropic-version", "content-type"):
        assert lean.headers.get(header) == plain.headers.get(header)


@every_way
def test_connections_are_kept_and_closed(server, recwarn, way):
    """Many calls in one loop share connections, and no session outlives the loop."""
    asked = Request(model="tiny", system="", messages=(("user", "Hello"),))
    server.latency = 0.01

    async def many():
        one = way(server)
        for _ in range(3):
            await asyncio.gather(*(one.complete(asked) for _ in range(10)))

    asyncio.run(many())
    assert (server.count, server.connections) == (30, 10)
    assert not [item for item in recwarn if "nclosed" in str(item.message)]


@every_provider
def test_no_more_connections_than_stated(server, way):
    """A stated number of connections is a limit; the calls beyond it wait."""
    asked = Request(model="tiny", system="", messages=(("user", "Hello"),))
    server.latency = 0.01

    async def many():
        one = way(server, connections=2)
        await asyncio.gather(*(one.complete(asked) for _ in range(10)))

    asyncio.run(many())
    assert (server.count, server.connections) == (10, 2)


@every_way
def test_nobody_there_is_told_with_the_host(failing, server, way):
    """R33: a closed port ends in an error that names the host and may be tried again."""
    told = failing(way(server, base_url="http://127.0.0.1:9/v1"))
    assert (told.kind, told.retryable) == ("network", True)
    assert "127.0.0.1" in told.where


@every_way
def test_no_tls_is_an_error_of_ours(failing, server, way):
    """R33: a server that speaks no TLS is told as such, and gets no part of the dialogue."""
    heard = []

    def speak():
        line, _ = plain.accept()
        heard.append(line.recv(4096))
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        line.close()

    with socket.create_server(("127.0.0.1", 0)) as plain:
        speaker = threading.Thread(target=speak, daemon=True)
        speaker.start()
        told = failing(way(server, base_url=f"https://127.0.0.1:{plain.getsockname()[1]}/v1"))
        speaker.join(2)
    assert told.kind in {"network", "protocol"}
    assert "127.0.0.1" in told.where
    assert b"Hello" not in heard[0]


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    """The TLS of a server whose certificate nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=own"
    subprocess.run(["openssl", *new.split(), *files], check=True, capture_output=True)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return made


@every_way
def test_a_certificate_that_nobody_signed_ends_it(failing, server, way, stranger):
    """R33: the host is named, the cause too, once is enough, and no word was sent."""
    heard = []

    def speak():
        line, _ = plain.accept()
        with suppress(OSError), stranger.wrap_socket(line, server_side=True) as told:
            heard.append(told.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as plain:
        speaker = threading.Thread(target=speak, daemon=True)
        speaker.start()
        told = failing(way(server, base_url=f"https://127.0.0.1:{plain.getsockname()[1]}/v1"))
        speaker.join(2)
    assert (told.kind, told.retryable) == ("network", False)
    assert "certificate" in told.message
    assert "127.0.0.1" in told.where
    assert b"".join(heard) == b""


@every_provider
def test_a_missing_key_stops_before_anything_is_sent(server, ask, monkeypatch, way):
    """C04: without its variable the backend names it and asks nobody."""
    variable = way(server).key
    monkeypatch.delenv(variable)
    with pytest.raises(ConfigError, match=variable):
        ask(way(server))
    assert server.count == 0


@every_provider
@pytest.mark.parametrize("name", ["model", "stream", "messages"])
def test_reserved_settings_are_refused(server, ask, name, way):
    """A setting cannot replace what the backend writes."""
    with pytest.raises(ConfigError, match=name):
        ask(way(server), settings=((name, "x"),))


@every_provider
@pytest.mark.parametrize("name", ["deadline", "connections", "schema"])
def test_settings_are_checked(server, name, way):
    """C02: a setting out of range is refused when the component is made."""
    with pytest.raises(ValueError, match=name):
        way(server, **{name: "maybe" if name == "schema" else 0})


@every_provider
def test_the_key_is_not_shown_by_the_component(server, way):
    """The component knows its key by name only."""
    assert "planted" not in repr(way(server))


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_sdk_is_imported_when_it_is_used(name):
    """Importing the plug-in imports no SDK and no HTTP client."""
    code = f"import sys, esc_skills_plugins.backends.{name}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"openai", "anthropic", "httpx2", "aiohttp"} & set(done.stdout.split())


@every_provider
def test_a_proxy_of_the_environment_is_asked(server, ask, monkeypatch, way):
    """Where a proxy is set, the SDK's own HTTP client sends through it."""
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask(way(server, base_url="http://model.invalid/v1")).text == "Hello."
    assert server.requests[0].path.startswith("http://model.invalid/v1")


class Client:
    """Something that can be closed."""

    closed = 0

    async def close(self):
        """Count."""
        self.closed += 1


def test_one_client_a_link_and_loop():
    """Equal links share a client inside a loop; other links and loops have their own."""
    made = []

    def connect(link):
        made.append(Client())
        return made[-1]

    async def twice():
        first, again = await client_for(LINK, connect), await client_for(LINK, connect)
        other = await client_for(attrs.evolve(LINK, key="new-key"), connect)
        assert first is again
        assert other is not first
        assert not first.closed

    asyncio.run(twice())
    asyncio.run(twice())
    assert len(made) == 4
    assert [client.closed for client in made] == [1, 1, 1, 1]


def test_nothing_is_left_of_a_loop():
    """A loop that ended is forgotten."""
    asyncio.run(client_for(LINK, lambda link: Client()))
    gc.collect()
    assert not any(clients._HELD.values())


def test_the_key_is_not_shown():
    """A link shows everything but its key."""
    assert "hidden-key" not in repr(LINK)


def test_options_follow_no_redirect_and_state_their_limits():
    """R32: redirects are off; connections are limited by number and not by default."""
    options = http_options(LINK)
    assert options["follow_redirects"] is False
    assert options["limits"].max_connections == 3
    assert options["timeout"].read == 2.0


def test_missing_packages_are_named(monkeypatch):
    """Without aiohttp the error says what to install."""
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.delitem(sys.modules, "esc_skills_plugins.backends.transport", raising=False)
    with pytest.raises(ConfigError, match="aiohttp") as caught:
        http_client(LINK, sys)
    assert "esc-skills[x]" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "own"),
    [("", True), ("https://api.x.com/v2", True), ("http://127.0.0.1:1/v1", False)],
)
def test_a_provider_is_known_by_its_host(url, own):
    """A compatible server is not taken for the provider itself."""
    assert clients.is_own(url, "https://api.x.com/v1") is own
