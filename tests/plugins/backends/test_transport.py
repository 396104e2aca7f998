"""The short HTTP client keeps the promise that an SDK relies on."""

from __future__ import annotations

import asyncio
import gzip
import json

import httpx2
import pytest

from esc_skills.testing import faults
from esc_skills_plugins.backends.transport import ShortClient


def sent(url, **parts):
    """The response to one request of an own client."""

    async def send():
        client = ShortClient(connections=2, connect=1.0, read=1.0)
        try:
            return await client.send(client.build_request("POST", url, **parts))
        finally:
            await client.aclose()

    return asyncio.run(send())


def test_status_headers_and_body_come_through(server):
    """A response is whole: status, headers, body and the request it belongs to."""
    server.faults = [faults.rate_limited("7")]
    response = sent(f"{server.url}/v1/messages", content=b"{}", headers={"x-mine": "yes"})
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert "Rate limit" in response.json()["error"]["message"]
    assert str(response.request.url) == f"{server.url}/v1/messages"
    assert server.requests[0].headers["x-mine"] == "yes"


def test_a_packed_body_is_unpacked_once(server):
    """A compressed answer is read, and no header says any more that it is compressed."""
    packed = gzip.compress(json.dumps({"hello": "world"}).encode())
    server.faults = [faults.Fault(body=packed, headers=(("content-encoding", "gzip"),))]
    response = sent(f"{server.url}/v1/messages", content=b"{}")
    assert response.json() == {"hello": "world"}
    assert "content-encoding" not in response.headers


def test_text_is_sent_as_utf8(server):
    """Text and bytes are both bodies."""
    sent(f"{server.url}/v1/messages", content='{"a": "你好"}')
    assert server.requests[0].body == {"a": "你好"}


def test_parameters_go_the_long_way(server):
    """What an SDK may send beyond a body is built as httpx2 builds it."""
    sent(f"{server.url}/v1/messages", params={"page": "2"}, content=b"{}")
    assert server.requests[0].path == "/v1/messages?page=2"
    assert server.requests[0].body == {}


def test_cookies_are_not_kept(server):
    """What one answer sets is not sent with the next call."""

    async def twice():
        client = ShortClient(connections=1, connect=1.0, read=1.0)
        server.faults = [faults.Fault(headers=(("set-cookie", "who=me"),))]
        for _ in range(2):
            await client.send(client.build_request("POST", server.url + "/v1/x", content=b"{}"))
        await client.aclose()

    asyncio.run(twice())
    assert "cookie" not in server.requests[1].headers
    assert server.connections == 1


def test_an_unused_client_closes():
    """A client that never sent has nothing to close."""
    asyncio.run(ShortClient(connections=1, connect=1.0, read=1.0).aclose())


def test_it_is_the_client_that_sdks_accept():
    """The SDKs refuse anything but a client of httpx2."""
    assert issubclass(ShortClient, httpx2.AsyncClient)


def test_a_slow_body_is_a_timeout(server):
    """R21: without a byte for the stated time the read ends."""
    server.faults = [faults.stalled()]
    with pytest.raises(TimeoutError):
        sent(f"{server.url}/v1/messages", content=b"{}")
