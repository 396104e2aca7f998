"""From a prompt to the request that goes over the wire, and to its key in the journal."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

import attrs
import orjson

from esc_skills._engine.schemas import schema_of
from esc_skills._host.wrapping import unwrapped
from esc_skills.model.identity import content_hash, plain
from esc_skills.spec import Backend, Prompt, Request

KEY_VERSION = 4
"""Grows when the meaning of a key changes; keys of other versions are never found."""
UNWIRED = frozenset({"api_key", "connections", "deadline", "key", "timeout"})
"""Settings of backends that change how a call is made, not what is asked: a new key or a longer
deadline finds the old answers (R30)."""

_spelt = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode

Parts = tuple[bytes, bytes]
"""A request as JSON, in two: what most calls of a role share, and the rest."""


@attrs.frozen(kw_only=True)
class Model:
    """A backend made ready for one model role."""

    backend: Backend
    """The provider."""
    name: str = ""
    """Provider's model name."""
    settings: tuple[tuple[str, str | int | float | bool], ...] = ()
    """Sampling settings, sorted by name."""
    base_url: str = attrs.field(init=False)
    """Address of the provider, when the backend has one."""
    identity: str = attrs.field(init=False, repr=False)
    """Backend and its settings, as far as they change answers; a part of every key."""
    enforced: bool = attrs.field(init=False, repr=False)
    """True when the provider holds answers to a JSON schema."""

    @base_url.default
    def _find_url(self) -> str:
        return str(getattr(self.backend, "base_url", "") or "")

    @identity.default
    def _identify(self) -> str:
        inner: Any = unwrapped(self.backend)
        facts = {}
        if attrs.has(type(inner)) and type(inner).__hash__ is not None:  # frozen: only settings
            facts = {
                field.name: plain(getattr(inner, field.name))
                for field in attrs.fields(type(inner))
                if field.init and field.name not in UNWIRED
            }
        return content_hash([self.backend.name, self.base_url, facts])

    @enforced.default
    def _look(self) -> bool:
        return self.backend.capabilities.schema

    @property
    def fingerprint(self) -> str:
        """Hash of who answers: backend, model and sampling settings, without any key."""
        return content_hash([self.identity, self.name, self.settings])


def packed(value: Any) -> bytes:
    """Compact JSON of plain data, in the order it has; the same bytes in every process.

    What UTF-8 cannot hold, such as half a surrogate pair, is escaped.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return _spelt(value).encode()


def envelope(prompt: Prompt, nonce: str = "") -> str:
    """Put untrusted texts between marks that their content cannot close.

    The mark belongs to the run and the question's own words, not to the texts: so the beginning of
    a prompt stays the same while a talk grows, and prefix caches hit. What looks like a mark inside
    a text is broken.

    Args:
        prompt: Task and texts.
        nonce: Of the run; nobody who wrote a text knows it.
    """
    if not prompt.data:
        return prompt.task
    mark = _mark(nonce, prompt.system, prompt.task)
    parts = [
        f"<data-{mark} name={name!r}>\n{_broken(text, mark)}\n</data-{mark}>"
        for name, text in prompt.data
    ]
    return "\n\n".join([prompt.task, *parts])


_LOOKALIKE = re.compile(r"<(?=/?data-)")


def _broken(text: str, mark: str) -> str:
    text = _LOOKALIKE.sub("< ", text) if "data-" in text else text
    return re.sub(mark, "…", text, flags=re.I) if mark in text.lower() else text


@lru_cache(maxsize=1024)
def _mark(nonce: str, system: str, task: str) -> str:
    return hashlib.sha256(packed((nonce, system, task))).hexdigest()[:16]


@lru_cache(maxsize=256)
def _shaped(system: str, schema: str) -> str:
    order = "Answer with one JSON object and nothing else. Its JSON schema:"
    return f"{system}\n\n{order}\n{schema}".strip()


def compose(prompt: Prompt, model: Model, into: type[Any], nonce: str = "") -> Request:
    """The request of a prompt; what is stable comes first, so that prefix caches hit.

    A provider that enforces no schema is told of the shape in words, at the system text's end.

    Raises:
        ConfigError: ``into`` holds a type that has no JSON schema.
    """
    schema = "" if into is str else schema_of(into)  # type: ignore[arg-type]
    system = prompt.system
    if schema and not model.enforced:
        system = _shaped(system, schema)
    return Request(
        model=model.name,
        system=system,
        messages=(("user", envelope(prompt, nonce)),),
        schema=schema,
        settings=model.settings,
    )


def split(request: Request) -> Parts:
    """The request as JSON in two parts, for its key and for the journal."""
    rest = packed({"messages": request.messages, "settings": request.settings})
    return _head(request.model, request.system, request.schema), rest[1:]


@lru_cache(maxsize=256)
def _head(model: str, system: str, schema: str) -> bytes:
    """What most calls of a role share; texts only, for 1 and 1.0 are one to a cache."""
    return packed({"model": model, "system": system, "schema": schema})[:-1] + b","


def key_of(parts: Parts, model: Model, place: str, repeat: int = 0) -> str:
    """Key of a call: every field of the request, who answers, where, and which sample (R41).

    Returns:
        64 hexadecimal digits; no API key goes into them (R30).
    """
    head, rest = parts
    digest = _begun(model.identity, head).copy()
    digest.update(rest)
    digest.update(packed((place, repeat)))
    return digest.hexdigest()


@lru_cache(maxsize=256)
def _begun(identity: str, head: bytes) -> hashlib._Hash:
    return hashlib.sha256(packed((KEY_VERSION, identity)) + head)


def shortened(prompt: Prompt) -> Prompt | None:
    """The prompt with the middle of its longest text left out, and a mark that says so (R28).

    Returns:
        None when nothing may be cut: texts named in ``prompt.keep`` stay whole.
    """
    free = [(len(text), name) for name, text in prompt.data if name not in prompt.keep]
    size, longest = max(free, default=(0, ""))
    if size < 200:
        return None
    part = size // 4
    data = tuple(
        (name, f"{text[:part]}\n[… {size - 2 * part} characters left out …]\n{text[-part:]}")
        if name == longest and len(text) == size
        else (name, text)
        for name, text in prompt.data
    )
    return attrs.evolve(prompt, data=data)
