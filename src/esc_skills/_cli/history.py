"""``esc-skills bank log`` and ``bank trace``: how a bank came to be, and why each line stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, emit_json, figure, flat

if TYPE_CHECKING:
    from esc_skills._cli.lineage import History, Origin, Row
    from esc_skills.model import Line

PATH = click.argument("path", metavar="BANK", type=click.Path(path_type=Path))
SHORT = 12
"""Digits of a hash that are shown."""


@click.command("log")
@PATH
@JSON
def log(path: Path, as_json: bool) -> int:
    """Show how BANK came to be: failures, proposals, verdicts; exit 1 when they do not fit."""
    from esc_skills._cli.lineage import open_history
    from esc_skills._engine.ledger import decisions
    from esc_skills._host.banks import placed

    history = open_history(placed(path))
    breaks, decided = tuple(history.breaks()), decisions(history.ledger)
    if as_json:
        emit_json({"events": list(_events(history)), "decisions": decided, "breaks": breaks})
        return 1 if breaks else 0
    for event in _events(history):
        click.echo(clean(_event_line(event)))
    if decided:
        told = ", ".join(f"{count} {decision}" for decision, count in decided.items())
        click.echo(flat(f"decided: {told}"))
    for line in breaks:
        click.echo(clean(f"broken: {line}"))
    if not history.ledger:
        click.echo("no ledger: this bank lies outside of its run, or was never evolved")
    return 1 if breaks else 0


def _events(history: History) -> Iterator[dict[str, Any]]:
    from esc_skills._cli.lineage import proposal_of
    from esc_skills.model import content_hash

    made = {bank.proposal: number for number, bank in enumerate(history.banks) if bank.proposal}
    first = history.banks[0]
    yield {
        "event": "bank",
        "bank": 0 if not first.parent else None,
        "hash": first.hash,
        "skills": len(first.skills),
        "dialogues": len(first.sources),
    }
    for row in history.ledger:
        if row["event"] == "failures":
            yield _failures(row)
        elif row["event"] == "verdict":
            yield _attempt(row, made.get(content_hash(proposal_of(row))))


def _failures(row: Row) -> dict[str, Any]:
    found = row["report"]["failures"]
    return {
        "event": "failures",
        "round": row["round"],
        "traces": row["report"]["traces"],
        "failures": len(found),
        "kinds": dict(sorted(Counter(one["kind"] for one in found).items())),
        "lapses": sum(one["lapse"] for one in found),
    }


def _attempt(row: Row, bank: int | None) -> dict[str, Any]:
    edits = [
        {
            "kind": edit["kind"],
            "skills": [*edit["targets"], *(skill["name"] for skill in edit["skills"])],
            "reason": edit["reason"],
        }
        for edit in row["proposal"]["edits"]
    ]
    for edit in edits:
        edit["skills"] = list(dict.fromkeys(edit["skills"]))
    return {
        "event": "proposal",
        "round": row["round"],
        "proposal": row["proposal_id"],
        "refiner": row["proposal"]["refiner"],
        "edits": edits,
        "verdict": row["verdict"],
        "bank": bank,
    }


def _event_line(event: dict[str, Any]) -> str:
    if event["event"] == "bank":
        name = "bank 0" if event["bank"] == 0 else "a later bank"
        sources = f"from {event['dialogues']} dialogues"
        return f"{name} {event['hash'][:SHORT]}: {event['skills']} skills, {sources}"
    if event["event"] == "failures":
        kinds = ", ".join(f"{count} {kind}" for kind, count in event["kinds"].items())
        told = f" ({kinds}; lapses: {event['lapses']})" if kinds else ""
        return (
            f"round {event['round']}: {event['failures']} failures in {event['traces']}"
            f" conversations{told}"
        )
    became = f" → bank {event['bank']}" if event["bank"] else ""
    edits = "\n".join(f"    {edit['kind']} {', '.join(edit['skills'])}" for edit in event["edits"])
    return f"  {event['proposal']}: {verdict_line(event['verdict'])}{became}\n{edits}"


def verdict_line(verdict: Any) -> str:
    """A verdict of the ledger on one line."""
    spread = ""
    if verdict["effect"] is not None:
        ends = f" [{figure(verdict['low'])}, {figure(verdict['high'])}]"
        spread = f", {figure(verdict['effect'])} points{'' if verdict['low'] is None else ends}"
    vetoes = f", vetoes: {'; '.join(verdict['vetoes'])}" if verdict["vetoes"] else ""
    return (
        f"{verdict['decision']} by {verdict['gate']} after {verdict['pairs']} pairs{spread}{vetoes}"
    )


@click.command("trace")
@PATH
@click.argument("what", metavar="SKILL|WORDS", required=False)
@click.option("--from", "origin", metavar="SOURCE", help="Only lines that rest on this dialogue.")
@JSON
def trace(path: Path, what: str | None, origin: str | None, as_json: bool) -> int:
    """Show what stands behind SKILL, behind the lines that hold WORDS, or behind every line.

    SOURCE is a dialogue, a seeker, a conversation, a unit or a person: whoever withdraws it sees
    every line that came from it.
    """
    from esc_skills._cli.lineage import open_history
    from esc_skills._host.banks import placed

    history = open_history(placed(path))
    found = [_told(history, line, history.origin(line)) for line in _chosen(history, what)]
    found = found if origin is None else _resting(found, origin)
    if as_json:
        emit_json(found)
        return 0
    for together in _together(found):
        for text in _trace_lines(together):
            click.echo(clean(text))
    return 0


def _resting(found: list[dict[str, Any]], origin: str) -> list[dict[str, Any]]:
    """Lines among whose sources is this one."""
    from esc_skills.errors import UsageError

    names = ("id", "dialogue", "profile")
    held = [
        one for one in found if any(origin in map(source.get, names) for source in one["sources"])
    ]
    if not held:
        raise UsageError(
            f"no line rests on {origin!r}",
            hint="esc-skills bank trace BANK names the sources of every line",
        )
    return held


def _together(found: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lines of one skill that came in together, so that their sources are told once."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for one in found:
        key = (one["skill"], one["in"], one["since"]["bank"], one["proposal"], one["edit"])
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _chosen(history: History, what: str | None) -> list[Line]:
    from esc_skills.errors import UsageError
    from esc_skills.model.lineage import lines

    bank = history.banks[-1]
    if what is None:
        return [line for skill in bank.skills for line in lines(skill)]
    skill = bank.skill(what)
    if skill is not None:
        return list(lines(skill))
    wanted = " ".join(what.casefold().split())
    held = [line for one in bank.skills for line in lines(one) if wanted in line.text.casefold()]
    if not wanted or not held:
        raise UsageError(
            f"no skill is called {what!r}, and no line holds these words",
            hint="esc-skills bank list BANK; or a few words of a line, in quotes",
        )
    return held


def _told(history: History, line: Line, origin: Origin) -> dict[str, Any]:
    row, edit = origin.row, origin.edit
    return {
        "skill": line.skill,
        "part": line.part,
        "line": line.text,
        "since": {"bank": origin.version, "hash": history.banks[origin.version].hash},
        "in": origin.skill,
        "round": row["round"] if row else None,
        "proposal": row["proposal_id"] if row else None,
        "refiner": row["proposal"]["refiner"] if row else None,
        "edit": edit.kind if edit else None,
        "reason": edit.reason if edit else None,
        "verdict": row["verdict"] if row else None,
        "sources": [_source(history, name, origin) for name in origin.evidence],
    }


def _source(history: History, name: str, origin: Origin) -> dict[str, Any]:
    """What an id of evidence stands for; people's words are not shown."""
    unit, held = history.units.get(name), history.trace(name)
    if unit is not None:
        source = unit.source
        return {
            "id": name,
            "dialogue": source.dialogue,
            "corpus": source.corpus,
            "licence": source.licence,
            "turns": [source.first, source.last],
            "did": unit.action.label,
            "state": unit.before.label,
            "change": unit.change.label,
            "polarity": unit.change.polarity,
        }
    if held is not None:
        return {
            "id": name,
            "profile": held.profile.id,
            "persona_type": held.profile.persona_type,
            "intention": held.profile.intention,
            "ending": held.ending,
            "emotion": [held.profile.start_emotion, held.emotion],
            "failures": _failed(history, name, origin),
        }
    return {"id": name}


