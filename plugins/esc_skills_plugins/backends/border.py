"""The border: what a provider sent becomes checked values, or an error that says what came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from esc_skills.errors import BackendError
from esc_skills_plugins.backends.keys import redact

SHOWN = 80
"""Characters of a provider's text that an error shows."""


def excerpt(text: str, key: str = "") -> str:
    """The beginning of a provider's text on one line, without secrets."""
    clean = " ".join(redact(text, key).split())
    return "".join(letter for letter in clean if letter.isprintable())[:SHOWN]


def malformed(what: str, where: str) -> BackendError:
    """An answer that is not of the API's shape; another try may bring a better one."""
    return BackendError(
        f"the answer {what}",
        where=where,
        hint="try again; if it stays, check base_url and api",
        retryable=True,
        kind="protocol",
    )


def parse(response: Any, where: str, key: str) -> Mapping[str, Any]:
    """Parse a response of status 200.

    Args:
        response: Has ``headers`` and ``content``.
        where: Backend and host, for errors.
        key: The secret to hide.

    Raises:
        BackendError: It is a web page, not JSON, or not an object.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw: bytes = response.content
    if "html" in kind or raw[:64].lstrip().startswith(b"<"):
        raise BackendError(
            f"not an API answer: {excerpt(kind) or 'a web page'}",
            where=where,
            hint="check base_url, and whether a proxy asks for a login",
            kind="not-an-api",
        )
    try:
        body = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    begin = excerpt(raw[: 4 * 1024].decode("utf-8", "replace"), key)
    raise malformed(f"is no JSON object: {begin!r}", where)


def _refuse(name: str) -> None:
    raise ValueError(name)


def whole(value: str) -> str:
    """The text, with halves of characters replaced, so that it can be stored."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def count(usage: Any, *path: str) -> int:
    """A number of tokens; 0 when it is not there or is none."""
    for name in path:
        usage = usage.get(name) if isinstance(usage, Mapping) else None
    fits = isinstance(usage, int) and not isinstance(usage, bool) and usage >= 0
    return usage if fits else 0


def name_of(body: Mapping[str, Any]) -> str:
    """The model that answered, by the provider's word."""
    model = body.get("model")
    return whole(model)[:200] if isinstance(model, str) else ""


def texts(parts: Any, kind: str, field: str, where: str) -> list[str]:
    """Texts of the parts of one kind, in order.

    Raises:
        BackendError: A part is no object, or its text no text.
    """
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise malformed("holds content that is no list of parts", where)
    found = [part.get(field) for part in parts if part.get("type") == kind]
    if not all(isinstance(text, str) for text in found):
        raise malformed(f"holds a {kind} part without text", where)
    return [str(text) for text in found]
