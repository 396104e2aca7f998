"""``esc-skills plugins check|new``: for those who write plug-ins."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, emit_json

PATH = click.Path(path_type=Path)


def split_key(key: str) -> tuple[str, str]:
    """Role and name of ``ROLE.NAME``.

    Raises:
        UsageError: There is no dot.
    """
    from esc_skills.errors import UsageError

    role, dot, name = key.partition(".")
    if not dot:
        raise UsageError(f"{key!r} is not ROLE.NAME", hint="such as retriever.bm25")
    return role, name


@click.command("check")
@click.argument("key", metavar="ROLE.NAME")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="A setting to try it with.")
@click.option("--path", type=PATH, help="A good file, for a corpus without embedded data.")
@click.option("--seeds", type=click.IntRange(1, 100), default=2, show_default=True, help="Runs.")
@click.option("--rounds", type=click.IntRange(10), default=100, show_default=True, help="Of gates.")
@click.option("--compare/--no-compare", default=True, help="Against the default.")
@JSON
def check(
    key: str,
    sets: tuple[str, ...],
    path: Path | None,
    *,
    seeds: int,
    rounds: int,
    compare: bool,
    as_json: bool,
) -> int:
    """Try every law of its role, and compare it with the default; exit 1 when a law is broken."""
    from esc_skills._engine.configuring import apply_sets
    from esc_skills.testing.scorecard import scorecard
    from esc_skills.testing.versus import Effort

    role, name = split_key(key)
    effort = Effort(seeds=seeds, rounds=rounds)
    with redirect_stdout(sys.stderr):
        settings = apply_sets({}, sets)
        card = scorecard(role, name, settings, path=path, effort=effort, compare=compare)
    if as_json:
        emit_json({"passed": card.passed, "scorecard": card})
    else:
        click.echo(clean("\n".join(card.lines())))
    return 0 if card.passed else 1


@click.command("new")
@click.argument("role")
@click.argument("name")
@click.option("--out", type=PATH, help="Folder to write; default ./esc-skills-NAME.")
def new(role: str, name: str, out: Path | None) -> int:
    """Write a distribution with a component of ROLE that works as it is."""
    from esc_skills.testing.newcomer import next_steps, write

    for line in next_steps(write(role, name, out)):
        click.echo(line)
    return 0
