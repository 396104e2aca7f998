"""``study power``: how many seekers a difference takes."""

from __future__ import annotations

import json
import random
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from esc_skills._studies.power import Pair, Wish, power
from esc_skills.errors import DataError, UsageError
from esc_skills.model import StudyRecord, StudyTable

SAGE = Path("../shared/data/sage")


def table(record: StudyRecord, name: str) -> StudyTable:
    (found,) = [one for one in record.tables if one.name == name]
    return found


def column(record: StudyRecord, name: str, title: str) -> list[Any]:
    made = table(record, name)
    return [row[made.head.index(title)].value for row in made.rows]


def pair(**facts: Any) -> Pair:
    given = {"arms": "a − b", "talks": 200, "seekers": 100, "sd": 30.0}
    return Pair(**{**given, "noise": 28.284271, "interaction": 10.0, **facts})


def test_repeats_lessen_noise_and_leave_the_interaction() -> None:
    """So many seekers as the spread of a mean difference takes; ever fewer with more repeats."""
    wish = Wish(detect=5)
    needed = [pair().needed(wish, repeats) or 0 for repeats in (1, 2, 5, 1000)]
    assert needed == sorted(needed, reverse=True)
    # (1.96 + 0.84)² × (10² + 28.28²) / 5², by the normal approximation
    assert needed[0] == pytest.approx((1.959964 + 0.841621) ** 2 * (100 + 800) / 25, rel=0.02)
    assert needed[-1] == pair(noise=0.0).needed(wish, 1)


def test_arms_that_never_differed_plan_nothing() -> None:
    """Not two seekers: nobody knows how much such arms would differ."""
    assert pair(sd=0.0, noise=0.0, interaction=0.0).needed(Wish(detect=5), 1) is None


def test_a_difference_too_small_to_plan_for_is_refused() -> None:
    """With the next step, not a number beyond all people."""
    with pytest.raises(UsageError, match="1000000000") as refused:
        pair().needed(Wish(detect=1e-4), 1)
    assert "--detect" in refused.value.hint


@pytest.mark.parametrize(
    "wrong", [{"detect": 0}, {"power": 1.0}, {"repeats": ()}, {"repeats": (0, 1)}, {"alpha": 0.0}]
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    """Each with its name."""
    with pytest.raises(UsageError, match="must be"):
        Wish(**{"detect": 5.0, **wrong})


def test_the_interval_of_the_spread_holds_its_level() -> None:
    """95 of 100 samples of 20 seekers have the true spread inside."""
    chance, inside = random.Random(13), 0
    for _ in range(2000):
        values = [chance.gauss(0, 30) for _ in range(20)]
        mean = sum(values) / 20
        sd = sqrt(sum((value - mean) ** 2 for value in values) / 19)
        low, high = pair(sd=sd, seekers=20).reach
        inside += low <= 30 <= high
    assert inside / 2000 == pytest.approx(0.95, abs=0.015)


def transcripts(path: Path, emotions: list[int]) -> str:
    """A file of our own in SAGE's format, one conversation a seeker."""
    rows = [
        {
            "id": f"s-{number}",
            "emo_point": emotion,
            "player": "A skating teacher.",
            "scene": "The rink closes.",
            "character": "被动型",
            "task": "practical-advice",
            "history": [
                {"role": "user", "content": "The rink closes.", "emotion-point": 40},
                {"role": "assistant", "content": "Tell me more."},
                {
                    "role": "user",
                    "content": "Hm.",
                    "emotion-point": emotion,
                    "planning": {"activity": "", "change": emotion - 40},
                },
            ],
        }
        for number, emotion in enumerate(emotions)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return f"sage-transcripts:{path}"


def test_two_transcript_files_are_two_arms(tmp_path: Path) -> None:
    """One conversation a seeker: one repeat is planned for, and costs are not known."""
    one = transcripts(tmp_path / "one_result.jsonl", [50, 60, 70, 40])
    two = transcripts(tmp_path / "two_result.jsonl", [60, 50, 95, 40])
    made = power([one, two], detect=5)
    plan = table(made, "power-plan")
    assert [row[0].text for row in plan.rows] == ["two_result − one_result"]
    assert column(made, "power-plan", "repeats") == [1]
    assert [cell.text for cell in plan.rows[0][-3:]] == ["—"] * 3
    assert made.costs == ()
    gaps = [10, -10, 25, 0]
    mean = sum(gaps) / 4
    sd = sqrt(sum((gap - mean) ** 2 for gap in gaps) / 3)
    assert column(made, "power-present", "sd") == [pytest.approx(sd, abs=1e-6)]


def test_the_present_size_and_the_plan_agree(tmp_path: Path) -> None:
    """Planning for what the present seekers can just find gives the present seekers."""
    chance = random.Random(13)
    files = [
        transcripts(tmp_path / f"{name}.jsonl", [chance.randrange(10, 100) for _ in range(60)])
        for name in ("a", "b")
    ]
    (finds,) = column(power(files, detect=5), "power-present", "finds")
    assert column(power(files, detect=finds), "power-plan", "seekers") == [pytest.approx(60, abs=1)]
    halved = column(power(files, detect=finds, family=6), "power-plan", "seekers")
    assert halved[0] > 60


def test_one_arm_alone_is_refused(tmp_path: Path) -> None:
    """The hint says what makes a pair."""
    with pytest.raises(DataError, match="no two arms") as refused:
        power([transcripts(tmp_path / "one.jsonl", [50, 60])], detect=5)
    assert "two transcript files" in refused.value.hint


def test_a_run_plans_for_every_pair_of_its_arms(small_run: Path) -> None:
    """Several repeats, since its seekers came twice; no model, no cost; the same bytes again."""
    made = power([small_run], detect=5, repeats=(1, 4))
    rows = table(made, "power-plan").rows
    assert {row[0].text for row in rows} >= {"static − none", "evolved − none"}
    first, second = rows[:2]
    assert [cell.value for cell in first[1:4]] == [1, first[2].value, 2 * first[2].value]
    assert second[2].value <= first[2].value
    assert [cell.value for cell in first[4:]] == [0, 0, 0]
    assert power([small_run], detect=5, repeats=(1, 4)) == made


def test_arms_may_be_chosen(small_run: Path) -> None:
    """And one that is not there is refused by name."""
    made = power([small_run], detect=5, arms=("none", "static"))
    assert {row[0].text for row in table(made, "power-plan").rows} == {"static − none"}
    with pytest.raises(UsageError, match="'best'"):
        power([small_run], detect=5, arms=("best",))


@pytest.mark.development_data
@pytest.mark.skipif(not SAGE.is_dir(), reason="SAGE's released transcripts are not here")
def test_released_transcripts_need_hundreds_of_seekers() -> None:
    """5 points take about 550 seekers, and the 100 that SAGE has find about 12 points."""
    names = ("claude3.7", "gpt-4o-0808", "llama3.3-70b")
    files = [f"sage-transcripts:{SAGE / f'{name}_result.jsonl'}" for name in names]
    made = power(files, detect=5)
    seekers = column(made, "power-plan", "seekers")
    assert len(seekers) == 3
    assert sum(seekers) / 3 == pytest.approx(550, rel=0.1)
    assert all(450 < one < 700 for one in seekers)
    finds = column(made, "power-present", "finds")
    assert sum(finds) / 3 == pytest.approx(12, abs=0.5)
