"""Files that a user gives, spoilt in every way that a generator can think of.

``spoilt_bytes`` spoils any file as a whole; ``spoilt_json`` walks over a good document and spoils
one place of it at a time, so a new field is spoilt without anybody writing it down here.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

DEEP = 100_000
"""Levels of nesting."""
LONG = 5_000
"""Digits of a number."""


@attrs.frozen
class Bad:
    """One spoilt input."""

    id: str
    """How it was spoilt, and where in the document."""
    put: Callable[[Path], object]
    """Lays it where the good file was."""
    path: bool = False
    """Whether the file as such is wrong: then there is no line or field to name."""


class Raw(str):
    """JSON that is written as it stands, whether or not it is JSON."""


class Pairs(list[tuple[str, Any]]):
    """Members of an object, of which two may have one key."""


def render(value: Any) -> str:
    """JSON of a document with raw parts in it."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        value = Pairs(value.items())
    if isinstance(value, Pairs):
        return "{" + ", ".join(f"{json.dumps(key)}: {render(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(render, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


NEVER = {
    "nan": Raw("NaN"),
    "infinite": Raw("1e999"),
    "digits": Raw("9" * LONG),
    "surrogate": Raw('"\\ud83d"'),
    "deep": Raw("[" * DEEP + "]" * DEEP),
    "bare": Raw("nothing"),
}
"""What no place of any document may hold."""


def places(value: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Every place of a document; of a list its first item alone."""
    yield path, value
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], f"{path}.{key}")
    elif isinstance(value, list) and value:
        yield from places(value[0], f"{path}[0]")


def changed(value: Any, path: str, change: Callable[[Any], Any], at: str = "$") -> Any:
    """The document with one place changed; a change that gives ``...`` takes the place out."""
    if at == path:
        return change(value)
    if isinstance(value, dict):
        made = {key: changed(item, path, change, f"{at}.{key}") for key, item in value.items()}
        return {key: item for key, item in made.items() if item is not ...}
    if isinstance(value, list) and value:
        first = changed(value[0], path, change, f"{at}[0]")
        return [*([] if first is ... else [first]), *value[1:]]
    return value


def other(value: Any) -> Any:
    """A value of another kind."""
    if isinstance(value, (dict, list)):
        return "words" if value else 3
    return [] if isinstance(value, str) else {"odd": True}


def spoilt_json(
    value: Any, seed: str, *, never: int = 3, skip: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """A document spoilt at one place after the other, each with what was done to it.

    Args:
        value: The good document.
        seed: Draws the places that hold what no place may hold.
        never: How many places for each of those.
        skip: Beginnings of places that are left as they are.
    """
    spots = [(at, item) for at, item in places(value) if not at.startswith(skip or ("-",))]
    for at, item in spots:
        yield f"null {at}", render(changed(value, at, lambda _: None))
        yield f"kind {at}", render(changed(value, at, other))
        if at != "$" and not at.endswith("]"):
            yield f"missing {at}", render(changed(value, at, lambda _: ...))
        if isinstance(item, dict):
            yield f"unknown {at}", render(changed(value, at, lambda o: {**o, "colour": 1}))
            twice = lambda o: Pairs([*o.items(), *list(o.items())[:1]])  # noqa: E731
            if item:
                yield f"twice {at}", render(changed(value, at, twice))
    chance = random.Random(seed)
    for name, raw in NEVER.items():
        for at, _ in chance.sample(spots, min(never, len(spots))):
            yield f"{name} {at}", render(changed(value, at, lambda _, raw=raw: raw))


def written(data: bytes) -> Callable[[Path], object]:
    """Lays a file of these bytes."""

    def put(path: Path) -> None:
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    return put


def _linked(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path)


def _piped(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _foldered(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


PLACES = {
    "gone": lambda path: path.unlink(missing_ok=True),
    "folder": _foldered,
    "fifo": _piped,
    "loop": _linked,
}
"""What may stand where a file should."""
CONTENTS = {
    "empty": b"",
    "blank": b" \n\n \n",
    "nul": b"\0" * 64,
    "noise": bytes(range(128, 256)),
    "html": b"<!DOCTYPE html>\n<html><body>Sign in to go on</body></html>\n",
    "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 18309\n",
    "csv": b"id,role,words\n1,seeker,Hello\n2,supporter,Hi\n",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
    "zip": b"PK\x05\x06" + b"\0" * 18,
    "sqlite": b"SQLite format 3\0" + b"\0" * 84,
    "deep": b"[" * DEEP,
    "braces": b'{"a":' * DEEP,
    "digits": b"9" * LONG,
    "number": b"3",
    "word": b'"word"',
}
"""What may stand in a file instead of what should."""


def spoilt_bytes(good: bytes, seed: str) -> Iterator[Bad]:
    """A file spoilt as a whole: what it is, what it holds, where it ends, how it is written."""
    for name, put in PLACES.items():
        yield Bad(name, put, path=True)
    for name, data in CONTENTS.items():
        yield Bad(name, written(data), path=True)
    chance = random.Random(seed)
    for at in sorted(chance.sample(range(1, len(good.rstrip()) - 1), 8)):
        yield Bad(f"cut {at}", written(good[:at]))
    for at in sorted(chance.sample(range(len(good)), 4)):
        yield Bad(f"byte {at}", written(good[:at] + b"\xe9\xff" + good[at:]))
    half = good.index(b"\n") + 1 if b"\n" in good[:-1] else len(good) // 2
    yield Bad("latin", written(good[:half] + "é".encode("latin-1") + good[half:]))
    yield Bad("control", written(good[:half] + b"\0\x01" + good[half:]))
