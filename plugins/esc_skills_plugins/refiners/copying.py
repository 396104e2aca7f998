"""Does a text repeat people's words? What conversations and profiles say may not enter a bank."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import attrs

from esc_skills.model import SkillsBank, Trace
from esc_skills_plugins._shared.echoes import all_runs, copies


@attrs.frozen(kw_only=True)
class Sources:
    """All that people said, made ready to be compared with."""

    said: frozenset[tuple[str, ...]]
    """Runs of eight words of the sources (S14)."""

    def copied(self, texts: Iterable[str]) -> bool:
        """Say whether the texts, read as one, share a run with a source."""
        return copies(visible(" ".join(texts)), self.said)


def visible(text: str) -> str:
    """A text without signs that nobody sees and that would hide a copy."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def sources(traces: Iterable[Trace], bank: SkillsBank) -> Sources:
    """Words of conversations and profiles, except what the bank itself had said before.

    A reply may speak a skill's own example; that does not make the skill a copy.
    """
    said = all_runs(visible(text) for trace in traces for text in _spoken(trace))
    own = all_runs(
        text
        for skill in bank.skills
        for text in (skill.overview, *skill.guidance, *skill.pitfalls, *skill.examples)
    )
    return Sources(said=said - own)


def _spoken(trace: Trace) -> Iterator[str]:
    who = trace.profile
    yield from (who.persona, who.scene, who.opening, *who.lines)
    for item in trace.exchanges:
        yield item.seeker
        yield item.reply.text
        yield from item.state.cues
        if item.reaction:
            yield from (item.reaction.text, item.reaction.thought)
