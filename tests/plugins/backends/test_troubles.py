"""Troubles of providers in our own words."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import BackendError, ConfigError
from esc_skills_plugins.backends import troubles

CALLED = troubles.Called(
    where="backend.x at host", model="m", key="k" * 12, variable="V", deadline=0.05
)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "9" * 100}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
    ],
)
def test_only_a_plain_number_is_a_wait(headers, seconds):
    """R16: negative, NaN, dates and endless numbers count as absent."""
    assert troubles.wait(headers) == seconds


@given(st.text())
def test_any_header_is_a_wait_or_none(text):
    """R16: no header makes an error or an endless wait."""
    seconds = troubles.wait({"retry-after": text})
    assert seconds is None or 0 <= seconds < 1e16


def raised(fault, **causes):
    """An SDK's exception with a cause, as it is told."""
    outer = RuntimeError("Connection error.")
    outer.__cause__ = fault
    return troubles.translate(outer, CALLED)


@pytest.mark.parametrize(
    ("cause", "kind", "again", "told"),
    [
        (ssl.SSLCertVerificationError("bad cert"), "network", False, "certificate"),
        (socket.gaierror(-2, "unknown"), "network", True, "name"),
        (ConnectionRefusedError(111, "refused"), "network", True, "nobody"),
        (TimeoutError(), "stalled", True, "within"),
        (ConnectionResetError(), "protocol", True, "broke"),
    ],
)
def test_causes_are_told_apart(cause, kind, again, told):
    """R33: TLS, DNS, closed ports, time and torn connections, each with the host."""
    trouble = raised(cause)
    assert (trouble.kind, trouble.retryable) == (kind, again)
    assert told in trouble.message
    assert trouble.where.endswith("host")


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"message": "Your credit balance is too low to access the API"}, "quota"),
        (402, {"type": "billing_error", "message": "pay"}, "quota"),
        (400, {"message": "prompt is too long: 9 tokens > 8 maximum"}, "context-length"),
        (400, {"type": "exceed_context_size_error", "message": "no"}, "context-length"),
        (400, {"message": "`temperature` is deprecated for this model."}, "parameter"),
        (400, {"message": "top_k: Extra inputs are not permitted"}, "parameter"),
        (422, {"message": "bad"}, "request"),
        (403, {"message": "no"}, "auth"),
        (408, None, "server"),
        (503, "busy", "overloaded"),
        (500, [1, 2], "server"),
        (400, {"message": {"deep": 1}, "code": 7}, "request"),
    ],
)
def test_status_and_body_give_the_kind(status, error, kind):
    """R18, R28, R29: providers say the same thing in different ways; odd bodies make no error."""
    for body in (error, {"error": error}):
        assert troubles.from_status(status, body, {}, CALLED).kind == kind


def test_the_key_goes_from_a_told_message():
    """A provider's words are shown only without the key."""
    told = troubles.from_status(500, {"message": f"key {CALLED.key} failed"}, {}, CALLED)
    assert CALLED.key not in str(told)
    assert "key [redacted] failed" in told.message


def test_a_call_that_never_ends_is_stalled():
    """R20: the deadline covers everything that is awaited."""
    with pytest.raises(BackendError) as caught:
        asyncio.run(troubles.guarded(asyncio.Event().wait, CALLED))
    assert caught.value.kind == "stalled"


def test_own_errors_and_interrupts_pass():
    """An error of ours comes through as it is, and a cancelled call stays cancelled."""

    async def fail(fault):
        raise fault

    for fault in (ConfigError("x", hint="y"), asyncio.CancelledError()):
        with pytest.raises(type(fault)):
            asyncio.run(troubles.guarded(lambda fault=fault: fail(fault), CALLED))
