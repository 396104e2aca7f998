"""Making every number of a pack again: offline, without a key, in a folder of its own."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import decode, parse_json
from esc_skills._engine.loop import complete
from esc_skills._engine.opening import Shared
from esc_skills._engine.running import resolve, walked
from esc_skills._engine.signals import Call
from esc_skills._host import distributions
from esc_skills._host.catalogue import Catalogue
from esc_skills._store.archives import read_archive
from esc_skills._store.files import make_folder, read_bytes
from esc_skills._studies import manifest
from esc_skills._studies.manifest import DataFile, Manifest, digest
from esc_skills.errors import DataError, UsageError

SHOWN = 5
"""Differences that an error names."""


@attrs.frozen(kw_only=True)
class Replayed:
    """What a replay gave."""

    path: Path
    """The folder that was made."""
    files: int
    """Results that the manifest names."""
    differing: tuple[str, ...]
    """Results that are not equal, are missing, or are new, a line each."""
    notes: tuple[str, ...]
    """What is not as it was when the pack was made: versions of Python and of distributions."""


def replay(
    pack: Path,
    out: Path,
    *,
    data: Sequence[Path] = (),
    force: bool = False,
    watch: Sequence[Call] = (),
    told: Callable[[str], None] = lambda line: None,
) -> Replayed:
    """Make a packed run or study again, and compare every result with the manifest.

    Args:
        pack: An archive that ``pack`` has written.
        out: Folder in which the run's or study's own folder is made.
        data: Files, or folders of files, in which data that were left out are looked for.
        force: Whether other versions of plug-ins are no hindrance.
        watch: Functions told of every event of a run.
        told: Told a line of progress of a study now and then.

    Raises:
        DataError: The pack was changed, or data are missing.
        UsageError: Plug-ins are missing or of other versions, or the folder is taken.
        RunEndedError: A question was asked that the journal does not answer.
    """
    pack, out = Path(pack), Path(out).resolve()
    with TemporaryDirectory() as desk:
        inside = Path(desk).resolve() / "pack"
        inside.mkdir()
        read_archive(pack, inside)
        made = manifest.read_manifest(inside, str(pack))
        _check_plugins(made, force=force)
        home = _home(out, made)
        where = dict(_found(made, inside, [Path(path).resolve() for path in data]))
        with chdir(_laid_out(made, where, Path(desk) / "data")):
            if made.kind == "study":
                _study(inside, home, where, told)
            else:
                _run(made, inside, home, where, watch)
    differing = tuple(_compared(made.results, manifest.results(home)))
    return Replayed(
        path=home, files=len(made.results), differing=differing, notes=tuple(_notes(made))
    )


def _home(out: Path, made: Manifest) -> Path:
    """The folder to make; pages show its name, so it is that of the original."""
    home = out / made.name
    if home.exists() and any(home.iterdir()):
        raise UsageError(
            "the folder is not empty", where=str(home), hint="choose another one with --out"
        )
    make_folder(home)
    return home


def _plain(path: Path) -> Any:
    return parse_json(decode(read_bytes(path), path.name), path.name)


def _run(
    made: Manifest, inside: Path, home: Path, where: Mapping[str, str], watch: Sequence[Call]
) -> None:
    experiment = _plain(inside / manifest.EXPERIMENT)
    journal = inside / manifest.JOURNAL
    shared = Shared(journal=journal, nonce=resolve(experiment)[0].hash, offline=True, data=where)
    walk = walked(experiment, out=home, until=made.until, watch=watch, shared=shared)
    try:
        complete(walk)
    finally:
        if manifest.JOURNAL in made.members:
            shutil.copyfile(journal, home / manifest.JOURNAL)


def _study(inside: Path, home: Path, where: Mapping[str, str], told: Callable[[str], None]) -> None:
    from esc_skills._studies.running import run_study
    from esc_skills._studies.studyfile import Study

    stored = _plain(inside / manifest.STUDY)
    if (inside / manifest.JOURNAL).is_file():
        shutil.copyfile(inside / manifest.JOURNAL, home / manifest.JOURNAL)
    study = load(stored["study"], Study, manifest.STUDY)
    run_study(study, stored["kind"], out=home, offline=True, data=where, told=told)


def _check_plugins(made: Manifest, *, force: bool) -> None:
    lines = distributions.differences(made.plugins, Catalogue.read())
    if lines and not force:
        more = f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        raise UsageError(
            f"the plug-ins of the pack are not those of here: {'; '.join(lines[:SHOWN])}{more}",
            hint="install those versions, or go on with --force and see what differs",
        )


def _notes(made: Manifest) -> Iterator[str]:
    here = distributions.versions(made.distributions)
    here["python"] = platform.python_version()
    for name, version in {**made.distributions, "python": made.python}.items():
        if here.get(name) != version:
            yield f"{name}: {version} → {here.get(name, 'not here')}"
    yield from distributions.differences(made.plugins, Catalogue.read())


def _found(made: Manifest, inside: Path, places: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Where every file of the data lies now, by the path that the experiment names."""
    for one in made.data:
        inner = inside / one.member if one.member else None
        path = inner or _sought(one, places)
        if path is None:
            terms = f", {one.licence}" if one.licence else ""
            raise DataError(
                f"the pack lacks {one.corpus or 'a file'} of {Path(one.path).name} "
                f"({one.size} bytes, sha256 {one.sha256}{terms})",
                where=one.path,
                hint="get that file, and name it or its folder with --data",
            )
        yield one.path, str(path)


def _sought(one: DataFile, places: Sequence[Path]) -> Path | None:
    for place in (*places, Path(one.path)):
        for path in sorted(place.rglob("*")) if place.is_dir() else (place,):
            if path.is_file() and path.stat().st_size == one.size and digest(path) == one.sha256:
                return path.resolve()
    return None


def _laid_out(made: Manifest, where: Mapping[str, str], desk: Path) -> Path:
    """A folder in which every file that a setting names lies where the setting says.

    A setting is a part of what is compared, so unlike a corpus such a file cannot lie elsewhere.
    """
    desk.mkdir()
    for one in made.data:
        if one.corpus:
            continue
        target = Path(one.path)
        if target.is_absolute() or ".." in target.parts:
            if not target.is_file() or digest(target) != one.sha256:
                raise DataError(
                    "a setting names this file, and it is not there, or is another one",
                    where=one.path,
                    hint=f"put the file of sha256 {one.sha256} there",
                )
            continue
        (desk / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(where[one.path], desk / target)
    return desk


def _compared(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{name}: was not made"
        elif name not in then:
            yield f"{name}: was not there"
        elif then[name] != now[name]:
            yield f"{name}: differs"
