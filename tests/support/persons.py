"""Personal data, made up: nine kinds in twenty ways of writing, near misses, and names.

    python tests/support/persons.py

prints how many of each are taken out. Nothing here belongs to anybody: letters and digits are
drawn, domains are reserved ones, machine addresses are invented.
"""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product

import attrs

from esc_skills._stages.personal import scrubbed
from esc_skills.stats.proportions import wilson


@attrs.frozen
class Planted:
    """One piece of personal data as somebody wrote it."""

    kind: str
    """What it is."""
    style: str
    """How it is written."""
    text: str
    """The message that it stands in."""
    core: str
    """What tells whose it is: letters and digits alone, in small letters; comes once."""


def _word(chance: random.Random, size: int = 4) -> str:
    pairs = (chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(size))
    return "".join(pairs)


def _digits(chance: random.Random, size: int) -> str:
    return "".join(chance.choice("123456789") for _ in range(size))


def luhn(digits: str) -> bool:
    """Whether the check digit of a card holds."""
    every = [int(sign) for sign in reversed(digits)]
    return (sum(every[::2]) + sum(sum(divmod(2 * one, 10)) for one in every[1::2])) % 10 == 0


def _card(chance: random.Random) -> str:
    body = "4" + _digits(chance, 14)
    whole = next(body + str(last) for last in range(10) if luhn(body + str(last)))
    return " ".join(whole[at : at + 4] for at in range(0, 16, 4))


def _iban(chance: random.Random) -> str:
    land, bank, size = chance.choice([("DE", "", 18), ("GB", "NWBK", 14), ("FR", "", 23)])
    bare = bank + _digits(chance, size)
    spelt = "".join(str(int(sign, 36)) for sign in f"{bare}{land}00")
    whole = f"{land}{98 - int(spelt) % 97:02d}{bare}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def _phone(chance: random.Random) -> str:
    n = _digits(chance, 10)
    return chance.choice(
        [f"+49 30 {n[:8]}", f"({n[:3]}) {n[3:6]}-{n[6:]}", f"0{n[:3]}-{n[3:]}", f"+1 {n}"]
    )


def _ssn(chance: random.Random) -> str:
    n = _digits(chance, 9)
    return f"{n[:3]}-{n[3:5]}-{n[5:]}"


def _six(chance: random.Random) -> str:
    groups = [f"{chance.choice('123456789')}{chance.randrange(16**3):03x}" for _ in range(7)]
    kept = chance.choice([7, 5])
    return "2001:" + ":".join(groups) if kept == 7 else f"2001:{':'.join(groups[:4])}::{groups[4]}"


def _url(chance: random.Random) -> str:
    w, host = _word(chance, 5), f"{_word(chance)}.example"
    return chance.choice(
        [f"https://{w}:pw{_digits(chance, 4)}@{host}/", f"{host}/users/{w}", f"{host}/~{w}",
         f"https://instagram.com/{w}", f"http://{host}/?user={w}"]
    )  # fmt: skip


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "mail": lambda chance: f"{_word(chance)}.{_word(chance, 2)}@mail.{_word(chance)}.example",
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "ssn": _ssn,
    "ipv4": lambda chance: ".".join(str(chance.randrange(101, 256)) for _ in range(4)),
    "ipv6": _six,
    "url": _url,
    "handle": lambda chance: f"@{_word(chance, 5)}_{_digits(chance, 2)}",
}
NUMBERS = frozenset({"phone", "card", "iban", "ssn"})


def compact(text: str) -> str:
    """Letters and digits of a text, in small letters and ASCII digits: no spelling hides them."""
    folded = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"(?![0-9])\d", lambda found: str(int(found[0])), folded)


def core_of(kind: str, item: str) -> str:
    """What must not be seen again: of an address or handle the user's part alone."""
    if kind == "mail":
        return item.partition(".")[0]
    if kind == "url":
        found = re.search(r"://(\w+):|/users/(\w+)|/~(\w+)|\.com/(\w+)|user=(\w+)", item)
        return next(part for part in (found.groups() if found else ()) if part)
    return compact(item)


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _bold(text: str) -> str:
    return "".join(
        chr(0x1D7CE + int(sign)) if sign.isdigit()
        else chr(0x1D41A + ord(sign) - 97) if "a" <= sign <= "z" else sign
        for sign in text
    )  # fmt: skip


def _script(text: str) -> str:
    return "".join(chr(0x0660 + int(sign)) if sign.isdigit() else sign for sign in text)


def _regrouped(item: Planted, sign: str) -> str:
    """Other separators where a number has some; else as it is."""
    return (
        re.sub(r"(?<=[\w)])[ -]+(?=[\w(])", sign, item.text) if item.kind in NUMBERS else item.text
    )


def _tight(item: Planted) -> str:
    return re.sub(r"[ ()-]", "", item.text) if item.kind in NUMBERS else item.text


