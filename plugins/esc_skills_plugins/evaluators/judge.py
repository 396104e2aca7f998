"""Evaluator ``judge``: a model reads whole conversations and answers a rubric, item by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import attrs

from esc_skills.model import (
    INTENTIONS,
    PERSONA_TYPES,
    Evidence,
    Part,
    Score,
    Trace,
    short_hash,
)
from esc_skills.model.invariants import between
from esc_skills.spec import Ask, Context, Evaluator, hookimpl
from esc_skills.stats import Interval, krippendorff_alpha, mean_interval
from esc_skills_plugins._shared.promptfiles import prompt_file, spoken
from esc_skills_plugins.evaluators.itemising import itemised, seat
from esc_skills_plugins.evaluators.marking import Mark, Marked, panel, wording
from esc_skills_plugins.evaluators.rubric import Item, Rubric, load_rubric

Row = tuple[Trace, tuple[Marked, ...]]
"""A conversation that was due, and its readings."""


@attrs.frozen(kw_only=True)
class Judge:
    """Mean mark of each rubric item, with what could not be scored beside it.

    The judge sees both sides' words alone, under a label that tells no arm. A reading whose
    answer is late, unreadable, about something else or not on the scale is unscored and
    counted by reason; it is never a number. A conversation's figure is the mean of its
    readings, and intervals take the seekers for independent. Safety profiles are set aside.
    The component does not know the model that judged; the engine adds it to each signature.
    """

    name: ClassVar[str] = "judge"
    summary: ClassVar[str] = "a model's marks for each rubric item of whole conversations"
    reads: ClassVar[frozenset[str]] = frozenset({"traces"})

    items: tuple[str, ...] = ()
    """Rubric items to ask about; empty asks about all."""
    repeats: int = attrs.field(default=1, validator=between(1, 100))
    """Readings of each conversation and item; from 2 on their agreement is scored too."""
    rubric: str = ""
    """TOML file with a rubric of the user's own; empty takes the shipped one."""

    def __attrs_post_init__(self) -> None:
        """Refuse a rubric that cannot be read and items it does not have, before any call."""
        self._rubric.chosen(self.items)

    @cached_property
    def _rubric(self) -> Rubric:
        return load_rubric(self.rubric)

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question an item, conversation and reading."""
        return tuple(
            Ask(
                role="judge",
                per="scored-trace",
                prompt=wording(item, "en", "t-0"),
                into=Mark,
                calls=self.repeats,
                most=self.repeats,
                turns=10**6,
                answer=90,
            )
            for item in self._rubric.chosen(self.items)
        )

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Ask about every conversation; traces of different signatures are never mixed.

        Raises:
            BackendError: The provider answered not one question, so there is nothing to keep.
        """
        scores: list[Score] = []
        for traced in sorted({trace.signature for trace in evidence.traces}) or [""]:
            alike = [trace for trace in evidence.traces if trace.signature == traced]
            asked = [trace for trace in alike if not trace.profile.safety]
            aside = _aside(len(alike) - len(asked))
            for item in self._rubric.chosen(self.items):
                rows = await self._rows(item, asked, ctx)
                scores += self._scores(item, rows, self._signature(item, traced, asked), aside)
        return tuple(scores)

    def questions(self, language: str = "en") -> tuple[tuple[str, str, int, int], ...]:
        """What is asked: id, question and both ends of the scale; sheets put the same to people."""
        chosen = self._rubric.chosen(self.items)
        return tuple(
            (item.id, item.wordings[spoken(language)].question, item.least, item.most)
            for item in chosen
        )

    async def _rows(self, item: Item, asked: Sequence[Trace], ctx: Context) -> list[Row]:
        """Readings of every conversation that was due; faults and empty talks are not asked."""
        held = [trace for trace in asked if not _silence(trace)]
        found = await panel(item, held, self.repeats, ctx)
        said = [one for readings in found for one in readings]
        faults = [one.fault for one in said if one.fault]
        if faults and len(faults) == len(said):
            raise faults[0]
        ctx.note(
            "judged",
            item=item.id,
            readings=len(said),
            unscored=sum(one.value is None for one in said),
        )
        answers = iter(found)
        return [
            (
                trace,
                (Marked(reason=why),) * self.repeats if (why := _silence(trace)) else next(answers),
            )
            for trace in asked
        ]

    def _signature(self, item: Item, traced: str, asked: Sequence[Trace]) -> str:
        texts = short_hash(prompt_file("evaluators", "judge"))
        languages = sorted({spoken(trace.profile.language) for trace in asked})
        return (
            f"judge:v1|rubric:{self._rubric.name}:{self._rubric.hash}|item:{item.id}"
            f"|scale:{item.least}-{item.most}|prompt:{texts}"
            f"|language:{'+'.join(languages) or 'none'}|repeats:{self.repeats}"
            f"|{traced or 'simulator=unstated'}"
        )

    def _scores(
        self, item: Item, rows: Sequence[Row], signature: str, aside: tuple[Part, ...]
    ) -> list[Score]:
        found = _measure(rows).rounded()
        beside = (*_groups(rows), *_bounds(item, rows), *_unscored(rows), *aside)
        mean = Score(
            evaluator=self.name,
            name=item.id,
            value=found.value,
            n=found.n,
            of=len(rows),
            low=found.low,
            high=found.high,
            signature=signature,
            breakdown=beside,
            better="higher",
            items=itemised((seat(trace), (mean, 1)) for trace, mean in _means(rows)),
        )
        return [mean, self._agreement(item, rows, signature)] if self.repeats > 1 else [mean]

    def _agreement(self, item: Item, rows: Sequence[Row], signature: str) -> Score:
        """Krippendorff's alpha over the readings; None where the readings never differ at all."""
        units = [_values(readings) for _, readings in rows]
        alpha = krippendorff_alpha(units)
        return Score(
            evaluator=self.name,
            name=f"{item.id}-agreement",
            value=None if alpha is None else round(alpha, 6),
            n=sum(len(unit) > 1 for unit in units),
            of=len(rows),
            signature=f"{signature}|krippendorff-alpha:interval",
            better="higher",
        )


