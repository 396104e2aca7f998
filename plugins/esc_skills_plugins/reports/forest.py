"""A forest plot worked out: the contrasts of a study's main measure, as places on a drawing."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills.model import Contrast, StudyCell, StudyRecord
from esc_skills_plugins.reports import cells

WIDTH, PAD = 360.0, 14.0


@attrs.frozen(kw_only=True)
class Lane:
    """One contrast on the drawing; places are in the drawing's own units."""

    name: str
    """Who is held against whom."""
    text: str
    """Difference, interval, count and sign."""
    why: str
    """Verdict, or why there is none."""
    dot: float | None
    """Where the difference stands; None when there is none."""
    bar: tuple[float, float] | None
    """Where its interval begins, and how long it is; None when it has none."""
    band: tuple[float, float] | None
    """Where the floor begins, and how wide it is; None when it is unknown."""


@attrs.frozen(kw_only=True)
class Forest:
    """A whole drawing."""

    title: str
    """What is compared."""
    width: float
    """Width of the drawing."""
    zero: float
    """Where no difference stands."""
    ends: tuple[str, str]
    """Figures at the left and right edge."""
    lanes: tuple[Lane, ...]
    """One a contrast, in the study's order."""


def main_contrasts(study: StudyRecord) -> tuple[Contrast, ...]:
    """Contrasts of the measure that the study's first contrast is about."""
    first = [(one.evaluator, one.name) for one in study.contrasts[:1]]
    return tuple(one for one in study.contrasts if (one.evaluator, one.name) in first)


def span(contrasts: Sequence[Contrast]) -> tuple[float, float]:
    """Least and greatest difference to be shown; 0 is always among them."""
    known = [0.0]
    for one in contrasts:
        ends = (one.value, one.low, one.high, one.floor, None if one.floor is None else -one.floor)
        known += [end for end in ends if end is not None]
    low, high = min(known), max(known)
    return (low, high) if high > low else (-1.0, 1.0)


def drawn(study: StudyRecord) -> Forest | None:
    """The drawing; None for a study that compared nothing."""
    contrasts = main_contrasts(study)
    if not contrasts:
        return None
    low, high = span(contrasts)

    def place(value: float) -> float:
        return round(PAD + (value - low) / (high - low) * (WIDTH - 2 * PAD), 1)

    def stretch(start: float | None, end: float | None) -> tuple[float, float] | None:
        if start is None or end is None:
            return None
        left, right = sorted((place(start), place(end)))
        return left, round(right - left, 1)

    lanes = tuple(
        Lane(
            name=f"{one.arm} – {one.against}",
            text=cells.line(contrast_cell(one)),
            why=one.why or one.verdict,
            dot=None if one.value is None else place(one.value),
            bar=stretch(one.low, one.high),
            band=None if one.floor is None else stretch(-one.floor, one.floor),
        )
        for one in contrasts
    )
    return Forest(
        title=f"{contrasts[0].evaluator} {contrasts[0].name}",
        width=WIDTH,
        zero=place(0.0),
        ends=(cells.shown(low, 2), cells.shown(high, 2)),
        lanes=lanes,
    )


def contrast_cell(one: Contrast) -> StudyCell:
    """A contrast as a cell: difference, interval, pairs and verdict."""
    return StudyCell(
        value=one.value, low=one.low, high=one.high, n=one.n, of=one.of, mark=one.verdict
    )
