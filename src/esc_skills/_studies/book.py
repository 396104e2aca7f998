"""study.json: what a study is and how it stands; the only file of a study that knows the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from esc_skills._engine import provenance
from esc_skills._store.folder import RunFolder
from esc_skills._studies.shards import Played, Shard
from esc_skills._studies.studyfile import Study
from esc_skills.errors import UsageError

FILE = "study.json"
JOURNAL = "journal.sqlite"
"""Calls of all shards."""


def check_same(folder: RunFolder, study: Study, kind: str) -> None:
    """Refuse a folder that holds something else.

    Raises:
        UsageError: It holds another study, or things that no study has left.
    """
    if folder.has(FILE):
        stored = folder.read_json(FILE)
        if (stored.get("hash"), stored.get("kind")) != (study.hash, kind):
            raise UsageError(
                f"this folder holds another study: {stored.get('kind')} {stored.get('name')!r}",
                where=str(folder.path),
                hint="choose another --out, or give the old study to resume",
            )
        return
    names = sorted(item.name for item in folder.path.iterdir())
    strange = [one for one in names if one not in {"lock", JOURNAL} and not one.endswith(".tmp")]
    if strange:
        raise UsageError(
            f"this folder is no study, and holds other things: {strange[0]}",
            where=str(folder.path),
            hint="choose a new or an empty folder with --out",
        )


def write(
    folder: RunFolder,
    facts: Mapping[str, Any],
    state: str,
    shards: Sequence[Shard],
    played: Sequence[Played],
) -> None:
    """Write the file: what the study is, and how every shard stands."""
    ended = {one.path: one.ended for one in played}
    rows = [
        {
            "variant": shard.variant,
            "seed": shard.seed,
            "path": str(shard.path.relative_to(folder.path)),
            "ended": ended.get(shard.path, ""),
            "seconds": _seconds(shard),
        }
        for shard in shards
    ]
    told = {"state": state, "written": provenance.now(), "shards": rows}
    folder.write_json(FILE, {"schema": 1, **facts, **told})


def _seconds(shard: Shard) -> float | None:
    inner = RunFolder(shard.path)
    found = inner.read_json(provenance.FILE).get("seconds") if inner.has(provenance.FILE) else None
    return float(found) if found is not None else None
