"""One arrow at a time over a run folder; what an earlier command made is taken up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from esc_skills._cli.run import JSON, SETS, say, walk

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
) -> int:
    from esc_skills._engine.running import stored_experiment

    source = experiment if experiment is not None else stored_experiment(folder)
    return say(walk(source, folder, sets, until=until, as_json=as_json), as_json=as_json)


def _arrow(name: Milestone, text: str) -> click.Command:
    @click.command(name, help=text)
    @RUN
    @EXPERIMENT
    @SETS
    @JSON
    def command(folder: Path, experiment: Path | None, sets: tuple[str, ...], as_json: bool) -> int:
        return _walk_folder(folder, experiment, sets, until=name, as_json=as_json)

    return command


extract = _arrow("extract", "Read the corpora of RUN and cut dialogues into units.")
distil = _arrow("distil", "Distil the units of RUN into prototypes, skills and bank 0.")
converse = _arrow("converse", "Let bank 0 of RUN meet the refine profiles.")
evolve = _arrow("evolve", "Refine the bank of RUN, round by round.")
report = _arrow("report", "Score the arms of RUN and write its pages.")
