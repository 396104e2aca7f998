"""Studies of what is there, or of one part alone: compare, noise, power, single-role benches."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.findings import say_record
from esc_skills._cli.progress import progress
from esc_skills._cli.run import JSON, SETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from esc_skills.model import StudyRecord

PATH = click.Path(path_type=Path)
OUT = click.option("--out", type=PATH, help="Folder for tables and pages.")
TARGETS = click.argument("targets", nargs=-1, required=True)


def show(found: Callable[[], StudyRecord], out: Path | None, *, as_json: bool) -> int:
    """Find, print pages where a folder is named, and show."""
    from esc_skills._studies.pages import keep

    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        record = found()
        pages = keep(record, out) if out is not None else ()
    say_record(record, pages=pages, path=out, as_json=as_json)
    return 1 if record.lost else 0


@click.command("compare")
@TARGETS
@click.option(
    "--measure", "measures", multiple=True, metavar="EVALUATOR.NAME", help="Only this measure."
)
@click.option("--evaluator", "evaluators", multiple=True, metavar="NAME", help="Reads transcripts.")
@click.option(
    "--over",
    type=click.Choice(["seekers", "seeds"]),
    default="seekers",
    show_default=True,
    help="Whom intervals speak of.",
)
@OUT
@JSON
def compare(
    targets: tuple[str, ...],
    measures: tuple[str, ...],
    evaluators: tuple[str, ...],
    over: Any,
    *,
    out: Path | None,
    as_json: bool,
) -> int:
    """Compare RUN, RUN@ARM, STUDY@VARIANT or CORPUS:PATH, pair by pair where seekers match."""
    from esc_skills._studies.comparing import compare as compared

    return show(
        lambda: compared(targets, measures=measures, evaluators=evaluators, over=over),
        out,
        as_json=as_json,
    )


@click.command("noise")
@click.argument("source", metavar="[RUN|EXPERIMENT.toml]", type=PATH, required=False)
@click.option("--replicates", type=int, default=2, show_default=True, help="The run among them.")
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="Only this arm.")
@click.option("--out", type=PATH, help="Study folder; default under studies/.")
@SETS
@JSON
def noise(
    source: Path | None,
    replicates: int,
    arms: tuple[str, ...],
    *,
    out: Path | None,
    sets: tuple[str, ...],
    as_json: bool,
) -> int:
    """Run one configuration again, and tell what chance alone does, and whose chance it is."""
    from esc_skills._studies.noise import noise as measured

    home = out or Path("studies") / f"noise-{source.stem if source else 'quickstart'}"
    shown = progress(quiet=as_json)
    try:
        return show(
            lambda: measured(
                source,
                out=home,
                replicates=replicates,
                arms=arms,
                sets=sets,
                watch=() if shown is None else (shown,),
            ),
            home,
            as_json=as_json,
        )
    finally:
        if shown is not None:
            shown.close()


@click.command("power")
@TARGETS
@click.option("--detect", type=float, required=True, help="Difference to find, in points.")
@click.option("--measure", metavar="EVALUATOR.NAME", help="A mean; default: final emotion.")
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="Only this arm.")
@click.option(
    "--power", "chance", type=float, default=0.8, show_default=True, help="Chance to find it."
)
@click.option(
    "--level", type=float, default=0.95, show_default=True, help="Confidence of the later test."
)
@click.option(
    "--family",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Comparisons that are corrected together.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1),
    multiple=True,
    default=(1, 2, 3, 5),
    show_default=True,
    help="Talks of a seeker with each arm; again for several.",
)
@OUT
@JSON
def power(
    targets: tuple[str, ...],
    detect: float,
    measure: str | None,
    arms: tuple[str, ...],
    *,
    chance: float,
    level: float,
    family: int,
    repeats: tuple[int, ...],
    out: Path | None,
    as_json: bool,
) -> int:
    """Tell how many seekers it takes to find a difference, from conversations that are there."""
    from esc_skills._studies.power import MAIN
    from esc_skills._studies.power import power as planned

    return show(
        lambda: planned(
            targets,
            detect=detect,
            measure=measure or MAIN,
            arms=arms,
            power=chance,
            level=level,
            family=family,
            repeats=repeats,
        ),
        out,
        as_json=as_json,
    )


def bench_alone(
    role: str,
    target: Path | None,
    *,
    only: tuple[str, ...],
    rounds: int,
    sets: tuple[str, ...],
    options: dict[str, Any],
) -> int:
    """Benches of roles that have a task of their own."""
    from esc_skills._engine.running import resolve, stored_experiment
    from esc_skills._studies.tasks.agreeing import bench_evaluators
    from esc_skills._studies.tasks.extracting import bench_extractors
    from esc_skills._studies.tasks.gating import Sizes, bench_gates
    from esc_skills.errors import UsageError

    out, as_json = options["out"], options["as_json"]
    if options["plan"]:
        raise UsageError(
            f"a bench of {role}s has no plan to show",
            hint="leave out --plan; a cap for what it asks is --set run.budget.calls=100",
        )
    folder = target if role == "evaluator" else None
    if role == "evaluator" and (folder is None or not folder.is_dir()):
        raise UsageError(
            "evaluators are held together on the conversations of a run",
            hint="esc-skills study bench evaluator runs/NAME",
        )
    source = stored_experiment(folder) if folder else target
    experiment, catalogue = resolve(source, sets)
    run, evolve = experiment.run, experiment.evolve
    sizes = Sizes(seed=run.seed, batch=evolve.batch, pairs=evolve.max_pairs, rounds=rounds)
    tasks: dict[str, Callable[[], StudyRecord]] = {
        "extractor": lambda: bench_extractors(experiment, catalogue, names=only, folder=out),
        "evaluator": lambda: bench_evaluators(
            folder or Path(), experiment, catalogue, names=only, folder=out
        ),
        "gate": lambda: bench_gates(experiment, catalogue, names=only, sizes=sizes),
    }
    return show(tasks[role], out, as_json=as_json)
