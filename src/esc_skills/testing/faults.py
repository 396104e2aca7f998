"""What a provider can do wrong, by name; for ``FaultServer``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import attrs

Body = bytes | dict[str, Any] | list[Any] | None
"""Bytes as they are, an object as JSON, or None for a good answer."""


@attrs.frozen(kw_only=True)
class Fault:
    """One answer that differs from a good one."""

    status: int = 200
    """HTTP status."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers; also replaces the content type."""
    body: Body | Callable[[str, Mapping[str, str]], Body] = None
    """What is sent, or a function of API and request headers."""
    manner: Literal["whole", "stall", "drip", "cut", "reset"] = "whole"
    """Whole; no byte at all; byte by byte; half of it; the connection torn."""
    seconds: float = 0.0
    """How long it stalls, or waits between two bytes."""


def error(
    status: int, message: str, *, code: str = "", kind: str = "", param: str = "", **headers: str
) -> Fault:
    """An error body as providers write it.

    Args:
        status: HTTP status.
        message: For people.
        code: The provider's code.
        kind: The provider's type.
        param: Parameter at fault.
        **headers: Underscores become hyphens.
    """
    inner = {"message": message, "type": kind or None, "code": code or None, "param": param or None}
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fault(status=status, body={"type": "error", "error": inner}, headers=pairs)


def rate_limited(retry_after: str = "") -> Fault:
    """Too many calls; the wait is any text, as servers send any."""
    told = {"retry_after": retry_after} if retry_after else {}
    return error(429, "Rate limit reached: quota of calls a minute", kind="rate_limit", **told)


def no_credit() -> Fault:
    """The account is empty, which no waiting mends."""
    return error(429, "You exceeded your current quota", code="insufficient_quota")


def broken(status: int = 500) -> Fault:
    """The server failed: 500, 502, 503, 529."""
    return error(status, "The server had an error", kind="server_error")


def stalled(seconds: float = 3600.0) -> Fault:
    """No first byte."""
    return Fault(manner="stall", seconds=seconds)


def dripping(seconds: float = 1.0) -> Fault:
    """A good answer, one byte at a time."""
    return Fault(manner="drip", seconds=seconds)


def cut() -> Fault:
    """A good answer that ends in the middle."""
    return Fault(manner="cut")


def reset() -> Fault:
    """The connection is torn before any answer."""
    return Fault(manner="reset")


def web_page() -> Fault:
    """A proxy's login page, with status 200."""
    page = b"<!doctype html><html><body>Please log in</body></html>"
    return Fault(headers=(("content-type", "text/html; charset=utf-8"),), body=page)


def wrong_shape(body: Body = None) -> Fault:
    """JSON that is no answer of the API."""
    return Fault(body={"hello": "world"} if body is None else body)


def _answer(chat: dict[str, Any], responses: dict[str, Any], messages: dict[str, Any]) -> Fault:
    bodies = {"chat": chat, "responses": responses, "messages": messages}
    return Fault(body=lambda api, headers: bodies.get(api, chat))


def _choice(content: str | None, finish: str, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content} | more
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": None}


def _output(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = {"type": "message", "role": "assistant", "content": list(parts)}
    return {"status": "completed", "output": [item], "usage": None} | more


def null_content() -> Fault:
    """An answer without text or usage."""
    empty = {"content": None, "stop_reason": "end_turn", "usage": None}
    return _answer(_choice(None, "stop"), _output(), empty)


def no_choices() -> Fault:
    """An answer whose list of answers is empty."""
    none: dict[str, Any] = {"status": "completed", "output": [], "usage": None}
    empty: dict[str, Any] = {"content": [], "stop_reason": "end_turn", "usage": None}
    return _answer({"choices": [], "usage": None}, none, empty)


def truncated(text: str = "I hear that you") -> Fault:
    """The token limit ended the answer."""
    part, cut_off = {"type": "output_text", "text": text}, {"reason": "max_output_tokens"}
    return _answer(
        _choice(text, "length"),
        _output(part, status="incomplete", incomplete_details=cut_off),
        {"content": [{"type": "text", "text": text}], "stop_reason": "max_tokens"},
    )


def refused(text: str = "I cannot help with that.") -> Fault:
    """The model refused."""
    return _answer(
        _choice(None, "stop", refusal=text),
        _output({"type": "refusal", "refusal": text}),
        {"content": [{"type": "text", "text": text}], "stop_reason": "refusal"},
    )


def filtered() -> Fault:
    """A content filter refused the prompt."""
    return error(400, "The prompt was filtered: self_harm", code="content_filter")


def too_long() -> Fault:
    """The prompt does not fit."""
    told = "This model's maximum context length is 4096 tokens; prompt is too long"
    return error(400, told, code="context_length_exceeded", kind="invalid_request_error")


def unsupported(parameter: str = "temperature") -> Fault:
    """The model does not take a parameter."""
    told = f"Unsupported parameter: '{parameter}' is not supported with this model."
    return error(400, told, code="unsupported_parameter", param=parameter)


def bad_key() -> Fault:
    """The key is refused, and echoed, as some servers do."""

    def echo(api: str, headers: Mapping[str, str]) -> Body:
        key = headers.get("x-api-key") or headers.get("authorization", "").split(" ")[-1]
        told = f"Incorrect API key provided: {key}."
        return {"type": "error", "error": {"message": told, "code": "invalid_api_key"}}

    return Fault(status=401, body=echo)


def no_model(name: str = "gone") -> Fault:
    """The model does not exist."""
    return error(404, f"The model {name!r} does not exist", code="model_not_found")


def redirect(target: str) -> Fault:
    """Sends the client elsewhere, with the dialogue in its body."""
    return Fault(status=307, headers=(("location", target),), body=b"")
