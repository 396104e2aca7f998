"""``esc-skills-otel export RUN``: a finished run's spans, after the fact."""

from __future__ import annotations

from pathlib import Path

import click

from esc_skills.errors import EscSkillsError


@click.group()
def main() -> None:
    """OpenTelemetry spans of ESC-Skills runs."""


@main.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--endpoint", default="", help="OTLP receiver with its path; default: environment.")
@click.option("--service", default="esc-skills", show_default=True, help="service.name.")
@click.option("--content", is_flag=True, help="Export what was said, too.")
@click.option("--patience", default=30.0, show_default=True, help="Seconds for all of it.")
def export(run: Path, endpoint: str, service: str, content: bool, patience: float) -> None:
    """Send the conversations and model calls of RUN; the same run gives the same spans."""
    from esc_skills_otel.finished import export_run
    from esc_skills_otel.watcher import open_outbox

    outbox = open_outbox(endpoint, patience, 1_000_000, patience)
    try:
        told = export_run(run, outbox, service=service, content=content)
    except EscSkillsError as fault:
        click.echo(fault.line, err=True)
        raise SystemExit(fault.exit_code) from fault
    outbox.shutdown()
    talks, calls, sent = told.talks, told.calls, outbox.sent
    click.echo(f"{talks} conversations, {calls} questions, {sent} spans sent, {outbox.lost} lost")
    if outbox.lost:
        raise SystemExit(1)
