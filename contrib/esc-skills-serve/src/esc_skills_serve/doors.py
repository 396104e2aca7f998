"""Who may come in, and how many at once; faults leave as errors that OpenAI clients read."""

from __future__ import annotations

import hmac
import json

import attrs
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esc_skills_serve.counsel import warn
from esc_skills_serve.faults import HttpError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
"""Names under which only this machine is reached."""


def host_of(value: str) -> str:
    """The host of a Host header or an origin, without scheme and port, in lower case."""
    bare = value.rpartition("://")[2].lower()
    if bare.startswith("["):
        return bare.partition("]")[0] + "]"
    return bare.partition(":")[0]


async def send_json(send: Send, status: int, body: object, headers: dict[str, str]) -> None:
    """Answer at once."""
    raw = json.dumps(body).encode()
    told = {"content-type": "application/json", "content-length": str(len(raw)), **headers}
    pairs = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": raw})


@attrs.define(kw_only=True)
class Doors:
    """Stands before the app; lets in whom the operator wants."""

    app: ASGIApp
    """What is behind it."""
    token: bytes = attrs.field(default=b"", repr=False)
    """What a client must show; empty where none is needed."""
    local: bool = True
    """Whether only names of this machine are answered to (a page cannot rebind its name)."""
    origins: frozenset[str] = frozenset()
    """Web pages that may ask."""
    most: int = 400
    """Requests that are answered at once."""
    _inside: int = attrs.field(default=0, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, count, and let in."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            self._check(scope["path"], Headers(scope=scope))
            await self._count(scope, receive, noting)
        except HttpError as fault:
            if not begun:
                await send_json(send, fault.status, fault.body, fault.headers)
        except Exception as fault:  # its message may quote a person: its kind alone is told
            warn("unexpected", fault)
            if not begun:
                broken = HttpError(500, "the server failed", hint="whoever runs it has to look")
                await send_json(send, 500, broken.body, broken.headers)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._inside >= self.most:
            raise HttpError(
                503, "too many requests at once", hint="try again", code="overloaded", wait=1
            )
        self._inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._inside -= 1

    def _check(self, path: str, headers: Headers) -> None:
        if self.local and host_of(headers.get("host", "")) not in LOOPBACK:
            raise HttpError(
                403, "this server answers to loopback names only", hint="ask http://127.0.0.1"
            )
        origin = headers.get("origin")
        if origin is not None and origin not in self.origins:
            raise HttpError(
                403, "this web page may not ask", hint="the operator can --allow-origin it"
            )
        if self.token and path != "/healthz" and not self._known(headers):
            raise HttpError(
                401,
                "the token is missing or wrong",
                hint="send it as the API key",
                code="invalid_api_key",
            )

    def _known(self, headers: Headers) -> bool:
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(shown.strip().encode("utf-8", "replace"), self.token)
        return same and scheme.lower() == "bearer"
