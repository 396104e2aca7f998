"""``study power``: how many seekers, repeats and how much money a difference takes to be found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import ceil, fsum, sqrt
from pathlib import Path

import attrs

from esc_skills._studies.parts import outcomes, twins
from esc_skills._studies.pooling import Figures
from esc_skills._studies.stock import Spent, read, spent
from esc_skills._studies.tables import digits, words
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Cost, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.stats import components, interaction, minimum_detectable, seekers_needed

MAIN = "sage.emotion"
"""What is planned for where nothing else is said."""
DASH = words("—")


@attrs.frozen(kw_only=True)
class Wish:
    """What is to be found, and how surely."""

    detect: float
    """Difference, in the unit of the measure."""
    measure: str = MAIN
    """``EVALUATOR.NAME``."""
    repeats: tuple[int, ...] = (1, 2, 3, 5)
    """Conversations of a seeker with each arm."""
    alpha: float = 0.05
    """Error rate of the two-sided test, already shared among the family."""
    power: float = 0.8
    """Chance to find it."""

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be planned for."""
        for name, value, fine, say in (
            ("detect", self.detect, self.detect > 0, "above 0"),
            ("power", self.power, 0 < self.power < 1, "between 0 and 1"),
            ("level", 1 - self.alpha, 0 < self.alpha < 1, "between 0 and 1"),
            ("repeats", self.repeats, min(self.repeats, default=0) > 0, "1 or more"),
        ):
            if not fine:
                hint = "for example --detect 5 --power 0.8 --level 0.95 --repeats 2"
                raise UsageError(f"{name} = {value}: must be {say}", hint=hint)


@attrs.frozen(kw_only=True)
class Pair:
    """How two arms differed, seeker by seeker."""

    arms: str
    """Both names."""
    talks: int
    """Pairs of conversations."""
    seekers: int
    """Seekers behind them, at least 2."""
    sd: float
    """Spread of the seekers' mean differences."""
    noise: float | None
    """Spread of the difference when one seeker comes again; None where nobody came twice."""
    interaction: float
    """Spread of the seekers' true differences; the whole spread where ``noise`` is unknown."""

    def needed(self, wish: Wish, repeats: int) -> int | None:
        """Seekers that it takes; None where the arms never differed, so that nobody can tell."""
        # Chance that both arms share is no noise of their difference, so this may be below the
        # spread of one arm.
        within = (self.noise or 0.0) / sqrt(2)
        if not within and not self.interaction:
            return None
        try:
            return seekers_needed(
                within,
                self.interaction,
                wish.detect,
                repeats=repeats,
                alpha=wish.alpha,
                power=wish.power,
            )
        except ValueError as far:
            raise UsageError(str(far), hint="ask for a larger --detect") from None

    @property
    def reach(self) -> tuple[float, float]:
        """95 % interval of ``sd``, by the chi-square distribution."""
        from scipy.special import chdtri

        free = self.seekers - 1
        low, high = (self.sd * sqrt(free / float(chdtri(free, tail))) for tail in (0.025, 0.975))
        return low, high


def power(
    targets: Sequence[str | Path],
    *,
    detect: float,
    measure: str = MAIN,
    arms: Sequence[str] = (),
    repeats: Sequence[int] = (1, 2, 3, 5),
    level: float = 0.95,
    power: float = 0.8,
    family: int = 1,
) -> StudyRecord:
    """Tell what it takes to find a difference, from conversations that are there.

    Args:
        targets: Run folders, study folders, or corpora of transcripts (``CORPUS:PATH``), each of
            which is one arm.
        detect: Difference to find, above 0, in the unit of the measure.
        measure: ``EVALUATOR.NAME``; a mean over conversations.
        arms: Arms to look at; empty takes all.
        repeats: Numbers of conversations of a seeker with each arm that are planned for.
        level: Confidence of the later test.
        power: Chance to find the difference.
        family: Comparisons that will be corrected together; the strictest level is planned for.

    Raises:
        UsageError: A number is out of range, or an arm is not there.
        DataError: Nothing that is measured alike can be paired.
    """
    wish = Wish(
        detect=detect,
        measure=measure,
        repeats=tuple(repeats),
        alpha=(1 - level) / family,
        power=power,
    )
    pairs = list(_pairs(read(targets, measure), arms))
    if not pairs:
        raise DataError(
            f"no two arms whose {measure} was measured alike with two seekers",
            hint="name a run with at least two arms, or two transcript files of the same seekers",
        )
    paid = spent(targets)
    return StudyRecord(
        name=f"detect-{detect:g}",
        kind="power",
        methods=_methods(wish, family),
        tables=(_plan(pairs, wish, paid), _present(pairs, wish)),
        costs=(_one(paid),) if paid else (),
        facts={"measure": measure, "detect": detect, "level": level, "power": power},
    )


