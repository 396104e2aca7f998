"""A provider in a process of its own: cheap, always well, and counting what it gets.

    python tests/support/provider.py LATENCY CORE

Prints its port. It speaks Chat Completions and Messages over HTTP/1.1 on loopback, so that a
client's cost can be measured without the server's. ``GET /stats`` gives what it counted since the
last ``GET /reset``.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import attrs

from esc_skills.testing.faultserver import good


@attrs.define
class Tally:
    """What a server saw."""

    requests: int = 0
    """Questions."""
    connections: int = 0
    """Connections that brought at least one question."""
    flying: int = 0
    """Questions that wait for their answer now."""
    peak: int = 0
    """Most of them at once."""


@lru_cache(maxsize=8)
def answer(api: str) -> bytes:
    """A whole response of one API."""
    body = json.dumps(good(api, "That sounds heavy, and it makes sense. " * 3)).encode()
    return _response(body)


def _response(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


class Line(asyncio.Protocol):
    """One connection; answers one question after the other."""

    def __init__(self, tally: Tally, latency: float) -> None:
        self.tally, self.latency = tally, latency
        self.buffer, self.fresh = b"", True
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer when a question is whole."""
        self.buffer += data
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        size = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(size or 0):
            return
        self.buffer = b""
        path = head.split(b" ", 2)[1].decode()
        if path in {"/stats", "/reset"}:
            self.transport.write(_response(json.dumps(attrs.asdict(self.tally)).encode()))
            if path == "/reset":
                self.tally.__init__()  # type: ignore[misc]
            return
        self._count()
        api = "messages" if path.endswith("/messages") else "chat"
        asyncio.get_running_loop().call_later(self.latency, self._answer, answer(api))

    def _count(self) -> None:
        tally = self.tally
        tally.connections += self.fresh
        self.fresh = False
        tally.requests += 1
        tally.flying += 1
        tally.peak = max(tally.peak, tally.flying)

    def _answer(self, whole: bytes) -> None:
        self.tally.flying -= 1
        if not self.transport.is_closing():
            self.transport.write(whole)


async def serve(latency: float) -> None:
    """Serve until the process ends."""
    tally = Tally()
    made = asyncio.get_running_loop().create_server(
        lambda: Line(tally, latency), "127.0.0.1", 0, backlog=2048
    )
    server = await made
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


@attrs.frozen
class Provider:
    """A running server."""

    url: str
    """Its address, without a version."""

    def ask(self, what: str) -> dict[str, int]:
        """``stats`` or ``reset``; both give the counts so far."""
        with urllib.request.urlopen(f"{self.url}/{what}", timeout=10) as response:
            counts: dict[str, int] = json.load(response)
        return counts


@contextmanager
def provider(latency: float, core: int = -1) -> Iterator[Provider]:
    """Run a server on one core while the block runs.

    Args:
        latency: Seconds before each answer.
        core: Which core, counted among those of this process.
    """
    command = [sys.executable, __file__, str(latency), str(pick(core))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Provider(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.kill()


def pick(core: int) -> int:
    """A core of this machine that this process may use."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[core % len(cores)]


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})
    asyncio.run(serve(float(sys.argv[1])))
