"""``esc-skills bank review``: a proposal as a diff, the turns that caused it, what verified it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.history import verdict_line
from esc_skills._cli.parcels import strange, strange_lines
from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, columns, emit_json, figure

if TYPE_CHECKING:
    from esc_skills._cli.lineage import History, Row
    from esc_skills.model import Edit, Pair, Proposal

FEW = 3
"""Failing turns of an edit, and lowest pairs, that are shown in full."""


@click.command("review")
@click.argument("path", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("proposal", required=False)
@JSON
def review(path: Path, proposal: str | None, as_json: bool) -> int:
    """Show PROPOSAL of RUN: its diff, its causes, its pairs; without one, all and all imports."""
    from esc_skills._cli.lineage import open_history

    history = open_history(path)
    told = [_told(history, row) for row in _chosen(history, proposal)]
    waiting = strange(history.banks[-1]) if proposal is None else []
    if as_json:
        emit_json([*told, *waiting])
        return 0
    for one in told:
        for line in _lines(one):
            click.echo(clean(line))
    for one in waiting:
        for line in strange_lines(one):
            click.echo(clean(line))
    if not told:
        click.echo("nothing was proposed in this run")
    return 0


def _chosen(history: History, wanted: str | None) -> list[Row]:
    from esc_skills.errors import UsageError

    rows = [row for row in history.ledger if row["event"] == "verdict"]
    found = [row for row in rows if wanted is None or row["proposal_id"].startswith(wanted)]
    if wanted is not None and not found:
        known = ", ".join(row["proposal_id"] for row in rows) or "none"
        raise UsageError(f"no proposal {wanted!r} in this run", hint=f"proposals: {known}")
    return found


def _told(history: History, row: Row) -> dict[str, Any]:
    from esc_skills._cli.lineage import proposal_of
    from esc_skills._codec.nouns import load
    from esc_skills.model import Pair

    proposal = proposal_of(row)
    pairs = [load(pair, Pair, "ledger.jsonl") for pair in row["pairs"]]
    return {
        "proposal": row["proposal_id"],
        "round": row["round"],
        "refiner": proposal.refiner,
        "edits": [
            {
                "kind": edit.kind,
                "targets": edit.targets,
                "reason": edit.reason,
                "changes": _changes(history, proposal.bank, edit),
                "turns": _turns(history, row["round"], edit),
            }
            for edit in proposal.edits
        ],
        "causes": _causes(history, row["round"], proposal),
        "verdict": row["verdict"],
        "groups": _groups(pairs),
        "worst": [
            {"profile": pair.profile, "current": pair.current, "candidate": pair.candidate}
            for pair in sorted(pairs, key=lambda one: (one.difference, one.profile, one.repeat))
            if pair.difference < 0
        ],
    }


def _causes(history: History, number: int, proposal: Proposal) -> list[dict[str, Any]]:
    """Causes, over all seekers, of which the proposal's conversations show a failure."""
    told = {name for edit in proposal.edits for name in edit.evidence}
    reports = [
        row["report"]
        for row in history.ledger
        if row["event"] == "failures" and row["round"] == number
    ]
    shown = {
        (failure["cause"], failure["kind"])
        for report in reports
        for failure in report["failures"]
        if failure["trace"] in told
    }
    return [
        {key: one[key] for key in ("cause", "kind", "n", "lapses", "skills", "trace", "exchange")}
        | {"seekers": len(one["profiles"])}
        for report in reports
        for one in report.get("causes", ())
        if (one["cause"], one["kind"]) in shown
    ]


def _changes(history: History, base: str, edit: Edit) -> list[dict[str, Any]]:
    """What an edit does to its skills, field by field.

    A proposal after the first of a round was aimed at the bank that stood by then, so a bank of
    the history has its hash; without one only the new skills are shown.
    """
    from esc_skills._engine.banks import changed_skills
    from esc_skills.model import SkillsBank

    bank = next((one for one in history.banks if one.hash == base), SkillsBank())
    found = (bank.skill(name) for name in edit.targets)
    before = SkillsBank().with_skills(tuple(skill for skill in found if skill is not None))
    if edit.kind in {"quarantine", "retire"}:
        life = "quarantined" if edit.kind == "quarantine" else "retired"
        return [
            {"name": name, "change": "changed", "fields": {"life": ("active", life)}}
            for name in edit.targets
        ]
    return changed_skills(before, SkillsBank().with_skills(edit.skills))


