"""Skills for a talk, found with a bank's own retriever and written for a system message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills import Skill, SkillsBank, component, load_bank
from esc_skills.model import Alarm, Match, Moment, Turn
from esc_skills.testing import context

HEAD = """Skills that fit this moment of the talk, distilled from conversations that helped people.
Let at most one or two of them shape your next message; say nothing of them to the seeker."""


@attrs.frozen(kw_only=True)
class Found:
    """What a bank has to say to a moment."""

    skills: tuple[Skill, ...] = ()
    """Best first."""
    matches: tuple[Match, ...] = ()
    """How they were found."""
    state: str = ""
    """The reading of the seeker, as a label."""


@attrs.define(eq=False)
class Guide:
    """A bank made ready to be asked; no model and no network."""

    bank: SkillsBank
    """The bank."""
    reader: Any
    """Reads the seeker's state: an extractor."""
    index: Any
    """The bank, searchable."""
    guards: tuple[Any, ...] = ()
    """Look at the seeker's messages."""
    language: str = "en"
    """BCP 47 tag of the talk."""

    @classmethod
    async def open(
        cls, bank: str, retriever: str, reader: str, guards: Sequence[str], language: str
    ) -> Guide:
        """Load a bank and the components that it is searched with.

        Args:
            bank: Folder of a bank or of a run.
            retriever: Name of a retriever that asks no model.
            reader: Name of an extractor that reads states without a model.
            guards: Names of guards that ask no model.
            language: BCP 47 tag of the talk.
        """
        loaded = load_bank(Path(bank))
        index = await component("retriever", retriever).index(loaded, context(place="retriever"))
        return cls(
            bank=loaded,
            reader=component("extractor", reader),
            index=index,
            guards=tuple(component("guard", name) for name in guards),
            language=language,
        )

    async def alarm(self, text: str) -> tuple[Alarm, str] | None:
        """The first high alarm at a seeker's message, with the reviewed answer to it."""
        for guard in self.guards:
            found = await guard.check(text, "seeker", self.language, context(place="guard"))
            if found is not None and found.severity == "high":
                return found, str(guard.answer(found, self.language))
        return None

    async def look(self, history: tuple[Turn, ...], most: int) -> Found:
        """Find skills for a moment.

        Args:
            history: All turns, the seeker's last.
            most: Most skills.
        """
        state = await self.reader.read_state(history, context(place="reader"))
        spoken = sum(turn.speaker == "supporter" for turn in history)
        moment = Moment(
            history=history, state=state, index=spoken, limit=spoken + 10, language=self.language
        )
        matches = (await self.index.search(moment, context(place="retriever")))[:most]
        skills = {skill.name: skill for skill in self.bank.skills}
        return Found(
            skills=tuple(skills[match.skill] for match in matches),
            matches=tuple(matches),
            state=state.label,
        )


def write_guidance(skills: Sequence[Skill]) -> str:
    """Skills as a system message shows them; empty when there are none."""
    blocks = ["\n".join(_lines(skill)) for skill in skills]
    return "\n\n".join([HEAD, *blocks]) if blocks else ""


def _lines(skill: Skill) -> Iterator[str]:
    yield f"## {skill.name}"
    yield skill.overview
    yield from (f"{number}. {step}" for number, step in enumerate(skill.guidance, 1))
    yield from (f"Beware: {pitfall}" for pitfall in skill.pitfalls)
    for risk in skill.risks:
        yield f"Risk: {risk.trigger}" + (f"; instead: {risk.instead}" if risk.instead else "")
