"""An agent that works with a bank: what any program may ask of it, one turn at a time.

It keeps no talk. Equal histories get equal answers of a crew that asks no model, for chance hangs
on the seed and on the history alone; any number of talks share one agent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import attrs

from esc_skills._engine.vigil import watched
from esc_skills._practice.engaging import ENDLESS, Engagement, Source, Wish, engage
from esc_skills._stages.cast import Lend, Supporter
from esc_skills._stages.converse import UNREAD, Offered, offer, unanswered, utter
from esc_skills._stages.guarding import watch
from esc_skills.errors import UsageError
from esc_skills.model import Alarm, Match, Moment, Reply, SeekerState, Skill, SkillsBank, Turn
from esc_skills.model.identity import short_hash

__all__ = ["Agent", "Guidance", "Spoken", "Vetted", "open_agent"]


@attrs.frozen(kw_only=True)
class Guidance:
    """What an agent would do now."""

    state: SeekerState
    """Reading of the seeker; empty where a guard answers, for that waits for nobody."""
    matches: tuple[Match, ...] = ()
    """What was offered, best first; the protected ones first after an alarm."""
    skills: tuple[Skill, ...] = ()
    """The skills of the matches, in that order."""
    alarms: tuple[Alarm, ...] = ()
    """Guards' findings in what the seeker said last."""
    answer: str = ""
    """A guard's fixed text; where it is not empty, it IS the reply and no model is asked."""


@attrs.frozen(kw_only=True)
class Vetted:
    """What guards say of a text that somebody wants to send to a seeker."""

    alarms: tuple[Alarm, ...] = ()
    """Findings."""
    answer: str = ""
    """Fixed text that must go out instead; empty where the text may."""


@attrs.frozen(kw_only=True)
class Spoken:
    """A guarded reply with all that led to it."""

    guidance: Guidance
    """What was offered."""
    reply: Reply
    """What may go out."""
    alarms: tuple[Alarm, ...] = ()
    """Findings in both messages."""


@attrs.frozen(kw_only=True)
class Agent:
    """A bank at work; made by ``open_agent``."""

    engagement: Engagement
    """Crew, gateway and bank."""
    supporter: Supporter
    """Reads, finds, speaks, and is guarded."""

    @property
    def bank(self) -> SkillsBank | None:
        """The bank in use; None for the agent without skills."""
        return self.supporter.bank

    async def guide(
        self, history: Sequence[Turn], *, language: str = "en", situation: str = ""
    ) -> Guidance:
        """Look at what the seeker said, read how they are, and find skills.

        Args:
            history: All turns so far, oldest first; at least one is the seeker's.
            language: BCP 47 tag of the seeker's language.
            situation: What the seeker wrote of it before the talk.

        Raises:
            UsageError: The seeker has said nothing yet.
            EscSkillsError: Somebody who was asked failed; a seeker's alarm is answered all the
                same, for nobody is asked then.
        """
        moment = _moment(history, language, situation)
        with self._sworn():
            return self._guidance(await self._offered(moment, self._lend(moment)))

    async def vet(self, text: str, *, language: str = "en") -> Vetted:
        """Show guards a text that is meant for a seeker.

        Args:
            text: The whole text; a part of one says nothing about the rest.
            language: BCP 47 tag of the seeker's language.
        """
        lend = self.engagement.theatre.lender.at("vet", short_hash([text, language]))
        with self._sworn():
            alarms, answer = await watch(self.supporter, text, "supporter", language, lend)
        return Vetted(alarms=alarms, answer=answer)

    async def reply(
        self, history: Sequence[Turn], *, language: str = "en", situation: str = ""
    ) -> Spoken:
        """Answer; guards look at both messages before anyone reads a word.

        Args:
            history: All turns so far, oldest first; at least one is the seeker's.
            language: BCP 47 tag of the seeker's language.
            situation: What the seeker wrote of it before the talk.

        Raises:
            UsageError: The seeker has said nothing yet.
            EscSkillsError: Somebody who was asked failed; nothing of theirs may be shown.
        """
        moment = _moment(history, language, situation)
        lend = self._lend(moment)
        with self._sworn():
            offered = await self._offered(moment, lend)
            said = await utter(self.supporter, offered, lend)
        return Spoken(guidance=self._guidance(offered), reply=said.reply, alarms=said.alarms)

    def close(self) -> None:
        """Give back what the crew holds."""
        self.engagement.crew.close()

    @contextmanager
    def _sworn(self) -> Iterator[None]:
        """Nothing is said where guards or rules were replaced, and nobody hangs for ever."""
        oath, limits = self.engagement.crew.oath, self.engagement.experiment.run.limits
        oath.check()
        with watched(limits.component):
            yield
        oath.check()

    def _lend(self, moment: Moment) -> Lend:
        said = [[turn.speaker, turn.text] for turn in moment.history]
        place = short_hash([said, moment.language, moment.situation])
        return self.engagement.theatre.lender.at("practice", place)

    async def _offered(self, moment: Moment, lend: Lend) -> Offered:
        alert = partial(self.engagement.theatre.signals.crisis, lend("guard").place)
        return await offer(self.supporter, moment, lend, alert)

    def _guidance(self, offered: Offered) -> Guidance:
        held = {skill.name: skill for skill in self.bank.skills} if self.bank else {}
        return Guidance(
            state=offered.moment.state,
            matches=offered.matches,
            skills=tuple(held[one.skill] for one in offered.matches if one.skill in held),
            alarms=offered.alarms,
            answer=offered.answer,
        )


def _moment(history: Sequence[Turn], language: str, situation: str) -> Moment:
    said = tuple(history)
    if not unanswered(said):
        raise UsageError(
            "the seeker has said nothing yet", hint="give a history that holds a seeker's turn"
        )
    return Moment(
        history=said,
        state=UNREAD,
        index=sum(turn.speaker == "supporter" for turn in said),
        limit=max(ENDLESS, len(said)),
        language=language,
        situation=situation,
    )


async def made(engagement: Engagement) -> Agent:
    """An agent of a crew that is at work."""
    supporter = await engagement.theatre.supporter(engagement.bank)
    return Agent(engagement=engagement, supporter=attrs.evolve(supporter, live=True))


async def open_agent(
    bank: str | Path | SkillsBank | None = "starter",
    *,
    experiment: Source = None,
    sets: Sequence[str] = (),
    disable: Sequence[str] = (),
    unreviewed: bool = False,
    locale: str = "",
) -> Agent:
    """Put a bank to work with people.

    Args:
        bank: Name of an installed bank, folder of a bank, an export or a run, or the bank itself;
            None is the agent without skills.
        experiment: File, or a mapping of the same shape: who reads, finds, speaks and guards, and
            which models they ask. The defaults ask none.
        sets: ``KEY=VALUE`` words laid over the experiment.
        disable: Plug-ins that are never imported.
        unreviewed: Take a bank from a folder though no named person has reviewed its skills.
        locale: Country of the seekers, such as ``GB``, for the guards' help text.

    Raises:
        BankRuleError: The bank may not meet people: made without guards (``S4``), protected
            skills missing or changed (``S5``), or not reviewed (``S9``).
        ConfigError: The experiment is wrong, has no guard, or lacks a model that is asked.
        UsageError: There is no such bank.
        PluginError: A chosen plug-in is broken.
    """
    wish = Wish(
        bank=bank,
        experiment=experiment,
        sets=sets,
        disable=disable,
        unreviewed=unreviewed,
        locale=locale,
    )
    return await made(engage(wish))
