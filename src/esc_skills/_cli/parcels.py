"""``esc-skills bank export``, ``import`` and ``card``: a bank leaves, and a stranger's comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, emit_json

if TYPE_CHECKING:
    from esc_skills._practice.customs import Find
    from esc_skills.model import SkillsBank

FORMS = ("skills", "json", "openai", "anthropic")


@click.command("export")
@click.argument("name", metavar="BANK")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--form", type=click.Choice(FORMS), default="skills", show_default=True)
@click.option("--unreviewed", is_flag=True, help="Also with skills that no person has reviewed.")
def export(name: str, out: Path, form: str, *, unreviewed: bool) -> int:
    """Write BANK to OUT, to be used elsewhere: Agent Skills (.zip: in one file), or one JSON."""
    from esc_skills._practice.admission import find
    from esc_skills._practice.cards import duties
    from esc_skills._practice.parcels import export as write

    found = find(name)
    files = write(
        found.bank,
        out,
        form=form,
        unreviewed=unreviewed,
        installed=found.installed,
        told=found.card,
    )
    click.echo(clean(f"{len(files)} files at {out}; bank {found.bank.hash[:12]}"))
    click.echo(clean(f"stamps: {', '.join(found.bank.notes) or 'none'}"))
    for line in duties(found.bank):
        click.echo(clean(f"duty: {line}"))
    return 0


@click.command("card")
@click.argument("name", metavar="BANK")
def card(name: str) -> int:
    """Print the card of BANK: what it is, who reviewed it, what is known of it and what is not."""
    from esc_skills._practice.admission import find
    from esc_skills._practice.cards import card as written

    found = find(name)
    told = found.card or written(found.bank, at=None if found.installed else Path(name))
    click.echo(clean(told), nl=False)
    return 0


@click.command("import")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--into", "run", required=True, type=click.Path(path_type=Path), help="Run folder.")
@click.option("--by", default="", help="Your name; it stands in the ledger, and is no review.")
@JSON
def bring(bundle: Path, run: Path, by: str, as_json: bool) -> int:
    """Bring the skills of BUNDLE into a run, where they wait until a person has read them."""
    from esc_skills._practice.arrivals import bring as take

    done = take(bundle, run, by=by)
    if as_json:
        rows = [
            {"name": one.name, "state": one.state, "as": one.skill.name if one.skill else None}
            | {"note": one.note, "finds": one.finds}
            for one in done.arrivals
        ]
        emit_json({"actor": done.actor, "bank": done.bank.hash, "skills": rows})
        return 0
    for one in done.arrivals:
        name = one.skill.name if one.skill else one.name
        click.echo(clean(f"{one.state} {name}" + (f": {one.note}" if one.note else "")))
        for line in find_lines(one.finds):
            click.echo(clean(line))
    click.echo(clean(f"bank {done.bank.hash[:12]}; read them: esc-skills bank review {run}"))
    return 0


def find_lines(finds: Iterable[Find]) -> Iterator[str]:
    """What a reviewer should look at twice, a line each."""
    return (f"  {one.kind} in {one.where}: {' '.join(one.shown.split())}" for one in finds)


def strange(bank: SkillsBank) -> list[dict[str, Any]]:
    """Skills from elsewhere that wait for a person, word for word, with nothing hidden."""
    from esc_skills._codec.skillmd import write_skill
    from esc_skills._practice.customs import examine, spelled
    from esc_skills._stages.patch import FOREIGN
    from esc_skills.model import content_hash

    return [
        {
            "import": skill.name,
            "hash": content_hash(skill),
            "from": [one for one in skill.evidence if one.startswith(FOREIGN)],
            "finds": examine(skill),
            "text": spelled(write_skill(skill)),
        }
        for skill in bank.skills
        if skill.life == "quarantined" and any(one.startswith(FOREIGN) for one in skill.evidence)
    ]


def strange_lines(one: dict[str, Any]) -> Iterator[str]:
    """One of them for people."""
    yield f"import {one['import']} {one['hash'][:12]} from {', '.join(one['from'])}"
    yield from find_lines(one["finds"])
    yield from (f"  | {line}" for line in one["text"].splitlines())
