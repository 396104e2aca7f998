"""What writes the words: a promise that an HTTP server and a backend plug-in both keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Protocol

import attrs

from esc_skills.errors import BackendError, EscSkillsError
from esc_skills.spec import Backend, Request
from esc_skills_serve.faults import HttpError
from esc_skills_serve.sentences import pieces

SAMPLING = ("frequency_penalty", "presence_penalty", "seed", "temperature", "top_p")
"""Settings that a backend takes where it says that it samples."""


@attrs.define(kw_only=True)
class Heard:
    """What an upstream told besides its words."""

    finish: str = "stop"
    """``stop``, ``length`` or ``refusal``."""
    danger: bool = False
    """Whether it declined because it saw somebody in danger."""
    usage: Mapping[str, Any] | None = None
    """Token counts as they came; None when there were none."""


@attrs.frozen(kw_only=True)
class Order:
    """What an upstream is asked."""

    messages: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    """(role, text) in order."""
    model: str = ""
    """Model that the client named; used where the operator named none."""
    settings: Mapping[str, Any] = attrs.field(factory=dict)
    """Further fields of the client's request."""
    stream: bool = False
    """Whether pieces are wanted as they come."""
    usage: bool = False
    """Whether a stream shall end with token counts."""


class Upstream(Protocol):
    """Where replies come from."""

    def speak(self, order: Order, heard: Heard) -> AsyncGenerator[str, None]:
        """The reply in pieces; ``heard`` is filled on the way.

        Raises:
            HttpError: With status 502, 503 or 504, and nothing that the upstream wrote.
        """

    async def close(self) -> None:
        """Let go of connections."""


def failed(message: str, *, status: int = 502, wait: float | None = None) -> HttpError:
    """A fault of the upstream, in our own words."""
    return HttpError(
        status,
        f"the upstream model {message}",
        hint="try again; if it stays, whoever runs this server has to look",
        code="upstream_timeout" if status == 504 else "upstream_error",
        wait=wait,
    )


@attrs.define(kw_only=True)
class PluginUpstream:
    """A backend plug-in of ESC-Skills; its answer is taken whole."""

    backend: Backend
    """Who answers."""
    model: str = ""
    """Provider's model name; empty takes the client's."""
    deadline: float = 120.0
    """Seconds that an answer may take in all."""

    async def speak(self, order: Order, heard: Heard) -> AsyncGenerator[str, None]:
        """Ask once, and give the answer in pieces.

        Raises:
            HttpError: The backend failed.
        """
        try:
            async with asyncio.timeout(self.deadline):
                made = await self.backend.complete(self._request(order))
        except TimeoutError:
            raise failed("did not answer in time", status=504, wait=1) from None
        except BackendError as fault:
            if fault.kind != "refused":
                raise _translated(fault) from None
            heard.finish = "refusal"
            return
        except EscSkillsError as fault:
            raise failed(f"cannot be asked: {fault.code}") from None
        heard.finish = {"end": "stop"}.get(made.stop, made.stop)
        total = made.tokens_in + made.tokens_out
        if total:
            heard.usage = {
                "prompt_tokens": made.tokens_in,
                "completion_tokens": made.tokens_out,
                "total_tokens": total,
            }
        for piece in pieces(made.text):
            yield piece

    def _request(self, order: Order) -> Request:
        """System texts become one; other settings than sampling are the operator's to make."""
        system = [text for role, text in order.messages if role in {"system", "developer"}]
        spoken = tuple((r, t) for r, t in order.messages if r in {"user", "assistant"})
        wanted = SAMPLING if self.backend.capabilities.sampling else ()
        settings = tuple((n, order.settings[n]) for n in wanted if n in order.settings)
        return Request(
            model=self.model or order.model,
            system="\n\n".join(system),
            messages=spoken,
            settings=settings,
        )

    async def close(self) -> None:
        """Nothing is held here."""


def _translated(fault: BackendError) -> HttpError:
    if fault.kind == "stalled":
        return failed("did not answer in time", status=504, wait=1)
    if fault.kind in {"rate-limit", "overloaded"}:
        return failed("has too much to do", status=503, wait=min(fault.retry_after or 1, 60))
    return failed("failed", wait=1 if fault.retryable else None)