def _failed(history: History, name: str, origin: Origin) -> list[dict[str, Any]]:
    """Failures of a conversation, as the round of the proposal saw them."""
    number = origin.row["round"] if origin.row else 0
    seen = [
        failure
        for row in history.ledger
        if row["event"] == "failures" and row["round"] == number
        for failure in row["report"]["failures"]
        if failure["trace"] == name
    ]
    own = [failure for failure in seen if origin.skill in failure["skills"]]
    return [{key: failure[key] for key in ("exchange", "kind", "why")} for failure in own or seen]


def _trace_lines(together: list[dict[str, Any]]) -> Iterator[str]:
    for line in together:
        yield f"{line['skill']}, {line['part']}: {line['line']}"
    one = together[0]
    since = one["since"]
    was = f", then in {one['in']}" if one["in"] != one["skill"] else ""
    yield f"  since bank {since['bank']} ({since['hash'][:SHORT]}){was}"
    if one["proposal"]:
        yield f"  {one['edit']} in {one['proposal']} of {one['refiner']}, round {one['round']}"
        yield f"  reason: {one['reason']}"
        yield f"  verdict: {verdict_line(one['verdict'])}"
    elif since["bank"]:
        yield "  no proposal brought it: edited by hand, or the ledger is not here"
    for source in one["sources"]:
        yield f"  {_source_line(source)}"
        for failure in source.get("failures", ()):
            yield f"    exchange {failure['exchange']}: {failure['kind']}, {failure['why']}"


def _source_line(source: dict[str, Any]) -> str:
    if "dialogue" in source:
        first, last = source["turns"]
        return (
            f"{source['id']}: dialogue {source['dialogue']} of {source['corpus']}"
            f" ({source['licence']}), turns {first}-{last}: {source['did']} while"
            f" {source['state']}, then {source['change']} ({source['polarity']})"
        )
    if "profile" in source:
        start, end = source["emotion"]
        return (
            f"{source['id']}: {source['persona_type']} seeker, {source['intention']},"
            f" emotion {start} → {end}, {source['ending']}"
        )
    return f"{source['id']}"
