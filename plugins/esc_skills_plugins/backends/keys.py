"""Keys of providers: named in settings, read from the environment, kept out of every text."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import attrs

from esc_skills.errors import ConfigError

HIDDEN = "[redacted]"
"""What stands where a secret stood."""
NO_KEY = "no-key"
"""Sent where a server asks for none, because the SDKs insist on something."""

_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,63}", re.ASCII)
_SECRET = re.compile(
    r"\b(?:sk|pk|rk|xai|gsk|hf|key)[-_][\w*.\-]{6,}|\bAKIA[0-9A-Z]{12,}|(?i:bearer\s+)[\w*.\-~+/=]{6,}"
)
_ESCAPED = re.compile(r"\\+(?:u00([2-7][0-9A-Fa-f])|/)")
_LONG = 20


def check_name(instance: Any, attribute: attrs.Attribute[str], value: str) -> None:
    """Refuse a key where its variable's name belongs; the value is never shown.

    Raises:
        ConfigError: ``value`` is no name of an environment variable.
    """
    del instance
    text = value if isinstance(value, str) else " "
    if not text or (_NAME.fullmatch(text) and not _SECRET.search(text)):
        return
    secret = len(text) >= _LONG or _SECRET.search(text)
    told = "looks like a secret" if secret else "is no name of an environment variable"
    raise ConfigError(
        f"{attribute.name} {told} (its value is not shown)",
        hint='write the variable\'s name, such as key = "OPENAI_API_KEY"; '
        "replace a key that stood in a file",
    )


def check_url(instance: Any, attribute: attrs.Attribute[str], value: str) -> None:
    """Refuse an address that is none, or that carries a secret.

    Raises:
        ConfigError: ``value`` is not ``http(s)://HOST…``, or holds a password or a query.
    """
    del instance
    if not value:
        return
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    if parts.username or parts.password or parts.query:
        raise ConfigError(
            f"{attribute.name} looks like a secret: it holds a login or a query (not shown)",
            hint="write the address alone, and the key into an environment variable",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(
            f"{attribute.name} is not an address",
            hint='write it with http:// or https://, such as "http://127.0.0.1:8080/v1"',
        )


def read_key(variable: str) -> str:
    """The key in an environment variable; an empty name means that none is needed.

    Raises:
        ConfigError: The variable is not set, blank, or holds what no header can carry.
    """
    if not variable:
        return NO_KEY
    value = os.environ.get(variable)
    if value is None or not value.strip():
        state = "not set" if value is None else "blank"
        raise ConfigError(
            f"the environment variable {variable} is {state}",
            hint=f"export {variable}=…, or set key to the name of another variable; "
            'key = "" where a server needs none',
        )
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(
            f"the environment variable {variable} holds a space, a newline or another "
            "character that no key has (its value is not shown)",
            hint=f"export {variable} again, without quotes or a trailing newline",
        )
    return value


def _spellings(key: str) -> Iterator[str]:
    raw = key.encode()
    yield key
    yield quote(key, safe="")
    yield json.dumps(key)[1:-1]
    yield raw.hex()
    yield raw.hex().upper()
    yield key[::-1]
    # Base64 of a longer text shows the key at one of three offsets; the ends depend on neighbours.
    for lead in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * lead + raw).decode().rstrip("=")
            yield text[(0, 2, 3)[lead] :][: -1 if (lead + len(raw)) % 3 else None]


def redact(text: str, key: str = "") -> str:
    """Hide ``key`` in every usual spelling, and whatever else looks like a key."""
    if key and key != NO_KEY:
        read = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "/", text)
        text = read if key in read else text
        for spelling in sorted(_spellings(key), key=len, reverse=True):
            text = text.replace(spelling, HIDDEN)
    return _SECRET.sub(HIDDEN, text)
