"""``esc-skills study``: ablations, benches, reproductions; what runs nothing anew: ``measure``."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.findings import say_plan, say_record
from esc_skills._cli.measure import compare, noise, power
from esc_skills._cli.packs import pack
from esc_skills._cli.progress import echo, progress
from esc_skills._cli.run import JSON, MEND, SETS
from esc_skills._cli.sheets import sheet
from esc_skills._cli.tables import columns, emit_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from esc_skills._studies.studyfile import Study

PATH = click.Path(path_type=Path)
OUT = click.option("--out", type=PATH, help="Study folder; default under studies/.")
PLAN = click.option("--plan", is_flag=True, help="Show calls, tokens and money; send nothing.")
EXECUTOR = click.option("--executor", default="", metavar="NAME", help="Who spreads the shards.")
AT_ONCE = click.option("--at-once", type=click.IntRange(1), help="Most shards at once.")


def shared(command: Callable[..., int]) -> Callable[..., int]:
    """Options of every study that runs shards."""
    for option in (JSON, MEND, AT_ONCE, EXECUTOR, PLAN, SETS, OUT):
        command = option(command)
    return command


@click.group("study")
def study() -> None:
    """Compare on purpose: ablations, benches, noise, power, and what may be said of them."""


def conduct(made: Study, kind: str, options: dict[str, Any]) -> int:
    """Plan a study, or run it and show what it found; 1 when something was lost."""
    from esc_skills._practice.salvaging import salvage
    from esc_skills._studies.quoting import plan_study
    from esc_skills._studies.running import run_study

    as_json, out = options["as_json"], options["out"]
    aside = redirect_stdout(sys.stderr) if as_json else nullcontext()
    if options["plan"]:
        with aside:
            planned = plan_study(made, out, kind=kind)
        return say_plan(planned, as_json=as_json)
    shown = progress(quiet=as_json, study=True)
    try:
        with aside:
            found = run_study(
                made,
                kind,
                out=out,
                executor=options["executor"],
                at_once=options["at_once"],
                told=echo if shown is None else shown.shards,
                watch=() if shown is None else (shown,),
                mend=salvage if options["mend"] else None,
            )
    finally:
        if shown is not None:
            shown.close()
    say_record(found.record, pages=found.pages, path=found.path, as_json=as_json)
    return 1 if found.lost else 0


@study.command("ablate")
@click.argument("file", metavar="[STUDY.toml]", type=PATH, required=False)
@shared
def ablate(file: Path | None, sets: tuple[str, ...], **options: Any) -> int:
    """Leave out, swap or cross components and settings; without a file, every mechanism."""
    from esc_skills._studies.studyfile import read_study

    return conduct(read_study(file, sets), "ablate", options)


@study.command("reproduce")
@click.argument("name", required=False)
@click.option("--size", default="small", show_default=True, help="Size of the preset.")
@click.option("--list", "listed", is_flag=True, help="List the presets.")
@shared
def reproduce(
    name: str | None, size: str, *, listed: bool, sets: tuple[str, ...], **options: Any
) -> int:
    """Run a study that is published, or cut to size: main, ablation, profiles, response …."""
    from esc_skills._host.catalogue import Catalogue
    from esc_skills._studies.reproducing import offers
    from esc_skills._studies.reproducing import reproduce as made

    if listed or name is None:
        found = offers(Catalogue.read())
        if options["as_json"]:
            emit_json(found)
            return 0
        rows = [("preset", "sizes", "what")]
        rows += [(one.name, ", ".join(one.sizes), one.about or one.reason) for one in found]
        for line in columns(rows):
            click.echo(line)
        return 0
    return conduct(made(name, size, sets), "reproduce", options)


@study.command("bench")
@click.argument("role")
@click.argument("target", metavar="[EXPERIMENT.toml|RUN]", type=PATH, required=False)
@click.option("--only", multiple=True, metavar="NAME", help="Only this component.")
@click.option("--rounds", type=click.IntRange(10), default=200, show_default=True, help="Of gates.")
@shared
def bench(
    role: str,
    target: Path | None,
    *,
    only: tuple[str, ...],
    rounds: int,
    sets: tuple[str, ...],
    **options: Any,
) -> int:
    """Hold all installed components of ROLE against each other on one task.

    The task is that of an experiment; for evaluators, the run whose conversations they score.
    """
    from esc_skills._engine.configuring import read_experiment_file
    from esc_skills._studies.benching import ALONE, bench_study

    if role in ALONE:
        from esc_skills._cli.measure import bench_alone

        return bench_alone(role, target, only=only, rounds=rounds, sets=sets, options=options)
    raw = read_experiment_file(target) if target else {}
    return conduct(bench_study(role, raw, only, sets), "bench", options)


for command in (compare, noise, power, pack, sheet):
    study.add_command(command)
