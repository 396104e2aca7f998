"""Sets the skill aside that was in play most often when a seeker felt worse."""

from collections import Counter

import attrs

from esc_skills.model import Edit, Failure, FailureReport, Proposal
from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Pruner:
    name = "pruner"
    summary = "sets aside the skill that was used most often when a seeker felt worse"

    async def diagnose(self, traces, bank, ctx):
        whole = [trace for trace in traces if trace.ending != "fault"]
        found = tuple(
            Failure(
                kind="unsafe-intervention",
                trace=trace.id,
                exchange=one.index,
                skills=one.reply.used,
                why="the seeker felt worse",
                cause=one.state.label,
            )
            for trace in whole
            for one in trace.exchanges
            if one.reaction and one.reaction.delta < 0
        )
        return FailureReport(failures=found, traces=len(whole))

    async def propose(self, report, traces, bank, rejected, ctx):
        refused = {edit.targets for proposal in rejected for edit in proposal.edits}
        blamed = Counter(name for failure in report.failures for name in failure.skills)
        for name in sorted(blamed, key=lambda name: (-blamed[name], name)):
            skill = bank.skill(name)
            if skill and skill.life == "active" and not skill.protected and (name,) not in refused:
                seen = sorted({one.trace for one in report.failures if name in one.skills})
                edit = Edit(
                    kind="quarantine",
                    targets=(name,),
                    reason=f"seekers felt worse after {blamed[name]} of its uses",
                    evidence=tuple(seen),
                )
                return (Proposal(bank=bank.hash, edits=(edit,), refiner=self.name),)
        return ()


@hookimpl
def esc_skills_refiners():
    return [Pruner]
