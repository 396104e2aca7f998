"""Personal data that have a shape: mail, phone, card, bank account, address of a machine (S13).

Only shapes are found. A name, or "my boss at the bakery", has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

_UNSEEN = {ord(sign): None for sign in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"}
_AT, _DOT = r"[(\[{]\s?at\s?[)\]}]", r"[(\[{]\s?dot\s?[)\]}]"
_SHAPES: tuple[tuple[str, str], ...] = (
    ("a web address with a user", r"://[^\s/@]+@|\w\.\w+/(?:~|users?/|u/|in/|@)\w|[?&]user\w*="),
    ("a mail address", rf"[\w.+-]+\s?(?:@|{_AT})\s?[\w-]+(?:\.|\s?{_DOT}\s?)\w"),
    ("a handle", r"(?<![\w@./])@[A-Za-z_]\w{2,}|(?<![\w/.])/?u/\w{3,}"),
    ("a bank account", r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b"),
    ("a card number", r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)"),
    ("an address of a machine", r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    ("an address of a machine", r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:])"),
    ("a phone number", r"(?<![\w.])(?:\+|\()?\d(?:[ ()./-]{0,2}\d){6,14}(?!\w)"),
)
_FOUND = tuple((kind, re.compile(shape)) for kind, shape in _SHAPES)
_ENDS = {"a mail address": (r"", r"[\w.-]*"), "a web address with a user": (r"\S*?", r"\S*")}
_WHOLE = tuple(
    (kind, re.compile(rf"{before}(?:{shape}){after}"))
    for kind, shape in _SHAPES
    for before, after in [_ENDS.get(kind, ("", ""))]
)
"""The same shapes, with the rest of the word that they stand in."""
_NUMBER = re.compile(r"(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d|\d\.\d+")


def _checked(text: str) -> bool:
    """Whether an account number has the check digits of its kind (ISO 7064, mod 97)."""
    bare = re.sub(r"[ -]", "", text)
    digits = "".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])
    return int(digits) % 97 == 1


def _summed(text: str) -> bool:
    """Whether a card number has the check digit of Luhn."""
    digits = [int(sign) for sign in text if sign.isdigit()][::-1]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _machine(text: str) -> bool:
    """Whether it is an address and no clock time or version."""
    if "." in text:
        return all(int(part) < 256 for part in text.split("."))
    return "::" in text or text.count(":") == 7


_CHECKS: dict[str, Callable[[str], bool]] = {
    "a bank account": _checked,
    "a card number": _summed,
    "an address of a machine": _machine,
    "a phone number": lambda text: not _NUMBER.fullmatch(text),
}


def scrubbed(text: str) -> tuple[str, int]:
    """A text with a word in place of each piece of personal data, and how many there were.

    A text without any is given back as it is; another one in compatibility form (NFKC).
    """
    if not any(sign in "@:/([{" or sign.isnumeric() for sign in text) or not personal(text):
        return text, 0
    plain, count = unicodedata.normalize("NFKC", text).translate(_UNSEEN), 0
    for kind, shape in _WHOLE:
        check = _CHECKS.get(kind, bool)

        def blot(found: re.Match[str], kind: str = kind, check: Any = check) -> str:
            nonlocal count
            if not check(found[0]):
                return found[0]
            count += 1
            return f" [{kind.partition(' ')[2]}] "

        plain = shape.sub(blot, plain)
    return " ".join(plain.split()), count


def personal(text: str) -> str:
    """Kind of the first personal data in a text, in words; empty when there are none."""
    plain = unicodedata.normalize("NFKC", text).translate(_UNSEEN)
    for kind, shape in _FOUND:
        check = _CHECKS.get(kind, bool)
        if any(check(found[0]) for found in shape.finditer(plain)):
            return kind
    return ""
