"""Two finished runs side by side: both are read, nothing is walked, and reports write the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from esc_skills._engine.loop import complete
from esc_skills._engine.records import read_record
from esc_skills._engine.running import resolve, stored_experiment
from esc_skills._engine.walking import keep_private
from esc_skills._host.loading import Host
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError, UsageError
from esc_skills.spec import RunRecord


def versus(left: str | Path, right: str | Path) -> tuple[Path, ...]:
    """Write the page of two runs into the folder of the first one.

    Args:
        left: Run folder; its experiment says which reports write, and the defaults do where none of
            its own can.
        right: Run folder that it is held against.

    Returns:
        Pages written.

    Raises:
        DataError: One is no run, or the two have no conversation with the same seeker.
        UsageError: It is one folder twice.
    """
    paths = Path(left), Path(right)
    folders = [RunFolder.open(path) for path in paths]
    if paths[0].samefile(paths[1]):
        raise UsageError(
            "one run cannot be held against itself",
            where=str(right),
            hint="give two run folders: esc-skills report runs/one runs/two",
        )
    one, two = (read_record(folder) for folder in folders)
    _check_shared(one, two, paths)
    pages: tuple[Path, ...] = complete(_written(_reports(paths[0]), one, two, paths[0]))
    keep_private(pages, paths[0])
    return pages


async def _written(
    reports: Sequence[Any], one: RunRecord, two: RunRecord, folder: Path
) -> tuple[Path, ...]:
    pages: tuple[Path, ...] = ()
    for report in reports:
        pages += tuple(await report.compare(one, two, folder))
    return pages


def _reports(path: Path) -> list[Any]:
    """Reports that can compare: the run's own, else those of the defaults."""
    for source in (stored_experiment(path), None):
        experiment, catalogue = resolve(source)
        host = Host(catalogue)
        hired = [host.component("report", one.use, one.settings) for one in experiment.reports]
        if able := [one for one in hired if callable(getattr(one, "compare", None))]:
            return able
    raise UsageError(
        "no report here can show two runs side by side",
        where=str(path),
        hint="esc-skills plugins list says which reports are installed",
    )


def _check_shared(one: RunRecord, two: RunRecord, paths: tuple[Path, Path]) -> None:
    mine, theirs = (
        {(talk.arm, talk.profile.id, talk.repeat) for talk in record.traces}
        for record in (one, two)
    )
    if not mine & theirs:
        raise DataError(
            f"the two runs have no seeker in common: {len(mine)} conversations here, "
            f"{len(theirs)} there",
            where=f"{paths[0]} and {paths[1]}",
            hint="finish both with `esc-skills report RUN`; "
            "runs with equal `profiles` and `run.repeats` meet the same seekers",
        )
