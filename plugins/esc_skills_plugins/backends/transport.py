"""The short way under an official SDK: its HTTP client with nothing between it and aiohttp.

The SDKs build a request and give it to a client of httpx2, which merges defaults, walks through
authentication, redirects, cookies and decoders, and then asks aiohttp. None of that is used here,
and it costs more than the call itself. This client keeps the promise (``build_request`` and
``send``) and leaves the walk out. Imported only where an SDK is.
"""

from __future__ import annotations

from typing import Any

import aiohttp
import httpx2
import yarl

BODY = "esc_skills.body"
"""Extension of a request that holds its bytes."""
DECODED = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Response headers that no longer hold once aiohttp has read the body."""


class ShortClient(httpx2.AsyncClient):
    """An HTTP client that sends whole requests over one aiohttp session."""

    def __init__(self, *, connections: int, connect: float, read: float) -> None:
        """Make a client; the session is opened by the first request.

        Args:
            connections: Connections held open at most.
            connect: Seconds that a connection may take.
            read: Seconds between two bytes.
        """
        super().__init__(transport=_Unused(), follow_redirects=False, trust_env=False)
        self._connections = connections
        # A call's whole deadline is kept by the backend: a clock a call less.
        self._limits = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
        self._session: aiohttp.ClientSession | None = None
        self._targets: dict[str, yarl.URL] = {}

    def build_request(self, method: str, url: httpx2.URL | str, **parts: Any) -> httpx2.Request:
        """A request as the SDK gives it; aiohttp adds host, length and accepted encodings."""
        if parts.get("files") or parts.get("data") or parts.get("params"):
            return super().build_request(method, url, **parts)
        body = parts.get("content") or b""
        whole = body if isinstance(body, bytes) else str(body).encode()
        return httpx2.Request(
            method,
            url,
            headers=parts.get("headers"),
            stream=httpx2.ByteStream(whole),
            extensions={BODY: whole},
        )

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request, and read its response to the end."""
        del options  # no redirects, no streams, no authentication of its own
        body = request.extensions.get(BODY)
        async with self._open().request(
            request.method,
            self._target(request.url),
            headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
            data=await request.aread() if body is None else body,
            allow_redirects=False,
        ) as response:
            content = await response.read()
            kept = [pair for pair in response.raw_headers if pair[0].lower() not in DECODED]
            return httpx2.Response(response.status, headers=kept, content=content, request=request)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._connections, ssl=httpx2.create_ssl_context()
            )
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._limits, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _target(self, url: httpx2.URL) -> yarl.URL:
        text = str(url)
        if text not in self._targets:
            self._targets[text] = yarl.URL(text, encoded=True)
        return self._targets[text]

    async def aclose(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
        await super().aclose()


class _Unused(httpx2.AsyncBaseTransport):
    """Stands where a transport belongs; opening the usual one reads certificates once more."""
