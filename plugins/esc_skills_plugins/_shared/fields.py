"""Typed access to a parsed record; a wrong field is an error that names its full path."""

from __future__ import annotations

from typing import Any

import attrs

from esc_skills.errors import DataError
from esc_skills_plugins._shared.cleaning import clean
from esc_skills_plugins._shared.strictjson import Row, joined
from esc_skills_plugins._shared.tally import Tally

SHOWN = 40
"""Characters of an offending value that a message shows."""

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "an object"),
)


def _kind(value: Any) -> str:
    return next((name for type_, name in _KINDS if isinstance(value, type_)), "null")


@attrs.define  # thawed, as a frozen one takes twice the time to make
class Node:
    """A value of a record, its place, and where findings about it are counted."""

    value: Any
    """Parsed JSON."""
    where: str
    """``file:line``."""
    path: str
    """Field path; empty for a record of JSON Lines."""
    tally: Tally
    """Counts what is put right."""
    root: str = ""
    """Place of a record that has no path of its own, such as ``line 3``."""

    def fault(self, problem: str, hint: str = "") -> DataError:
        """Make the error for this place."""
        return DataError(
            f"{self.path or 'the record'} {problem}",
            where=self.where,
            hint=hint or "mend the file, or set skip_bad = true to leave such records out",
        )

    @property
    def place(self) -> str:
        """Where findings point to: the path, with the line for records of JSON Lines."""
        return f"{self.root} {self.path}".strip() if self.root else self.path

    def _want(self, type_: type, expected: str) -> Any:
        if self.value is None:
            raise self.fault(f"is null, expected {expected}")
        if not isinstance(self.value, type_):
            raise self.fault(f"is {_kind(self.value)}, expected {expected}")
        return self.value

    def get(self, key: str) -> Node | None:
        """Field of an object; None when it is missing or null."""
        found = self._want(dict, "an object").get(key)
        return None if found is None else self._inner(key, found)

    def at(self, key: str) -> Node:
        """Field of an object that must be there.

        Raises:
            DataError: It is missing; null is left to the typed readers.
        """
        held = self._want(dict, "an object")
        if key not in held:
            raise self._inner(key, None).fault("is missing")
        return self._inner(key, held[key])

    def _inner(self, key: str, value: Any) -> Node:
        return Node(value, self.where, joined(self.path, key), self.tally, self.root)

    def keys(self) -> list[str]:
        """Keys of an object, as found."""
        return list(self._want(dict, "an object"))

    def values(self) -> list[Any]:
        """Elements of a list, as parsed."""
        held: list[Any] = self._want(list, "a list")
        return held

    def item(self, at: int) -> Node:
        """Element of a list that has so many."""
        return Node(self.value[at], self.where, f"{self.path}[{at}]", self.tally, self.root)

    def items(self) -> list[Node]:
        """Elements of a list."""
        return [self.item(at) for at in range(len(self.values()))]

    def text(self) -> str:
        """Text under the one rule for odd characters; may be empty."""
        raw: str = self._want(str, "text")
        return clean(raw, self.place, self.tally)

    def shown(self) -> str:
        """The value, short, for messages about labels; never used for what people said."""
        text = str(self.value)
        return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def node(row: Row, tally: Tally) -> Node:
    """Begin with a whole record.

    Raises:
        DataError: The record did not parse.
    """
    if row.fault is not None:
        raise row.fault
    return Node(row.value, row.where, row.path, tally, "" if row.path else row.place)


def optional_text(record: Node, key: str) -> str:
    """Text of a field that may be missing or null."""
    found = record.get(key)
    return found.text() if found else ""
