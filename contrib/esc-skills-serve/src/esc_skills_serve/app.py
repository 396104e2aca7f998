"""The endpoint: three routes, and the way of one answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

import attrs
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Send

from esc_skills_serve.answers import DONE, Label, Slip, event
from esc_skills_serve.asked import Asked, parse
from esc_skills_serve.counsel import Counsel, Told, warn
from esc_skills_serve.doors import Doors
from esc_skills_serve.faults import HttpError

GONE = 499
"""Status that nobody reads: the client has left."""
PATIENCE = 30.0
"""Seconds that a request may take to arrive."""


@attrs.frozen(kw_only=True)
class Rules:
    """Who may come in, and with how much."""

    token: str = attrs.field(default="", repr=False)
    """What clients must show; empty for none."""
    local: bool = True
    """Whether only loopback names are answered to."""
    origins: Sequence[str] = ()
    """Web pages that may ask."""
    most: int = 400
    """Requests that are answered at once."""
    bytes: int = 500_000
    """Bytes of a request."""


def broken() -> HttpError:
    """A fault of the server itself."""
    return HttpError(500, "the server failed", hint="whoever runs it has to look")


@attrs.define(kw_only=True)
class Flow:
    """An answer that a task of its own writes; it ends when its reader leaves."""

    counsel: Counsel
    """Answers."""
    asked: Asked
    """What was asked."""
    told: Told = attrs.field(factory=Told)
    """What is known of the answer by now."""
    _pieces: asyncio.Queue[str | Exception | None] = attrs.field(factory=asyncio.Queue, init=False)
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)

    async def _write(self) -> None:
        end: Exception | None = broken()
        try:
            async with aclosing(self.counsel.answer(self.asked, self.told)) as words:
                async for piece in words:
                    self._pieces.put_nowait(piece)
            end = None
        except Exception as fault:
            end = fault
        finally:  # whatever ended it, nobody waits for ever
            self._pieces.put_nowait(end)

    async def next(self) -> str | None:
        """The next piece; None when there is none left.

        Raises:
            HttpError: The upstream failed.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._write())
        piece = await self._pieces.get()
        if isinstance(piece, Exception):
            raise piece
        return piece

    async def rest(self) -> list[str]:
        """All pieces that are left.

        Raises:
            HttpError: The upstream failed.
        """
        found = []
        while (piece := await self.next()) is not None:
            found.append(piece)
        return found

    async def close(self) -> None:
        """Stop writing."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


async def leaving(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def body_of(request: Request, most: int) -> bytes:
    """The request's body.

    Raises:
        HttpError: It is too long or too slow, or not declared as JSON, which a web page cannot
            declare unasked.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HttpError(415, "the body is no application/json", hint="set the content-type")
    raw = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                raw += part
                if len(raw) > most:
                    raise HttpError(
                        413,
                        f"the request has more than {most} bytes",
                        hint="leave out the oldest messages",
                    )
    except TimeoutError:
        raise HttpError(408, "the request did not come to an end", hint="send it again") from None
    return bytes(raw)


