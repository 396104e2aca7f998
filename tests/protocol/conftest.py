"""Our backends through our gateway, against a provider that strangers wrote (llmock)."""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine.asking import Model
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.limits import Limits
from esc_skills._engine.sending import Patience
from esc_skills._store.journal import Journal
from esc_skills.spec import Backend, Prompt
from esc_skills_plugins.backends.anthropic import AnthropicBackend
from esc_skills_plugins.backends.openai import OpenAIBackend

APIS: dict[str, tuple[str, Callable[..., Backend], dict[str, Any]]] = {
    "chat": ("openai", OpenAIBackend, {"api": "chat"}),
    "responses": ("openai", OpenAIBackend, {"api": "responses"}),
    "messages": ("anthropic", AnthropicBackend, {}),
}
"""Provider of the peer, backend, and settings, by API."""


@attrs.define
class Peer:
    """One API of the peer, and a gateway to it."""

    llmock: Any
    """What the peer does, and what it saw."""
    api: str
    """Which API."""
    gateway: Gateway
    """The way to it."""
    journal: Journal
    """What was kept."""
    folder: Path
    """Where."""

    @property
    def sent(self) -> list[Any]:
        """Requests that the peer saw."""
        return list(self.llmock.requests)

    def rows(self, what: str) -> list[Any]:
        """Rows of the journal, as another process reads them."""
        with sqlite3.connect(self.folder / "journal.sqlite") as base:
            return base.execute(what).fetchall()

    def ask(self, into: type[Any] = str, task: str = "Say hello.") -> Any:
        """Put one question, in a loop of its own."""
        prompt = Prompt(system="You are kind.", task=task, data=(("talk", "I am sad."),))
        return asyncio.run(self.gateway.ask("responder", prompt, into=into, place="here"))


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Import both SDKs first: it takes longer than some deadlines here."""
    importlib.import_module("openai")
    importlib.import_module("anthropic")


@pytest.fixture(params=sorted(APIS))
def peer(request: Any, llmock: Any, tmp_path: Any) -> Any:
    """A peer for each of the three APIs; waits are short, and keys are the peer's own."""
    provider, backend, settings = APIS[request.param]
    model = {"base_url": llmock.base_url(provider), **settings}
    journal = Journal(tmp_path / "journal.sqlite")
    patience = Patience(tries=3, first=0.01, each=20.0, deadline=60.0)
    gateway = Gateway(
        models={"default": Model(backend=backend(**model), name="tiny")},
        journal=journal,
        limits=Limits(most=8),
        patience=patience,
    )
    yield Peer(llmock, request.param, gateway, journal, tmp_path)
    journal.close()
