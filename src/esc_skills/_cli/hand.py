"""``esc-skills bank accept``, ``reject``, ``edit``, ``rollback``: what a named person does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from esc_skills._cli.tables import clean, columns

if TYPE_CHECKING:
    from esc_skills._stages.commit import Commit

RUN = click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
BY = click.option("--by", required=True, help="Your name; it stands in the ledger.")
REASON = click.option("--reason", required=True, help="Why, in one sentence.")


@click.command("accept")
@RUN
@click.argument("wanted", metavar="[HASH]...", nargs=-1)
@click.option("--by", help="Your name; it stands in the ledger.")
@click.option("--pin", is_flag=True, help="From now on only a named person may change them.")
def accept(run: Path, wanted: tuple[str, ...], by: str | None, *, pin: bool) -> int:
    """Say yes to skills of RUN by HASH of their content; without HASH: show what waits."""
    from esc_skills._engine.hands import acceptance, change
    from esc_skills.errors import UsageError

    if not wanted:
        return _waiting(run)
    if not by:
        raise UsageError("who says yes?", hint="--by NAME")
    return _tell(change(run, acceptance(by, wanted, pin=pin)))


def _waiting(run: Path) -> int:
    from esc_skills._engine.hands import last_bank, waiting
    from esc_skills._store.folder import RunFolder
    from esc_skills.model import content_hash

    bank, _ = last_bank(RunFolder.open(run))
    rows = [("hash", "skill", "life")]
    rows += [(content_hash(one)[:12], one.name, one.life) for one in waiting(bank)]
    for line in columns(rows):
        click.echo(line)
    return 0


@click.command("reject")
@RUN
@click.argument("wanted", metavar="HASH")
@BY
@REASON
def reject(run: Path, wanted: str, by: str, reason: str) -> int:
    """Say no to a skill of RUN: it is quarantined, and a new version of the bank says so."""
    from esc_skills._engine.hands import change, rejection

    return _tell(change(run, rejection(by, wanted, reason)))


@click.command("edit")
@RUN
@click.argument("folder", type=click.Path(path_type=Path))
@BY
@REASON
def edit(run: Path, folder: Path, by: str, reason: str) -> int:
    """Bring what you edited in FOLDER, a copy of RUN's last bank, into RUN as a new version."""
    from esc_skills._engine.hands import change, edition

    return _tell(change(run, edition(by, folder, reason), words_too=True))


@click.command("rollback")
@RUN
@click.argument("version")
@BY
@REASON
@click.option("--waive", multiple=True, help="Conversation that shows that a risk is none.")
def rollback(run: Path, version: str, by: str, reason: str, waive: tuple[str, ...]) -> int:
    """Bring VERSION (number or hash) of RUN back, as a new version; protected skills stay."""
    from esc_skills._engine.hands import change, return_to

    return _tell(change(run, return_to(run, by, version, waive, reason)))


def _tell(done: Commit) -> int:
    bank, entry = done.bank, done.entry
    said = f"{entry['kind']} by {entry['actor']}: {entry['base'][:12]} → bank {bank.hash[:12]}"
    click.echo(clean(said))
    if "unreviewed" in bank.notes:
        seen = {review.skill for review in bank.reviews}
        left = [one for one in bank.active if not one.protected and one.name not in seen]
        click.echo(f"{len(left)} active skills are unreviewed: esc-skills bank accept RUN")
    return 0
