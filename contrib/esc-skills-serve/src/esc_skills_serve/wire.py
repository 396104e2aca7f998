"""Any OpenAI-compatible HTTP server as upstream; every byte of its answer is checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

import aiohttp
import attrs

from esc_skills_serve.upstream import Heard, Order, failed

MOST_BYTES = 4_000_000
"""Bytes of one answer."""
MOST_FAULT = 65_536
"""Bytes of an error's body that are looked at."""
FILTERED = ("content_filter", "content_policy", "self_harm", "self-harm", "moderation")
"""Words in an error's body that say a filter refused."""


DANGER = ("self_harm", "self-harm", "selfharm", "suicid")
"""Words among them that speak of danger."""


class FilteredError(Exception):
    """The upstream declined to answer; ``danger`` says whether it saw some."""

    def __init__(self, told: str = "") -> None:
        """Look at what it told, and keep nothing of it."""
        super().__init__()
        self.danger = any(word in told.lower() for word in DANGER)


@attrs.define(kw_only=True, eq=False)
class WireUpstream:
    """Speaks Chat Completions to one address; follows no redirect, reads no proxy settings."""

    url: str
    """Address up to the version, such as ``http://127.0.0.1:8080/v1``."""
    model: str = ""
    """Model asked for; empty takes the client's."""
    key: str = attrs.field(default="", repr=False)
    """Sent to this address alone."""
    deadline: float = 120.0
    """Seconds that an answer may take in all."""
    connections: int = 400
    """Connections held open at most."""
    _session: aiohttp.ClientSession | None = attrs.field(default=None, init=False, repr=False)

    async def speak(self, order: Order, heard: Heard) -> AsyncGenerator[str, None]:
        """The reply as it comes.

        Raises:
            HttpError: With nothing that the upstream wrote.
        """
        end = asyncio.get_running_loop().time() + self.deadline
        try:
            async with aclosing(self._read(order, heard)) as read:
                while (piece := await self._next(read, end)) is not None:
                    yield piece
        except FilteredError as fault:
            heard.finish, heard.danger = "refusal", fault.danger
        except TimeoutError:
            raise failed("did not answer in time", status=504, wait=1) from None
        except aiohttp.ClientConnectorError:
            raise failed("cannot be reached", wait=2) from None
        except aiohttp.ClientError:
            raise failed("broke off in the middle of its answer", wait=1) from None

    async def _next(self, read: AsyncGenerator[str, None], end: float) -> str | None:
        """The next piece; the clock is looked at here, for a reader may take its time, too."""
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError
        async with asyncio.timeout_at(end):
            return await anext(read, None)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.connections),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    def _body(self, order: Order) -> dict[str, Any]:
        messages = [{"role": role, "content": text} for role, text in order.messages]
        body = {"model": self.model or order.model, "messages": messages, **order.settings}
        if order.stream:
            body["stream"] = True
            if order.usage:
                body["stream_options"] = {"include_usage": True}
        return body

    async def _read(self, order: Order, heard: Heard) -> AsyncGenerator[str, None]:
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        async with self._open().post(
            f"{self.url.rstrip('/')}/chat/completions",
            json=self._body(order),
            headers=headers,
            allow_redirects=False,
        ) as response:
            if response.status != 200:
                raise await _refusal(response)
            if response.content_type == "text/event-stream":
                async for piece in _streamed(response, heard):
                    yield piece
            else:
                yield await _whole(response, heard)


async def _refusal(response: aiohttp.ClientResponse) -> Exception:
    """What a status other than 200 means; the body is looked at and never shown."""
    status = response.status
    if status in {400, 403, 422}:
        body = (await response.content.read(MOST_FAULT)).decode("utf-8", "replace").lower()
        if any(word in body for word in FILTERED):
            return FilteredError(body)
    if status in {429, 503, 529}:
        asked = response.headers.get("retry-after", "")
        wait = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
        return failed("has too much to do", status=503, wait=min(wait, 60))
    if status in {408, 504}:
        return failed("did not answer in time", status=504, wait=1)
    if status >= 500:
        return failed(f"failed with status {status}", wait=1)
    told = {401: "refused the server's key", 403: "refused the server's key"}
    if 300 <= status < 400:
        return failed("sent us elsewhere, and redirects are not followed")
    return failed(told.get(status, f"refused the request with status {status}"))


async def _whole(response: aiohttp.ClientResponse, heard: Heard) -> str:
    raw = bytearray()
    async for part in response.content.iter_any():
        raw += part
        if len(raw) > MOST_BYTES:
            raise failed("answered with more than anybody reads")
    if raw[:64].lstrip().startswith(b"<"):
        raise failed("is no API: it answered with a web page")
    body = _object(bytes(raw))
    choice = _choice(body, heard)
    if choice is None:
        raise failed("answered without any choice", wait=1)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise failed("answered in another shape than Chat Completions", wait=1)
    return _said(message)


async def _streamed(response: aiohttp.ClientResponse, heard: Heard) -> AsyncIterator[str]:
    ended = False
    async for data in _events(response):
        if data == b"[DONE]":
            ended = True
            break
        choice = _choice(_object(data), heard)
        if choice is None:
            continue
        ended = ended or bool(choice.get("finish_reason"))
        delta = choice.get("delta")
        if isinstance(delta, dict) and (text := _said(delta)):
            yield text
    if not ended:
        raise failed("broke off in the middle of its answer", wait=1)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Data of server-sent events, one a line as this API sends them."""
    left, total = b"", 0
    async for part in response.content.iter_any():
        total += len(part)
        if total > MOST_BYTES:
            raise failed("answered with more than anybody reads")
        *lines, left = (left + part).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
    if left.startswith(b"data:"):
        yield left[5:].strip()


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise failed("answered with broken JSON", wait=1)
    if body.get("error"):
        raise failed("reported an error of its own", wait=1)
    return body


def _choice(body: Mapping[str, Any], heard: Heard) -> Mapping[str, Any] | None:
    """The first choice; notes why the answer ended, and what it took."""
    usage = body.get("usage")
    if isinstance(usage, dict):
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        heard.usage = {name: _count(usage.get(name)) for name in names}
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    if not isinstance(choices[0], dict):
        raise failed("answered in another shape than Chat Completions", wait=1)
    finish = choices[0].get("finish_reason")
    if finish == "content_filter":
        raise FilteredError
    if finish == "length":
        heard.finish = "length"
    return choices[0]


def _count(value: Any) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if fits else 0


def _said(message: Mapping[str, Any]) -> str:
    """Words of a message; hidden reasoning and calls of tools are left behind."""
    if isinstance(message.get("refusal"), str) and message["refusal"]:
        raise FilteredError
    text = message.get("content")
    if text is not None and not isinstance(text, str):
        raise failed("answered in another shape than Chat Completions", wait=1)
    return (text or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