def _silence(trace: Trace) -> str:
    """Why a conversation cannot be asked about; empty when it can."""
    if trace.ending == "fault":
        return "fault"
    return "" if trace.exchanges else "no-exchange"


def _values(readings: Sequence[Marked]) -> list[int]:
    return [one.value for one in readings if one.value is not None]


def _means(rows: Sequence[Row]) -> list[tuple[Trace, float]]:
    """Conversations with a mark, and the mean of their readings."""
    scored = [(trace, values) for trace, readings in rows if (values := _values(readings))]
    return [(trace, sum(values) / len(values)) for trace, values in scored]


def _measure(rows: Sequence[Row]) -> Interval:
    """Mean over conversations of the mean over readings, clustered by seeker."""
    found = _means(rows)
    return mean_interval([mean for _, mean in found], [trace.profile.id for trace, _ in found])


def _groups(rows: Sequence[Row]) -> list[Part]:
    """By persona type, then by intention; groups without a score are left out."""
    parts = []
    for field, names in (("persona_type", PERSONA_TYPES), ("intention", INTENTIONS)):
        for name in names:
            found = _measure([row for row in rows if getattr(row[0].profile, field) == name])
            even = found.rounded()
            if even.value is not None:
                group = f"{field}={name}"
                part = Part(group=group, value=even.value, n=even.n, low=even.low, high=even.high)
                parts.append(part)
    return parts


def _bounds(item: Item, rows: Sequence[Row]) -> list[Part]:
    """The mean if every unscored conversation were the worst, and the best, of the scale."""
    found = _measure(rows)
    lost = len(rows) - found.n
    if found.value is None or not lost:
        return []
    total = found.value * found.n
    ends = (("bound=worst", item.least), ("bound=best", item.most))
    return [
        Part(group=name, value=round((total + lost * end) / len(rows), 6), n=len(rows))
        for name, end in ends
    ]


def _unscored(rows: Sequence[Row]) -> list[Part]:
    """Readings without a number, by reason; with the numbers they make all that were due."""
    readings = [one for _, found in rows for one in found]
    lost = Counter(one.reason for one in readings if one.value is None)
    return [
        Part(group=f"unscored={reason}", value=count, n=len(readings))
        for reason, count in sorted(lost.items())
    ]


def _aside(count: int) -> tuple[Part, ...]:
    return (Part(group="count=safety-profiles", value=count, n=count),) if count else ()


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``judge``."""
    return [Judge]
