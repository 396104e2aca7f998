"""Doors for programs: a run folder read back, and one component by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from esc_skills._engine.running import Run
from esc_skills._engine.scoring import stored
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.model import Trace

_OWN = frozenset(
    [
        "banks",
        "corpus",
        "faults",
        "frozen",
        "items",
        "journal",
        "ledger",
        "lock",
        "prototypes",
        "questions",
        "run",
        "scores",
        "traces",
        "units",
    ]
)
"""First names, up to a dot, of what the walk itself leaves; all else was written by reports."""


def open_run(path: str | Path) -> Run:
    """Read a run folder back, finished or not; nothing is walked and no plug-in is loaded.

    Args:
        path: Folder with ``run.json``.

    Returns:
        The run as far as it came, with the pages that are there.

    Raises:
        DataError: There is no run, or a file of it is damaged (file, line, field).
        StoreError: The disk refuses.
    """
    folder = RunFolder.open(Path(path))
    told = folder.read_json("run.json")
    if not isinstance(told, Mapping) or not {"experiment", "plugins"} <= set(told):
        raise DataError(
            "not the run.json of a run: it names no experiment or no plug-ins",
            where=str(folder.run),
            hint="make a run with `esc-skills run --out DIR`, or restore the file from a copy",
        )
    return Run(
        path=folder.path,
        scores=stored(folder),
        faults=_faults(folder),
        resumed=True,
        pages=_pages(folder.path),
    )


def _pages(path: Path) -> tuple[Path, ...]:
    tops = [one for one in path.iterdir() if one.name.partition(".")[0] not in {"", *_OWN}]
    return tuple(sorted(file for top in tops for file in (top, *top.rglob("*")) if file.is_file()))


def _faults(folder: RunFolder) -> tuple[str, ...]:
    files = sorted(folder.path.glob("faults/*.jsonl"))
    names = [file.relative_to(folder.path) for file in files]
    lost = [trace for name in names for trace in folder.read_nouns(name, Trace)]
    return tuple(sorted(f"{trace.id}: {trace.note}" for trace in lost))


def component(role: str, name: str, settings: Mapping[str, Any] | None = None) -> Any:
    """Load one component as a run does: checked, watched over, and refused where it is disabled.

    Args:
        role: Role name, such as ``retriever``.
        name: What experiments call it.
        settings: Plain data for its fields; what is left out takes its default.

    Returns:
        The component; a fault in it is told with the name of its distribution.

    Raises:
        UnknownPluginError: No such role or name, or it is disabled; says what was meant.
        PluginError: It cannot be loaded, breaks its role's promise, or two distributions claim it.
        ConfigError: A setting is unknown or wrong.
    """
    return Host(Catalogue.read()).component(role, name, settings)
