"""The paper's refiner: a model mines traces for failures and proposes bounded edits.

Two questions, one step each: *diagnose* shows one failing conversation at a time; *propose* shows
all failures of the round, numbered. A model only points and words: places, names, causes, evidence,
old risks and the rules of the bank are code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import Failure, FailureReport, Proposal, Skill, SkillsBank, Trace
from esc_skills.model.invariants import between
from esc_skills.spec import Ask, Context, Makes, Refiner, hookimpl
from esc_skills_plugins._shared.together import together
from esc_skills_plugins.refiners.copying import sources
from esc_skills_plugins.refiners.draft import Draft
from esc_skills_plugins.refiners.editing import DroppedError, Editor, fitting
from esc_skills_plugins.refiners.mining import Mined, diagnosis, failing, mined, wording
from esc_skills_plugins.refiners.packing import chosen, packed
from esc_skills_plugins.refiners.proposing import numbered, question
from esc_skills_plugins.refiners.written import WrittenEdits, WrittenFailures

_SKILLS = 27
"""Skills of a bank, about."""


@attrs.frozen(kw_only=True)
class PaperRefiner:
    """Missing skills, unsafe interventions and profile-specific failures, told by a model.

    An edit that breaks a rule is dropped and counted by the rule: it names what is not there,
    touches a protected skill, rests on no failure that was shown, uses an unknown label, hides
    characters, or repeats eight words in a row of a conversation. The words of the corpus are
    not at hand here; whether an edit repeats those is not checked by this component.
    """

    name: ClassVar[str] = "paper"
    summary: ClassVar[str] = "failures and bounded edits from a model, checked by code"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "missing skills": {"use_missing": False},
        "unsafe interventions": {"use_unsafe": False},
        "patterns by seeker": {"use_profile": False},
    }
    """What can be left out, with the settings that switch it off."""

    most_traces: int = attrs.field(default=24, validator=between(0, 10**6))
    """Most failing conversations that are shown a round, the worst first; 0 shows none."""
    most_failures: int = attrs.field(default=40, validator=between(1, 10**4))
    """Most failures in the question for edits."""
    max_proposals: int = attrs.field(default=3, validator=between(0, 100))
    """Most proposals a round; 0 switches refinement off."""
    max_edits: int = attrs.field(default=4, validator=between(1, 100))
    """Most edits of one proposal."""
    language: str = "en"
    """Language that skills are written in, ``en`` or ``zh``."""
    use_missing: bool = True
    """False leaves missing skills out, for an ablation."""
    use_unsafe: bool = True
    """False leaves unsafe interventions out, for an ablation."""
    use_profile: bool = True
    """False leaves patterns by kind of seeker out, for an ablation."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a failing conversation, and one a round for edits; none when switched off."""
        most = self.max_edits * self.max_proposals
        edits = question({}, (), SkillsBank(), (), most=most, language=self.language)
        return (
            Ask(
                role="refiner",
                per="trace",
                limit=self.most_traces,
                prompt=wording("en", "t-0"),
                into=WrittenFailures,
                turns=10**6,
                data=40 * _SKILLS + 60,
                answer=250,
            ),
            Ask(
                role="refiner",
                per="round",
                prompt=edits,
                into=WrittenEdits,
                calls=float(most > 0),
                most=int(most > 0),
                data=350 * _SKILLS + 80 * self.most_failures,
                answer=350 * most,
            ),
        )

    @property
    def makes(self) -> tuple[Makes, ...]:
        """Proposals, a round; two of three places are taken, as in a run of the sample."""
        most = self.max_proposals
        return (Makes(what="proposal", likely=most * 2 / 3, most=most),)

    async def diagnose(
        self, traces: tuple[Trace, ...], bank: SkillsBank, ctx: Context
    ) -> FailureReport:
        """Ask about the worst conversations; one that is not answered is counted in the notes."""
        shown = failing(traces, self.most_traces)
        jobs = (self._mine(trace, bank, ctx) for trace in shown)
        answers = await together(jobs)
        read = [answer for answer in answers if answer is not None]
        failures = tuple(one for answer in read for one in answer.failures if self._asked(one))
        dropped = sum(answer.dropped for answer in read)
        ctx.note("diagnosed", shown=len(shown), read=len(read), failures=len(failures))
        return FailureReport(
            failures=failures,
            traces=sum(trace.ending != "fault" for trace in traces),
            notes=_notes(len(shown), len(read), dropped, failures),
        )

    async def propose(
        self,
        report: FailureReport,
        traces: tuple[Trace, ...],
        bank: SkillsBank,
        rejected: tuple[Proposal, ...],
        ctx: Context,
    ) -> tuple[Proposal, ...]:
        """Ask once for edits, drop what breaks a rule, and bundle the rest, best first."""
        most = self.max_edits * self.max_proposals
        wanted = [failure for failure in report.failures if self._asked(failure)]
        found = numbered(wanted, self.most_failures)
        if not found or not most:
            return ()
        asked = question(found, traces, bank, rejected, most=most, language=self.language)
        try:
            answer = await ctx.ask("refiner", asked, into=WrittenEdits)
        except ReplyError:
            ctx.note("no-edits", reason="unusable")
            return ()
        editor = Editor(bank=bank, failures=found, sources=sources(traces, bank))
        drafts = self._heard_twice(self._drafts(answer, editor, ctx), traces, bank, ctx)
        kept = fitting(chosen(drafts, bank), bank)
        ctx.note("drafted", wished=len(answer.edits), drafts=len(drafts), kept=len(kept))
        made = packed(kept, rejected, bank, self.max_edits, self.max_proposals)
        return tuple(attrs.evolve(proposal, refiner=self.name) for proposal in made)

    async def _mine(self, trace: Trace, bank: SkillsBank, ctx: Context) -> Mined | None:
        try:
            answer = await ctx.ask("refiner", diagnosis(trace, bank), into=WrittenFailures)
        except ReplyError:
            return None
        return mined(answer, trace, bank)

    def _drafts(self, answer: WrittenEdits, editor: Editor, ctx: Context) -> list[Draft]:
        drafts = []
        lost: Counter[str] = Counter()
        most = 2 * self.max_edits * self.max_proposals
        lost["too-many"] = max(0, len(answer.edits) - most)
        for wish in answer.edits[:most]:
            try:
                drafts.append(editor.draft(wish))
            except DroppedError as rule:
                lost[str(rule)] += 1
        for name, count in sorted((+lost).items()):
            ctx.note("edit-dropped", rule=name, count=count)
        return drafts

    def _heard_twice(
        self, drafts: list[Draft], traces: Sequence[Trace], bank: SkillsBank, ctx: Context
    ) -> list[Draft]:
        """Leave out new words that rest on one seeker: the kernel refuses a whole bundle (S11)."""
        seeker = {trace.id: trace.profile.id for trace in traces}
        old = {text for skill in bank.skills for text in _words(skill)}
        kept = [
            one
            for one in drafts
            if len({seeker.get(source, source) for source in one.edit.evidence}) > 1
            or old.issuperset(text for skill in one.edit.skills for text in _words(skill))
        ]
        if len(kept) < len(drafts):
            ctx.note("edit-dropped", rule="one-seeker", count=len(drafts) - len(kept))
        return kept

    def _asked(self, failure: Failure) -> bool:
        return {
            "missing-skill": self.use_missing,
            "unsafe-intervention": self.use_unsafe,
            "profile-specific": self.use_profile,
        }[failure.kind]


def _words(skill: Skill) -> tuple[str, ...]:
    return (skill.overview, *skill.guidance, *skill.pitfalls, *skill.examples)


def _notes(shown: int, read: int, dropped: int, failures: tuple[Failure, ...]) -> tuple[str, ...]:
    notes = [f"{shown} failing conversations were shown to a model"]
    if read < shown:
        notes.append(f"{shown - read} of them were not answered usably")
    if dropped:
        notes.append(f"{dropped} failures were dropped: they point at nothing that happened")
    lapses = sum(failure.lapse for failure in failures)
    if lapses:
        notes.append(f"{lapses} failures are lapses: a fitting skill was offered, not used")
    return tuple(notes)


@hookimpl
def esc_skills_refiners() -> list[type[Refiner]]:
    """Offer the component of this file."""
    return [PaperRefiner]
