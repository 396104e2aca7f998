"""The card of a bank: what it is, who has looked at it, what it was made from, what is unknown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from esc_skills._stages.patch import BANK, HUMAN, IMPORT, PROTECTED
from esc_skills._store.folder import RunFolder
from esc_skills.model import Score, SkillsBank, content_hash
from esc_skills.model.identity import SHORT

UNMEASURED = (
    "crisis recall, language by language",
    "VERA-MH and other clinical safety scales",
    "effect on real people",
    "effect with real models",
)
"""What a reader would want to know; a note ``measured TOPIC: RESULT`` of the bank answers one."""
PURPOSE = (
    "Guidance for supportive talk in research and training. **Not for clinical use, and not a"
    " crisis service**: it makes no diagnosis, treats nothing, and calls no help. Skills alone"
    " guard nobody: whoever uses them watches over every message of both sides."
)

_PRIVATE = re.compile(r"(^|[^a-z])nc([^a-z]|$)|non.?commercial", re.IGNORECASE)
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&]|:(?=//))")
_TOLD = "measured "
_KINDS = ((HUMAN, "people"), (PROTECTED, "guards"), (IMPORT, "imports"), (BANK, "other banks"))


def card(bank: SkillsBank, *, at: Path | None = None) -> str:
    """The bank card as Markdown.

    Args:
        bank: The bank.
        at: Where it lies; inside of a run, the run's scores and health are told too.
    """
    named = bank.hash[:SHORT]
    parts = [
        ("", [f"# Bank card {named}", "", PURPOSE]),
        ("Review", _review(bank)),
        ("Licences and duties", [f"- {flat(line)}" for line in duties(bank)]),
        ("Made from", _made(bank)),
        ("Skills", _skills(bank)),
        ("Measured effects", _effects(bank)),
        ("Risks", _risks(bank)),
        ("Not measured", _unmeasured(bank)),
        *_of_run(at),
    ]
    text = "\n\n".join(
        "\n".join([f"## {title}", "", *lines] if title else lines) for title, lines in parts
    )
    return text + "\n"


def duties(bank: SkillsBank) -> tuple[str, ...]:
    """What whoever passes a bank on must keep to, a sentence a line (S15)."""
    made = [
        f"{tag}: for non-commercial use only, with the authors of the dialogues named"
        if _PRIVATE.search(tag)
        else f"{tag}: keep this notice and name the authors"
        for tag in bank.licences
        if tag.strip()
    ]
    if not made:
        made = ["no licence is stated: ask whoever made the bank before you pass it on"]
    return (*made, "whether text made from dialogues falls under their licence is unclear; ask")


def flat(text: str) -> str:
    """Somebody's text on one line of Markdown, with every sign that could be structure escaped."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return _SIGNS.sub(r"\\\1", " ".join(shown.split()))


def _review(bank: SkillsBank) -> list[str]:
    content = {skill.name: content_hash(skill) for skill in bank.skills}
    held = [review for review in bank.reviews if content.get(review.skill) == review.content]
    people = Counter(review.by.removeprefix(HUMAN) for review in held)
    waiting = {skill.name for skill in bank.active if not skill.protected}
    waiting -= {review.skill for review in held}
    said = [f"- {flat(name)} said yes to {people[name]} skills" for name in sorted(people)]
    return [
        *(said or ["- reviewed by no person"]),
        f"- active skills without a person's yes: {len(waiting)}",
        f"- stamps: {', '.join(map(flat, bank.notes)) or 'none'}",
        "- a gate's acceptance and a yes are no clinical review; there was none",
    ]


def _made(bank: SkillsBank) -> list[str]:
    cited = {one for skill in bank.skills for one in skill.evidence}
    cited |= {one for origin in bank.origins for one in origin.sources}
    counts = Counter(
        next((name for mark, name in _KINDS if one.startswith(mark)), "") for one in cited
    )
    rest = {one for one in cited if not one.startswith(tuple(mark for mark, _ in _KINDS))}
    talks = sum("/" in one for one in rest)
    return [
        f"- {len(bank.sources)} dialogues, known by their fingerprints",
        f"- {len(rest) - talks} units of dialogues and {talks} conversations that lines rest on",
        *(f"- {name} that lines rest on: {counts[name]}" for _, name in _KINDS if counts[name]),
        f"- tables of figures: {', '.join(flat(table.name) for table in bank.tables) or 'none'}",
        f"- made from bank {bank.parent[:SHORT]}" if bank.parent else "- a first version",
    ]


