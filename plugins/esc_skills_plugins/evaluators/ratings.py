"""Evaluator ``ratings``: what people said of these very conversations, beside what judges say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import ClassVar

import attrs

from esc_skills.errors import DataError
from esc_skills.model import Evidence, Part, Score, Trace, short_hash
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import alpha_interval, mean_interval, share_interval
from esc_skills_plugins._shared.strictjson import line_rows
from esc_skills_plugins._shared.textfile import load_text
from esc_skills_plugins.evaluators.itemising import itemised, seat

FILE = "ratings.jsonl"
KEYS = ("asks", "question", "rater", "scale", "value", "words")
HINT = "make it with `esc-skills study sheet read KEY SHEET… --out DIR`"

Given = Mapping[str, Mapping[str, float]]
"""Ratings by fingerprint of a conversation's words, then by rater."""


@attrs.frozen
class _Rating:
    """One row of the file."""

    words: str
    question: str
    asks: str
    scale: tuple[int, int]
    rater: str
    value: int


@attrs.frozen(kw_only=True)
class Ratings:
    """Mean rating of each question, from the file that reading a rating sheet leaves.

    A conversation is known by its words, so ratings count wherever it is stored, and no longer
    once a word has changed. Its figure is the mean of its raters; intervals take the seekers for
    independent. Conversations that nobody rated are in ``of`` and not in ``n``.
    """

    name: ClassVar[str] = "ratings"
    summary: ClassVar[str] = "people's ratings of the same conversations, from a rating sheet"
    reads: ClassVar[frozenset[str]] = frozenset({"traces"})

    path: str = ""
    """File ``ratings.jsonl``, or its folder; without one nothing is scored."""

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score every question of the file; with two raters or more, how far they agree, too.

        Raises:
            DataError: With file, line and field.
        """
        rows = _read(Path(self.path)) if self.path else ()
        asked = [trace for trace in evidence.traces if not trace.profile.safety]
        scores = [self._rated(rows, asked)]
        for signature in sorted({trace.signature for trace in asked}):
            alike = [trace for trace in asked if trace.signature == signature]
            for question in sorted({row.question for row in rows}):
                chosen = [row for row in rows if row.question == question]
                scores += self._scores(question, chosen, alike, signature)
        return tuple(scores)

    def _rated(self, rows: Sequence[_Rating], asked: Sequence[Trace]) -> Score:
        """Share of conversations that anybody rated; None where there is no file to know from."""
        known = {row.words for row in rows}
        held = [trace for trace in asked if trace.ending != "fault"] if self.path else []
        hits = [trace.fingerprint in known for trace in held]
        found = share_interval(hits, [trace.profile.id for trace in held]).rounded()
        return Score(
            evaluator=self.name,
            name="rated",
            value=found.value,
            low=found.low,
            high=found.high,
            n=found.n,
            of=len(asked),
            signature="ratings:v1|rated",
        )

    def _scores(
        self, question: str, rows: Sequence[_Rating], traces: Sequence[Trace], traced: str
    ) -> list[Score]:
        given: dict[str, dict[str, float]] = {}
        for row in rows:
            given.setdefault(row.words, {})[row.rater] = row.value
        held = [
            (trace, given[trace.fingerprint])
            for trace in traces
            if trace.ending != "fault" and trace.fingerprint in given
        ]
        raters = sorted({rater for _, by in held for rater in by})
        least, most = rows[0].scale
        signature = (
            f"ratings:v1|item:{question}|words:{short_hash(rows[0].asks)}|scale:{least}-{most}"
            f"|raters:{len(raters)}|{traced or 'simulator=unstated'}"
        )
        means = [(trace, fmean(by.values())) for trace, by in held]
        seekers = [trace.profile.id for trace, _ in means]
        found = mean_interval([mean for _, mean in means], seekers).rounded()
        mean = Score(
            evaluator=self.name,
            name=question,
            value=found.value,
            low=found.low,
            high=found.high,
            n=found.n,
            of=len(traces),
            signature=signature,
            breakdown=_raters(held, raters),
            better="higher",
            items=itemised((seat(trace), (value, 1)) for trace, value in means),
        )
        return [mean] if len(raters) < 2 else [mean, self._agreement(mean, held, raters)]

    def _agreement(
        self, mean: Score, held: Sequence[tuple[Trace, Mapping[str, float]]], raters: Sequence[str]
    ) -> Score:
        units = [[by.get(rater) for rater in raters] for _, by in held]
        found = alpha_interval(units, "ordinal").rounded()
        return Score(
            evaluator=self.name,
            name=f"{mean.name}-agreement",
            value=found.value,
            low=found.low,
            high=found.high,
            n=found.n,
            of=len(units),
            signature=f"{mean.signature}|krippendorff-alpha:ordinal",
            better="higher",
        )


def _raters(
    held: Sequence[tuple[Trace, Mapping[str, float]]], raters: Sequence[str]
) -> tuple[Part, ...]:
    """Each rater's own mean."""
    parts = []
    for rater in raters:
        values = [by[rater] for _, by in held if rater in by]
        group = f"rater={rater}"
        parts.append(Part(group=group, value=round(fmean(values), 6), n=len(values)))
    return tuple(parts)


def _read(path: Path) -> tuple[_Rating, ...]:
    file = load_text(path / FILE if path.is_dir() else path, "ratings")
    made, seen = [], set[tuple[str, str, str]]()
    for row in line_rows(file):
        if row.fault:
            raise row.fault
        rating = _rating(row.value, row.where)
        who = (rating.words, rating.question, rating.rater)
        if who in seen:
            raise DataError("this rater has rated it before", where=row.where, hint=HINT)
        seen.add(who)
        made.append(rating)
    for question in sorted({one.question for one in made}):
        if len({(one.scale, one.asks) for one in made if one.question == question}) > 1:
            raise DataError(f"two wordings of {question!r}", where=file.where, hint=HINT)
    return tuple(made)


def _rating(value: object, where: str) -> _Rating:
    if not isinstance(value, dict) or sorted(value) != list(KEYS):
        raise DataError(f"a rating has the keys {', '.join(KEYS)}", where=where, hint=HINT)
    scale = value["scale"]
    words = [value[key] for key in ("words", "question", "asks", "rater")]
    numbers = [*(scale if isinstance(scale, list) else ()), value["value"]]
    whole = len(numbers) == 3 and all(type(number) is int for number in numbers)
    if not whole or not all(isinstance(word, str) and word for word in words):
        raise DataError("a rating is words and whole numbers", where=where, hint=HINT)
    least, most, mark = numbers
    if not least <= mark <= most:
        raise DataError(f"{mark} is off the scale {least}-{most}", where=where, hint=HINT)
    name, question, asks, rater = words
    return _Rating(name, question, asks, (least, most), rater, mark)


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``ratings``."""
    return [Ratings]
