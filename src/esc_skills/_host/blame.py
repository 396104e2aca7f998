"""Whose fault it is, and where: facts that every plug-in error carries."""

from __future__ import annotations

import importlib
import traceback
from pathlib import Path
from typing import TypedDict

from esc_skills._host.catalogue import Entry

_OURS = ("<frozen", str(Path(__file__).parent), str(Path(importlib.__file__).parent))
"""Beginnings of file names that are never at fault: the import machinery and this room."""

LONGEST = 300
"""Characters of a foreign message that are shown; it may quote what it choked on."""


class Owner(TypedDict):
    """Keyword arguments of every ``PluginError``."""

    plugin: str
    distribution: str
    version: str


def owner(entry: Entry) -> Owner:
    """Name the plug-in, its distribution and version."""
    return {
        "plugin": entry.key,
        "distribution": entry.distribution,
        "version": entry.version,
    }


def said(fault: BaseException) -> str:
    """Type and message of a foreign exception, on one line, cut to a readable length."""
    words = " ".join(str(fault).split())
    text = f"{type(fault).__name__}: {words}" if words else type(fault).__name__
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def spot(fault: BaseException, file: str | None = None) -> str:
    """``FILE:LINE`` where it was raised: the last line inside ``file``, else the last line."""
    if isinstance(fault, SyntaxError) and fault.filename:
        return f"{fault.filename}:{fault.lineno}"
    frames = traceback.extract_tb(fault.__traceback__)
    inside = [frame for frame in frames if file and frame.filename == file]
    foreign = [frame for frame in frames if not frame.filename.startswith(_OURS)]
    chosen = (inside or foreign)[-1:]
    return f"{chosen[0].filename}:{chosen[0].lineno}" if chosen else ""
