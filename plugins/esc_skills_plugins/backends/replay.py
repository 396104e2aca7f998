"""Answers out of an earlier run: nothing is asked, nothing is paid, a miss is loud."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import attrs

from esc_skills.errors import BackendError, ConfigError, DataError
from esc_skills.spec import Backend, Capabilities, Completion, Request, hookimpl

PARTS = ("model", "system", "messages", "schema", "settings")
"""What makes two requests equal."""
AROUND = 30
"""Characters shown where two texts part."""


@attrs.frozen(kw_only=True)
class ReplayBackend:
    """Reads the journal of an earlier run, read-only; equal requests get their answers in turn.

    A request that was asked at several places has several answers, which come round in the order
    of their keys: under concurrency only requests that were asked once are sure of their place.
    """

    name: ClassVar[str] = "replay"
    summary: ClassVar[str] = "answers read from the journal of an earlier run, no model"

    path: str = ""
    """A run folder, or its ``journal.sqlite``."""

    @property
    def capabilities(self) -> Capabilities:
        """Takes whatever the earlier run took."""
        return Capabilities(schema=True, sampling=True, seed=True, remote=False)

    @cached_property
    def _stored(self) -> dict[str, list[Completion]]:
        stored: dict[str, list[Completion]] = {}
        for request, completion in read_calls(self._file()):
            stored.setdefault(_text(request), []).append(completion)
        return stored

    @cached_property
    def _turns(self) -> dict[str, int]:
        return {}

    def _file(self) -> Path:
        if not self.path:
            raise ConfigError(
                "backend.replay has no journal to read",
                hint='set path = "runs/NAME" to the folder of an earlier run',
            )
        path = Path(self.path)
        return path / "journal.sqlite" if path.is_dir() else path

    async def complete(self, request: Request) -> Completion:
        """Give the stored answer to an equal request.

        Raises:
            BackendError: No stored request is equal; says which part of the nearest one differs.
            ConfigError: No path is set.
            DataError: The journal cannot be read.
        """
        asked = _plain(request)
        key = _text(asked)
        answers = self._stored.get(key)
        if answers is None:
            raise self._miss(asked)
        turn = self._turns.get(key, 0)
        self._turns[key] = turn + 1
        return answers[turn % len(answers)]

    def _miss(self, asked: Mapping[str, Any]) -> BackendError:
        others = [json.loads(text) for text in self._stored]
        nearest = min(others, key=lambda other: _distance(asked, other), default=None)
        told = "it holds no call at all" if nearest is None else difference(asked, nearest)
        return BackendError(
            f"no stored call fits this request ({len(others)} looked at): {told}",
            where=f"backend.replay {self.path}",
            hint="replay with the experiment, data and version of the earlier run, "
            "or ask a real model",
            kind="miss",
        )


def read_calls(file: Path) -> Iterator[tuple[dict[str, Any], Completion]]:
    """Requests and completions of a journal, by key; calls without an answer are left out.

    Raises:
        DataError: The file is not there, or is no journal.
    """
    if not file.is_file():
        raise DataError(
            "there is no journal here", where=str(file), hint="set path to a run folder"
        )
    try:
        base = sqlite3.connect(_address(file), uri=True)
        try:
            rows = base.execute("SELECT request, answer FROM calls ORDER BY key").fetchall()
        finally:
            base.close()
        found = [_call(*row) for row in rows if row[0] and row[1]]
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise DataError(
            f"not a journal of calls: {type(fault).__name__}",
            where=str(file),
            hint="take the journal.sqlite of a run folder",
        ) from fault
    yield from found


def _address(file: Path) -> str:
    """Read-only; without a write-ahead log beside it also from a folder that allows no writing."""
    log = file.with_name(f"{file.name}-wal")
    return f"file:{quote(str(file.resolve()))}?mode=ro" + ("" if log.exists() else "&immutable=1")


def _call(request: str, answer: str) -> tuple[dict[str, Any], Completion]:
    asked, given = json.loads(request), json.loads(answer)
    asked = asked.get("request", asked)
    given = given.get("completion", given)
    fields = {item.name for item in attrs.fields(Completion)}
    completion = Completion(**{name: given[name] for name in given if name in fields})
    if not isinstance(completion.text, str):
        raise TypeError("an answer without text")
    return {part: _listed(asked.get(part) or _empty(part)) for part in PARTS}, completion


def _plain(request: Request) -> dict[str, Any]:
    return {part: _listed(getattr(request, part)) for part in PARTS}


def _empty(part: str) -> Any:
    return [] if part in {"messages", "settings"} else ""


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _flat(request: Mapping[str, Any]) -> dict[str, str]:
    """Parts of a request by name, each a text."""
    flat = {part: str(request[part]) for part in ("model", "system", "schema")}
    for number, (role, text) in enumerate(request["messages"]):
        flat[f"messages[{number}] ({role})"] = text
    flat |= {f"settings.{name}": repr(value) for name, value in request["settings"]}
    return flat


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _distance(asked: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[int, int]:
    mine, theirs = _flat(asked), _flat(other)
    odd = [name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)]
    return len(odd), -sum(_shared(mine.get(name, ""), theirs.get(name, "")) for name in odd)


def difference(asked: Mapping[str, Any], nearest: Mapping[str, Any]) -> str:
    """Which parts differ, and where the first of them does."""
    mine, theirs = _flat(asked), _flat(nearest)
    names = [*mine, *(name for name in theirs if name not in mine)]
    odd = [name for name in names if mine.get(name) != theirs.get(name)]
    first = odd[0]
    more = f" (and {', '.join(odd[1:4])})" if odd[1:] else ""
    if first not in mine or first not in theirs:
        return f"{first} is only in the {'stored' if first in theirs else 'new'} request{more}"
    at = _shared(mine[first], theirs[first])
    begin = max(0, at - AROUND // 2)
    new, old = (text[begin : begin + AROUND] for text in (mine[first], theirs[first]))
    return f"{first} differs at character {at}: now {new!r}, stored {old!r}{more}"


@hookimpl
def esc_skills_backends() -> list[type[Backend]]:
    """Offer the component of this file."""
    return [ReplayBackend]
