"""``esc-skills config``: what an experiment says, with every default stated."""

from __future__ import annotations

from pathlib import Path

import click

from esc_skills._cli.run import JSON, SETS
from esc_skills._cli.tables import emit_json

FILE = click.argument("experiment", type=click.Path(path_type=Path), required=False)


@click.group("config")
def config() -> None:
    """Show or check an experiment."""


@config.command("show")
@FILE
@SETS
@JSON
def show(experiment: Path | None, sets: tuple[str, ...], as_json: bool) -> int:
    """Print the whole experiment, every default stated, as TOML."""
    from esc_skills._codec.toml import write_toml
    from esc_skills._engine.configuring import show as shown
    from esc_skills._engine.running import resolve

    made, _ = resolve(experiment, sets)
    if as_json:
        emit_json(shown(made))
    else:
        click.echo(_visible(write_toml(shown(made))), nl=False)
    return 0


@config.command("check")
@FILE
@SETS
def check(experiment: Path | None, sets: tuple[str, ...]) -> int:
    """Load every component that the experiment names, and check every setting."""
    from esc_skills._engine.crew import hire
    from esc_skills._engine.running import resolve

    made, catalogue = resolve(experiment, sets)
    crew = hire(made, catalogue, str(experiment or "experiment"))
    click.echo(f"good: {len(crew.table)} components, experiment {made.hash[:12]}")
    return 0


def _visible(text: str) -> str:
    """TOML with its unprintable signs, which stand in strings only, escaped."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else f"\\U{ord(sign):08X}" for sign in text
    )
