"""What the backends over an official SDK share: a client, one way to call, one way to fail.

One client a provider and event loop: connections are kept, and closed with the loop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies
from weakref import WeakKeyDictionary

import attrs

from esc_skills.errors import ConfigError
from esc_skills.spec import Completion
from esc_skills_plugins.backends import border, troubles
from esc_skills_plugins.backends.keys import read_key

CONNECT = 10.0
"""Seconds that a connection may take."""
FILTERED = Completion(text="", stop="refusal", reason="content_filter")
"""What a prompt that the provider refused unread is answered with."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Remote(Protocol):
    """What a backend over an SDK says of itself."""

    name: ClassVar[str]
    """Backend name."""

    @property
    def base_url(self) -> str:
        """Address; empty for the provider's own."""

    @property
    def key(self) -> str:
        """Environment variable of the key."""

    @property
    def deadline(self) -> float:
        """Seconds that one call may take."""

    @property
    def connections(self) -> int:
        """Connections held open at most."""


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


def http_client(link: Link, sdk: ModuleType) -> Any:
    """An HTTP client for an SDK: the short one, or the SDK's own where a proxy must be asked.

    Raises:
        ConfigError: aiohttp is not installed.
    """
    try:
        if getproxies():
            return sdk.DefaultAioHttpClient(**http_options(link))
        from esc_skills_plugins.backends.transport import ShortClient
    except (ImportError, RuntimeError) as fault:
        raise missing(link.provider) from fault
    connect = min(CONNECT, link.deadline)
    return ShortClient(connections=link.connections, connect=connect, read=link.deadline)


def missing(provider: str) -> ConfigError:
    """The error of a backend whose packages are not installed."""
    return ConfigError(
        f"backend.{provider} needs the packages {provider} and aiohttp",
        hint=f'pip install "esc-skills[{provider}]"',
    )


def is_own(base_url: str, own: str) -> bool:
    """True when the provider itself answers, and not a compatible server."""
    return not base_url or urlsplit(base_url).hostname == urlsplit(own).hostname


def dial(backend: Remote, own: str, model: str) -> tuple[Link, troubles.Called]:
    """The client that a backend wants, and what is known of the call for its error.

    Args:
        backend: Whose settings.
        own: Where the provider itself answers.
        model: Model asked for.

    Raises:
        ConfigError: The key's variable is not set.
    """
    key, url = read_key(backend.key), (backend.base_url or own).rstrip("/")
    called = troubles.Called(
        where=f"backend.{backend.name} at {_host(url)}",
        model=model,
        key=key,
        variable=backend.key,
        deadline=backend.deadline,
    )
    link = Link(
        provider=backend.name,
        base_url=url,
        key=key,
        deadline=backend.deadline,
        connections=backend.connections,
    )
    return link, called


@lru_cache(maxsize=64)
def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


async def exchange(
    link: Link,
    called: troubles.Called,
    connect: Callable[[Link], Any],
    send: Callable[[Any], Awaitable[Any]],
) -> Mapping[str, Any]:
    """Send with this link's client, within the deadline, and parse what comes back.

    Raises:
        BackendError: The provider failed.
        ContentFiltered: It refused the prompt.
    """
    client = await client_for(link, connect)
    response = await troubles.guarded(lambda: send(client), called)
    return border.parse(response, called.where, link.key)


async def post(client: Any, link: Link, path: str, body: Mapping[str, Any]) -> Any:
    """Send through an SDK's low-level ``post``: its keys and typed errors, our own types."""
    import httpx2

    whole = _encode(body).encode("utf-8", "replace")
    # A whole address, because a path is parsed twice by the SDK, for every call.
    return await client.post(link.base_url + path, cast_to=httpx2.Response, content=whole)
