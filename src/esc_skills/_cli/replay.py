"""``esc-skills replay``: make every number of a pack again, offline."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import click

from esc_skills._cli.progress import echo, progress
from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, emit_json, flat

FEW = 20
"""Differing files that are listed without ``--json``."""


@click.command("replay")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder in which the run or study is made again, under its own name.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="File, or folder of files, with data that the pack does not hold.",
)
@click.option("--force", is_flag=True, help="Go on with other versions of plug-ins.")
@JSON
def replay(pack: Path, out: Path, data: tuple[Path, ...], *, force: bool, as_json: bool) -> int:
    """Make PACK again from its journal, asking nobody, and compare every result."""
    from esc_skills._studies.replaying import replay as replayed

    shown = progress(quiet=as_json)
    try:
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            made = replayed(
                pack,
                out,
                data=data,
                force=force,
                watch=() if shown is None else (shown,),
                told=echo if shown is None else shown.say,
            )
    finally:
        if shown is not None:
            shown.close()
    for line in made.notes:
        click.echo(f"note: not as in the pack: {clean(line)}", err=True)
    if as_json:
        equal = not made.differing
        facts = {"files": made.files, "equal": equal, "differing": list(made.differing)}
        emit_json({"path": str(made.path), **facts, "notes": list(made.notes)})
    else:
        _say(made.files, made.differing)
        click.echo(flat(f"made: {made.path}"))
    return 1 if made.differing else 0


def _say(files: int, differing: tuple[str, ...]) -> None:
    if not differing:
        click.echo(f"{files} files, all equal")
        return
    click.echo(f"{files} files, {len(differing)} not equal:")
    for line in differing[:FEW]:
        click.echo(f"  {clean(line)}")
    if len(differing) > FEW:
        click.echo(f"  and {len(differing) - FEW} more (--json lists all)")
