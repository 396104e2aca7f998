"""Clients that live as long as their loop."""

from __future__ import annotations

import asyncio
import gc

import attrs

from esc_skills_plugins.backends import clients
from esc_skills_plugins.backends.clients import Link, client_for, http_options

LINK = Link(provider="x", base_url="http://h", key="hidden-key", deadline=2.0, connections=3)


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
