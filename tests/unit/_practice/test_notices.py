"""What people are told of whom they talk to."""

from __future__ import annotations

from typing import get_args

import pytest

from esc_skills._practice.notices import EVERY, SeatName, notice, tongue_of

SEATS = get_args(SeatName)


@pytest.mark.parametrize("seat", SEATS)
@pytest.mark.parametrize(
    ("language", "program", "denial"),
    [("en", "program", "not therapy"), ("zh-CN", "程序", "不是心理治疗")],
    ids=["en", "zh"],
)
def test_every_seat_is_told_at_the_start(
    seat: SeatName, language: str, program: str, denial: str
) -> None:
    """S20: that a program speaks, and that it is no therapy, in both languages."""
    text = notice(seat, language)
    assert program in text
    assert denial in text or "nor therapy" in text
    assert program in notice(seat, language, EVERY)


@pytest.mark.parametrize("seat", SEATS)
def test_it_stands_again_every_ten_turns(seat: SeatName) -> None:
    """S20: at turns 10, 20 and 30, and at no other; unknown languages are told in English."""
    again = [turn for turn in range(1, 31) if notice(seat, "fr", turn)]
    assert again == [10, 20, 30]
    assert notice(seat, "fr") == notice(seat, "en")


@pytest.mark.parametrize("tag", ["zh", "ZH-tw", "zh_TW", "zh-Hans-CN"])
def test_a_tag_is_read_to_its_language(tag: str) -> None:
    """Script, country and the way it is written say nothing of the language."""
    assert tongue_of(tag) == "zh"
    assert notice("seeker", tag) == notice("seeker", "zh")
