"""A talk as one line that our own corpora read back; written only when somebody asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from esc_skills._codec.strict import write_json
from esc_skills._store.files import write_new
from esc_skills.errors import UsageError
from esc_skills.model import STRATEGIES, Reply, Speaker
from esc_skills.model.identity import short_hash

WITHHELD = "[withheld: a guard raised an alarm at this message]"
"""Stands where a flagged message stood (S23)."""


@attrs.frozen(kw_only=True)
class Line:
    """One message as it is kept."""

    speaker: Speaker
    """Who said it."""
    text: str
    """The words."""
    strategy: str = ""
    """Of a supporter's message, where it has one."""
    fixed: bool = False
    """Whether it is a guard's own text."""
    flagged: bool = False
    """Whether a guard found something in it."""

    @property
    def kept(self) -> str:
        """What is written of it: never what a guard has flagged."""
        return WITHHELD if self.flagged else self.text


def flag(lines: list[Line], at: int) -> None:
    """Mark a message that is there already."""
    lines[at] = attrs.evolve(lines[at], flagged=True)


def spoken(reply: Reply, *, flagged: bool) -> Line:
    """The supporter's message; a guard's fixed text in place of flagged words is not flagged."""
    return Line(
        speaker="supporter",
        text=reply.text,
        strategy=reply.strategy if reply.strategy in STRATEGIES else "",
        fixed=reply.fixed,
        flagged=flagged and not reply.fixed,
    )


def record(lines: Iterable[Line], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A talk in the format ``chat-jsonl``, with facts beside that its reader leaves out."""
    messages = []
    for line in lines:
        message = {"role": line.speaker, "content": line.kept}
        if line.strategy and not line.flagged:
            message["strategy"] = line.strategy
        messages.append(message)
    return {"id": f"chat-{short_hash(messages)}", "messages": messages, **facts}


def check_place(path: Path) -> None:
    """Look whether a transcript could be written there, before anybody says a word.

    Raises:
        UsageError: Something is there already, or the folder is missing.
    """
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} exists, and is not overwritten", hint="name another file")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder", hint="make it first, or name another")


def save(path: Path, row: Mapping[str, Any]) -> None:
    """Write a talk into a new file that its owner alone can read.

    Raises:
        UsageError: There is such a file already (O08).
        StoreError: The disk refuses.
    """
    check_place(path)
    write_new(path, (write_json(dict(row), str(path)) + "\n").encode())
