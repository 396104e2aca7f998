"""A provider on loopback that fails on purpose: Chat Completions, Responses and Messages.

It answers well unless told otherwise, counts what it gets and keeps it, so that a test can
compare what was sent with what was needed. It listens on 127.0.0.1 only.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs

from esc_skills.testing.faults import Fault

PATIENCE = 10.0
"""Seconds to wait for the server's thread."""


@attrs.frozen(kw_only=True)
class Received:
    """One request, as it came."""

    path: str
    """Path asked for."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: Any
    """Parsed JSON; None when it is none."""

    @property
    def api(self) -> str:
        """Which API the path belongs to: ``chat``, ``responses``, ``messages``, or empty."""
        ends = {"/chat/completions": "chat", "/responses": "responses", "/messages": "messages"}
        return next((ends[end] for end in ends if self.path.endswith(end)), "")


Plan = Callable[[int, Received], Fault | None]
"""Which fault meets the request of this number (from 0); None for a good answer."""


def good(api: str, text: str, model: str = "tiny") -> dict[str, Any]:
    """A whole answer of one API; a word counts as a token, and the prompt as eleven.

    Args:
        api: ``chat``, ``responses`` or ``messages``.
        text: What the model says.
        model: Name of the model.
    """
    out = len(text.split())
    if api == "messages":
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 11, "output_tokens": out},
        }
    if api == "responses":
        part = {"type": "output_text", "text": text, "annotations": []}
        said = {"id": "m1", "type": "message", "role": "assistant", "status": "completed"}
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": 0,
            "status": "completed",
            "model": model,
            "output": [said | {"content": [part]}],
            "usage": {"input_tokens": 11, "output_tokens": out, "total_tokens": 11 + out},
        }
    message = {"role": "assistant", "content": text}
    return {
        "id": "chat_1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 11, "completion_tokens": out, "total_tokens": 11 + out},
    }


@attrs.define(eq=False)
class FaultServer:
    """Use it in a ``with`` block; ``url`` is its address, without a version.

    ``faults`` meet the first requests in order (None is a good answer), or a plan decides.
    """

    faults: Sequence[Fault | None] | Plan = ()
    """What goes wrong, and when."""
    answer: Callable[[Received], str] = lambda received: "Hello."
    """Text of a good answer."""
    latency: float = attrs.field(default=0.0, kw_only=True)
    """Seconds before each answer."""
    requests: list[Received] = attrs.field(factory=list, init=False)
    """Everything that came, in order."""
    connections: int = attrs.field(default=0, init=False)
    """Connections that were opened."""
    port: int = attrs.field(default=0, init=False)
    """Where it listens; 0 before it does."""
    _loop: asyncio.AbstractEventLoop | None = attrs.field(default=None, init=False)
    _thread: threading.Thread | None = attrs.field(default=None, init=False)
    _up: threading.Event = attrs.field(factory=threading.Event, init=False)
    _end: asyncio.Event | None = attrs.field(default=None, init=False)

    @property
    def url(self) -> str:
        """Address, such as ``http://127.0.0.1:40001``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def count(self) -> int:
        """Requests that came."""
        return len(self.requests)

    def __enter__(self) -> FaultServer:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        if not self._up.wait(PATIENCE):
            raise TimeoutError("the fault server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop and self._end:
            self._loop.call_soon_threadsafe(self._end.set)
        if self._thread:
            self._thread.join(PATIENCE)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._end.wait()
        server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while (received := await _receive(reader)) is not None:
                number = len(self.requests)
                self.requests.append(received)
                if not await self._reply(received, self._fault(number, received), writer):
                    break
        writer.close()

    def _fault(self, number: int, received: Received) -> Fault | None:
        if callable(self.faults):
            return self.faults(number, received)
        return self.faults[number] if number < len(self.faults) else None

    async def _reply(
        self, received: Received, fault: Fault | None, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer; says whether the connection stays open."""
        fault = fault or Fault()
        await asyncio.sleep(self.latency)
        if fault.manner == "reset":
            writer.transport.abort()
            return False
        if fault.manner == "stall":
            await asyncio.sleep(fault.seconds)
            return False
        head, body = self._bytes(received, fault)
        writer.write(head)
        if fault.manner == "drip":
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(fault.seconds)
        elif fault.manner == "cut":
            writer.write(body[: len(body) // 2])
            await writer.drain()
            return False
        else:
            writer.write(body)
        await writer.drain()
        return True

    def _bytes(self, received: Received, fault: Fault) -> tuple[bytes, bytes]:
        body = fault.body
        if callable(body):
            body = body(received.api, received.headers)
        if body is None:
            model = received.body.get("model") if isinstance(received.body, dict) else None
            body = good(received.api, self.answer(received), str(model))
        whole = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"} | dict(fault.headers)
        lines = [f"HTTP/1.1 {fault.status} Status", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, f"content-length: {len(whole)}", "", ""]).encode(), whole


async def _receive(reader: asyncio.StreamReader) -> Received | None:
    """Read one request; None when the other side has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    return Received(path=first.split(" ")[1], headers=headers, body=body)
