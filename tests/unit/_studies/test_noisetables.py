"""Tables of ``study noise``, from numbers made by hand; whole studies are in ``test_noise``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from esc_skills._studies.noisetables import FULL, SHARES, Found, floors, variances, verdicts
from esc_skills._studies.pooling import Figures
from esc_skills._studies.replicates import Stage
from esc_skills.model import Item, Score, StudyTable


@pytest.fixture(scope="module")
def stage(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Arms ``none`` and ``static``; nothing is held on it."""
    return Stage.open(small_run, tmp_path_factory.mktemp("n") / "study", ("none", "static"))


def scores(**arms: list[float]) -> tuple[Score, ...]:
    """Final emotions by arm, one seeker each."""
    return tuple(
        Score(
            evaluator="sage",
            name="emotion",
            value=sum(values) / len(values),
            n=len(values),
            of=len(values),
            signature="s",
            better="higher",
            arm=arm,
            items=tuple(
                Item(key=f"p{place}#0", cluster=f"p{place}", sums=(value, 1))
                for place, value in enumerate(values)
            ),
        )
        for arm, values in arms.items()
    )


def found(stage: Stage, base: tuple[Score, ...], others: Mapping[str, tuple[Score, ...]]) -> Found:
    """What was not moved stays as it is in the run."""
    return Found(
        stage=stage,
        figures=Figures(),
        base=base,
        moved={which: (others.get(which, base),) for which in (FULL, *SHARES)},
        lost=(),
        seekers=len(base[0].items),
        talks=len(base[0].items),
    )


def texts(table: StudyTable, title: str) -> list[str]:
    return [row[table.head.index(title)].text for row in table.rows]


LOW, HIGH = [40.0, 42.0, 38.0, 41.0, 39.0, 40.0], [70.0, 75.0, 66.0, 71.0, 68.0, 73.0]
BASE = scores(none=LOW, static=HIGH)


def test_parts_stand_in_their_columns(stage: Stage) -> None:
    """A step of 10 by the seeker alone is 50 in its column, and nothing elsewhere."""
    moved = scores(none=[value + 10 for value in LOW], static=HIGH)
    table = variances(found(stage, BASE, {FULL: moved, "seeker": moved}))
    none, static = table.rows
    assert [cell.value for cell in none[2:]] == [50, 0, 50, 0]
    assert [cell.text for cell in static[2:]] == ["none of 6 changed"] * 4


def test_seen_is_the_replicate_minus_the_run(stage: Stage) -> None:
    """With its sign; a shift of all seekers alike has no spread."""
    moved = scores(none=[value + 10 for value in LOW], static=HIGH)
    table = floors(found(stage, BASE, {FULL: moved}))
    assert [row[table.head.index("seen")].value for row in table.rows] == [10, 0]


def test_a_verdict_that_turns_is_a_flip(stage: Stage) -> None:
    """Better in the run, worse in the replicate: one of one, and every seeker's winner turned."""
    turned = scores(none=HIGH, static=LOW)
    made = found(stage, BASE, {FULL: turned})
    table = verdicts(made, [made.said(made.base), made.said(turned)])
    assert texts(table, "verdicts")[0] == "better · worse"
    flipped, winners = table.rows[0][-2:]
    assert (flipped.n, flipped.of) == (1, 1)
    assert (winners.n, winners.of) == (6, 6)


def test_what_was_not_compared_is_no_flip(stage: Stage) -> None:
    """No verdict in the replicate, because it has one seeker: nothing to count."""
    lone = scores(none=LOW[:1], static=HIGH[:1])
    made = found(stage, BASE, {FULL: lone})
    table = verdicts(made, [made.said(made.base), made.said(lone)])
    assert texts(table, "verdicts")[0] == "better · not compared"
    flipped, winners = table.rows[-1][-2:]
    assert flipped.text == "—"
    assert (winners.n, winners.of) == (0, 1)
