"""run.json: enough to run it again; the only file of a run that knows the time."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

import attrs

from esc_skills._engine.configuring import show
from esc_skills._engine.crew import Crew
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.freezing import frozen
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal
from esc_skills.errors import DataError, StoreError, UsageError

FILE = "run.json"

EFFORT = (
    *(f"$.experiment.run.{key}" for key in ("concurrency", "budget", "limits")),
    "$.experiment.watchers",
    "$.experiment.executor",
    "$.plugins.executor.",
)
"""How much is done at once, by whose means, at what price, and who watches, changes no result: a
run goes on with other numbers, another executor and other watchers."""


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
"""What stands for a key that one side lacks; null is a value."""


def now() -> str:
    """UTC time in ISO 8601, whole seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def described(experiment: Experiment, crew: Crew) -> dict[str, Any]:
    """What must be equal for a run folder to be taken up again."""
    return {
        "schema": 1,
        "experiment": show(experiment),
        "plugins": [dict(row) for row in crew.table],
        "version": metadata.version("esc-skills"),
        "frozen": frozen(crew),
    }


def differences(old: Any, new: Any, path: str = "$") -> list[str]:
    """Where two plain values differ, as ``path: old → new`` lines."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = sorted({*old, *new})
        return [
            line
            for key in keys
            for line in differences(old.get(key, ABSENT), new.get(key, ABSENT), f"{path}.{key}")
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for index, (one, two) in enumerate(zip(old, new, strict=True))
            for line in differences(one, two, f"{path}[{index}]")
        ]
    return [] if old == new else [f"{path}: {old!r} → {new!r}"]


def _begun(name: str) -> bool:
    """Whether a run that was killed at its very start leaves such a file."""
    return name == "lock" or (name.startswith(f".{FILE}.") and name.endswith(".tmp"))


def _bare(folder: RunFolder, stored: Mapping[str, Any]) -> bool:
    """Whether a run came to grief before it had made, or been told, anything.

    Such a folder is free for another experiment: no result lies in it, nor an answer that cost.
    """
    if stored.get("state") != "running" or stored.get("probed"):
        return False
    ours = {FILE, *(folder.journal.name + end for end in ("", "-wal", "-shm"))}
    names = [item.name for item in folder.path.iterdir()]
    if any(name not in ours and not _begun(name) for name in names):
        return False
    journal = Journal(folder.journal)
    try:
        paid = any(row.tokens_in or row.tokens_out or row.usd for row in journal.spend())
        return not paid and not journal.count()
    except (StoreError, DataError):  # what cannot be read may hold anything
        return False
    finally:
        journal.close()


def _by_name(key: str, value: Any) -> Any:
    """The plug-in table by plug-in and distribution, so that a difference names its owner."""
    if key != "plugins" or not isinstance(value, list):
        return value
    rows: dict[str, list[Any]] = {}
    for row in value:
        rows.setdefault(f"{row['role']}.{row['name']} ({row['distribution']})", []).append(row)
    return {name: some[0] if len(some) == 1 else some for name, some in rows.items()}


def check_same(folder: RunFolder, description: Mapping[str, Any]) -> bool:
    """Whether the folder holds this very run; a run of something else is refused.

    One that failed before it made anything is in nobody's way.

    Returns:
        True when the run is taken up again, False when it is new.

    Raises:
        UsageError: The folder holds a run of another experiment, of other versions, or things
            that no run has left.
    """
    if not folder.has(FILE):
        strange = sorted(item.name for item in folder.path.iterdir() if not _begun(item.name))
        if strange:
            raise UsageError(
                f"this folder is no run, and holds other things: {strange[0]}",
                where=str(folder.path),
                hint="choose a new or an empty folder with --out",
            )
        return False
    stored = folder.read_json(FILE)
    kept = {key: _by_name(key, stored.get(key)) for key in description}
    now_is = {key: _by_name(key, value) for key, value in description.items()}
    lines = [line for line in differences(kept, now_is) if not line.startswith(EFFORT)]
    if lines and _bare(folder, stored):
        return False
    if lines:
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        raise UsageError(
            f"this folder holds another run; first difference: {lines[0]}{more}",
            where=str(folder.path),
            hint="choose another --out, or give the old experiment to resume",
        )
    return True


@attrs.define(kw_only=True)
class Book:
    """run.json of a walk: written when it begins, when models were asked, and when it ends."""

    folder: RunFolder
    """The run folder."""
    description: Mapping[str, Any]
    """What must be equal for the folder to be taken up again."""
    started: str
    """When this walk began."""
    probed: tuple[str, ...] = ()
    """Fingerprints of the models that were asked a probe."""
    reached: str = ""
    """Furthest milestone of earlier walks; what they left stays."""
    seconds: float = 0.0
    """How long earlier walks took, those that were killed left out."""
    account: Mapping[str, Any] | None = None
    """What earlier walks have asked and paid; None where there were none."""
    extraction: dict[str, Any] = attrs.field(factory=dict)
    """What was noted as the units were cut, by whichever walk cut them."""

    def open(self) -> bool:
        """Check the folder and begin.

        Returns:
            True when an earlier walk's results are taken up.

        Raises:
            UsageError: The folder holds something else.
        """
        resumed = check_same(self.folder, self.description)
        if resumed:
            stored = self.folder.read_json(FILE)
            self.probed, self.account = tuple(stored.get("probed", ())), stored.get("account")
            self.seconds, self.reached = stored.get("seconds", 0.0), stored.get("until", "")
            if self.folder.has("units.jsonl"):  # else they are cut, and noted on, anew
                self.extraction = dict(stored.get("extraction", {}))
        self.write("running")
        return resumed

    def know(self, probed: tuple[str, ...]) -> None:
        """Keep which models were asked a probe, so that no later walk asks them again."""
        if probed != self.probed:
            self.probed = probed
            self.write("running")

    def write(self, state: str, **facts: Any) -> None:
        """Write the file: how the walk stands or has ended, and what is to be said of it."""
        self.folder.write_json(
            FILE,
            {
                **self.description,
                "python": platform.python_version(),
                "state": state,
                "started": self.started,
                "written": now(),
                **({"probed": list(self.probed)} if self.probed else {}),
                **({"extraction": self.extraction} if self.extraction else {}),
                **facts,
            },
        )
