"""A run or study in one archive, from which every number of it can be made again offline.

It holds what went in (experiment, prompts, data that may be passed on), what models answered, and
the hashes of what came out; not the results themselves, for a replay makes them.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from esc_skills._codec.strict import write_json
from esc_skills._engine import provenance
from esc_skills._engine.crew import asks, hire
from esc_skills._engine.experiment import Choice
from esc_skills._engine.ledger import FILE as LEDGER
from esc_skills._engine.ledger import by_hand
from esc_skills._engine.redaction import Redactor
from esc_skills._engine.road import Milestone
from esc_skills._engine.running import resolve
from esc_skills._host import distributions
from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue
from esc_skills._store.archives import holds, write_archive
from esc_skills._store.copying import copy_journal, journal_texts
from esc_skills._store.files import safe_name, write_file
from esc_skills._store.folder import RunFolder
from esc_skills._studies import manifest
from esc_skills._studies.manifest import DataFile, Kind, Manifest, digest
from esc_skills.errors import DataError, UsageError
from esc_skills.model.identity import SHORT, canonical

LARGEST = 2**20
"""Bytes of a plug-in's file that is packed; of a larger one the hash is enough."""
LONGEST = 500
"""Characters of a setting that may be a path."""
ENDING = ".pack.tar.gz"


@attrs.frozen(kw_only=True)
class Packed:
    """A pack that was written."""

    path: Path
    """The archive."""
    sha256: str
    """Hash of its bytes."""
    size: int
    """Bytes."""
    manifest: Manifest
    """What it says of itself."""


def pack(source: Path, out: Path | None = None, *, with_data: bool = False) -> Packed:
    """Pack a run or a study that came to its end.

    Args:
        source: Its folder.
        out: The archive; by default one beside the folder.
        with_data: Whether data whose licence forbids commercial use go along too.

    Raises:
        DataError: It is no run or study, is not finished, or its data have changed since.
        StoreError: A secret would go along, or the disk refuses.
        UsageError: Another thing than a pack lies where it would (O08).
    """
    source = Path(source).resolve()
    target = out or source.with_name(source.name + ENDING)
    if target.resolve().is_relative_to(source):
        hint = "choose a file outside of it with --out"
        raise DataError("a folder cannot hold its own pack", where=str(target), hint=hint)
    if target.is_file() and not holds(target, manifest.FILE):
        hint = "choose another file with --out"
        raise UsageError("this is no pack, and is not written over", where=str(target), hint=hint)
    kind = manifest.kind_of(source)
    runs = manifest.runs_of(source, kind)
    stored = [_finished(run, kind) for run in runs]
    with TemporaryDirectory() as desk:
        made = _Desk(folder=Path(desk))
        facts = _filled(made, source, kind, stored)
        data = tuple(_data(made, runs, stored, with_data=with_data))
        made.guard()
        told = Manifest(
            kind=kind,
            name=source.name,
            until=_until(stored),
            python=platform.python_version(),
            data=data,
            results=manifest.results(source),
            members={name: digest(path) for name, path in sorted(made.members.items())},
            duties=(
                *_strange(runs),
                *_duties(data, journal=manifest.JOURNAL in made.members),
            ),
            **facts,
        )
        made.write(manifest.FILE, told.text())
        write_archive(target, made.members)
    return Packed(path=target, sha256=digest(target), size=target.stat().st_size, manifest=told)


@attrs.define(kw_only=True)
class _Desk:
    """Where a pack is put together."""

    folder: Path
    members: dict[str, Path] = attrs.field(factory=dict)

    def write(self, name: str, text: str) -> None:
        write_file(self.folder / name, text.encode())
        self.members[name] = self.folder / name

    def guard(self) -> None:
        """Refuse a key of the environment, wherever it would go along."""
        strip = Redactor.of().strip
        for name, path in self.members.items():
            journal = name == manifest.JOURNAL
            texts = (
                journal_texts(path) if journal else [path.read_bytes().decode("utf-8", "replace")]
            )
            if any(strip(text) != text for text in texts):
                raise manifest.leak(name)


def _finished(run: RunFolder, kind: Kind) -> Mapping[str, Any]:
    """What a run says of itself; of a study the whole must be finished, lost shards and all."""
    stored: Mapping[str, Any] = run.read_json(provenance.FILE)
    if kind == "run":
        _check_done(stored, run.path)
    return stored


def _check_done(stored: Mapping[str, Any], path: Path) -> None:
    if stored.get("state") != "done":
        raise DataError(
            f"not finished: {stored.get('state')}",
            where=str(path),
            hint="give its command again to go on; then pack it",
        )


def _until(stored: Sequence[Mapping[str, Any]]) -> Milestone:
    found: Milestone = stored[0].get("until", "report") if len(stored) == 1 else "report"
    return found


