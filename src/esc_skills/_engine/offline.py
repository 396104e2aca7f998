"""Answers out of the journal alone: what failed then fails the same way, a miss says what differs.

An error that ended a question is kept as plain facts, and made again from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from esc_skills import errors
from esc_skills._engine.asking import packed
from esc_skills._engine.sending import Call
from esc_skills._store.journal import Journal
from esc_skills.errors import EscSkillsError, RunEndedError

AROUND = 30
"""Characters shown where two texts part."""

_Flat = dict[str, str]


def facts(fault: EscSkillsError) -> str:
    """The facts of an error as JSON; a plug-in's own class becomes the one that it is a kind of."""
    kind = next(cls.__name__ for cls in type(fault).__mro__ if cls.__module__ == errors.__name__)
    plain = {name: value for name, value in vars(fault).items() if _is_plain(value)}
    return packed({"error": kind, "facts": plain}).decode()


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def again(text: str) -> EscSkillsError:
    """The error that ``facts`` has written down."""
    stored = orjson.loads(text)
    cls: type[EscSkillsError] = getattr(errors, stored["error"])
    fault = cls.__new__(cls, stored["facts"]["message"])
    fault.__dict__.update(stored["facts"])
    return fault


def unanswered(call: Call, journal: Journal | None) -> EscSkillsError:
    """Why a question has no answer here: the error it ended with, or the end of the run."""
    kept = journal.failed(call.key) if journal else None
    if kept is not None:
        return again(kept)
    known = _stored(journal) if journal else []
    asked = _flat(b"".join(call.parts))
    nearest = min(known, key=lambda other: _distance(asked, other), default=None)
    why = "it holds no call at all" if nearest is None else _difference(asked, nearest)
    return RunEndedError(
        f"no stored call fits a question of {call.role} at {call.place} "
        f"({len(known)} looked at): {why}",
        hint="replay with the versions, data and settings of the pack; see its manifest.json",
    )


def _stored(journal: Journal) -> list[_Flat]:
    return [_flat(request.encode()) for _, request, _ in journal.rows()]


def _flat(request: bytes) -> _Flat:
    """Parts of a request by name, each a text."""
    asked: Mapping[str, Any] = orjson.loads(request)
    flat = {part: str(asked[part]) for part in ("model", "system", "schema")}
    for number, (side, text) in enumerate(asked["messages"]):
        flat[f"messages[{number}] ({side})"] = text
    return flat | {f"settings.{name}": repr(value) for name, value in asked["settings"]}


def _odd(mine: _Flat, theirs: _Flat) -> list[str]:
    names = [*mine, *(name for name in theirs if name not in mine)]
    return [name for name in names if mine.get(name) != theirs.get(name)]


def _alike(one: str, other: str) -> int:
    """Characters up to where two texts part."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _distance(mine: _Flat, theirs: _Flat) -> tuple[int, int]:
    odd = _odd(mine, theirs)
    return len(odd), -sum(_alike(mine.get(name, ""), theirs.get(name, "")) for name in odd)


def _difference(mine: _Flat, theirs: _Flat) -> str:
    """Which parts differ from the nearest stored request, and where the first of them does."""
    odd = _odd(mine, theirs)
    if not odd:
        return "the same words were asked at another place, of another backend, or in another run"
    first = odd[0]
    more = f" (and {', '.join(odd[1:4])})" if odd[1:] else ""
    new, old = mine.get(first, ""), theirs.get(first, "")
    at = _alike(new, old)
    begin = max(0, at - AROUND // 2)
    shown = (repr(text[begin : begin + AROUND]) for text in (new, old))
    return f"{first} differs at character {at}: now {next(shown)}, stored {next(shown)}{more}"
