"""What a study found: contrasts of arms, their costs, and tables ready to be set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from esc_skills.model.invariants import between, filled, one_of
from esc_skills.model.score import Direction, Score

Word = Literal[
    "better",
    "worse",
    "higher",
    "lower",
    "not distinguishable",
    "below the floor",
    "not compared",
]
WORDS: tuple[Word, ...] = (
    "better",
    "worse",
    "higher",
    "lower",
    "not distinguishable",
    "below the floor",
    "not compared",
)
"""All that a contrast may be called. ``higher`` and ``lower`` are for figures that are neither
good nor bad; ``below the floor`` is a difference that is shown, and no larger than what chance
does to one and the same configuration."""


@attrs.frozen(kw_only=True)
class Contrast:
    """Two arms under one measure, paired by seeker, repeat and seed."""

    evaluator: str = attrs.field(validator=filled)
    """Evaluator name."""
    name: str = attrs.field(validator=filled)
    """Score name."""
    arm: str = attrs.field(validator=filled)
    """The arm in question."""
    against: str = attrs.field(validator=filled)
    """The arm that it is held against."""
    value: float | None = None
    """Figure of ``arm`` minus figure of ``against``, over the pairs; None without pairs."""
    low: float | None = None
    """Lower end of the 95 % interval, not widened for the family."""
    high: float | None = None
    """Upper end."""
    p: float | None = attrs.field(default=None, validator=between(0, 1))
    """p-value of no difference, two-sided; None where the spread cannot be known."""
    adjusted: float | None = attrs.field(default=None, validator=between(0, 1))
    """The same after Holm's correction over the family; the verdict rests on it."""
    family: int = attrs.field(default=1, validator=between(1, 10**9))
    """Contrasts that were corrected together."""
    n: int = attrs.field(default=0, validator=between(0, 10**9))
    """Pairs."""
    of: int = attrs.field(default=0, validator=between(0, 10**9))
    """Pairs that should have been; ``of - n`` lost a side."""
    clusters: int = attrs.field(default=0, validator=between(0, 10**9))
    """Seekers, or dialogues, that the pairs belong to."""
    seeds: int = attrs.field(default=0, validator=between(0, 10**9))
    """Seeds that the pairs belong to."""
    floor: float | None = None
    """Difference that two runs of the reference's own configuration stay below in 95 % of tries;
    None where nobody was met twice."""
    detectable: float | None = None
    """Least true difference that this many pairs find with power 0.8 at the family's strictest
    level; None where the spread cannot be known."""
    test: str = ""
    """How interval and p-value were made."""
    better: Direction = "neither"
    """Which way is good."""
    verdict: Word = attrs.field(default="not compared", validator=one_of(*WORDS))
    """What may be said."""
    why: str = ""
    """Why there is no verdict; empty when there is one."""
    signature: str = ""
    """Signature that both scores share."""


@attrs.frozen(kw_only=True)
class Cost:
    """What an arm asked and took, whether it was paid for now or by another arm before."""

    arm: str = attrs.field(validator=filled)
    """Arm, or variant where its arms share the cost."""
    questions: int = 0
    """Different questions to models."""
    tokens_in: int = 0
    """Prompt tokens of their answers."""
    tokens_out: int = 0
    """Completion tokens of their answers."""
    usd: float | None = None
    """Price; None when a price is unknown."""
    seconds: float | None = None
    """Wall time; differs from run to run, and is in no table that must be equal."""


@attrs.frozen(kw_only=True)
class StudyCell:
    """One cell of a printed table: a figure with its interval, or words."""

    text: str = ""
    """Words; they stand where there is no figure, or behind it."""
    value: float | None = None
    """The figure."""
    low: float | None = None
    """Lower end of its 95 % interval."""
    high: float | None = None
    """Upper end."""
    n: int | None = None
    """Items behind the figure, where it is told."""
    of: int | None = None
    """Items that should be behind it."""
    mark: Word | Literal[""] = ""
    """Verdict of the contrast that this cell shows; reports set it as a sign."""
    digits: int = attrs.field(default=2, validator=between(0, 10))
    """Digits behind the point."""


@attrs.frozen(kw_only=True)
class StudyTable:
    """A table as reports print it."""

    name: str = attrs.field(validator=filled)
    """Short name, lower-case with hyphens: file name and label."""
    caption: str = attrs.field(validator=filled)
    """What it shows, in one or two sentences."""
    head: tuple[str, ...] = attrs.field(validator=filled)
    """Column titles."""
    rows: tuple[tuple[StudyCell, ...], ...] = ()
    """Rows, each as wide as the head."""
    notes: tuple[str, ...] = ()
    """Printed below: what intervals speak of, floor, least detectable difference, correction."""

    def __attrs_post_init__(self) -> None:
        """Refuse rows that are not as wide as the head."""
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError(f"table {self.name}: a row is not as wide as the head")


@attrs.frozen(kw_only=True)
class StudyRecord:
    """What a study found, as reports are given it."""

    name: str = attrs.field(validator=filled)
    """Study name."""
    kind: str = attrs.field(validator=filled)
    """``ablate``, ``bench``, ``noise``, ``power``, ``compare`` or ``reproduce``."""
    methods: str = ""
    """How it was done, as one paragraph that a paper can take over."""
    tables: tuple[StudyTable, ...] = ()
    """Tables, the main one first."""
    scores: tuple[Score, ...] = ()
    """Pooled scores of every arm."""
    contrasts: tuple[Contrast, ...] = ()
    """Contrasts of arms."""
    costs: tuple[Cost, ...] = ()
    """What every arm asked and took."""
    lost: tuple[str, ...] = ()
    """One line for every shard or conversation that came to nothing."""
    facts: Mapping[str, Any] = attrs.field(factory=dict)
    """Versions, plug-ins, seeds, corpora: plain data, for the manifest."""
