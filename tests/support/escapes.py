"""Texts that a terminal would obey, made by rule; and what of a printed text it would obey."""

from __future__ import annotations

import unicodedata

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"
SEQUENCES: tuple[str, ...] = (
    *(f"[{numbers}{final}" for numbers in ("", "2", "1;1") for final in "ABCDEFGHJKLMPSTX@fsu"),
    *(f"[{numbers}m" for numbers in ("0", "1", "8", "30;40", "38;5;0", "48;2;0;0;0")),
    *(f"[?{number}{final}" for number in (25, 47, 1000, 1049, 2004) for final in "hl"),
    *("[6n", "[c", "[>c", "[5i", "[4i", "[21t", "[2;1;1t", "[!p", "[20h"),
)
"""What follows ESC, or the C1 sign that stands for ``ESC [``."""
STRINGS: tuple[str, ...] = (
    "]0;title",
    "]2;title",
    "]4;1;rgb:ff/ff/ff",
    "]8;;http://127.0.0.1:9/",
    "]8;id=x;file:///etc/passwd",
    "]9;notify",
    "]10;?",
    "]52;c;cm0gLXJm",
    "]52;p;?",
    "]133;A",
    "]777;notify;a;b",
    "]1337;File=name=eA==;inline=1:eA==",
    "P+q544e",
    "P$qm",
    "P1$r0m",
    "_G;x",
    "^privacy",
    "Xstring",
)
"""Control strings, which an end sign closes."""
SHORT = "78cDEHMNOZ=>nol|}~"
SIGNS = "\x00\x01\x05\x07\x08\x0b\x0c\r\x0e\x0f\x1a\x7f\x80\x84\x85\x88\x8d\x90\x9b\x9d\x9e\x9f"
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNS += "\u200b\ufeff\u2028\u2029"
"""Signs that turn words around, or hide among them."""


def escapes() -> tuple[str, ...]:
    """Over 200 of them, all unlike, each with words around."""
    made = [f"{ESC}{one}" for one in SEQUENCES]
    made += [f"\x9b{one[1:]}" for one in SEQUENCES if one[0] == "["][::3]
    made += [f"{ESC}{one}{end}" for one in STRINGS for end in (BEL, ST, "\x9c")]
    made += [f"\x9d{one[1:]}\x9c" for one in STRINGS if one[0] == "]"]
    made += [f"{ESC}{one}" for one in SHORT]
    made += [f"{ESC}(0", f"{ESC}#8", f"{ESC}%G", f"{ESC}{ESC}[2J", f"{ESC}[2J{ESC}[3J{ESC}[H"]
    made += [*SIGNS, *TURNS, "\U000e0041\U000e0042"]
    return tuple(dict.fromkeys(f"a{one}b" for one in made))


def obeyed(text: str) -> set[str]:
    """Signs of a printed text that are no words: controls but the line feed, and hidden ones."""
    return {
        sign
        for sign in text
        if sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
    }
