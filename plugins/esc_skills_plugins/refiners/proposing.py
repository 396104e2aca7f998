"""The question for edits: labels, skills, numbered failures and what was refused, all as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from esc_skills.model import (
    Edit,
    Exchange,
    Failure,
    Proposal,
    Rate,
    Skill,
    SkillsBank,
    Taxonomy,
    Trace,
)
from esc_skills.spec import Prompt
from esc_skills.stats import expectations
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.refiners.editing import LINE_LIMIT, MOST_LINES
from esc_skills_plugins.refiners.mining import lines

SHOWN = 400
"""Most characters of one message in the question."""
MOST_REJECTED = 30
"""Refused edits that are shown, the latest."""


def numbered(failures: Sequence[Failure], most: int) -> dict[str, Failure]:
    """Failures by the number they are shown under, unsafe ones first, lapses last.

    A lapse is no fault of the bank: its skill was right.
    """
    order = {"unsafe-intervention": 0, "profile-specific": 1, "missing-skill": 2}
    ranked = sorted(failures, key=lambda one: (one.lapse, order[one.kind]))
    return {f"f{at}": failure for at, failure in enumerate(ranked[:most], 1)}


def question(
    found: Mapping[str, Failure],
    traces: Sequence[Trace],
    bank: SkillsBank,
    rejected: Sequence[Proposal],
    *,
    most: int,
    language: str,
) -> Prompt:
    """Ask for at most ``most`` edits."""
    refused = [edit for old in rejected for edit in old.edits][-MOST_REJECTED:]
    checks = {check.skill: check.outcome for check in expectations(traces, bank).checks}
    skills = [_skill(one, checks[one.name]) for one in bank.active if not one.protected]
    return prompt(
        "refiners",
        "paper",
        "propose",
        language=language,
        slots={"most": str(most), "lines": str(MOST_LINES), "signs": str(LINE_LIMIT)},
        data=(
            ("labels", lines(_labels(bank.taxonomy or default_taxonomy()))),
            ("skills", lines(skills)),
            ("taken-names", lines([skill.name for skill in bank.skills])),
            ("failures", lines(_failures(found, traces))),
            ("refused", lines([_refused(edit) for edit in refused])),
        ),
    )


def _labels(taxonomy: Taxonomy) -> Iterator[object]:
    for dimension in ("scenario", "state", "action", "change"):
        for label in getattr(taxonomy, f"{dimension}s"):
            row = {"kind": dimension, "label": label.name, "meaning": label.definition}
            yield {**row, "polarity": label.polarity} if dimension == "change" else row


def _skill(skill: Skill, kept: Rate) -> object:
    tried = {"hits": kept.hits, "uses": kept.n, "from": kept.low, "to": kept.high}
    return {
        "name": skill.name,
        "overview": skill.overview,
        "states": sorted({name for test in skill.applies for name in test.states}),
        "scenarios": sorted({name for test in skill.applies for name in test.scenarios}),
        "not_states": sorted({name for test in skill.not_when for name in test.states}),
        "actions": list(skill.actions),
        "guidance": list(skill.guidance),
        "changes": list(skill.expected.changes),
        "risks": [{"trigger": risk.trigger, "instead": risk.instead} for risk in skill.risks],
        "pitfalls": list(skill.pitfalls),
        "examples": list(skill.examples),
        "effects": [{"group": e.group, "points": e.value, "n": e.n} for e in skill.effects],
        "promise_kept": tried if kept.n else "never used",
    }


def _failures(found: Mapping[str, Failure], traces: Sequence[Trace]) -> Iterator[object]:
    places = {(trace.id, item.index): (trace, item) for trace in traces for item in trace.exchanges}
    for number, failure in found.items():
        row = {
            "number": number,
            "kind": failure.kind,
            "cause": failure.cause,
            "skills": list(failure.skills),
            "why": failure.why,
            "lapse": failure.lapse,
        }
        place = places.get((failure.trace, failure.exchange))
        yield {**row, **_scene(*place)} if place else row


def _scene(trace: Trace, item: Exchange) -> dict[str, object]:
    return {
        "persona_type": trace.profile.persona_type,
        "intention": trace.profile.intention,
        "seeker": item.seeker[:SHOWN],
        "reply": item.reply.text[:SHOWN],
        "emotion_change": item.reaction.delta if item.reaction else None,
    }


def _refused(edit: Edit) -> object:
    return {
        "kind": edit.kind,
        "targets": list(edit.targets),
        "skills": [skill.name for skill in edit.skills],
        "reason": edit.reason,
    }
