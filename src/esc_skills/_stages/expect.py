"""The arrow *diagnose*, second half: causes over all seekers, and what skills had promised."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills._stages.verify import Play, Seat
from esc_skills.model import FailureReport, SkillsBank, Trace
from esc_skills.model.failure import causes
from esc_skills.stats import expectations


def completed(report: FailureReport, traces: Sequence[Trace], bank: SkillsBank) -> FailureReport:
    """Add to a refiner's report what code can tell: grouped causes, expectations against traces.

    Args:
        report: What the refiner found.
        traces: The conversations that it saw, and no others: verify seekers stay unseen.
        bank: The bank they were held with.
    """
    profiles = {trace.id: trace.profile.id for trace in traces}
    return attrs.evolve(
        report,
        causes=causes(report.failures, profiles),
        checks=expectations(traces, bank).checks,
    )


@attrs.define
class Witness:
    """Plays as told, and remembers every conversation of one bank."""

    bank: SkillsBank
    """Whose conversations are kept."""
    play: Play
    """How banks meet seekers."""
    seen: dict[str, Trace] = attrs.field(factory=dict)
    """Conversations by id."""

    async def __call__(self, bank: SkillsBank | None, seats: Sequence[Seat]) -> tuple[Trace, ...]:
        """Play; see ``Play``."""
        traces = await self.play(bank, seats)
        if bank is not None and bank.behaviour == self.bank.behaviour:
            self.seen.update({trace.id: trace for trace in traces})
        return traces
