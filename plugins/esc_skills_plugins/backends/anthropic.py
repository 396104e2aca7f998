"""Anthropic, and every server that speaks its Messages API."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Literal

import attrs
from attrs.validators import ge, gt, in_

from esc_skills.errors import ConfigError
from esc_skills.spec import Backend, Capabilities, Completion, Request, hookimpl
from esc_skills_plugins.backends import border, clients, messageswire, schemas, troubles
from esc_skills_plugins.backends.keys import check_name, check_url

OWN_URL = "https://api.anthropic.com"
"""Where the provider itself answers."""
PATH = "/v1/messages"
"""Path of the API."""
RESERVED = frozenset(
    {"model", "messages", "system", "stream", "tools", "tool_choice", "output_config"}
)
"""Body keys that this backend writes itself."""
SAMPLING = ("temperature", "top_p", "top_k")
"""Settings that recent models refuse."""


@attrs.frozen(kw_only=True)
class AnthropicBackend:
    """Asks the Messages API of Anthropic or of a compatible server."""

    name: ClassVar[str] = "anthropic"
    summary: ClassVar[str] = "Anthropic, and servers that speak its Messages API"

    base_url: str = attrs.field(default="", validator=check_url)
    """Address before ``/v1/messages``; empty for Anthropic's own."""
    key: str = attrs.field(default="ANTHROPIC_API_KEY", validator=check_name)
    """Name of the environment variable that holds the key; empty where a server needs none."""
    deadline: float = attrs.field(default=60.0, validator=gt(0))
    """Seconds that one call may take in all, whatever the server does."""
    max_tokens: int = attrs.field(default=4096, validator=ge(1))
    """Longest answer in tokens, which this API insists on; a request's own setting wins."""
    schema: Literal["native", "tool", "off"] = attrs.field(
        default="native", validator=in_(("native", "tool", "off"))
    )
    """How a schema is sent: enforced, as a forced tool (older models), or not at all."""
    sampling: bool = False
    """True for models that still take temperature, top_p or top_k."""
    cache: bool = True
    """Marks the system text for the prompt cache."""
    connections: int = attrs.field(default=512, validator=ge(1))
    """Connections held open at most."""
    lean: bool = True
    """Sends through the SDK's low-level ``post``; False takes its ``create``, at more CPU."""

    @property
    def capabilities(self) -> Capabilities:
        """By server: compatible servers are not known to enforce schemas here."""
        own = clients.is_own(self.base_url, OWN_URL)
        return Capabilities(
            schema=self.schema == "native" and own,
            sampling=self.sampling,
            seed=False,
            caching=self.cache and own,
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
            if answer.get("type") == "error":
                raise troubles.from_status(500, answer, {}, called)
            return messageswire.messages_completion(answer, called.where)
        except troubles.ContentFiltered:
            return clients.FILTERED

    def _body(self, request: Request) -> dict[str, Any]:
        refused = {"seed": "the Messages API has none"}
        if not self.sampling:
            refused |= dict.fromkeys(SAMPLING, "recent models refuse it")
        settings = schemas.settings_of(request, reserved=RESERVED, refused=refused)
        body = messageswire.messages_body(
            request, schema=self.schema, cache=self.cache, form=accepted
        )
        return body | {"max_tokens": self.max_tokens} | settings

    async def _send(self, client: Any, link: clients.Link, body: dict[str, Any]) -> Any:
        if self.lean:
            return await clients.post(client, link, PATH, body)
        main = {name: body[name] for name in ("model", "messages", "max_tokens")}
        rest = {name: value for name, value in body.items() if name not in main}
        raw = await client.messages.with_raw_response.create(**main, extra_body=rest)
        return raw.http_response


@lru_cache(maxsize=64)
def accepted(schema: str) -> dict[str, Any]:
    """The parsed schema without what the provider does not enforce, by the SDK's own rule.

    Raises:
        ConfigError: The SDK cannot express it, or is not installed.
    """
    sdk = _sdk()
    try:
        made: dict[str, Any] = sdk.transform_schema(schemas.parsed(schema))
    except (ValueError, TypeError, AssertionError) as fault:
        raise ConfigError(
            f"the provider takes no such schema: {border.excerpt(str(fault))}",
            hint='set schema = "tool" for this backend',
        ) from fault
    return made


def _sdk() -> Any:
    try:
        import anthropic
    except ImportError as fault:
        raise clients.missing("anthropic") from fault
    return anthropic


def connect(link: clients.Link) -> Any:
    """A client of the official SDK over aiohttp; retries and redirects are the gateway's.

    Raises:
        ConfigError: The SDK is not installed.
    """
    sdk = _sdk()
    return sdk.AsyncAnthropic(
        api_key=link.key,
        base_url=link.base_url,
        max_retries=0,
        http_client=clients.http_client(link, sdk),
    )


@hookimpl
def esc_skills_backends() -> list[type[Backend]]:
    """Offer the component of this file."""
    return [AnthropicBackend]
