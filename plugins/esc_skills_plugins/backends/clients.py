"""One client a provider and event loop: connections are kept, and closed with the loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any
from weakref import WeakKeyDictionary

import attrs

CONNECT = 10.0
"""Seconds that a connection may take."""


@attrs.frozen(kw_only=True)
class Link:
    """What tells one client from another."""

    provider: str
    """``openai`` or ``anthropic``."""
    base_url: str
    """Where the provider answers."""
    key: str = attrs.field(repr=False)
    """The key itself; never shown."""
    deadline: float
    """Seconds that one call may take in all."""
    connections: int
    """Connections held open at most."""


@attrs.frozen(kw_only=True)
class _Held:
    client: Any
    life: AsyncGenerator[None, None]


_HELD: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Link, _Held]] = WeakKeyDictionary()


async def client_for(link: Link, connect: Callable[[Link], Any]) -> Any:
    """The client of this link in the running loop; made at the first call.

    Args:
        link: Which client.
        connect: Makes it; the client has an awaitable ``close``.
    """
    held = _HELD.setdefault(asyncio.get_running_loop(), {})
    found = held.get(link)
    if found is None:
        made = connect(link)
        found = held[link] = _Held(client=made, life=_close_with_loop(made, link))
        # A loop ends its asynchronous generators before it closes: the one hook it offers.
        await anext(found.life)
    return found.client


async def _close_with_loop(client: Any, link: Link) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        _HELD.get(asyncio.get_running_loop(), {}).pop(link, None)
        await client.close()


def http_options(link: Link) -> dict[str, Any]:
    """What both SDKs give their HTTP client: no redirects, a stated number of connections."""
    import httpx2

    return {
        "follow_redirects": False,
        "limits": httpx2.Limits(
            max_connections=link.connections, max_keepalive_connections=link.connections
        ),
        "timeout": httpx2.Timeout(link.deadline, connect=min(CONNECT, link.deadline)),
    }
