"""Reading a model's answer: tolerant of its wrapping, strict about its content.

Fences, talk around the object, thoughts before it and single quotes are forgiven. A value is
never guessed: a text for a number, two different objects, or a figure that does not stand in the
answer make it unusable, and the model is asked once more (R34, R35).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

import attrs

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import parse_json
from esc_skills._codec.structuring import straight
from esc_skills.errors import DataError, ReplyError
from esc_skills.spec import Completion

T = TypeVar("T")
LONGEST = 200_000
"""Characters of an answer that are looked at; more is no answer to a question of ours."""
MOST = 50
"""Objects of one answer that are looked at."""

_THOUGHTS = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[\w-]*[ \t]*\n?(.*?)```", re.DOTALL)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)
_FIGURE = re.compile(r"[:\[,]\s*(-?\d+(?:\.\d+)?)(?=\s*(?:[}\]]|,\s*[\"'A-Za-z{}\]]))")
_KEY = re.compile(r"[{,]\s*[\"']?\w+[\"']?\s*:")
_STATES = {"length": "truncated", "refusal": "refused"}


def answer(completion: Completion, into: type[T], place: str) -> T:
    """Structure an answer.

    Raises:
        ReplyError: It was refused, cut, empty, or not of the asked shape; ``state`` says which.
    """
    if completion.stop != "end" or not completion.text.strip():
        raise ReplyError(
            f"the answer ended with {completion.stop!r} and {len(completion.text)} characters",
            where=place,
            hint="give the model more room, or another model",
            state=_STATES.get(completion.stop, "empty"),
        )
    if into is str:
        return completion.text  # type: ignore[return-value]
    if (made := straight(completion.text, into)) is not None:
        return made
    try:
        return load(parse_json(completion.text, place), into, place)
    except DataError as fault:
        return _tolerant(completion.text, into, place, fault)


def _tolerant(text: str, into: type[T], place: str, first: DataError) -> T:
    text = _THOUGHTS.sub("", text[:LONGEST])
    fenced = [block for block in _FENCE.findall(text) if "{" in block]
    found: list[T] = []
    told = first
    for span in _spans("\n".join(fenced) or text):
        try:
            made = load(_known(_value(span, place), into), into, place)
        except DataError as fault:
            # A field that is wrong says more than "not JSON".
            if not isinstance(fault.__cause__, json.JSONDecodeError):
                told = fault
            continue
        if made not in found:
            found.append(made)
    if len(found) == 1:
        return found[0]
    field = told.where.removeprefix(place).strip()  # in the message, which the model is shown
    said = f"{field}: {told.message}" if field.startswith("$") else told.message
    raise ReplyError(
        f"{len(found)} different answers in one" if found else said,
        where=place,
        hint="use a model that keeps to a JSON shape",
    )


def _spans(text: str) -> Iterator[str]:
    """Outermost {…} of a text, at most ``MOST``; braces inside strings do not count."""
    depth = start = given = 0
    for piece in _PIECE.finditer(text):
        if piece[0] == "{":
            start = start if depth else piece.start()
            depth += 1
        elif piece[0] == "}" and depth:
            depth -= 1
            if not depth and given < MOST:
                given += 1
                yield text[start : piece.end()]


def _value(span: str, place: str) -> Any:
    """A JSON value, or one written as nearly JSON."""
    try:
        return parse_json(span, place)
    except DataError as fault:
        if not isinstance(fault.__cause__, json.JSONDecodeError):  # doubtful, not misspelt
            raise
        near = _literal(span)
        if near is None:
            near = _mended(span)
        if not isinstance(near, dict):
            raise
        return parse_json(json.dumps(near), place)


def _literal(span: str) -> Any:
    """A Python literal, as models write objects with single quotes; None for anything else."""
    try:
        tree = ast.parse(span.strip(), mode="eval")
        keys = [[ast.dump(key) for key in node.keys if key] for node in _objects(tree)]
        if any(len(set(row)) != len(row) for row in keys):
            return None
        value = ast.literal_eval(tree)
        json.dumps(value)  # sets, bytes, complex numbers and "..." are no JSON
        return value
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _objects(tree: ast.AST) -> list[ast.Dict]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]


def _mended(span: str) -> Any:
    """What json-repair reads, if it is installed; None when it made up a figure or lost a key."""
    try:
        from json_repair import repair_json
    except ImportError:
        return None
    try:
        value = repair_json(span, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
    written = set(_FIGURE.findall(span))
    parts = list(_parts(value))
    keys = sum(len(part) for part in parts if isinstance(part, dict))
    figures = [part for part in parts if type(part) in {int, float}]
    sound = keys == len(_KEY.findall(span)) and all(json.dumps(one) in written for one in figures)
    return value if sound else None


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _parts(item)


def _known(value: Any, kind: Any) -> Any:
    """Leave out keys that nobody asked for, such as a reasoning beside the answer."""
    if isinstance(value, Mapping) and attrs.has(kind):
        fields = {field.name: field.type for field in attrs.fields(attrs.resolve_types(kind))}
        return {key: _known(item, fields[key]) for key, item in value.items() if key in fields}
    if isinstance(value, list):
        inner = next((arg for arg in get_args(kind) if attrs.has(arg)), None)
        return [_known(item, inner) for item in value] if inner else value
    return value