@attrs.frozen(kw_only=True)
class Desk:
    """Takes requests and hands out answers."""

    counsel: Counsel
    """Answers."""
    label: Label
    """Stands on every answer."""
    rules: Rules
    """Limits."""

    async def health(self, request: Request) -> Response:
        """Say that the server is there, and nothing else."""
        return JSONResponse({"status": "ok"})

    async def models(self, request: Request) -> Response:
        """Name the one model."""
        return JSONResponse({"object": "list", "data": [self.label.card()]})

    async def model(self, request: Request) -> Response:
        """Describe the one model.

        Raises:
            HttpError: There is no such model.
        """
        if request.path_params["name"] != self.label.model:
            raise HttpError(404, "there is no such model", hint="see GET /v1/models")
        return JSONResponse(self.label.card())

    async def chat(self, request: Request) -> Response:
        """Answer a talk.

        Raises:
            HttpError: The request is wrong, or the upstream failed.
        """
        asked = parse(await body_of(request, self.rules.bytes))
        flow = Flow(counsel=self.counsel, asked=asked)
        try:
            here, start = await self._begin(flow, request.receive)
        except BaseException:
            await flow.close()
            raise
        if not here:
            await flow.close()
            return Response(status_code=GONE)
        slip = Slip(label=self.label, language=asked.language)
        headers = {"x-esc-skills-bank": self.label.bank_hash, "cache-control": "no-store"}
        if isinstance(start, list):
            await flow.close()
            return JSONResponse(slip.whole("".join(start), flow.told), headers=headers)
        return Stream(flow, slip, start, headers)

    async def _begin(self, flow: Flow, receive: Receive) -> tuple[bool, str | list[str] | None]:
        """Wait for the beginning of an answer, or for the client to leave.

        Returns:
            Whether the client is still there; the first piece of a stream, so that early faults
            keep their status, else all pieces.
        """
        first = asyncio.ensure_future(flow.next() if flow.asked.stream else flow.rest())
        left = asyncio.ensure_future(leaving(receive))
        try:
            await asyncio.wait({first, left}, return_when=asyncio.FIRST_COMPLETED)
            return first.done(), first.result() if first.done() else None
        finally:
            first.cancel()
            left.cancel()


class Stream(StreamingResponse):
    """An answer in server-sent events; the upstream is let go when the client leaves."""

    def __init__(self, flow: Flow, slip: Slip, start: str | None, headers: dict[str, str]) -> None:
        """Take over an answer whose first piece is there."""
        super().__init__(self._events(slip, start), headers=headers, media_type="text/event-stream")
        self._flow = flow

    async def stream_response(self, send: Send) -> None:
        """Send all of it."""
        try:
            await super().stream_response(send)
        finally:
            await self._flow.close()

    async def _events(self, slip: Slip, start: str | None) -> AsyncIterator[bytes]:
        piece, first, asked = start, True, self._flow.asked
        try:
            while piece is not None:
                yield slip.piece(piece, first=first)
                piece, first = await self._flow.next(), False
        except HttpError as fault:
            yield event(fault.body)
            return
        except Exception as fault:
            warn("unexpected", fault)
            yield event(broken().body)
            return
        yield slip.end(self._flow.told, show=asked.show)
        if asked.usage:
            yield slip.counts(self._flow.told)
        yield DONE


def build(counsel: Counsel, *, model: str, rules: Rules) -> ASGIApp:
    """The whole app.

    Args:
        counsel: Agent and upstream.
        model: Name that the server goes by.
        rules: Who may come in.
    """
    desk = Desk(counsel=counsel, label=Label(model=model, bank=counsel.agent.bank), rules=rules)

    async def fault(request: Request, found: Exception) -> Response:
        assert isinstance(found, HttpError)
        return JSONResponse(found.body, found.status, found.headers)

    async def nowhere(request: Request, found: Exception) -> Response:
        status = getattr(found, "status_code", 404)
        lost = HttpError(status, "nothing is here", hint="ask POST /v1/chat/completions")
        return JSONResponse(lost.body, status)

    async def unexpected(request: Request, found: Exception) -> Response:
        return JSONResponse(broken().body, 500, broken().headers)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        yield
        if counsel.upstream is not None:
            await counsel.upstream.close()

    inner: ASGIApp = Starlette(
        routes=[
            Route("/healthz", desk.health),
            Route("/v1/models", desk.models),
            Route("/v1/models/{name}", desk.model),
            Route("/v1/chat/completions", desk.chat, methods=["POST"]),
        ],
        exception_handlers={HttpError: fault, 404: nowhere, 405: nowhere, Exception: unexpected},
        lifespan=life,
    )
    doors = Doors(
        app=inner,
        token=rules.token.encode(),
        local=rules.local,
        origins=frozenset(rules.origins),
        most=rules.most,
    )
    if not rules.origins:
        return doors
    return CORSMiddleware(
        doors,
        allow_origins=list(rules.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
    )