def _hidden(text: str) -> str:
    return "\u200b".join([text[:3], text[3:6], text[6:]])


def _broken(item: Planted) -> str:
    if item.kind in NUMBERS:
        return re.sub(r"[ -]", "\n", item.text, count=1)
    return item.text.replace("@", "@\n") if item.kind == "mail" else f"\n{item.text}\n"


def _glued(item: Planted) -> str:
    """Inside a word where it is a number; else behind a label."""
    if item.kind in NUMBERS - {"iban"}:
        return f"call{_tight(item)}now"
    return f"mine:{item.text}"


def _spelt(item: Planted) -> str:
    text = item.text
    if item.kind == "mail":
        return text.replace("@", " (at) ").replace(".", " [dot] ")
    if item.kind in {"ipv4", "url"}:
        return text.replace(".", "[.]").replace("http", "hxxp")
    return text


def _in_words(item: Planted) -> str:
    if item.kind == "mail":
        return item.text.replace("@", " AT ").replace(".", " dot ")
    return item.text.replace(".", " (dot) ") if item.kind == "ipv4" else item.text


STYLES: dict[str, Callable[[Planted], str]] = {
    "plain": lambda item: f"You can write to {item.text} when you like.",
    "first": lambda item: f"{item.text} is how they find me",
    "last": lambda item: f"And they always find me by {item.text}",
    "full stop": lambda item: f"It is {item.text}. That is all.",
    "round brackets": lambda item: f"My own ({item.text}), please.",
    "other brackets": lambda item: f"[{item.text}] <{item.text}>",
    "quoted": lambda item: f"They wrote \u201e{item.text}\u201c and '{item.text}'!",
    "label": lambda item: f"contact:{item.text}; id={item.text}",
    "list": lambda item: f"one,{item.text},two",
    "upper case": lambda item: f"IT IS {item.text.upper()} NOW",
    "wide letters": lambda item: f"\u6211\u7684\u662f {_wide(item.text)} \u8c22\u8c22",
    "bold letters": lambda item: f"look: {_bold(item.text)} ok",
    "digits of another script": lambda item: f"so {_script(item.text)} it is",
    "other dashes and blanks": lambda item: "it is "
    + item.text.replace("-", "\u2011").replace(" ", "\u00a0") + " \u2014 yes",
    "unseen signs": lambda item: f"this {_hidden(item.text)} here",
    "line ends": lambda item: f"it is {_broken(item)} really",
    "dots between": lambda item: f"so {_regrouped(item, '.')} then",
    "slashes and blanks between": lambda item: f"so {_regrouped(item, ' / ')} then",
    "inside words": lambda item: f"they {_glued(item)} and",
    "spelled signs": lambda item: f"it is {_spelt(item)} or {_in_words(item)} there",
}  # fmt: skip


def planted(count: int, seed: int = 0) -> tuple[Planted, ...]:
    """So many items; every style and kind in turn, the same for the same seed."""
    chance = random.Random(seed)
    cells = list(product(MAKERS, STYLES))
    made: list[Planted] = []
    seen: set[str] = set()
    while len(made) < count:
        kind, style = cells[len(made) * 7 % len(cells)]
        text = MAKERS[kind](chance)
        core = core_of(kind, text)
        if core not in seen:
            seen.add(core)
            bare = Planted(kind, style, text, core)
            made.append(attrs.evolve(bare, text=STYLES[style](bare)))
    return tuple(made)


