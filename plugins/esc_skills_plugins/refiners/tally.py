"""Finds failures and proposes edits by counting: no model, every edit with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from esc_skills.model import FailureReport, Proposal, Skill, SkillsBank, Trace
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Makes, Refiner, hookimpl
from esc_skills_plugins.refiners.adding import additions
from esc_skills_plugins.refiners.diagnosis import Split, missing, splits, uneven, unsafe
from esc_skills_plugins.refiners.draft import Desk, Limits
from esc_skills_plugins.refiners.expecting import broken, honest, narrowed, warned
from esc_skills_plugins.refiners.outcomes import Figures, Outcome, outcomes
from esc_skills_plugins.refiners.packing import chosen, packed
from esc_skills_plugins.refiners.proving import hypothesis, proofs
from esc_skills_plugins.refiners.pruning import merges, quarantines, retirements
from esc_skills_plugins.refiners.revising import revisions
from esc_skills_plugins.refiners.splitting import divisions, widened
from esc_skills_plugins.refiners.trying import candidates, lots
from esc_skills_plugins.refiners.wording import wording


@attrs.frozen(kw_only=True)
class TallyRefiner:
    """Mean emotion change by state and action, shrunk; skills are rewritten towards what helps.

    It sees whole traces and so the kinds of seeker; the conditions it writes use the state
    alone. Replies in a crisis and replies that a guard gave teach nothing.
    """

    name: ClassVar[str] = "tally"
    summary: ClassVar[str] = "failures and bounded edits from measured emotion changes, no model"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "missing skills": {"use_missing": False},
        "unsafe interventions": {"use_unsafe": False},
        "patterns by seeker": {"use_profile": False},
    }
    """What can be left out, with the settings that switch it off."""

    max_proposals: int = attrs.field(default=3, validator=between(0, 100))
    """Most proposals a round; 0 switches refinement off."""
    max_edits: int = attrs.field(default=4, validator=between(1, 100))
    """Most edits of one proposal."""
    min_n: int = attrs.field(default=5, validator=between(2, 10**6))
    """Fewest replies behind a change."""
    prior: float = attrs.field(default=8.0, validator=between(0, 10**6))
    """Replies after which a mean is half believed: cell → action → all replies."""
    least_gain: float = attrs.field(default=0.5, validator=between(0, 20))
    """Least expected gain, in SAGE points a reply, for a change of a skill's actions."""
    level: float = attrs.field(default=0.9, validator=between(0.5, 0.999))
    """Confidence of the intervals that forbid or quarantine, clustered by seeker."""
    retire_after: int = attrs.field(default=100, validator=between(1, 10**9))
    """Moments that a skill must have fitted, never used, before it is retired."""
    use_missing: bool = True
    """False leaves missing skills out, for an ablation."""
    use_unsafe: bool = True
    """False leaves unsafe interventions out, for an ablation."""
    use_profile: bool = True
    """False leaves patterns by kind of seeker out, for an ablation."""

    @property
    def makes(self) -> tuple[Makes, ...]:
        """Proposals, a round; two of three places are taken, as in a run of the sample."""
        most = self.max_proposals
        return (Makes(what="proposal", likely=most * 2 / 3, most=most),)

    def trials(self, bank: SkillsBank, ctx: Context) -> tuple[Skill, ...]:
        """One skill for each action, to be offered by lot."""
        if not self.max_proposals:
            return ()
        return tuple(candidates(bank, wording(bank.taxonomy)).values())

    async def diagnose(
        self, traces: tuple[Trace, ...], bank: SkillsBank, ctx: Context
    ) -> FailureReport:
        """Sort failures into the three kinds; patterns over many traces go into the notes."""
        # What a lot had the supporter do is no failure of the bank.
        rows = tuple(row for row in outcomes(traces) if not row.trial)
        found = [
            *(missing(rows, bank, self.min_n) if self.use_missing else ()),
            *(unsafe(rows, bank) if self.use_unsafe else ()),
        ]
        uneven_for = self._splits(rows)
        found += uneven(rows, uneven_for, bank)
        order = {trace.id: place for place, trace in enumerate(traces)}
        found.sort(key=lambda one: (order[one.trace], one.exchange, one.kind))
        lapses = sum(one.lapse for one in found)
        notes = [split.words for split in uneven_for]
        if lapses:
            notes.append(f"{lapses} failures are lapses: a fitting skill was not followed")
        looked = sum(trace.ending != "fault" for trace in traces)
        ctx.note("diagnosed", traces=looked, failures=len(found), lapses=lapses)
        return FailureReport(failures=tuple(found), traces=looked, notes=tuple(notes))

    async def propose(
        self,
        report: FailureReport,
        traces: tuple[Trace, ...],
        bank: SkillsBank,
        rejected: tuple[Proposal, ...],
        ctx: Context,
    ) -> tuple[Proposal, ...]:
        """Bundle the edits that would have gained most; no edit touches a protected skill."""
        rows = outcomes(traces)
        desk = self._desk(report, rows, bank)
        if not desk.figures.rows or not self.max_proposals:
            return ()
        trial = lots(rows, bank, desk.wording, self.prior)
        shown = hypothesis(desk, trial, rejected) if trial.offers else None
        if shown is not None:
            # It touches most skills: other edits wait until it is decided.
            ctx.note("shown", actions=len(proofs(trial)), edits=len(shown.edits))
            return (shown,)
        drafts = [
            *revisions(desk),
            *(widened(desk, additions(desk)) if self.use_missing else ()),
            *divisions(desk),
            *narrowed(desk),
            *warned(desk),
            *quarantines(desk),
            *retirements(desk),
            *merges(desk),
        ]
        kept = chosen(honest(desk, drafts), bank)
        ctx.note("drafted", drafts=len(drafts), kept=len(kept), broken=len(broken(desk)))
        return packed(kept, rejected, bank, self.max_edits, self.max_proposals)

    def _splits(self, rows: tuple[Outcome, ...]) -> tuple[Split, ...]:
        rows = tuple(row for row in rows if not row.trial)
        return splits(rows, self.min_n, self.prior) if self.use_profile else ()

    def _desk(self, report: FailureReport, rows: tuple[Outcome, ...], bank: SkillsBank) -> Desk:
        used = {
            "missing-skill": self.use_missing,
            "unsafe-intervention": self.use_unsafe,
            "profile-specific": self.use_profile,
        }
        failures = tuple(one for one in report.failures if used[one.kind])
        ordinary = tuple(row for row in rows if row.ordinary)
        return Desk(
            bank=bank,
            rows=rows,
            figures=Figures(rows=ordinary, prior=self.prior),
            report=attrs.evolve(report, failures=failures),
            splits=self._splits(rows),
            limits=Limits(
                least=self.min_n, gain=self.least_gain, level=self.level, idle=self.retire_after
            ),
            wording=wording(bank.taxonomy),
        )


@hookimpl
def esc_skills_refiners() -> list[type[Refiner]]:
    """Offer the component of this file."""
    return [TallyRefiner]
