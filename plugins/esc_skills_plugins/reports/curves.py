"""Curves, intervals and dots worked out as places on a drawing: numbers alone, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import attrs

from esc_skills.model import Trace
from esc_skills.stats import mean_interval
from esc_skills_plugins.reports.figures import mean_curve

BLOCKS = "▁▂▃▄▅▆▇█"
SHADES = (0.02, 0.08, 0.25)
"""From these shares of all conversations upwards a step of a curve is drawn darker."""


@attrs.frozen(kw_only=True)
class Frame:
    """A drawing of emotion over exchanges: 0-100 upwards, exchanges across."""

    width: float = 330.0
    """Width of the drawing."""
    height: float = 160.0
    """Height of the drawing."""
    left: float = 28.0
    """Room for figures at the left."""
    bottom: float = 18.0
    """Room for figures below."""
    pad: float = 8.0
    """Room at the top and at the right."""
    across: int = 10
    """Exchanges that the width is for."""

    def x(self, place: float) -> float:
        """Where an exchange stands."""
        inner = self.width - self.left - self.pad
        return round(self.left + place * inner / max(1, self.across), 1)

    def y(self, value: float) -> float:
        """Where an emotion stands."""
        inner = self.height - self.pad - self.bottom
        return round(self.pad + (100 - value) * inner / 100, 1)

    def line(self, values: Sequence[float]) -> str:
        """A curve as the path of an SVG; one value alone is a dot."""
        points = [f"{self.x(place):g} {self.y(value):g}" for place, value in enumerate(values)]
        return "M" + "L".join(points) + ("h0" if len(points) == 1 else "")

    def area(self, lows: Sequence[float], highs: Sequence[float]) -> str:
        """The band between two curves, as a closed path."""
        there = [f"{self.x(place):g} {self.y(value):g}" for place, value in enumerate(highs)]
        back = [f"{self.x(place):g} {self.y(value):g}" for place, value in enumerate(lows)]
        return "M" + "L".join([*there, *reversed(back)]) + "Z"

    def steps(self, curves: Sequence[Sequence[int]]) -> tuple[str, ...]:
        """Every curve, as few paths by how many take the same step, the rarest first.

        Ten thousand curves of whole numbers share their steps, so the drawing stays small.
        """
        counts = Counter(
            (place, *step) for curve in curves for place, step in enumerate(pairwise(curve))
        )
        shades: list[list[str]] = [[] for _ in range(len(SHADES) + 1)]
        for (place, start, end), count in sorted(counts.items()):
            shade = sum(count >= share * len(curves) for share in SHADES)
            ends = f"{self.x(place):g} {self.y(start):g}L{self.x(place + 1):g} {self.y(end):g}"
            shades[shade].append("M" + ends)
        return tuple("".join(parts) for parts in shades)


SMALL = Frame(width=220.0, height=100.0, left=0.0, bottom=0.0, pad=0.0)
"""A curve of one conversation: both ways whole numbers, so that it takes few signs."""


def frame(longest: int) -> Frame:
    """The frame for curves of so many exchanges, ten at least."""
    return Frame(across=max(10, longest))


def small(curve: Sequence[int]) -> Frame:
    """The frame of one conversation's curve."""
    return attrs.evolve(SMALL, across=max(10, len(curve) - 1))


def listed(places: Iterable[float]) -> str:
    """Places as an attribute that holds a list of them."""
    return " ".join(f"{round(place, 1):g}" for place in places)


def blocks(curve: Sequence[int]) -> str:
    """A curve as a word of blocks: a line of text is lighter than a drawing."""
    return "".join(BLOCKS[min(7, value * 8 // 101)] for value in curve)


@attrs.frozen(kw_only=True)
class ArmCurves:
    """The curves of one arm."""

    frame: Frame
    """Where they are drawn."""
    mean: str
    """Path of the mean; a talk that has ended keeps its last value."""
    band: str
    """Path of the mean's 95 % interval, by seeker; empty for fewer than two seekers."""
    steps: tuple[str, ...]
    """Paths of every conversation, the rarest steps first."""
    values: tuple[float, ...]
    """The mean by exchange, for those who do not see it."""
    talks: int
    """Conversations drawn."""


def arm_curves(traces: Sequence[Trace], longest: int) -> ArmCurves | None:
    """Curves of an arm's conversations, those that a fault ended left out; None without any."""
    sound = [trace for trace in traces if trace.ending != "fault"]
    if not sound:
        return None
    drawn, talked = frame(longest), [trace.curve for trace in sound]
    mean = mean_curve(talked)
    return ArmCurves(
        frame=drawn,
        mean=drawn.line(mean),
        band=_band(drawn, talked, [trace.profile.id for trace in sound]),
        steps=drawn.steps(talked),
        values=tuple(round(value, 1) for value in mean),
        talks=len(sound),
    )


def _band(drawn: Frame, talked: Sequence[Sequence[int]], seekers: Sequence[str]) -> str:
    lows, highs = [], []
    for place in range(max(map(len, talked))):
        column = [float(curve[min(place, len(curve) - 1)]) for curve in talked]
        found = mean_interval(column, seekers)
        if found.low is None or found.high is None:
            return ""
        lows.append(max(0.0, found.low))
        highs.append(min(100.0, found.high))
    return drawn.area(lows, highs)


@attrs.frozen(kw_only=True)
class Scale:
    """A line of figures, as places across a drawing."""

    low: float
    """Figure at the left end."""
    high: float
    """Figure at the right end; above the left one."""
    width: float = 240.0
    """Width of the drawing."""
    pad: float = 8.0
    """Room at both ends."""

    def x(self, value: float) -> float:
        """Where a figure stands; what lies outside stands at the end."""
        inside = min(self.high, max(self.low, value))
        span = (inside - self.low) / (self.high - self.low)
        return round(self.pad + span * (self.width - 2 * self.pad), 1)


def around_zero(figures: Sequence[float | None]) -> Scale:
    """A scale with 0 in its middle that holds all figures, out to the next ten."""
    most = max((abs(value) for value in figures if value is not None), default=0.0)
    reach = max(10.0, -(-most // 10) * 10)
    return Scale(low=-reach, high=reach)


@attrs.frozen(kw_only=True)
class Lane:
    """A figure with its interval on a scale; None for what there is not."""

    dot: float | None
    """Where the figure stands."""
    bar: tuple[float, float] | None
    """Where its interval begins and ends."""


def lane(scale: Scale, value: float | None, low: float | None, high: float | None) -> Lane:
    """Put a figure on a scale."""
    bar = None if low is None or high is None else (scale.x(low), scale.x(high))
    return Lane(dot=None if value is None else scale.x(value), bar=bar)


def heap(scale: Scale, values: Sequence[float], step: float = 5.0) -> tuple[str, float]:
    """Dots of equal figures piled on each other, as a path of dots, and how high the pile is."""
    heights: Counter[float] = Counter()
    parts = []
    places = sorted(scale.x(value) for value in values)
    tallest = max(Counter(places).values(), default=0)
    squeezed = min(step, 100.0 / tallest) if tallest else step
    for place in places:
        heights[place] += 1
        parts.append(f"M{place:g} {-round(heights[place] * squeezed, 1):g}h0")
    return "".join(parts), round(tallest * squeezed, 1)
