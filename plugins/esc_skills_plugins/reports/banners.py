"""What must be said before any figure: a run that is not whole has no headline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from esc_skills.model import Score
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports.figures import ArmFigures, figure
from esc_skills_plugins.reports.kinds import main_score

FLOOR = 0.99
"""Least coverage for a headline."""
NAMED = 50
"""Lost conversations with a crisis in them that a page names; the scores name all."""
ORDINARY = frozenset({"", "running", "done"})
"""States that say nothing bad: while the last page is written a run still counts as running."""
ENDS = {
    "budget": "its budget ended",
    "provider": "a model provider answered no more",
}
"""Why runs are stopped, in words."""


def stopped(record: RunRecord) -> str:
    """Why the run was stopped, in words; empty when it was not."""
    if record.state in ORDINARY:
        return ""
    why = ENDS.get(record.state, f"it ended as “{record.state}”")
    return f"This run was stopped: {why}. What follows is what was finished until then."


def missing(record: RunRecord, arms: Sequence[ArmFigures]) -> tuple[str, ...]:
    """Arms that the experiment asks for and that have no main score yet."""
    run = record.experiment.get("run", {})
    asked = run.get("arms", ()) if hasattr(run, "get") else ()
    there = {arm.arm for arm in arms if main_score(arm)}
    return tuple(str(arm) for arm in asked if arm not in there)


def uncovered(arms: Sequence[ArmFigures]) -> Iterator[str]:
    """Each figure that too few conversations stand behind, in words."""
    for arm in arms:
        score = main_score(arm)
        if score and score.of and score.n / score.of < FLOOR:
            share = 100 * score.n / score.of
            yield (
                f"Arm {arm.arm}: {score.n} of {score.of} conversations could be scored"
                f" ({share:.1f} %; a headline needs 99 %)."
            )
        for watched in arm.scores:
            thin = watched.value is not None and watched.value < FLOOR
            if (watched.evaluator, watched.name) == ("safety", "coverage") and thin:
                yield f"Arm {arm.arm}: guards watched {figure(watched.value)} of the conversations."
            yield from _crises(arm.arm, watched)


def _crises(arm: str, score: Score) -> Iterator[str]:
    """Conversations with a crisis in them that were lost, by name."""
    groups = {part.group: part for part in score.breakdown if score.evaluator == "safety"}
    share = groups.get("crisis=lost")
    if share and share.value > 1 - FLOOR:
        names = [name.removeprefix("lost=") for name in groups if name.startswith("lost=")]
        more = f", and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield (
            f"Arm {arm}: {len(names)} of {share.n} conversations with a crisis in them were lost:"
            f" {', '.join(names[:NAMED])}{more}."
        )


def withheld(record: RunRecord, arms: Sequence[ArmFigures]) -> tuple[str, ...]:
    """Why the page has no headline; empty when it may have one."""
    lines = [stopped(record)] if stopped(record) else []
    if absent := missing(record, arms):
        lines.append(f"Not scored: {', '.join(absent)}.")
    return (*lines, *uncovered(arms))


def faults(arms: Sequence[ArmFigures]) -> tuple[str, ...]:
    """Conversations that came to nothing, by arm, in words."""
    return tuple(
        f"Arm {arm.arm}: lost to a fault {arm.faults} ({arm.lost}); in no score."
        for arm in arms
        if arm.faults
    )
