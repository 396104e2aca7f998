"""Personal data that have a shape, and what only looks like them."""

from __future__ import annotations

import random

import pytest

from esc_skills._stages.personal import personal, scrubbed


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


def planted(style: int, chance: random.Random) -> str:
    """A piece of personal data in one of twenty styles, made up from digits and letters."""
    n = "".join(chance.choice("123456789") for _ in range(12))
    w = "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(3))
    parts = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
    card = f"4{n[:11]}{chance.randrange(100):02d}5"
    check = next(str(one) for one in range(10) if luhn(card + str(one)))
    iban = next(
        f"DE{two:02d}{n}345678" for two in range(2, 99) if int(f"{n}3456781314{two:02d}") % 97 == 1
    )
    return (
        f"{w}@{w}.org", f"{w}.{n[:2]}@mail.{w}.example", f"{w} (at) {w} (dot) net",
        f"{w}\u200b@{w}.org", f"{w} @ {w}.com", f"+49 30 {n[:7]}", f"({n[:3]}) {n[3:6]}-{n[6:10]}",
        f"{n[:4]}-{n[4:10]}", f"{n[:3]}.{n[3:6]}.{n[6:10]}", f"{n[:3]}-{n[3:5]}-{n[5:9]}",
        card + check, f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}{check}", iban,
        f"{iban[:4]} {iban[4:8]} {iban[8:12]} {iban[12:16]} {iban[16:20]} {iban[20:]}",
        parts, f"2001:db8::{n[:4]}:{n[4:8]}", f"https://{w}:{n}@{w}.org/", f"{w}.org/users/{w}",
        f"@{w}_{n[:3]}", f"u/{w}{n[:2]}",
    )[style]  # fmt: skip


def luhn(digits: str) -> bool:
    every = [int(sign) for sign in reversed(digits)]
    return (sum(every[::2]) + sum(sum(divmod(2 * one, 10)) for one in every[1::2])) % 10 == 0


@pytest.mark.parametrize("style", range(20))
def test_two_thousand_planted_items_are_taken_out(style: int) -> None:
    """S13: a hundred items in each of twenty styles, within a sentence: none is left."""
    chance = random.Random(style)
    for _ in range(100):
        item = planted(style, chance)
        text, count = scrubbed(f"I am tired, write to {item} when you can.")
        assert count >= 1, item
        assert item not in text
        assert personal(text) == "", text
        assert text.startswith("I am tired, write to [")


def test_a_text_without_persons_is_given_back_letter_by_letter() -> None:
    """S13, negative control: nothing is touched where nothing is found, not even odd spaces."""
    for text in ("Call  988,\tor 112 / 999.", "It was 10:30 @ lunch.", "你好：我很好。", ""):
        assert scrubbed(text) == (text, 0)
