"""From a chosen action to words: never the same sentence twice, and the seeker's words taken up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import attrs

from esc_skills.model import SeekerState
from esc_skills.spec import Random
from esc_skills_plugins._shared.strategyfeatures import takes_leave
from esc_skills_plugins._shared.strategyview import View
from esc_skills_plugins.responders.choice import CLOSING, Choice
from esc_skills_plugins.responders.memory import Memory
from esc_skills_plugins.responders.mirror import Mirror
from esc_skills_plugins.responders.wording import Wording

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MIRRORED = 2.0
_PARROTED = 0.5

Lines = Sequence[str]


@attrs.frozen
class Said:
    """What the supporter has said before."""

    sentences: frozenset[str]
    """Its sentences, without case and marks."""
    text: str
    """All of it, lower case."""
    last: str
    """Its last message, lower case."""

    def fresh(self, line: str) -> bool:
        """Say whether no sentence of ``line`` was said before."""
        return bool(line) and not any(key in self.sentences for key in _keys(line))


def said_in(view: View) -> Said:
    """Gather what the supporter has said."""
    texts = [step.supporter for step in view.steps]
    keys = frozenset(key for text in texts for key in _keys(text))
    return Said(keys, " ".join(texts).lower(), view.said.lower())


def _keys(text: str) -> list[str]:
    parts = (sentence.strip(" .!?").lower() for sentence in _SENTENCE.split(text))
    return [part for part in parts if part]


@attrs.frozen(kw_only=True, eq=False)
class Speech:
    """Finds words; immutable."""

    wording: Wording
    """Own lines."""
    memory: Memory
    """Sentences of training dialogues."""
    examples: Mapping[str, Sequence[tuple[str, str]]]
    """By skill: action that a line does, and the line."""
    mirroring: float
    """Share of replies that begin with a quote, where nothing else takes the seeker up."""
    recall: float
    """Share of replies that use a remembered sentence, where one fits."""

    def say(self, choice: Choice, view: View, state: SeekerState, seen: Mirror, rng: Random) -> str:
        """Say a chosen action.

        Args:
            choice: What to do.
            view: What has been said.
            state: Reading of the seeker.
            seen: The seeker's words that can be said back; empty ones to say nothing back.
            rng: Chance.
        """
        said = said_in(view)
        if not view.heard and (line := _pick(self.wording.greeting, seen, said, rng)):
            return line
        leaving = state.label == CLOSING or takes_leave(view.now)
        if leaving and choice.action == "keep-company":
            line = _pick(self.wording.closing, seen, said, rng)
            if line:
                return line
        recalled = self._recalled(choice.action, view, said, rng)
        if recalled:
            return self._led(recalled, view, seen, said, rng)
        for lines in self._pools(choice):
            line = _pick(lines, seen, said, rng)
            if line:
                return line if _mirrors(line, seen) else self._led(line, view, seen, said, rng)
        return _last_resort(view, said)

    def _pools(self, choice: Choice) -> Iterable[Lines]:
        """Lines in the order they are tried: skills, own lines, then what comes near."""
        pairs = [pair for name in choice.used for pair in self.examples.get(name, ())]
        yield [line for action, line in pairs if action == choice.action]
        yield self.wording.lines.get(choice.action, ())
        yield [line for _, line in pairs]
        for action in ("keep-company", "stay-with-feeling", "validate", "explore-feelings"):
            yield self.wording.lines[action]
        yield [line for lines in self.wording.lines.values() for line in lines]

    def _recalled(self, action: str, view: View, said: Said, rng: Random) -> str:
        if not self.recall or rng.random() >= self.recall:
            return ""
        blocks = [view.now, *(step.seeker for step in reversed(view.steps))]
        found = self.memory.recall(action, [block for block in blocks if block])
        return next((text for text in found if said.fresh(text)), "")

    def _led(self, line: str, view: View, seen: Mirror, said: Said, rng: Random) -> str:
        """Put the seeker's own words before a line that does not take them up."""
        if not (view.now and seen.quote) or rng.random() >= self.mirroring:
            return line
        quoted = [lead.replace("{quote}", seen.quote) for lead in self.wording.leads]
        # The frame of a lead counts, whatever it quoted.
        new = [
            text
            for lead, text in zip(self.wording.leads, quoted, strict=True)
            if not all(part.lower() in said.text for part in lead.split("{quote}"))
        ]
        return f"{rng.choice(new or quoted)} {line}"


def _pick(lines: Lines, seen: Mirror, said: Said, rng: Random) -> str:
    """One line whose slots can be filled and that is new; lines with the seeker's words first."""
    filled = [line for line in map(seen.fill, lines) if said.fresh(line)]
    if not filled:
        return ""
    return rng.choices(filled, [_worth(line, seen, said) for line in filled])[0]


def _worth(line: str, seen: Mirror, said: Said) -> float:
    if not _mirrors(line, seen):
        return 1.0
    return _PARROTED if seen.topic and seen.topic in said.last else _MIRRORED


def _mirrors(line: str, seen: Mirror) -> bool:
    return any(words and words in line for words in (seen.topic, seen.feeling))


def _last_resort(view: View, said: Said) -> str:
    """A sentence that was never said, however long the talk is."""
    count = len(view.steps)
    while not said.fresh(f"I am still here with you, {count} messages on."):
        count += 1
    return f"I am still here with you, {count} messages on."