def _turns(history: History, number: int, edit: Edit) -> list[dict[str, Any]]:
    """Failing turns in the conversations that the edit rests on; those of its skills first."""
    seen = [
        failure
        for row in history.ledger
        if row["event"] == "failures" and row["round"] == number
        for failure in row["report"]["failures"]
        if failure["trace"] in edit.evidence
    ]
    own = [failure for failure in seen if set(edit.targets) & set(failure["skills"])]
    return [_turn(history, failure) for failure in own or seen]


def _turn(history: History, failure: dict[str, Any]) -> dict[str, Any]:
    told = {key: failure[key] for key in ("trace", "exchange", "kind", "why")}
    trace = history.trace(failure["trace"])
    exchanges = trace.exchanges if trace else ()
    for item in exchanges:
        # Words of a crisis are not put on a screen unasked; the trace holds them.
        crisis = any(alarm.severity == "high" for alarm in item.alarms)
        if item.index == failure["exchange"] and not crisis:
            told |= {
                "seeker": item.seeker,
                "supporter": item.reply.text,
                "change": item.reaction.delta if item.reaction else None,
            }
    return told


def _groups(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Mean difference by persona type and by intention, with its 95 % interval."""
    from esc_skills.stats import mean_interval

    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        for name in ("all", *(part for part in pair.group.split("/") if part)):
            found.setdefault(name, []).append(pair)
    made = []
    for name in sorted(found, key=lambda one: (one != "all", one)):
        inside = found[name]
        shown = mean_interval(
            [pair.difference for pair in inside], [pair.profile for pair in inside]
        ).rounded()
        made.append(
            {"group": name, "value": shown.value, "low": shown.low, "high": shown.high}
            | {"pairs": shown.n, "alarms": sum(pair.alarms for pair in inside)}
        )
    return made


def _lines(one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['proposal']} of {one['refiner']}, round {one['round']}"
    for cause in one["causes"][:FEW]:
        yield (
            f"  cause {cause['cause']} ({cause['kind']}): {cause['n']} failures of"
            f" {cause['seekers']} seekers, lapses: {cause['lapses']}"
        )
    for edit in one["edits"]:
        yield f"  {edit['kind']} {', '.join(edit['targets'])}".rstrip() + f": {edit['reason']}"
        for change in edit["changes"]:
            yield f"    {change['change']} {change['name']}"
            for field, (old, new) in change["fields"].items():
                yield f"      {field}"
                yield f"      - {old}"
                yield f"      + {new}"
        yield from _turn_lines(edit["turns"])
    yield f"  verdict: {verdict_line(one['verdict'])}"
    yield f"  {one['verdict']['reason']}"
    rows = [("group", "points", "95 % interval", "pairs", "unsafe")]
    for group in one["groups"]:
        ends = f"[{figure(group['low'])}, {figure(group['high'])}]"
        rows.append(
            (
                group["group"],
                figure(group["value"]),
                "—" if group["low"] is None else ends,
                str(group["pairs"]),
                str(group["alarms"]),
            )
        )
    yield from (f"  {line}" for line in columns(rows) if len(rows) > 1)
    for pair in one["worst"][:FEW]:
        yield f"  lost: {pair['profile']} {pair['current']:g} → {pair['candidate']:g}"


def _turn_lines(turns: list[dict[str, Any]]) -> Iterator[str]:
    for turn in turns[:FEW]:
        yield f"    {turn['trace']}, exchange {turn['exchange']}: {turn['why']}"
        if "seeker" in turn:
            yield f"      seeker: {turn['seeker']}"
            yield f"      supporter: {turn['supporter']}"
    if len(turns) > FEW:
        yield f"    and {len(turns) - FEW} failing turns more (--json has them all)"
