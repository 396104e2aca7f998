"""What went wrong at a provider, told in our own words: kind, whether to try again, when.

Kinds: ``rate-limit``, ``overloaded``, ``server``, ``stalled``, ``network`` (nothing was sent) and
``protocol`` (no whole or sound answer) pass; ``quota``, ``auth``, ``missing``, ``redirect``,
``not-an-api``, ``context-length``, ``parameter`` and ``request`` stay until somebody acts.
"""

from __future__ import annotations

import asyncio
import math
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from esc_skills.errors import BackendError, EscSkillsError
from esc_skills_plugins.backends.border import excerpt

LONGEST_WAIT_TEXT = 16
"""Characters of a Retry-After header that are read."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_CONTEXT = re.compile(
    r"context.{0,20}(length|window|size|limit)|prompt is too long"
    r"|maximum.{0,20}tokens|input.{0,20}too long",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"unsupported (parameter|value)|not supported|unrecognized request argument"
    r"|unknown (parameter|field)|extra inputs are not permitted|deprecated for this model",
    re.IGNORECASE,
)
_EMPTY_PURSE = ("insufficient_quota", "billing_error", "billing_hard_limit_reached")
_BALANCE = re.compile(r"credit balance is too low|insufficient balance", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Called:
    """What is known of a call, for its error."""

    where: str
    """Backend and host."""
    model: str
    """Model asked for."""
    key: str = attrs.field(repr=False)
    """The secret to hide."""
    variable: str
    """Environment variable that holds it."""
    deadline: float
    """Seconds that the call may take in all."""


class ContentFiltered(Exception):  # noqa: N818 - an answer of its kind, not a fault
    """The provider refused the prompt; becomes a completion that says so."""


async def guarded(send: Callable[[], Awaitable[Any]], called: Called) -> Any:
    """Await ``send`` within the deadline; its faults come out in our own words.

    Raises:
        BackendError: With nothing of the SDK's exception attached, because that holds the key.
        ContentFiltered: The provider refused the prompt.
    """
    trouble: Exception
    try:
        async with asyncio.timeout(called.deadline):
            return await send()
    except EscSkillsError:
        raise
    except TimeoutError:
        trouble = stalled(called)
    except Exception as fault:
        trouble = translate(fault, called)
    raise trouble


def stalled(called: Called) -> BackendError:
    """No whole answer came within the deadline."""
    return BackendError(
        f"no whole answer within {called.deadline:g} s",
        where=called.where,
        hint="try again, or raise the backend's deadline",
        retryable=True,
        kind="stalled",
    )


def translate(fault: Exception, called: Called) -> Exception:
    """An SDK's exception as our own; looks at facts that both SDKs have."""
    status = getattr(fault, "status_code", None)
    response = getattr(fault, "response", None)
    if isinstance(status, int) and response is not None:
        return from_status(status, getattr(fault, "body", None), response.headers, called)
    causes = list(_causes(fault))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _network("the TLS certificate was not accepted", called, retryable=False)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _network("the host's name was not found", called, retryable=True)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return _network("nobody answers at this host and port", called, retryable=True)
    # The aiohttp transport tells every torn connection as a timeout; only a real one is meant.
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return stalled(called)
    broke = f"the connection broke before the answer was whole ({type(fault).__name__})"
    return _network(broke, called, retryable=True, kind="protocol")


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while fault is not None and fault not in seen:
        seen.append(fault)
        yield fault
        yield from (item for item in fault.args if isinstance(item, BaseException))
        inner = getattr(fault, "os_error", None)
        if isinstance(inner, BaseException):
            yield inner
        fault = fault.__cause__ or fault.__context__


def _network(what: str, called: Called, *, retryable: bool, kind: str = "network") -> BackendError:
    return BackendError(
        what,
        where=called.where,
        hint="check base_url, the network and the proxy",
        retryable=retryable,
        kind=kind,
    )


def wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that a provider asks to wait; None for anything but a plain number."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if len(text) <= LONGEST_WAIT_TEXT and _NUMBER.fullmatch(text):
            seconds = float(text) / unit
            return seconds if math.isfinite(seconds) else None
    return None


@attrs.frozen(kw_only=True)
class _Told:
    """What the provider says in its error body."""

    code: str
    kind: str
    message: str
    parameter: str


def _told(body: Any) -> _Told:
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    facts = inner if isinstance(inner, Mapping) else {"message": inner}
    said = {name: facts.get(name) for name in ("code", "type", "message", "param")}
    text = {name: value if isinstance(value, str) else "" for name, value in said.items()}
    return _Told(
        code=text["code"], kind=text["type"], message=text["message"], parameter=text["param"]
    )


def from_status(
    status: int, body: Any, headers: Mapping[str, str], called: Called
) -> BackendError | ContentFiltered:
    """The trouble that a status and an error body tell of.

    Args:
        status: HTTP status, also one that stood in a body of status 200.
        body: Parsed error body, or its text.
        headers: Of the response.
        called: What was asked of whom.
    """
    told = _told(body)
    if 300 <= status < 400:
        host = urlsplit(headers.get("location", "")).hostname or "elsewhere"
        return _final("redirect", f"the server redirects to {excerpt(host)}: refused", called)
    if told.code in _EMPTY_PURSE or told.kind in _EMPTY_PURSE or _BALANCE.search(told.message):
        return _final("quota", "the account has no credit left", called)
    if status in {401, 403}:
        return _final("auth", f"the provider refused the key (status {status})", called)
    if status == 404:
        return _final(
            "missing", f"the provider knows no model {called.model!r}, or not this address", called
        )
    if status in {408, 409, 425, 429} or status >= 500:
        return _passing(status, told, wait(headers), called)
    return _refused(status, told, called)


_HINTS = {
    "redirect": "set base_url to the address that answers by itself",
    "quota": "add credit at the provider, then give the same command to go on",
    "missing": "check the model's name and base_url",
    "context-length": "shorten the prompt, or take a model with more room",
    "parameter": "leave the setting out for this model",
    "request": "check model, api and settings of this backend",
}


def _final(kind: str, what: str, called: Called) -> BackendError:
    check = f"check the key in {called.variable or 'the settings'}; a new key goes on from here"
    return BackendError(what, where=called.where, hint=_HINTS.get(kind, check), kind=kind)


def _passing(status: int, told: _Told, after: float | None, called: Called) -> BackendError:
    kind = "rate-limit" if status == 429 else "overloaded" if status in {503, 529} else "server"
    said = excerpt(told.message, called.key)
    return BackendError(
        f"the provider answered {status}" + (f": {said!r}" if said else ""),
        where=called.where,
        hint="try again later, with fewer calls at once",
        retryable=True,
        kind=kind,
        retry_after=after,
    )


def _refused(status: int, told: _Told, called: Called) -> BackendError | ContentFiltered:
    if "content_filter" in {told.code, told.kind} or "content_policy_violation" in {
        told.code,
        told.kind,
    }:
        return ContentFiltered()
    said = excerpt(told.message, called.key)
    too_long = {"context_length_exceeded", "exceed_context_size_error"}
    if too_long & {told.code, told.kind} or _CONTEXT.search(told.message):
        return _final("context-length", f"the prompt is too long for {called.model!r}", called)
    unsupported = told.code in {"unsupported_parameter", "unsupported_value", "unknown_parameter"}
    if unsupported or _PARAMETER.search(told.message):
        name = excerpt(told.parameter, called.key) or "a setting"
        return _final("parameter", f"model {called.model!r} does not take {name}: {said!r}", called)
    return _final("request", f"the provider answered {status}: {said!r}", called)
