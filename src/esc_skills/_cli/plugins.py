"""``esc-skills plugins``: what is installed, what it can be set to, and whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.authors import check, new, split_key
from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, columns, emit_json, flat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from esc_skills._host.catalogue import Catalogue, Entry

ROLE = click.option("--role", metavar="ROLE", help="Only this role.")


def _catalogue() -> Catalogue:
    from esc_skills._host.catalogue import Catalogue

    found = Catalogue.read()
    for name in found.unmatched:
        click.echo(f"warning: {name!r} was to be disabled, but is not installed", err=True)
    return found


def _chosen(catalogue: Catalogue, role: str | None) -> tuple[Entry, ...]:
    from esc_skills._host.catalogue import FIRST_WORDS
    from esc_skills._host.nearest import did_you_mean
    from esc_skills.errors import UnknownPluginError

    if role is None:
        return catalogue.entries
    if role not in FIRST_WORDS:
        guess = did_you_mean(role, FIRST_WORDS) or f"roles are {', '.join(FIRST_WORDS)}"
        raise UnknownPluginError(f"no role is called {role!r}", hint=guess)
    return catalogue.of(role)


def _echo_columns(rows: Iterable[tuple[str, ...]]) -> None:
    for line in columns([tuple(cell or "-" for cell in row) for row in rows]):
        click.echo(line)


def _listing(role: str | None, as_json: bool) -> None:
    from esc_skills._host.sources import summarised

    entries = summarised(_chosen(_catalogue(), role))
    if as_json:
        emit_json(entries)
        return
    head = ("role", "name", "distribution", "version", "status", "summary")
    rows = [
        (item.role, item.name, item.distribution, item.version, item.status, _told(item))
        for item in entries
    ]
    _echo_columns([head, *rows])


def _told(entry: Entry) -> str:
    return entry.summary if entry.status == "ready" else entry.reason


@click.group("plugins", invoke_without_command=True)
@ROLE
@JSON
@click.pass_context
def plugins(ctx: click.Context, role: str | None, as_json: bool) -> int:
    """List, show and examine plug-ins; without a command: list."""
    if ctx.invoked_subcommand is None:
        _listing(role, as_json)
    return 0


@plugins.command("list")
@ROLE
@JSON
def list_entries(role: str | None, as_json: bool) -> int:
    """List what is installed; nothing of it is imported."""
    _listing(role, as_json)
    return 0


@plugins.command("show")
@click.argument("key", metavar="ROLE.NAME")
@click.option("--probe", is_flag=True, help="Load it in a process of its own first.")
@JSON
def show(key: str, as_json: bool, *, probe: bool) -> int:
    """Show a component: who brings it, and its settings."""
    from esc_skills._host.doctor import tried
    from esc_skills._host.loading import Host
    from esc_skills._host.settings import settings_of

    role, name = split_key(key)
    catalogue = _catalogue()
    entry = catalogue.choose(role, name)
    if probe:
        tried(entry)
    cls = Host(catalogue).component_class(role, name)
    settings = settings_of(cls)
    facts: dict[str, Any] = {
        "key": entry.key,
        "summary": getattr(cls, "summary", ""),
        "distribution": entry.distribution,
        "version": entry.version,
        "module": entry.module,
        "settings": settings,
    }
    if as_json:
        emit_json(facts)
        return 0
    click.echo(clean(f"{entry.key}: {facts['summary']}"))
    click.echo(flat(f"{entry.owner}, {entry.module}"))
    if not settings:
        click.echo("no settings")
        return 0
    head = ("setting", "type", "default", "what it does")
    _echo_columns([head, *((item.name, item.type, item.default, item.doc) for item in settings)])
    return 0


@plugins.command("doctor")
@JSON
def doctor(as_json: bool) -> int:
    """Load every plug-in in a process of its own; exit 5 when one is broken."""
    from esc_skills._engine.provenance import now
    from esc_skills._host.doctor import dated, examine

    today = now()
    found = [dated(item, today) for item in examine(_catalogue())]
    if as_json:
        emit_json(found)
    else:
        head = ("plug-in", "distribution", "state", "what")
        rows = [(item.entry.key, item.entry.owner, item.state, item.told) for item in found]
        _echo_columns([head, *rows])
    return 5 if any(item.state == "broken" for item in found) else 0


for command in (check, new):
    plugins.add_command(command)
