"""One arrow at a time over a run folder; what an earlier command made is taken up."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esc_skills._cli.run import JSON, MEND, SETS, say, walk
from esc_skills._cli.tables import emit_json, flat
from esc_skills.errors import UsageError

if TYPE_CHECKING:
    from esc_skills._engine.road import Milestone

RUN = click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
EXPERIMENT = click.option(
    "--experiment",
    type=click.Path(path_type=Path),
    help="Experiment file for a new folder; an old folder knows its own.",
)


def _walk_folder(
    folder: Path,
    experiment: Path | None,
    sets: tuple[str, ...],
    *,
    until: Milestone,
    as_json: bool,
    mend: bool,
) -> int:
    from esc_skills._engine.running import stored_experiment

    source = experiment if experiment is not None else stored_experiment(folder)
    made = walk(source, folder, sets, until=until, as_json=as_json, mend=mend)
    return say(made, as_json=as_json)


def _arrow(name: Milestone, text: str) -> click.Command:
    @click.command(name, help=text)
    @RUN
    @EXPERIMENT
    @SETS
    @JSON
    @MEND
    def command(
        folder: Path, experiment: Path | None, sets: tuple[str, ...], *, as_json: bool, mend: bool
    ) -> int:
        return _walk_folder(folder, experiment, sets, until=name, as_json=as_json, mend=mend)

    return command


extract = _arrow("extract", "Read the corpora of RUN and cut dialogues into units.")
distil = _arrow("distil", "Distil the units of RUN into prototypes, skills and bank 0.")
converse = _arrow("converse", "Let bank 0 of RUN meet the refine profiles.")
evolve = _arrow("evolve", "Refine the bank of RUN, round by round.")


@click.command("report")
@RUN
@click.argument("other", metavar="[RUN2]", required=False, type=click.Path(path_type=Path))
@EXPERIMENT
@SETS
@JSON
@MEND
def report(
    folder: Path,
    other: Path | None,
    experiment: Path | None,
    sets: tuple[str, ...],
    *,
    as_json: bool,
    mend: bool,
) -> int:
    """Score the arms of RUN and write its pages; with RUN2, the page of both side by side."""
    if other is None:
        if experiment is None and not (folder / "run.json").is_file():
            raise UsageError(
                f"{folder} is no run, and no experiment is named to make it one",
                hint=f"esc-skills run --out {folder}",
            )
        return _walk_folder(folder, experiment, sets, until="report", as_json=as_json, mend=mend)
    if experiment is not None or sets:
        raise UsageError(
            "two finished runs are shown as they are: no --experiment, no --set",
            hint=f"esc-skills report {folder} {other}",
        )
    return _beside(folder, other, as_json=as_json)


def _beside(folder: Path, other: Path, *, as_json: bool) -> int:
    from esc_skills._engine.versus import versus

    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        pages = versus(folder, other)
    if as_json:
        emit_json({"run": str(folder), "other": str(other), "pages": [str(one) for one in pages]})
    else:
        for page in pages:
            click.echo(flat(f"report: {page}"))
    return 0