HARMLESS: tuple[str, ...] = (
    "I was born in 1987 and moved in 2003.", "Between 2019-2021 I lost my work.",
    "The years 2019 2020 2021 were hard.", "2019/2020 was worse than 2021/2022.",
    "It began on 2024-03-15.", "It began on 15.03.2024 at 9.", "On 03/15/2024 she left.",
    "Since 15 03 2024 nothing helps.", "From 2020 to 2024 I slept badly.", "Class of 1999!",
    "It cost 1,299.00 euros.", "Rent is 1.200.000 a year there.", "1 000 000 reasons to go.",
    "I owe $1,200,000 by now.", "They want 12000000 won.", "My debt is 10999.50 in all.",
    "Price: 49.99, was 59.99.", "I spend 1200-1500 a month.", "About 1000 - 2000 calories.",
    "Order 48213 never came.", "Order no. 123456 is late.", "Ticket #4711 is closed.",
    "Parcel XK4471129 is lost.", "Invoice A-2041 is open.", "Room 1204, floor 12.",
    "Case 17/2043 goes on.", "Bus 42, line 7, stop 118.", "Flight LH 4711 was late.",
    "Meet at 10:30, or at 18:45.", "From 10:30-11:45 I am busy.", "It was 10.30-11.45 at work.",
    "At 03:12:45 I woke up.", "24/7 for 365 days.", "I work 9-5, then 6-8.",
    "Count 1 2 3 4 5 6 7 8 9 10.", "10 9 8 7 6 5 4 3 2 1, breathe.", "10 20 30 40 50 and stop.",
    "1-2-3-4-5-6-7-8, slowly.", "Breathe in for 4, hold for 7, out for 8.", "5-4-3-2-1 grounding.",
    "Try 4-7-8 breathing.", "Rate it from 0 to 10.", "I am a 3/10 today.",
    "It went 7/10 8/10 9/10 6/10.", "My pressure is 120/80 130/85 140/90.", "Two thirds is 0.6667.",
    "A rate of 0.123456789 is low.", "Pi is 3.1415926535.", "I weigh 82.45 kilos.",
    "It is 37.5 degrees.", "Chapter 3.2.1 helped me.", "Version 1.2.3 of the plan, page 7.",
    "Python 3.11.4 at work.", "Section 12.4, lines 30-45.", "Read pages 120-145.",
    "Call 988 or 112.", "Ring 116 123 at any hour.", "999 or 111 will answer.",
    "Text HOME to 741741.", "Dial 911!", "Line 1 is busy.",
    "See https://example.org/help for a line.", "https://example.org/a/b?x=1 is a page.",
    "Look at example.org, under help.", "www.example.org/en/contact is open.",
    "https://reddit.com/r/sleep has tips.", "https://facebook.com/groups/sleep is a group.",
    "It is in the docs/users folder.", "and/or, he/she, in/out", "He works in/around the shop.",
    "Talk @ lunch.", "We met @ home, then left.", "5 @ most came.", "Email me? No, never.",
    "I looked at the dot on the wall.", "We laughed at the dot com bubble.",
    "Stare at one dot for a while.", "Meet me at noon, dot.", "Not at all. Dot.",
    "He said (at least) that.", "It is (at best) a start.", "50% off & 20% more.",
    "A & B are my friends.", "a:b:c is a ratio of 1:2:3.", "Mix 1:2, then 3:4.",
    "note: 10:30:15 is the time", "std::string is a type.", "Psalm 23:4, John 3:16.",
    "covid19 was the worst time of my life in 2020.", "Is 26 the right age for it?",
    "At 20 I was happy; at 30 not.", "DE 89 is a road.", "No 15 people came in 24 hours.",
    "GB22 was my seat.", "B12 and D3 are vitamins.", "MP3s and A4 sheets.",
    "Vitamin B12, 1000 mg, 2 times.", "2 x 3 x 4 = 24.", "1/2 of it, or 3/4.",
    "30 of 100 people, 2 of 3.", "Rooms 101, 102, 103, 104, 105.", "I have 3 kids: 4, 7 and 12.",
    "4.5 of 5 stars.", "100-200-300-400 metres.", "It is -5 to +5 outside.",
    "a_b_c and x-y-z",
    "1st, 2nd, 3rd, 4th.",
    "\u00bd a cup, \u2460 \u2461 \u2462.", "\u6211\u4eca\u5e7435\u5c81\u3002",
    "\u4ece2019\u5e74\u52302021\u5e74\uff0c\u6211\u5f88\u96be\u8fc7\u3002",
    "\u665a\u4e0a10\uff1a30\u7761\u3002", "u/n and w/o are short.",
)  # fmt: skip
"""What only looks like personal data: nothing of it may be touched."""

FIRST = ("Anna", "Li", "Mohammed", "Olga", "José", "Priya", "Tom", "Fatima", "Kenji", "Zoë")
LAST = ("Becker", "Wang", "al-Said", "Petrova", "García", "Nair", "Smith", "Okafor", "Sato", "Öz")
SAYINGS = (
    "My boss {name} shouted at me again.", "I told {name} everything.",
    "{name} left me last week.", "We live in the same house as {name} and his mother.",
)  # fmt: skip


def named() -> Iterator[tuple[str, str]]:
    """Four hundred sentences, each with the name in it."""
    for first, last, saying in product(FIRST, LAST, SAYINGS):
        yield saying.format(name=f"{first} {last}"), f"{first} {last}"


def told() -> str:
    """How many items, near misses and names are taken out, with Wilson's intervals."""
    names = list(named())
    items = planted(2000)
    counts = {
        "planted items left": (sum(i.core in compact(scrubbed(i.text)[0]) for i in items), 2000),
        "near misses touched": (sum(scrubbed(one)[0] != one for one in HARMLESS), len(HARMLESS)),
        "names taken out": (sum(name not in scrubbed(one)[0] for one, name in names), len(names)),
    }
    rows = []
    for what, (hits, n) in counts.items():
        low, high = wilson(hits, n)
        rows.append(f"{what}: {hits} of {n} (95 %: {100 * low:.1f} to {100 * high:.1f} %)")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{told()}\n")
