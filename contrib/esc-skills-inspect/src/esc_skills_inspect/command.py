"""``esc-skills-inspect export RUN``: a finished run's conversations as inspect_ai logs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from esc_skills.errors import EscSkillsError


@click.group()
def main() -> None:
    """ESC-Skills runs for inspect_ai."""


@main.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the logs.")
@click.option("--format", "kind", type=click.Choice(["eval", "json"]), default="eval")
def export(run: Path, out: Path, kind: str) -> None:
    """Write a log for every arm of RUN, for ``inspect view``, ``inspect score`` and the rest."""
    try:
        paths = write_run(run, out, kind)
    except EscSkillsError as fault:
        click.echo(fault.line, err=True)
        raise SystemExit(fault.exit_code) from fault
    for path in paths:
        click.echo(path)


def write_run(run: Path, out: Path, kind: str = "eval") -> list[Path]:
    """Write the logs of a finished run.

    Args:
        run: Its folder.
        out: Where the logs go.
        kind: ``eval`` or ``json``.

    Returns:
        One file an arm.

    Raises:
        DataError: There is no run, or a file of it is damaged.
    """
    from inspect_ai.log import write_eval_log

    from esc_skills import open_run
    from esc_skills_inspect.logs import make_logs

    record = open_run(run).record
    started = json.loads((run / "run.json").read_text("utf-8"))["started"]
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for arm, log in make_logs(record, started).items():
        paths.append(out / f"{record.name}-{arm}.{kind}")
        write_eval_log(log, paths[-1], format="json" if kind == "json" else "eval")
    return paths