def _filled(
    desk: _Desk, source: Path, kind: Kind, stored: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Put everything but the user's data on the desk; returns the facts of the manifest."""
    if kind == "study":
        whole = RunFolder(source).read_json(manifest.STUDY)
        _check_done(whole, source)
        kept = {key: whole[key] for key in ("name", "kind", "study")}
        desk.write(manifest.STUDY, _json(kept))
    else:
        desk.write(manifest.EXPERIMENT, _json(stored[0]["experiment"]))
    if (source / manifest.JOURNAL).is_file():
        copy_journal(source / manifest.JOURNAL, desk.folder / manifest.JOURNAL)
        desk.members[manifest.JOURNAL] = desk.folder / manifest.JOURNAL
    catalogue = Catalogue.read()
    rows = {canonical(row): row for one in stored for row in one["plugins"]}
    table = [rows[key] for key in sorted(rows)]
    if lines := distributions.differences(table, catalogue):
        raise DataError(
            f"not the plug-ins that it was made with: {lines[0]}",
            where=str(source),
            hint="install those versions, then pack it",
        )
    desk.write("prompts/asked.json", _json(_asked([one["experiment"] for one in stored])))
    names = sorted({OWN_DISTRIBUTION, *(str(row["distribution"]) for row in table)})
    return {
        "plugins": table,
        "distributions": distributions.versions(names),
        "prompts": _prompts(desk, table, catalogue),
    }


def _json(value: Any) -> str:
    return write_json(value, "a pack", indent=1) + "\n"


def _prompts(
    desk: _Desk, table: Sequence[Mapping[str, Any]], catalogue: Catalogue
) -> dict[str, str]:
    """Prompts, rubrics and rules of the plug-ins go along; returns the hashes of all."""
    hashes = {}
    for name, path in distributions.data_files(table, catalogue).items():
        hashes[name] = digest(path)
        if path.stat().st_size <= LARGEST:
            desk.members[f"prompts/{name}"] = path
    return hashes


def _asked(experiments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Prompts that the components declare, as they are filled in for these experiments."""
    found: dict[bytes, dict[str, Any]] = {}
    for plain in {canonical(one): one for one in experiments}.values():
        experiment, catalogue = resolve(plain)
        for player in hire(experiment, catalogue).players:
            for ask in asks(player):
                row = {
                    "component": player.name,
                    "role": ask.role,
                    "id": ask.prompt.id,
                    "system": ask.prompt.system,
                    "task": ask.prompt.task,
                }
                found[canonical(row)] = row
    return [found[key] for key in sorted(found)]


def _data(
    desk: _Desk,
    runs: Sequence[RunFolder],
    stored: Sequence[Mapping[str, Any]],
    *,
    with_data: bool,
) -> Iterator[DataFile]:
    """Files that the experiments name, those that may go along put on the desk."""
    known: dict[tuple[str, str], DataFile] = {}
    for run, one in zip(runs, stored, strict=True):
        experiment, _ = resolve(one["experiment"])
        read = run.read_json("corpus.json")["corpora"] if run.has("corpus.json") else ()
        for choice, told in zip(experiment.corpus, read, strict=False):
            if choice.path:
                found = _corpus(choice, told, run)
                known[found.corpus, found.path] = found
        for row in one["plugins"]:
            if row["role"] != "backend":  # a replay asks none
                known |= {("", path): _file(path) for path in _named(row["settings"])}
    for _, found in sorted(known.items(), reverse=True):
        if with_data or not found.private:
            found = attrs.evolve(found, member=_member(found))
            desk.members[found.member] = Path(found.path)
        yield found


def _member(found: DataFile) -> str:
    return f"data/{found.sha256[:SHORT]}-{safe_name(Path(found.path).name)}"


def _corpus(choice: Choice, told: Mapping[str, Any], run: RunFolder) -> DataFile:
    if not Path(choice.path).is_file():
        raise DataError(
            f"the corpus {choice.use} of this run is not there, or is no file",
            where=choice.path,
            hint="bring it back, and pack from the folder in which the run was made",
        )
    found = _file(choice.path)
    if told["sha256"] not in {"", found.sha256}:
        raise DataError(
            f"the corpus {choice.use} is not what {run.path.name} was made from",
            where=choice.path,
            hint="bring back the old file, or make the run again",
        )
    return attrs.evolve(found, corpus=choice.use, licence=told["licence"])


def _file(path: str) -> DataFile:
    return DataFile(path=path, sha256=digest(Path(path)), size=Path(path).stat().st_size)


def _named(value: Any) -> Iterator[str]:
    """Texts in settings that are paths of files."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    # A text with an ending is a path, and no label that a folder happens to share.
    elif isinstance(value, str) and len(value) < LONGEST and Path(value).suffix:
        yield from [value] if Path(value).is_file() else ()


def _strange(runs: Sequence[RunFolder]) -> Iterator[str]:
    """What no replay can make, a line a run: people did it, and no experiment says so."""
    for run in runs:
        if found := sum(by_hand(row) for row in run.read_rows(LEDGER)):
            many, them = ("1 change", "it") if found == 1 else (f"{found} changes", "them")
            yield (
                f"{run.path.name}: {many} of the bank by hand; a replay makes the run without "
                f"{them}, lists the files that rest on {them} as not equal, and ends with 1"
            )


def _duties(data: Sequence[DataFile], *, journal: bool) -> Iterator[str]:
    """What to keep to, a line a file; what was made from data is under their licence too."""
    for one in data:
        if not one.corpus:
            continue
        where = f"is in the pack ({one.member})" if one.member else "is not in the pack"
        terms = one.licence or "no licence stated"
        rule = "for non-commercial use only, with its authors named" if one.private else terms
        line = f"corpus {one.corpus} ({terms}): its file {where}"
        if journal:
            line += "; the questions and answers in journal.sqlite hold its words"
        yield line + (f". Share it {rule}." if one.private else ".")
