"""A provider on loopback, a planted key, and one way to ask."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from esc_skills.errors import BackendError
from esc_skills.spec import Request
from esc_skills.testing.faultserver import FaultServer

PLANTED = "sk-planted-0123456789abcdef"


@pytest.fixture
def server(monkeypatch):
    """A fault server; the usual key variables hold a planted key."""
    monkeypatch.setenv("OPENAI_API_KEY", PLANTED)
    monkeypatch.setenv("ANTHROPIC_API_KEY", PLANTED)
    with FaultServer() as running:
        yield running


@pytest.fixture
def ask():
    """Completes one request in a loop of its own."""

    def one(backend, text="Hello", **fields):
        request = Request(model="tiny", system="Be kind.", messages=(("user", text),), **fields)
        return asyncio.run(backend.complete(request))

    return one


@pytest.fixture
def failing(ask):
    """The error that a request ends in; its text and traceback never hold the planted key."""

    def one(backend, **fields):
        with pytest.raises(BackendError) as caught:
            ask(backend, **fields)
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert PLANTED not in shown
        assert PLANTED[:12] not in shown
        assert caught.value.__context__ is None
        assert caught.value.hint
        return caught.value

    return one
