"""Conversations gathered from runs, studies and transcript files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from esc_skills._studies.talks import Talks
from esc_skills.errors import DataError, UsageError


def test_a_run_gives_its_arms_of_report_seekers(small_run: Path) -> None:
    """Arms come in the run's order, and every seat has all of them."""
    talks = Talks.of([small_run])
    assert talks.arms == ("none", "static", "evolved")
    seats = talks.seats()
    assert all(set(seat) == set(talks.arms) for seat in seats.values())
    assert {trace.profile.purpose for seat in seats.values() for trace in seat.values()} == {
        "report"
    }


def test_several_runs_are_told_apart_by_the_end_of_their_paths(
    small_run: Path, tmp_path: Path
) -> None:
    """Folders of one name get as much of their path as it takes."""
    for parent in ("a", "b"):
        shutil.copytree(small_run, tmp_path / parent / "run")
    talks = Talks.of([tmp_path / "a/run", tmp_path / "b/run"], ["a/run/none", "b/run/none"])
    assert talks.arms == ("a/run/none", "b/run/none")


def test_arms_of_a_study_are_its_variants_and_seeds_make_seats(
    small_run: Path, tmp_path: Path
) -> None:
    """The last bank of a variant bears the variant's name; every seed has seats of its own."""
    for seed in ("1", "2"):
        shutil.copytree(small_run, tmp_path / "shards" / "full" / seed)
    talks = Talks.of([tmp_path])
    assert talks.arms == ("full/none", "full/static", "full")
    assert {seed for seed, _, _ in talks.seats()} == {"1", "2"}


def test_an_arm_that_nobody_has_is_refused(small_run: Path) -> None:
    """The arms that are there are named."""
    with pytest.raises(UsageError, match="static"):
        Talks.of([small_run], ["statik"])


def test_a_target_named_twice_or_without_talks_is_refused(small_run: Path) -> None:
    """The same run against itself, and dialogues of people, are no conversations to compare."""
    with pytest.raises(UsageError, match="twice"):
        Talks.of([small_run, small_run])
    with pytest.raises(DataError, match="no simulated conversation"):
        Talks.of(["sample"])
    with pytest.raises(UsageError, match="nothing to read"):
        Talks.of([])
