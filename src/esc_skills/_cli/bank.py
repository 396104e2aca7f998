"""``esc-skills bank``: list, show, check and compare banks; their history is in ``history``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from esc_skills._cli.hand import accept, edit, reject, rollback
from esc_skills._cli.health import health
from esc_skills._cli.history import log, trace
from esc_skills._cli.parcels import bring, card, export
from esc_skills._cli.review import review
from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, columns, emit_json, flat

if TYPE_CHECKING:
    from esc_skills.model import SkillsBank

BANK = click.argument("path", metavar="BANK", type=click.Path(path_type=Path))


def _read(path: Path) -> tuple[SkillsBank, tuple[str, ...]]:
    """Open a bank; where no folder lies, the name of an installed one stands for its folder."""
    from esc_skills._engine.banks import open_bank
    from esc_skills._host.banks import placed

    return open_bank(placed(path))


@click.group("bank")
def bank() -> None:
    """Look at banks. BANK is a folder under banks/, an exported one, a run folder, or a name."""


@bank.command("list")
@BANK
@JSON
def list_skills(path: Path, as_json: bool) -> int:
    """List the skills of BANK."""
    found, edited = _read(path)
    if as_json:
        emit_json(
            [
                {
                    "name": skill.name,
                    "life": skill.life,
                    "protected": skill.protected,
                    "revision": skill.revision,
                    "actions": skill.actions,
                    "evidence": len(skill.evidence),
                    "edited": skill.name in edited,
                    "overview": skill.overview,
                }
                for skill in found.skills
            ]
        )
        return 0
    rows = [("skill", "life", "rev", "evidence", "actions")]
    for skill in found.skills:
        life = skill.life + (" protected" if skill.protected else "")
        life += " edited" if skill.name in edited else ""
        actions = ", ".join(skill.actions[:3])
        rows.append((skill.name, life, str(skill.revision), str(len(skill.evidence)), actions))
    for line in columns(rows):
        click.echo(line)
    click.echo(flat(repr(found)))
    return 0


@bank.command("show")
@BANK
@click.argument("name", required=False)
@JSON
def show(path: Path, name: str | None, as_json: bool) -> int:
    """Show a skill of BANK, or the bank's own facts."""
    from esc_skills.errors import UsageError

    found, _ = _read(path)
    if name is None:
        facts = {
            "hash": found.hash,
            "parent": found.parent,
            "skills": len(found.skills),
            "active": len(found.active),
            "tables": [table.name for table in found.tables],
            "licences": found.licences,
            "notes": found.notes,
        }
        if as_json:
            emit_json(facts)
        else:
            for key, value in facts.items():
                click.echo(flat(f"{key}: {value}"))
        return 0
    skill = found.skill(name)
    if skill is None:
        from difflib import get_close_matches

        near = get_close_matches(name, [item.name for item in found.skills], n=3)
        raise UsageError(
            f"the bank holds no skill {name!r}",
            hint=f"near: {', '.join(near)}" if near else "esc-skills bank list BANK",
        )
    if as_json:
        emit_json(skill)
    else:
        from esc_skills._codec.skillmd import write_skill

        licence = ", ".join(found.licences)
        click.echo(clean(write_skill(skill, licence=licence)), nl=False)
    return 0


@bank.command("check")
@BANK
def check(path: Path) -> int:
    """Check every rule that a bank must keep; exit 1 when one is broken."""
    from esc_skills._engine.banks import chain_faults, faults, tampered

    found, edited = _read(path)
    touched = tampered(found, edited)
    broken = [*touched.values(), *faults(found, edited), *chain_faults(path)]
    for line in broken:
        click.echo(flat(line))
    for name in (name for name in edited if name not in touched):
        click.echo(flat(f"note: {name} was edited by hand"))
    if not broken:
        click.echo(f"good: {len(found.skills)} skills, hash {found.hash[:12]}")
    return 1 if broken else 0


@bank.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@JSON
def diff(old: Path, new: Path, as_json: bool) -> int:
    """Show what changed between two banks, skill by skill."""
    from esc_skills._engine.banks import changed_skills

    before, _ = _read(old)
    after, _ = _read(new)
    changes = changed_skills(before, after)
    if as_json:
        emit_json(changes)
        return 0
    for change in changes:
        click.echo(flat(f"{change['change']} {change['name']}"))
        for field, values in change["fields"].items():
            click.echo(flat(f"  {field}"))
            click.echo(f"  - {clean(values[0])}")
            click.echo(f"  + {clean(values[1])}")
    if not changes:
        click.echo("no skill differs")
    return 0


for command in (accept, bring, card, edit, export, reject, rollback):
    bank.add_command(command)
bank.add_command(health)
bank.add_command(log)
bank.add_command(review)
bank.add_command(trace)
