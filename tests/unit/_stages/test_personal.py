"""Personal data that have a shape, and what only looks like them."""

from __future__ import annotations

import pytest

from esc_skills._stages.personal import personal


@pytest.mark.parametrize(
    "text",
    [
        "Write to ann.lee@example.org today.",
        "ann (at) example (dot) org",
        "ann\u200b@example.org",
        "Call +49 30 1234567.",
        "Ring (020) 7946 0958 at night",
        "0151-234 5678",
        "１５１２３４５６７８",
        "Card 4111 1111 1111 1111 is blocked",
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
        "from 192.168.10.7 again",
        "2001:db8::ff00:42:8329",
        "https://ann:secret@example.org/",
        "see example.org/users/ann",
        "reddit.com/u/annlee",
        "follow @ann_lee for more",
        "she is u/annlee there",
        "123-45-6789",
    ],
)
def test_planted_data_are_found(text: str) -> None:
    """S13: mail, phone, card, bank account, address of a machine, web address with user, handle."""
    assert personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ask how it feels, and wait.",
        "Say that help is there at any hour: call 988 or 112.",
        "Between 2019-2021 many lost their work.",
        "Rate it from 0 to 10, then 1 to 5.",
        "Meet at 10:30, or at 18:45.",
        "Version 1.2.3 of the plan, page 7.",
        "See https://example.org/help for a helpline.",
        "Breathe in for 4, hold for 7, out for 8.",
        "Talk @ lunch.",
        "A rate of 0.123456789 is low.",
        "",
    ],
)
def test_ordinary_lines_are_left_alone(text: str) -> None:
    """S13, negative control: figures, times, emergency numbers and plain links are no person."""
    assert personal(text) == ""