def _skills(bank: SkillsBank) -> list[str]:
    rows = [
        (
            skill.name,
            skill.life + (", protected" if skill.protected else ""),
            str(skill.revision),
            str(len(skill.evidence)),
            flat(skill.overview),
        )
        for skill in bank.skills
    ]
    return _table(("skill", "life", "revision", "rests on", "overview"), rows)


def _effects(bank: SkillsBank) -> list[str]:
    rows = [
        (
            skill.name,
            flat(one.group),
            f"{one.value:+.2f} [{one.low:.2f}, {one.high:.2f}]",
            str(one.n),
            one.basis,
        )
        for skill in bank.skills
        for one in skill.effects
    ]
    head = ("skill", "seekers", "points of emotion, 95 %", "exchanges", "how")
    said = [
        "Simulated seekers only. Observed: nobody drew lots, so other causes are not ruled out."
    ]
    return [*said, "", *_table(head, rows)] if rows else ["not measured"]


def _risks(bank: SkillsBank) -> list[str]:
    rows = [
        (skill.name, risk.severity, flat(risk.trigger), flat(risk.instead))
        for skill in bank.skills
        for risk in skill.risks
    ]
    return _table(("skill", "severity", "risk", "instead"), rows) if rows else ["none is stated"]


def _unmeasured(bank: SkillsBank) -> list[str]:
    told = [
        note.removeprefix(_TOLD).partition(": ") for note in bank.notes if note.startswith(_TOLD)
    ]
    known = {topic: result for topic, _, result in told if result}
    lines = [f"- {topic}: {flat(known.pop(topic, 'not measured'))}" for topic in UNMEASURED]
    return [*lines, *(f"- {flat(topic)}: {flat(known[topic])}" for topic in sorted(known))]


def _of_run(at: Path | None) -> Iterator[tuple[str, Sequence[str]]]:
    """Scores and health of the run that a bank lies in, where it lies in one."""
    from esc_skills._engine.health import bank_health

    inside = (at, at.resolve().parent.parent) if at else ()
    run = next((one for one in inside if (one / "run.json").is_file()), None)
    if at is None or run is None:
        return
    scores = RunFolder.open(run).read_nouns("scores.jsonl", Score)
    yield "Scores of its run", _scores(scores) if scores else ["not measured"]
    found = bank_health(at)
    share = found.precision
    yield (
        "Health in its run",
        [
            f"- active skills: {found.active}; used at least once: {_known(found.ever_used)}",
            f"- offers that were used: {share.hits} of {share.n}" if share.n else "- no offers",
            f"- quarantined: {len(found.quarantined)}; retired: {len(found.tombstones)}",
            f"- active skills that contradict each other: {len(found.contradictions)}",
        ],
    )


def _known(count: int | None) -> str:
    return "not measured" if count is None else str(count)


def _scores(scores: Iterable[Score]) -> list[str]:
    rows = [
        (
            *map(flat, (one.evaluator, one.name, one.arm)),
            _figure(one),
            f"{one.n} of {one.of}",
            one.claim if one.evaluator == "paired" else "",
        )
        for one in scores
    ]
    head = ("evaluator", "score", "arm", "value, 95 %", "n", "the later arm is")
    return _table(head, rows)


def _figure(score: Score) -> str:
    if score.value is None:
        return "not measured"
    ends = (
        "" if score.low is None or score.high is None else f" [{score.low:.3f}, {score.high:.3f}]"
    )
    return f"{score.value:.3f}{ends}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    marks = "| " + " | ".join("---" for _ in head) + " |"
    return [
        "| " + " | ".join(head) + " |",
        marks,
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
