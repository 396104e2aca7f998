"""What a model wrote for a skill, and the checks before a line of it enters a bank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

from esc_skills.model import InterventionUnit, Risk, Skill, Taxonomy
from esc_skills.model.skill import NAME_LIMIT, Severity
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins._shared.cues import Lexicon, compile_cues, tokens
from esc_skills_plugins._shared.echoes import all_runs, copies, tidy

LINE_LIMIT = 600
"""Most characters of one line; guidance that is longer is nothing that a person could follow."""
_SEVERITIES: dict[str, Severity] = {"low": "low", "medium": "medium", "high": "high"}
_MOST = {"guidance": 5, "pitfalls": 3, "examples": 6, "risks": 3}
_DETAILS = re.compile(r"https?://|www\.|\S@\S|(?:\d[\s().+-]?){7,}")


@attrs.frozen(kw_only=True)
class WrittenRisk:
    """A risk in a model's words."""

    trigger: str
    """When it goes wrong."""
    severity: str = "medium"
    """``low``, ``medium`` or ``high``."""
    instead: str = ""
    """What to do instead."""


@attrs.frozen(kw_only=True)
class WrittenSkill:
    """A skill in a model's words; evidence, labels and figures are never the model's."""

    name: str = ""
    """Lower-case words joined by hyphens."""
    overview: str = ""
    """One or two sentences."""
    when: str = ""
    """When it applies, one clause."""
    not_when: str = ""
    """When it does not, one clause."""
    guidance: tuple[str, ...] = ()
    """Steps in order."""
    pitfalls: tuple[str, ...] = ()
    """What people do wrong."""
    risks: tuple[WrittenRisk, ...] = ()
    """What can go wrong."""
    examples: tuple[str, ...] = ()
    """Sample wordings."""


@attrs.define(kw_only=True)
class Censor:
    """Lets lines pass that are nobody's own words, and counts the others."""

    said: frozenset[tuple[str, ...]]
    """Runs of words of all sources."""
    crisis: Lexicon
    """Words that belong to protected skills alone."""
    counts: Counter[str] = attrs.field(factory=Counter)
    """Lines that were refused, by reason."""

    def fault(self, text: str) -> str:
        """Why a line may not enter a bank; empty when it may."""
        if len(text) > LINE_LIMIT:
            return "line too long"
        if copies(text, self.said):
            return "line copied from a source"
        if _DETAILS.search(text):
            return "line with contact details"
        if self.crisis.count(tokens(text)):
            return "line with words of crisis"
        return ""

    def line(self, text: str) -> str:
        """The line on one line; empty when it was refused."""
        kept = tidy(text)
        fault = self.fault(kept)
        if fault:
            self.counts[fault] += 1
        return "" if fault else kept

    def lines(self, texts: Sequence[str], part: str) -> tuple[str, ...]:
        """The lines that pass, each once, at most as many as the part may have."""
        passed = dict.fromkeys(line for line in map(self.line, texts) if line)
        return tuple(passed)[: _MOST[part]]

    def risks(self, written: Sequence[WrittenRisk]) -> tuple[Risk, ...]:
        """Risks whose trigger passes; an unknown severity counts as medium."""
        made = []
        for item in written[: _MOST["risks"]]:
            trigger = self.line(item.trigger)
            if trigger:
                severity = _SEVERITIES.get(item.severity.strip().casefold(), "medium")
                made.append(
                    Risk(trigger=trigger, severity=severity, instead=self.line(item.instead))
                )
        return tuple(made)


def censor_for(units: Iterable[InterventionUnit], taxonomy: Taxonomy) -> Censor:
    """Make a censor that knows every word of the sources."""
    crisis = taxonomy.label("state", CRISIS)
    return Censor(
        said=all_runs(text for unit in units for text in (unit.context, unit.action.text)),
        crisis=compile_cues({CRISIS: crisis.cues if crisis else ()}),
    )


def slug(text: str) -> str:
    """A skill name made of a text; empty when it has no Latin letter or digit."""
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:NAME_LIMIT].strip("-")


def rewritten(
    counted: Skill, written: WrittenSkill, censor: Censor, *, risks: bool
) -> Skill | None:
    """Put a model's words on a counted skill; None when too little of them may stand.

    States, actions, expected outcome, bars, counted risks and evidence stay as they were counted.

    Args:
        counted: The skill that counting made of the group.
        written: The model's words.
        censor: Decides which lines pass.
        risks: Whether written risks are taken in.
    """
    overview = censor.line(written.overview)
    guidance = censor.lines(written.guidance, "guidance")
    if not overview or not guidance:
        censor.counts["skill without overview or guidance"] += 1
        return None
    when, bar = censor.line(written.when), censor.line(written.not_when)
    applies = tuple(attrs.evolve(test, words=when or test.words) for test in counted.applies)
    # A condition of words alone would hold for every state, so the clause is kept as a pitfall.
    pitfalls = (*censor.lines(written.pitfalls, "pitfalls"), *_barred(bar))
    return attrs.evolve(
        counted,
        name=slug(censor.line(written.name)) or counted.name,
        overview=overview,
        applies=applies,
        guidance=guidance,
        risks=(*counted.risks, *(censor.risks(written.risks) if risks else ())),
        pitfalls=pitfalls,
        examples=censor.lines(written.examples, "examples"),
    )


def _barred(clause: str) -> tuple[str, ...]:
    return (f"Not when: {clause}",) if clause else ()
