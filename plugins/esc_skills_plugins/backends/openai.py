"""OpenAI, and every server that speaks its Chat Completions or Responses."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import attrs
from attrs.validators import ge, gt, in_

from esc_skills.spec import Backend, Capabilities, Completion, Request, hookimpl
from esc_skills_plugins.backends import chatwire, clients, schemas, troubles
from esc_skills_plugins.backends.keys import check_name, check_url

OWN_URL = "https://api.openai.com/v1"
"""Where the provider itself answers."""
PATHS = {"chat": "/chat/completions", "responses": "/responses"}
"""Path of each API."""
RESERVED = frozenset(
    {"model", "messages", "input", "instructions", "response_format", "text", "stream", "n"}
    | {"store"}
)
"""Body keys that this backend writes itself."""
ROOM = ("max_tokens", "max_completion_tokens", "max_output_tokens")
"""Names of the longest answer; each is sent under the API's own."""


@attrs.frozen(kw_only=True)
class OpenAIBackend:
    """Asks Chat Completions or Responses of OpenAI or of a compatible server."""

    name: ClassVar[str] = "openai"
    summary: ClassVar[str] = "OpenAI, and servers that speak its Chat Completions or Responses"

    base_url: str = attrs.field(default="", validator=check_url)
    """Address up to the version, such as ``http://127.0.0.1:8080/v1``; empty for OpenAI's own."""
    api: Literal["chat", "responses"] = attrs.field(default="chat", validator=in_(tuple(PATHS)))
    """Which API is spoken."""
    key: str = attrs.field(default="OPENAI_API_KEY", validator=check_name)
    """Name of the environment variable that holds the key; empty where a server needs none."""
    deadline: float = attrs.field(default=60.0, validator=gt(0))
    """Seconds that one call may take in all, whatever the server does."""
    max_tokens: int = attrs.field(default=0, validator=ge(0))
    """Longest answer in tokens; 0 leaves it to the server; a request's own setting wins."""
    schema: Literal["native", "json", "off"] = attrs.field(
        default="native", validator=in_(("native", "json", "off"))
    )
    """How a schema is sent: enforced, as a wish for any JSON object, or not at all."""
    sampling: bool = True
    """False for models that take no temperature, top_p and the like."""
    connections: int = attrs.field(default=512, validator=ge(1))
    """Connections held open at most."""
    lean: bool = True
    """Sends through the SDK's low-level ``post``; False takes its ``create``, at more CPU."""

    @property
    def capabilities(self) -> Capabilities:
        """By API and server: compatible servers enforce schemas in Chat Completions only."""
        own = clients.is_own(self.base_url, OWN_URL)
        chat = self.api == "chat"
        return Capabilities(
            schema=self.schema == "native" and (chat or own),
            sampling=self.sampling,
            seed=chat and self.sampling,
            caching=own,
        )

    async def complete(self, request: Request) -> Completion:
        """Ask once.

        Raises:
            BackendError: The provider failed; says whether another try makes sense.
            ConfigError: The key, a setting or the SDK is missing or wrong.
        """
        body = self._body(request)
        link, called = clients.dial(self, OWN_URL, request.model)
        try:
            answer = await clients.exchange(
                link, called, connect, lambda client: self._send(client, link, body)
            )
            made = self._read(answer, called)
        except troubles.ContentFiltered:
            return clients.FILTERED
        longest = body.get("max_output_tokens", 0)
        if made.stop == "end" and 0 < longest <= made.tokens_out:
            # Some servers call an answer of Responses complete that ran into its cap (R26).
            return attrs.evolve(made, stop="length", reason="max_output_tokens")
        return made

    def _body(self, request: Request) -> dict[str, Any]:
        refused = {} if self.sampling else dict.fromkeys(SAMPLING, "sampling = false says so")
        if self.api == "responses":
            refused["seed"] = "the Responses API has none"
        settings = schemas.settings_of(request, reserved=RESERVED, refused=refused)
        longest = next((settings.pop(name) for name in ROOM if name in settings), self.max_tokens)
        chat = self.api == "chat"
        write = chatwire.chat_body if chat else chatwire.responses_body
        body = write(request, schema=self.schema) | settings
        if longest:
            chat_name = "max_tokens" if self.base_url else "max_completion_tokens"
            body[chat_name if chat else "max_output_tokens"] = longest
        return body

    async def _send(self, client: Any, link: clients.Link, body: dict[str, Any]) -> Any:
        if self.lean:
            return await clients.post(client, link, PATHS[self.api], body)
        main = {name: body[name] for name in ("model", "messages", "input") if name in body}
        rest = {name: value for name, value in body.items() if name not in main}
        room = client.chat.completions if self.api == "chat" else client.responses
        raw = await room.with_raw_response.create(**main, extra_body=rest)
        return raw.http_response

    def _read(self, body: Any, called: troubles.Called) -> Completion:
        if (
            isinstance(body.get("error"), dict)
            and not body.get("choices")
            and not body.get("output")
        ):
            raise inner_error(body, called)
        if self.api == "chat":
            return chatwire.chat_completion(body, called.where)
        return chatwire.responses_completion(body, called.where)


SAMPLING = ("temperature", "top_p", "seed", "frequency_penalty", "presence_penalty")
"""Settings that models without sampling refuse."""


def inner_error(body: dict[str, Any], called: troubles.Called) -> Exception:
    """The error that a server sent with status 200."""
    code = body["error"].get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return troubles.from_status(status, body, {}, called)


def connect(link: clients.Link) -> Any:
    """A client of the official SDK over aiohttp; retries and redirects are the gateway's.

    Raises:
        ConfigError: The SDK is not installed.
    """
    try:
        import openai
    except ImportError as fault:
        raise clients.missing("openai") from fault
    return openai.AsyncOpenAI(
        api_key=link.key,
        base_url=link.base_url,
        max_retries=0,
        http_client=clients.http_client(link, openai),
    )


@hookimpl
def esc_skills_backends() -> list[type[Backend]]:
    """Offer the component of this file."""
    return [OpenAIBackend]
