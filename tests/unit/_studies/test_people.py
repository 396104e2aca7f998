"""Figures of people's ratings, and how far people and judges agree."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from esc_skills._studies.keys import Key, Line, Question, Talk
from esc_skills._studies.marks import Mark, Marks
from esc_skills._studies.people import judge_agreement, score_marks
from esc_skills.model import Item, Score
from esc_skills.stats import krippendorff_alpha, mean_interval, wilson

ASKED = Question(id="warmth", words="How warm?")
SEEKERS = 6


def talk(arm: str, seeker: int, repeat: int = 0) -> Talk:
    return Talk(arm=arm, profile=f"p{seeker}", repeat=repeat, words=f"{arm}{seeker}{repeat}")


def rated(values: dict[str, Sequence[Sequence[float | None]]]) -> Marks:
    """Ratings by arm: a row a seeker, a number a rater."""
    lines, given = [], []
    raters = tuple(f"r{at}" for at in range(len(next(iter(values.values()))[0])))
    for arm, rows in values.items():
        for seeker, row in enumerate(rows):
            name = f"{arm}-{seeker}"
            lines.append(
                Line(id=name, cells=((talk(arm, seeker // 2, seeker % 2),),), hashes=("",))
            )
            given += [
                Mark(line=name, question="warmth", rater=rater, value=value)
                for rater, value in zip(raters, row, strict=True)
                if value is not None
            ]
    key = Key(
        kind="rate", seed=1, arms=tuple(values), questions=(ASKED,), lines=tuple(lines), left_out={}
    )
    return Marks(key=key, raters=raters, given=tuple(given))


def test_an_arm_has_the_mean_of_its_conversations_clustered_by_seeker() -> None:
    """Raters are averaged first; repeats of a seeker are not independent."""
    rows = [(4, 2), (5, 5), (1, None), (2, 2), (3, 4), (None, None)]
    low, _ = score_marks(rated({"none": rows}))
    means, seekers = [3, 5, 1, 2, 3.5], ["p0", "p0", "p1", "p1", "p2"]
    expected = mean_interval(means, seekers).rounded()
    assert (low.value, low.low, low.high) == (expected.value, expected.low, expected.high)
    assert (low.n, low.of, low.better, low.arm) == (5, 6, "higher", "none")
    parts = {part.group: part for part in low.breakdown}
    assert (parts["count=missing"].value, parts["count=missing"].n) == (3, 12)
    assert parts["rater=r0"].value == 3
    assert [(item.key, item.sums) for item in low.items][:2] == [
        ("p0#0", (3.0, 1.0)),
        ("p0#1", (5.0, 1.0)),
    ]


def test_arms_of_one_sheet_share_a_signature_so_that_they_can_be_contrasted() -> None:
    """Question, scale and raters are signed; another question is another signature."""
    one, two = score_marks(rated({"a": [(4,)], "b": [(5,)]}))
    assert one.signature == two.signature
    other = rated({"a": [(4,)]})
    asked = attrs.evolve(ASKED, words="How cold?")
    changed = attrs.evolve(other, key=attrs.evolve(other.key, questions=(asked,)))
    assert score_marks(changed)[0].signature != one.signature


def test_raters_agreement_is_ordinal_alpha_over_all_rows() -> None:
    """It rests on every conversation of every arm that two raters read."""
    rows: dict[str, Sequence[Sequence[float | None]]] = {
        "a": [(1, 2), (5, 5), (3, None)],
        "b": [(4, 4), (2, 1), (5, 3)],
    }
    found = score_marks(rated(rows))[-1]
    units = [row for arm in rows.values() for row in arm]
    expected = krippendorff_alpha(units, "ordinal")
    assert expected is not None
    assert found.name == "warmth-agreement"
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.n == 5


def test_an_arm_that_nobody_rated_has_no_figure() -> None:
    """Silence is not a zero."""
    (score,) = score_marks(rated({"a": [(None,), (None,)]}))
    assert (score.value, score.n, score.of) == (None, 0, 2)


def preferred(choices: Sequence[tuple[bool, Sequence[float]]]) -> Marks:
    """Choices between arms a and b: whether b stood right, and a side a rater."""
    lines, given = [], []
    for seeker, (right, sides) in enumerate(choices):
        cells = ((talk("a", seeker),), (talk("b", seeker),))
        lines.append(Line(id=str(seeker), cells=cells if right else cells[::-1], hashes=("", "")))
        given += [
            Mark(line=str(seeker), question="warmth", rater=f"r{at}", value=side)
            for at, side in enumerate(sides)
        ]
    key = Key(
        kind="pair", seed=1, arms=("a", "b"), questions=(ASKED,), lines=tuple(lines), left_out={}
    )
    return Marks(key=key, raters=("r0", "r1"), given=tuple(given))


def test_preference_is_the_share_of_decided_pairs_with_wilsons_interval() -> None:
    """Sides are turned back into arms; ties are counted, and no half wins."""
    choices = [
        (True, (1, 1)),  # both chose b
        (False, (-1, -1)),  # b stood left: both chose b
        (True, (-1, -1)),  # both chose a
        (True, (1, 0)),  # b by one voice
        (True, (1, -1)),  # undecided
        (True, (0, 0)),  # no difference
    ]
    share, agreement = score_marks(preferred(choices))
    low, high = wilson(3, 4)
    assert share.arm == "b over a"
    assert share.value == 0.75
    assert (share.n, share.of) == (4, 6)
    assert share.low == pytest.approx(low, abs=0.2)
    assert share.high == pytest.approx(high, abs=0.05)
    parts = {part.group: part for part in share.breakdown}
    assert parts["count=undecided"].value == 2
    assert parts["share=left"].value == pytest.approx(5 / 9, abs=1e-6)
    assert parts["share=left"].n == 9
    assert [item.sums for item in share.items] == [(1.0, 1.0), (1.0, 1.0), (0.0, 1.0), (1.0, 1.0)]
    assert agreement.value is not None


def judged(values: Sequence[float], name: str = "warmth", arm: str = "none") -> Score:
    items = tuple(
        Item(key=f"p{at // 2}#{at % 2}", cluster=f"p{at // 2}", sums=(value, 1.0))
        for at, value in enumerate(values)
    )
    return Score(
        evaluator="someone", name=name, arm=arm, value=3.0, n=6, of=6, signature="s", items=items
    )


def test_a_judge_is_held_against_people_beyond_chance() -> None:
    """Alpha over conversations that both marked; strangers to the sheet are passed over."""
    people = score_marks(rated({"none": [(5, 5), (4, 4), (1, 2), (2, 2), (3, 3), (5, 4)]}))
    same = [5, 4, 1.5, 2, 3, 4.5]
    perfect, *rest = judge_agreement(
        people, [judged(same), judged(same, "other"), judged(same, arm="x")]
    )
    assert not rest
    assert (perfect.evaluator, perfect.name, perfect.value) == (
        "someone",
        "warmth-with-people",
        1.0,
    )
    worst = judge_agreement(people, [judged([6 - value for value in same])])[0]
    assert worst.value is not None
    assert worst.value < 0
