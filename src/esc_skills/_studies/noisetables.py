"""The tables of ``study noise``: variances by whose chance, floors, verdicts given twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from statistics import fmean

import attrs

from esc_skills._studies.contrasting import contrasts
from esc_skills._studies.parts import (
    Held,
    Outcomes,
    changed,
    moved_variance,
    outcomes,
    twins,
    winners,
)
from esc_skills._studies.pooling import Figures
from esc_skills._studies.replicates import AGENT, JUDGE, SEEKER, Stage
from esc_skills._studies.tables import digits, gap_cell
from esc_skills.model import Contrast, Score, StudyCell, StudyTable
from esc_skills.stats import Interval, components, mean_interval, noise_floor, wilson

FULL = "all"
"""The replicate in which every chance is moved."""
SHARES = (AGENT, SEEKER, JUDGE)
NONE = "not compared"
DASH = StudyCell(text="—")


@attrs.frozen(kw_only=True)
class Found:
    """Scores of the run and of its replicates, as they were judged."""

    stage: Stage
    """What was played on."""
    figures: Figures
    """How values are made of sums."""
    base: tuple[Score, ...]
    """Of the run itself."""
    moved: Mapping[str, tuple[tuple[Score, ...], ...]]
    """By what was moved, one a replicate."""
    lost: tuple[str, ...]
    """Conversations of replicates that came to nothing."""
    seekers: int
    """Seekers that the arms met."""
    talks: int
    """Conversations of one arm of the run."""

    @property
    def measures(self) -> list[str]:
        """Measures that have a value for every conversation, in the evaluators' order."""
        return list(dict.fromkeys(measure for measure, _ in outcomes(self.base, self.figures)))

    def values(self, which: str) -> list[Held]:
        """Outcomes of every replicate of a kind."""
        return [outcomes(scores, self.figures) for scores in self.moved[which]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Arm in question and the one that it is held against."""
        return [(new, old) for old, new in combinations(self.stage.arms, 2)]

    def said(self, scores: Sequence[Score]) -> list[Contrast]:
        """Verdicts that a run with these scores gives."""
        return list(contrasts(scores, self.pairs, self.measures, self.figures))


def _cells(found: Found) -> Iterator[tuple[str, str, Outcomes]]:
    """Measure, arm and outcomes of the run."""
    base = outcomes(found.base, found.figures)
    for measure in found.measures:
        for arm in found.stage.arms:
            if (measure, arm) in base:
                yield measure, arm, base[measure, arm]


def _again(found: Found, which: str, measure: str, arm: str) -> list[Outcomes]:
    return [held.get((measure, arm), {}) for held in found.values(which)]


def _figure(found: Interval) -> StudyCell:
    even = found.rounded()
    places = digits([even.value])
    return StudyCell(value=even.value, low=even.low, high=even.high, n=even.n, digits=places)


def _part(pairs: Sequence[tuple[str, float, float]]) -> StudyCell:
    """A part's variance; where nothing changed, no interval says more than is known."""
    if pairs and not changed(pairs):
        return StudyCell(value=0.0, n=len(pairs), text=f"none of {len(pairs)} changed", digits=0)
    return _figure(moved_variance(pairs))


def _plain(value: float | None) -> StudyCell:
    return DASH if value is None else StudyCell(value=round(value, 6), digits=digits([value]))


def variances(found: Found) -> StudyTable:
    rows = []
    for measure, arm, base in _cells(found):
        shown = [
            _part(twins(base, _again(found, which, measure, arm))) for which in (FULL, *SHARES)
        ]
        rows.append((StudyCell(text=measure), StudyCell(text=arm), *shown))
    return StudyTable(
        name="noise-parts",
        caption="Variance of one conversation's outcome within its seeker, and what the chance of "
        "agent, seeker and judge each make of it.",
        head=("measure", "arm", "all chance", *SHARES),
        rows=tuple(rows),
        notes=(
            "in squared units of the measure; intervals are clustered by seeker",
            "a part is its total effect, what it makes alone and together with others",
            "parts may overlap, and then add up to more than all chance",
            *_silent(found),
        ),
    )


def _silent(found: Found) -> Iterator[str]:
    """Who has no say in the parts, and why."""
    still = [
        part
        for part in SHARES
        if not any(
            changed(twins(base, _again(found, part, measure, arm)))
            for measure, arm, base in _cells(found)
        )
    ]
    if still:
        yield f"no conversation changed when the chance of {' or '.join(still)} alone was moved"
    yield (
        "judge: evaluators that draw lots or ask a model. Final emotion is said by the seeker "
        "itself, so its judge's part is 0 by construction"
    )
    for arm, other in found.stage.same.items():
        yield f"arm {arm} is left out: its bank behaves as that of {other}"


def floors(found: Found) -> StudyTable:
    rows = []
    for measure, arm, base in _cells(found):
        again = _again(found, FULL, measure, arm)
        total = moved_variance(twins(base, again)).value
        within = None if total is None else total**0.5
        floor = noise_floor(within, len(base)) if within is not None and base else None
        seen = [(seeker, new - old) for seeker, old, new in twins(base, again)]
        shift = mean_interval([gap for _, gap in seen], [seeker for seeker, _ in seen])
        rows.append(
            (
                StudyCell(text=measure),
                StudyCell(text=arm),
                StudyCell(value=len(base), digits=0),
                _plain(within),
                _plain(components(_met(base, again)).between),
                _plain(floor),
                _figure(shift),
            )
        )
    return StudyTable(
        name="noise-floor",
        caption="What two runs of one configuration differ by through chance alone.",
        head=("measure", "arm", "talks", "sd within", "sd between", "floor", "seen"),
        rows=tuple(rows),
        notes=(
            "sd within: standard deviation of one talk's outcome when its seeker comes again",
            "sd between: standard deviation of the seekers' true means",
            "floor: two runs with so many conversations differ by less in 95 % of tries",
            "seen: mean of the replicates minus the run, with its 95 % interval",
        ),
    )


def _met(base: Outcomes, again: Iterable[Outcomes]) -> dict[str, list[float]]:
    """Every value of each seeker, over all replicates."""
    met: dict[str, list[float]] = {}
    for held in (base, *again):
        for seeker, value in held.values():
            met.setdefault(seeker, []).append(value)
    return met


def _share(hits: int, of: int) -> StudyCell:
    if not of:
        return DASH
    low, high = wilson(hits, of)
    return StudyCell(
        text=f"{hits} of {of}" if hits == of else "",  # else shown by n and of
        value=round(hits / of, 6),
        low=round(low, 6),
        high=round(high, 6),
        n=hits,
        of=of,
    )


def verdicts(found: Found, rounds: Sequence[Sequence[Contrast]]) -> StudyTable:
    """Verdicts of the run beside those of its replicates; a row for each contrast, then all."""
    rows, flips, turned = [], [0, 0], [0, 0]
    family = max((one.family for one in rounds[0]), default=1)
    again = [{_which(one): one for one in some} for some in rounds[1:]]
    for one in rounds[0]:
        others = [some[_which(one)] for some in again if _which(one) in some]
        words = [other.verdict for other in others]
        told = [word for word in words if NONE not in (word, one.verdict)]
        flipped = sum(word != one.verdict for word in told)
        other, seekers = _turned(found, one)
        flips = [flips[0] + flipped, flips[1] + len(told)]
        turned = [turned[0] + other, turned[1] + seekers]
        rows.append(
            (
                StudyCell(text=f"{one.evaluator}.{one.name}"),
                StudyCell(text=f"{one.arm} − {one.against}"),
                gap_cell(one, digits([one.value])),
                _plain(fmean(other.value or 0.0 for other in others) if others else None),
                _plain(one.floor),
                _plain(one.detectable),
                StudyCell(text=" · ".join((one.verdict, *words))),
                _share(flipped, len(told)),
                _share(other, seekers),
            )
        )
    if rows:
        blank = (StudyCell(),) * 6
        rows.append((StudyCell(text="all"), *blank, _share(*flips), _share(*turned)))
    return StudyTable(
        name="noise-verdicts",
        caption="Verdicts that the same configuration gives twice.",
        head=(
            "measure",
            "arms",
            "run",
            "again",
            "floor",
            "finds",
            "verdicts",
            "flipped",
            "other winner",
        ),
        rows=tuple(rows),
        notes=(
            "flipped: verdicts of replicates that are another word than the run's (Wilson)",
            "verdicts on the same talks hang together, so the interval of all is a guide",
            "other winner: seekers whose better arm is another one in a replicate, or none",
            "floor: chance alone stays below it in 95 % of tries",
            "finds: least true difference that is found with power 0.8",
            f"verdicts after Holm's correction over {family} contrasts",
        ),
    )


def _which(one: Contrast) -> tuple[str, ...]:
    return (one.evaluator, one.name, one.arm, one.against, one.signature)


def _turned(found: Found, one: Contrast) -> tuple[int, int]:
    """Seekers with another winner in a replicate, and all that were looked at."""
    measure = f"{one.evaluator}.{one.name}"
    told = []
    for held in (outcomes(found.base, found.figures), *found.values(FULL)):
        arms = (held.get((measure, arm), {}) for arm in (one.against, one.arm))
        told.append(winners(*arms))
    both = [(told[0][who], some[who]) for some in told[1:] for who in told[0] if who in some]
    return sum(old != new for old, new in both), len(both)
