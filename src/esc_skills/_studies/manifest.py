"""What a pack says of itself: versions, hashes, licences, and every result it must give again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import attrs

from esc_skills._codec.nouns import dump, load
from esc_skills._codec.strict import decode, parse_json, write_json
from esc_skills._engine.road import Milestone
from esc_skills._store.files import read_bytes
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError, StoreError

FILE = "manifest.json"
EXPERIMENT = "experiment.json"
STUDY = "study.json"
JOURNAL = "journal.sqlite"

Kind = Literal["run", "study"]

_TIMED = re.compile(r"(.*/)?(run\.json|lock|journal\.sqlite[^/]*|\..*)")
_PRIVATE = re.compile(r"(^|[^a-z])nc([^a-z]|$)|non.?commercial", re.IGNORECASE)
_PIECE = 2**20


@attrs.frozen(kw_only=True)
class DataFile:
    """A file of the user's that numbers rest on."""

    corpus: str = ""
    """Corpus that reads it; empty for a file that a setting of a component names."""
    path: str
    """Where the experiment looks for it."""
    sha256: str
    """Hash of its bytes."""
    size: int
    """Bytes."""
    licence: str = ""
    """Licence tag; empty where nobody states one."""
    member: str = ""
    """Its name in the pack; empty when it was left out."""

    @property
    def private(self) -> bool:
        """Whether its licence forbids commercial use, so that it is not passed on unasked."""
        return bool(_PRIVATE.search(self.licence))


@attrs.frozen(kw_only=True)
class Manifest:
    """The first thing to read in a pack."""

    kind: Kind
    """What was packed."""
    name: str
    """Name of its folder; pages show it."""
    until: Milestone = "report"
    """Milestone that a run was walked to."""
    python: str
    """Version of Python."""
    plugins: tuple[Mapping[str, Any], ...]
    """Plug-in table: role, name, distribution, version, settings and their hash."""
    distributions: Mapping[str, str]
    """Versions of those distributions and of all that they require."""
    data: tuple[DataFile, ...] = ()
    """Files that numbers rest on, corpora first; embedded ones are part of a distribution."""
    prompts: Mapping[str, str] = attrs.field(factory=dict)
    """Hash of every file of the plug-ins that is no code: prompts, rubrics, rules, samples."""
    results: Mapping[str, str]
    """Hash of every result, by its path in the folder."""
    members: Mapping[str, str]
    """Hash of everything else in the pack."""
    duties: tuple[str, ...] = ()
    """What people changed by hand, which no replay makes; what the licences of the data ask of
    whoever shares the pack."""

    def text(self) -> str:
        """The manifest as a file."""
        return write_json(dump(self), FILE, indent=1) + "\n"


def read_manifest(folder: Path, where: str) -> Manifest:
    """Read the manifest of an unpacked pack and hold every member against it.

    Raises:
        DataError: There is none, it is of a newer schema, or a member is not what it says.
    """
    if not (folder / FILE).is_file():
        raise DataError(
            f"a pack without {FILE}",
            where=where,
            hint="give an archive that `esc-skills study pack` has made",
        )
    place = f"{where}: {FILE}"
    made = load(parse_json(decode(read_bytes(folder / FILE), place), place), Manifest, place)
    found = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    del found[FILE]
    for name in sorted({*found, *made.members}):
        if name not in found or name not in made.members:
            side = "the manifest" if name in found else "the pack"
            raise _changed(f"{name} is missing in {side}", where)
        if digest(found[name]) != made.members[name]:
            raise _changed(f"{name} is not what the manifest says", where)
    if made.name in {"", ".", ".."} or "/" in made.name or "\\" in made.name:
        raise _changed(f"{made.name!r} is no name of a folder", place)
    return made


def _changed(what: str, where: str) -> DataError:
    return DataError(what, where=where, hint="the pack was changed on its way; ask for it again")


def digest(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def results(folder: Path) -> dict[str, str]:
    """Hash of every result of a run or study.

    Files that hold a time, locks, and journals, whose rows stand in the order in which answers
    came, are none.
    """
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: digest(path)
        for name, path in sorted(names.items())
        if path.is_file() and name != STUDY and not _TIMED.fullmatch(name)
    }


def kind_of(folder: Path) -> Kind:
    """Whether a folder holds a run or a study.

    Raises:
        DataError: Neither.
    """
    if (folder / STUDY).is_file():
        return "study"
    if not RunFolder(folder).run.is_file():
        raise DataError(
            f"no run and no study: neither run.json nor {STUDY}",
            where=str(folder),
            hint="give the folder of a finished run or study, such as runs/NAME or studies/NAME",
        )
    return "run"


def runs_of(folder: Path, kind: Kind) -> tuple[RunFolder, ...]:
    """The run itself, or every run of a study."""
    if kind == "run":
        return (RunFolder(folder),)
    return tuple(RunFolder(path.parent) for path in sorted(folder.glob("shards/*/*/run.json")))


def leak(what: str) -> StoreError:
    """The refusal to pack a secret; the secret itself is not shown."""
    return StoreError(
        f"{what} holds a key of this machine's environment",
        where=what,
        hint="take the key out of it, and replace the key: it may have been seen",
    )
