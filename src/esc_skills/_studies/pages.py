"""The pages of a study, and the facts that its methods paragraph is made of."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.loop import complete
from esc_skills._engine.provenance import FILE
from esc_skills._engine.running import resolve
from esc_skills._engine.stamping import told
from esc_skills._engine.walking import keep_private
from esc_skills._store.folder import RunFolder
from esc_skills._studies.methods import CorpusFacts, Facts
from esc_skills._studies.studyfile import Study
from esc_skills._studies.tables import measure
from esc_skills.model import StudyRecord


async def write_pages(study: StudyRecord, folder: Path, crew: Crew) -> tuple[Path, ...]:
    """Let every report that can print a study print this one."""
    pages: tuple[Path, ...] = ()
    for report in crew.reports:
        if callable(getattr(report, "tabulate", None)):
            pages += await report.tabulate(study, folder)  # type: ignore[attr-defined]
    keep_private(pages, folder)
    return pages


def keep(study: StudyRecord, out: Path, sets: Sequence[str] = ()) -> tuple[Path, ...]:
    """Print a study that is no folder of runs, with the reports of the defaults.

    Args:
        study: What was found.
        out: Folder for its pages.
        sets: ``KEY=VALUE`` words, such as ``reports=["latex"]``.
    """
    experiment, catalogue = resolve(None, sets)
    crew = hire(experiment, catalogue)
    RunFolder.create(out)
    return complete(write_pages(study, out, crew))


def stated(
    experiment: Experiment,
    crew: Crew,
    study: Study,
    record: StudyRecord,
    shards: Sequence[Path],
) -> Facts:
    """What a study of runs may say of itself.

    Args:
        experiment: That of the baseline.
        crew: Who played it.
        study: What was asked.
        record: What was found.
        shards: Folders of the runs that have a result.
    """
    folders = [RunFolder(path) for path in shards]
    run = folders[0].read_json(FILE)
    spoken = [score for score in record.scores if score.items and "#" in score.items[0].key]
    told_of = [(measure(one), one.family) for one in record.contrasts if one.adjusted is not None]
    first = measure(record.contrasts[0]) if record.contrasts else ""
    main = {score.arm: score for score in reversed(record.scores)}
    return Facts(
        version=run["version"],
        python=platform.python_version(),
        foreign=tuple(_foreign(run["plugins"])),
        corpora=tuple(_corpora(folders)),
        profiles=tuple(choice.use for choice in experiment.profiles) if spoken else (),
        seekers=len({item.cluster for item in spoken[0].items}) if spoken else 0,
        repeats=experiment.run.repeats,
        simulator=experiment.seeker.use if spoken else "",
        protocol=spoken[0].signature if spoken else "",
        seeds=study.seeds,
        models={role: told(model) for role, model in sorted(crew.models.items())},
        variants=tuple(dict.fromkeys(score.arm.partition("/")[0] for score in record.scores)),
        arms=_arms(record),
        over=study.over,
        tests=tuple(sorted({one.test for one in record.contrasts if one.test})),
        family=max((size for name, size in told_of if name == first), default=0),
        others=max((size for name, size in told_of if name != first), default=0),
        floor=any(one.floor is not None for one in record.contrasts),
        lost=sum(score.of - score.n for score in main.values()),
        tried=sum(score.of for score in main.values()),
    )


def _arms(record: StudyRecord) -> tuple[str, ...]:
    """Every arm, that first which the last contrast is held against."""
    reference = [one.against for one in record.contrasts[-1:]]
    return tuple(dict.fromkeys([*reference, *(score.arm for score in record.scores)]))


def _foreign(plugins: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Plug-ins of other distributions than this one."""
    for row in plugins:
        if row.get("distribution") != "esc-skills":
            yield f"{row['role']}.{row['name']} ({row['distribution']} {row['version']})"


def _corpora(folders: Sequence[RunFolder]) -> Iterator[CorpusFacts]:
    reports = [folder.read_json("corpus.json")["corpora"] for folder in folders]
    for place, part in enumerate(reports[0]):
        alike = [rows[place] for rows in reports if len(rows) > place]
        yield CorpusFacts(
            name=part["corpus"],
            licence=part["licence"],
            dialogues=max(row["learnt_from"] for row in alike),
            held_out=max(row["kept_aside"] for row in alike),
        )
