"""Personal data that have a shape, and what only looks like them."""

from __future__ import annotations

import hashlib
import re
import time

import pytest
from persons import HARMLESS, compact, named, planted, told

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


def test_two_thousand_planted_items_are_taken_out() -> None:
    """S13: nine kinds in twenty styles of writing, within a sentence: whose they are is gone."""
    items = planted(2_000)
    assert len({item.style for item in items}) == 20
    for item in items:
        text, count = scrubbed(item.text)
        assert count >= 1, item
        assert item.core not in compact(text), item
        assert personal(text) == "", text
        assert "[" in text


@pytest.mark.parametrize("text", HARMLESS)
def test_near_misses_stay_letter_by_letter(text: str) -> None:
    """S13, negative control: years, dates, prices, orders, times, counting, plain links."""
    assert scrubbed(text) == (text, 0)


def test_digits_of_a_hash_are_nobodys_number() -> None:
    """S13, negative control: of 2,000 hashes hardly one is touched: ten digits within are no phone.

    What is touched reads as a word and a number, or as a number alone.
    """
    hashes = [hashlib.sha256(str(one).encode()).hexdigest()[:16] for one in range(2_000)]
    runs = [one for one in hashes if re.search(r"\d{9}", one)]
    assert len(runs) > 20, "many hold what would be a number by itself"
    touched = [one for one in hashes if "[phone number]" in scrubbed(f"unit {one} was read")[0]]
    assert all(re.fullmatch(r"(?:[a-f]{3,})?\d+", one) for one in touched)
    assert len(touched) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "trace a3f9c01234567890bde1 ended",
        "id:550e8400-e29b-41d4-a716-446655440000",
        "bank 1234567890ab",
        "req_01abz1234567890z9 failed",
        f"sha256:{'0f' * 20}{'4111111111111111'}{'a1' * 4}",
    ],
    ids=["hex", "uuid", "short", "letters and digits", "a card within"],
)
def test_digits_of_an_id_stay(text: str) -> None:
    """S13, negative control: a longer token in which letters and digits take turns is an id."""
    assert scrubbed(text) == (text, 0)


@pytest.mark.parametrize(
    "word", ["call{}", "call{}now", "dad{}", "{}x12", "{}ext5", "tel:{}", "f-{}"]
)
@pytest.mark.parametrize("number", ["5551234567", "030-123-4567", "+15551234567", "13812345678"])
def test_a_word_beside_a_number_makes_no_id_of_it(word: str, number: str) -> None:
    """S13: a number glued to a word, with an extension or behind a label is found as before."""
    text, count = scrubbed(f"so {word.format(number)} it is")
    assert count == 1
    assert number[-7:] not in text


def test_names_have_no_shape_and_stay() -> None:
    """S13: said in the docs, with the number: no rule finds a name, and none is touched."""
    names = list(named())
    assert len(names) == 400
    assert [name for text, name in names if name not in scrubbed(text)[0]] == []
    assert "names taken out: 0 of 400 (95 %: 0.0 to 1.0 %)" in told()


@pytest.mark.parametrize(
    "evil", ["1.", "1 ", "12345678a", "1a", "a dot ", "a.b/", "://", "de12", "a:", "@"], ids=repr
)
def test_no_text_is_read_for_ever(evil: str) -> None:
    """I15: 4,000 signs made to be read again and again take less than a second of work."""
    begin = time.process_time()
    scrubbed(evil * (4_000 // len(evil)))
    assert time.process_time() - begin < 1.0


def test_a_text_without_persons_is_given_back_letter_by_letter() -> None:
    """S13, negative control: nothing is touched where nothing is found, not even odd spaces."""
    for text in ("Call  988,\tor 112 / 999.", "It was 10:30 @ lunch.", "你好：我很好。", ""):
        assert scrubbed(text) == (text, 0)