def _pairs(scores: Sequence[Score], arms: Sequence[str]) -> Iterator[Pair]:
    there = list(dict.fromkeys(score.arm for score in scores))
    if strange := [arm for arm in arms if arm not in there]:
        raise UsageError(f"no arm {strange[0]!r}", hint=f"choose of {', '.join(there)}")
    for old, new in combinations([arm for arm in there if arm in arms or not arms], 2):
        for signature in sorted({score.signature for score in scores}):
            alike = [score for score in scores if score.signature == signature]
            held = {arm: some for (_, arm), some in outcomes(alike, Figures()).items()}
            gaps: dict[str, list[float]] = {}
            for seeker, one, other in twins(held.get(old, {}), (held.get(new, {}),)):
                gaps.setdefault(seeker, []).append(other - one)
            if len(gaps) > 1:
                yield _pair(f"{new} − {old}", gaps)


def _pair(arms: str, gaps: dict[str, list[float]]) -> Pair:
    means = [fsum(some) / len(some) for _, some in sorted(gaps.items())]
    centre = fsum(means) / len(means)
    return Pair(
        arms=arms,
        talks=sum(map(len, gaps.values())),
        seekers=len(gaps),
        sd=sqrt(fsum((one - centre) ** 2 for one in means) / (len(means) - 1)),
        noise=components(gaps).within,
        interaction=interaction(gaps, None),
    )


def _figure(value: float | None, ends: tuple[float, float] | None = None) -> StudyCell:
    if value is None:
        return DASH
    low, high = ends or (None, None)
    return StudyCell(
        value=round(value, 6),
        low=None if low is None else round(low, 6),
        high=None if high is None else round(high, 6),
        digits=digits([value]),
    )


def _count(value: int | None) -> StudyCell:
    return DASH if value is None else StudyCell(value=value, digits=0)


def _plan(pairs: Sequence[Pair], wish: Wish, paid: Spent | None) -> StudyTable:
    rows = []
    once = any(one.noise is None for one in pairs)
    for pair in pairs:
        for repeats in wish.repeats if pair.noise is not None else (1,):
            seekers = pair.needed(wish, repeats)
            talks = None if seekers is None else 2 * repeats * seekers
            rows.append(
                (words(pair.arms), *map(_count, (repeats, seekers, talks)), *_bill(paid, talks))
            )
    return StudyTable(
        name="power-plan",
        caption=f"What it takes to find a difference of {wish.detect:g} in {wish.measure} with "
        f"power {wish.power:g}.",
        head=("arms", "repeats", "seekers", "talks", "questions", "tokens", "US$"),
        rows=tuple(rows),
        notes=(
            "seekers: each meets both arms, so many times as repeats says",
            "an estimate from the spread of the conversations that are there; see its interval",
            *((ONCE,) if once else ()),
            *((ALIKE,) if not all(one.sd for one in pairs) else ()),
            COST if paid else "transcripts do not tell what they cost",
        ),
    )


ONCE = "no seeker came twice, so nobody knows what repeats would bring: one is planned for"
ALIKE = "—: the arms never differed, so nobody knows how much they would"
COST = "cost: all that the runs asked, learning included, shared out to the talks that they held"


def _bill(paid: Spent | None, talks: int | None) -> tuple[StudyCell, ...]:
    """Questions, tokens and money of so many conversations."""
    if paid is None or talks is None or not paid.talks:
        return (DASH, DASH, DASH)
    share = talks / paid.talks
    usd = DASH if paid.usd is None else StudyCell(value=round(paid.usd * share, 2))
    return (
        _count(ceil(paid.questions * share)),
        _count(ceil(sum(paid.tokens) * share)),
        usd,
    )


def _present(pairs: Sequence[Pair], wish: Wish) -> StudyTable:
    rows = tuple(
        (
            words(pair.arms),
            _count(pair.seekers),
            StudyCell(value=round(pair.talks / pair.seekers, 6), digits=1),
            _figure(pair.sd, pair.reach),
            _figure(pair.noise),
            _figure(pair.interaction),
            _figure(minimum_detectable(pair.sd, pair.seekers, wish.alpha, wish.power)),
        )
        for pair in pairs
    )
    return StudyTable(
        name="power-present",
        caption=f"What the conversations that are there can find in {wish.measure}.",
        head=("arms", "seekers", "repeats", "sd", "noise", "interaction", "finds"),
        rows=rows,
        notes=(
            "sd: spread of the seekers' mean differences, with its 95 % interval",
            "noise: spread of the difference when the same seeker comes again; repeats lessen it",
            "interaction: spread of the seekers' true differences; only more seekers help",
            f"finds: least true difference that is found with power {wish.power:g}",
        ),
    )


def _one(paid: Spent) -> Cost:
    """One conversation; its seconds are an estimate, and in no table."""
    each = max(1, paid.talks)
    return Cost(
        arm="one conversation",
        questions=ceil(paid.questions / each),
        tokens_in=ceil(paid.tokens[0] / each),
        tokens_out=ceil(paid.tokens[1] / each),
        usd=None if paid.usd is None else round(paid.usd / each, 6),
        seconds=None if paid.seconds is None else round(paid.seconds / each, 6),
    )


def _methods(wish: Wish, family: int) -> str:
    shared = f", Bonferroni's share of {family} comparisons" if family > 1 else ""
    return (
        f"Sizes were planned for a two-sided paired test at level {wish.alpha:.4g}{shared} with "
        f"power {wish.power:g} to find a difference of {wish.detect:g} in {wish.measure}. The "
        "spread of a seeker's mean difference was split by moments into what differs between "
        "seekers and what differs when the same seeker comes again."
    )
