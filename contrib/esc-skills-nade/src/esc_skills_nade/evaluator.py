"""Evaluator ``plutchik``: what emotions a seeker's words show, at the beginning and at the end.

Plutchik's eight emotions as the classifier ``nade`` reads them. It reads words, not feelings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import attrs

from esc_skills.model import PERSONA_TYPES, Evidence, Item, Part, Score, Trace
from esc_skills.model.invariants import between
from esc_skills.model.score import Direction
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Interval, mean_interval
from esc_skills_nade.reading import EMOTIONS, Levels, levels, version

BETTER: Mapping[str, Direction] = {
    "anger": "lower",
    "fear": "lower",
    "joy": "higher",
    "sadness": "lower",
    "trust": "higher",
}
"""Which way is good at the end of a talk that supports; the other three only describe."""


@attrs.frozen
class _Talk:
    """A conversation that could be read."""

    trace: Trace
    begun: tuple[Levels, ...]
    ended: tuple[Levels, ...]
    replies: tuple[Levels, ...]

    @property
    def who(self) -> str:
        return self.trace.profile.id

    def change(self, emotion: str) -> float:
        return _mean(self.ended, emotion) - _mean(self.begun, emotion)


@attrs.frozen
class _Heard:
    """Conversations of one simulator, sorted into those that can be scored and those that not."""

    talks: tuple[_Talk, ...]
    asked: int
    beside: tuple[Part, ...]


@attrs.frozen(kw_only=True)
class Plutchik:
    """Change of each emotion from the first to the last messages of the seeker.

    The value is the mean over conversations of end minus beginning, -1 to 1. A conversation that a
    fault ended is left out of ``n`` and counted in ``of``; so is one in another language than
    English, or with fewer than two messages that the model can read. Safety profiles test a
    boundary, not support, and are set aside.
    """

    name: ClassVar[str] = "plutchik"
    summary: ClassVar[str] = "change of Plutchik's 8 emotions in the seeker's words (English)"
    reads: ClassVar[frozenset[str]] = frozenset({"traces"})

    window: int = attrs.field(default=2, validator=between(1, 20))
    """Messages at each end that are averaged; fewer where a talk has less than twice as many."""

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score; traces of different simulators are never mixed, each gets scores of its own.

        Raises:
            ConfigError: ``nade`` cannot load its models.
        """
        scores: list[Score] = []
        for signature in sorted({trace.signature for trace in evidence.traces}) or [""]:
            heard = self._heard([one for one in evidence.traces if one.signature == signature])
            scores += [self._score(emotion, heard, signature) for emotion in EMOTIONS]
        return tuple(scores)

    def _heard(self, traces: Sequence[Trace]) -> _Heard:
        asked = [trace for trace in traces if not trace.profile.safety]
        held = [trace for trace in asked if trace.ending != "fault"]
        spoken = [trace for trace in held if _english(trace)]
        known = levels(text for trace in spoken for _, text in trace.talk) if spoken else {}
        talks = tuple(talk for trace in spoken if (talk := self._talk(trace, known)))
        lost = (one for one in asked if one.ending == "fault")
        faults = Counter(f"fault={one.fault or 'unknown'}" for one in lost)
        left = {
            **dict(sorted(faults.items())),
            "count=other-language": len(held) - len(spoken),
            "count=unreadable": len(spoken) - len(talks),
            "count=safety-profiles": len(traces) - len(asked),
        }
        beside = (Part(group=name, value=count, n=len(traces)) for name, count in left.items())
        return _Heard(talks, len(asked), tuple(part for part in beside if part.value))

    def _talk(self, trace: Trace, known: Mapping[str, Levels]) -> _Talk | None:
        said = [known[text] for who, text in trace.talk if who == "seeker" and text in known]
        size = min(self.window, len(said) // 2)
        if not size:
            return None
        replies = tuple(
            known[text] for who, text in trace.talk if who != "seeker" and text in known
        )
        return _Talk(trace, tuple(said[:size]), tuple(said[-size:]), replies)

    def _score(self, emotion: str, heard: _Heard, signature: str) -> Score:
        rows = [(talk, talk.change(emotion)) for talk in heard.talks]
        found = _interval(rows)
        return Score(
            evaluator=self.name,
            name=f"{emotion}-change",
            value=found.value,
            low=found.low,
            high=found.high,
            n=found.n,
            of=heard.asked,
            signature=(
                f"plutchik:v1|nade={version()}|window={self.window}|end-beginning"
                f"|mean|t:seeker|simulator={signature or 'unstated'}"
            ),
            breakdown=(*_groups(rows), *_sides(emotion, heard.talks), *heard.beside),
            better=BETTER.get(emotion, "neither"),
            items=_items(rows),
        )


_Rows = Sequence[tuple[_Talk, float]]


def _english(trace: Trace) -> bool:
    return trace.profile.language.split("-")[0].lower() == "en"


def _mean(read: Sequence[Levels], emotion: str) -> float:
    return sum(one[emotion] for one in read) / len(read)


def _interval(rows: _Rows) -> Interval:
    return mean_interval([value for _, value in rows], [talk.who for talk, _ in rows]).rounded()


def _part(group: str, rows: _Rows) -> Iterator[Part]:
    found = _interval(rows)
    if found.value is not None:
        yield Part(group=group, value=found.value, n=found.n, low=found.low, high=found.high)


def _groups(rows: _Rows) -> Iterator[Part]:
    """The change by persona type; groups without a conversation are left out."""
    for kind in PERSONA_TYPES:
        alike = [row for row in rows if row[0].trace.profile.persona_type == kind]
        yield from _part(f"persona_type={kind}", alike)


def _sides(emotion: str, talks: Sequence[_Talk]) -> Iterator[Part]:
    """Levels, 0-1: the seeker's at both ends, and the supporter's over all replies."""
    yield from _part("seeker=beginning", [(talk, _mean(talk.begun, emotion)) for talk in talks])
    yield from _part("seeker=end", [(talk, _mean(talk.ended, emotion)) for talk in talks])
    said = [(talk, one[emotion]) for talk in talks for one in talk.replies]
    yield from _part("side=supporter", said)


def _items(rows: _Rows) -> tuple[Item, ...]:
    return tuple(
        Item(key=key, cluster=who, sums=(round(change, 6), 1))
        for key, who, change in sorted(
            (f"{talk.who}#{talk.trace.repeat}", talk.who, change) for talk, change in rows
        )
    )


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``plutchik``."""
    return [Plutchik]
