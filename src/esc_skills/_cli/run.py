"""``esc-skills run``: the whole road."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.bills import account_lines, plan_lines
from esc_skills._cli.progress import progress
from esc_skills._cli.tables import clean, emit_json, flat, score_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esc_skills._engine.road import Milestone
    from esc_skills._engine.running import Run

SETS = click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Lay a value over the experiment."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable result on stdout.")
MEND = click.option(
    "--mend", is_flag=True, help="Keep what is intact in a damaged journal; ask for the rest again."
)
OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Run folder; default under runs/."
)


def walk(
    source: Path | Mapping[str, Any] | None,
    out: Path | None,
    sets: tuple[str, ...],
    *,
    until: Milestone,
    as_json: bool,
    mend: bool,
) -> Run:
    """Run with progress on stderr."""
    from esc_skills._engine.running import run as engine_run
    from esc_skills._practice.salvaging import salvage

    shown = progress(quiet=as_json)
    # What a plug-in prints must not get between a script and its JSON.
    aside = redirect_stdout(sys.stderr) if as_json else nullcontext()
    try:
        with aside:
            return engine_run(
                source,
                out=out,
                sets=sets,
                until=until,
                watch=() if shown is None else (shown,),
                mend=salvage if mend else None,
            )
    finally:
        if shown is not None:
            shown.close()


def summary(made: Run) -> dict[str, object]:
    """What a script wants to know of a run."""
    from esc_skills._engine.accounts import stored

    record = made.record
    return {
        "run": str(made.path),
        "resumed": made.resumed,
        "faults": made.faults,
        "units": record.units,
        "banks": [
            {"hash": bank.hash, "skills": len(bank.active), "notes": bank.notes}
            for bank in record.banks
        ],
        "account": stored(made.path),
        "scores": made.scores,
        "pages": [str(page) for page in made.pages],
    }


def say(made: Run, *, as_json: bool) -> int:
    """Show the outcome and give the exit code: 1 when some conversations ended in a fault."""
    from esc_skills._engine.accounts import stored

    if as_json:
        emit_json(summary(made))
    else:
        for line in score_lines(made.scores) if made.scores else ():
            click.echo(line)
        banks = made.record.banks
        if banks:
            click.echo(f"bank: {len(banks[-1].active)} active skills, {len(banks)} versions")
        if made.faults:
            count = len(made.faults)
            click.echo(f"{count} conversations ended in a fault and are in no score; the first:")
            click.echo(f"  {clean(made.faults[0])}")
        if (account := stored(made.path)) and account["rows"]:
            for line in account_lines(account):
                click.echo(flat(line))
        click.echo(flat(f"run: {made.path}"))
        for page in made.pages:
            click.echo(flat(f"report: {page}"))
    return 1 if made.faults else 0


def price(source: Path | None, out: Path | None, sets: tuple[str, ...], *, as_json: bool) -> int:
    """Show what a run would ask and pay; 2 when it would stop for want of a model."""
    from esc_skills._engine.planning import plan

    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        made = plan(source, out=out, sets=sets)
    if as_json:
        emit_json(made.plain())
    else:
        for line in plan_lines(made):
            click.echo(flat(line))
    return 2 if made.missing else 0


@click.command("run")
@click.argument("experiment", type=click.Path(path_type=Path), required=False)
@OUT
@SETS
@JSON
@MEND
@click.option("--plan", is_flag=True, help="Show calls, tokens and money by role; send nothing.")
def run(
    experiment: Path | None,
    out: Path | None,
    sets: tuple[str, ...],
    *,
    as_json: bool,
    plan: bool,
    mend: bool,
) -> int:
    """Walk the whole road of EXPERIMENT (TOML); without one, the embedded sample."""
    if plan:
        return price(experiment, out, sets, as_json=as_json)
    made = walk(experiment, out, sets, until="report", as_json=as_json, mend=mend)
    return say(made, as_json=as_json)
