"""Personal data that have a shape: mail, phone, card, bank account, address of a machine (S13).

Only shapes are found. A name, or "my boss at the bakery", has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from string import ascii_letters, digits

_SPANS = ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F))
_FOLDED: dict[int, str | None] = {
    **dict.fromkeys((0xAD, 0x34F, 0x61C, 0x180E, 0x20E3, 0xFEFF)),
    **dict.fromkeys(code for first, last in _SPANS for code in range(first, last + 1)),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2043, 0x2212), "-"),
    0x2236: ":",
}
"""Signs that nobody sees, and look-alikes of signs that shapes are made of."""
_HINT = re.compile(r"[@:/%&\d]|[(\[{<]\s?[aA][tT]|[dD][oO][tT]")
"""What no text without one of the shapes can do without."""
_DIGIT = re.compile(r"(?![0-9])\d")
_SPELLED = (
    (re.compile(r"\s?(?:[(\[{<]\s?at\s?[)\]}>]|&#(?:64|x40);|&commat;|%40)\s?", re.I), "@"),
    (re.compile(r"\s?[(\[{<]\s?(?:dot|\.)\s?[)\]}>]\s?", re.I), "."),
    (re.compile(r"(?<=[A-Za-z0-9])\u3002(?=[A-Za-z0-9])"), "."),
)
_WORDS = re.compile(
    r"\b(?:[\w+-]{1,64} dot ){0,3}[\w.+-]{1,64} at (?!(?:an?|the|this|that|one) )"
    r"(?:[\w-]{1,64} dot ){1,4}"
    r"(?:com|org|net|edu|gov|io|info|de|fr|uk|eu|ch|cn|jp|example)\b",
    re.I,
)
"""A mail address in words."""

_SEP = r"(?:\.|[ ()/_-]{0,4})"
_SITES = r"(?:facebook|instagram|twitter|tiktok|snapchat|github|weibo|vk)\.com|t\.me|wa\.me"
_PUBLIC = r"(?!(?:groups|hashtag|explore|help|about|search|share|legal|privacy)\b)"
_IN_URL = rf"://[^\s/@]+@|\w\.\w+/(?:~|users?/|u/|in/|@)\w|[?&]user\w*=|\b(?:{_SITES})/{_PUBLIC}\w"
_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}"
_OCTETS = r"\d{1,3}(?:(?:\.| \. )\d{1,3}){3}"


_LENGTHS = {
    land: int(size)
    for land, size in re.findall(
        r"(..)(\d\d)",
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29"
        "ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28"
        "LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25"
        "QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30",
    )
}
"""Signs of a bank account (IBAN), by country."""


def _account(text: str) -> int:
    """Length of the bank account at the beginning; its check digits hold (ISO 7064, mod 97)."""
    size = _LENGTHS.get(text[:2].upper(), 99)
    signs = list(re.finditer(r"[A-Za-z0-9]", text))[:size]
    bare = "".join(found[0] for found in signs)
    if len(bare) < size:
        return 0
    figure = int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4]))
    return signs[-1].end() if figure % 97 == 1 else 0


def _card(text: str) -> int:
    """Its length where the check digit of Luhn holds."""
    figures = [int(sign) for sign in text if sign.isdigit()][::-1]
    doubled = (sum(divmod(2 * figure, 10)) for figure in figures[1::2])
    return 0 if (sum(figures[::2]) + sum(doubled)) % 10 else len(text)


def _machine(text: str) -> int:
    """Its length where it is an address, and no clock time or version."""
    if "." in text:
        return len(text) * all(int(part) < 256 for part in text.split("."))
    groups = [part for part in text.split(":") if part]
    short = "::" in text and len(groups) > 1 and any(map(str.isdigit, text))
    return len(text) * (short or text.count(":") > 6)


_FIGURES = re.compile(
    r"(?:0|[1-9]\d?)\.\d+|[1-9]\d*\.\d\d|[1-9]\d{0,2}(?:[ .]\d{3})*[ .]000|[1-9]\d{0,2}0{4,}"
    r"|[1-9]\d*0 ?- ?[1-9]\d*0|\d{1,3}/\d{1,3}(?: \d{1,3}/\d{1,3})+"
    r"|[012]?\d\.[0-5]\d ?- ?[012]?\d\.[0-5]\d"
)
"""Decimals, prices, sums, ranges, scores, and times: nobody is called by them."""


def _number(text: str) -> int:
    """Its length where it may be a phone number, and is no date, figure, or counting."""
    parts = re.findall(r"\d+", text)
    years = sum(bool(re.fullmatch(r"(?:19|20)\d\d", part)) for part in parts)
    days = sum(len(part) < 3 for part in parts)
    if years and years + days == len(parts) and days < 4:
        return 0
    steps = {int(after) - int(before) for before, after in pairwise(parts)}
    counted = len(parts) > 3 and len(steps) == 1 and steps != {0} and max(map(len, parts)) < 4
    return 0 if counted or _FIGURES.fullmatch(text) else len(text)


_SHAPES: tuple[tuple[str, str, Callable[[str], int]], ...] = (
    (
        "a web address with a user",
        rf"[\w.:/~%+=?&#-]{{0,64}}?(?:{_IN_URL})[^\s,;()<>\"\[\]]*",
        len,
    ),
    ("a mail address", rf"{_LOCAL}\s?@\s?[\w-]+\.\w[\w.-]*", len),
    ("a handle", r"(?<![\w@])@[^\W\d]\w+(?:[.-]\w+)*|(?<![\w/.])/?u/\w{3,}(?:-\w+)*", len),
    ("a bank account", rf"[A-Z]{{2}} ?\d{{2}}(?:{_SEP}[A-Z0-9]){{11,30}}", _account),
    ("a card number", rf"(?<!\d)\d(?:{_SEP}\d){{12,18}}(?!\d)", _card),
    ("an address of a machine", rf"(?<!\d)(?<!\d\.){_OCTETS}(?!\d|\.\d)", _machine),
    (
        "an address of a machine",
        r"(?:(?<=[A-Z]:)|(?<![\w:]))(?:[0-9A-F]{0,4}:){2,8}[0-9A-F]{0,4}(?![0-9A-Z])",
        _machine,
    ),
    ("a phone number", rf"(?<!\w)(?<!\d[.,])[+(]?\d(?:{_SEP}\d){{6,}}(?!\w)", _number),
    ("a phone number", rf"(?<!\d)(?<!\d[.,])\d(?:{_SEP}\d){{8,}}(?!\d)", _number),
)
_ID = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|(?=\d*[a-f])(?![a-f]{3,}\d+(?![0-9a-z]))[0-9a-f]{12,}"
    r"|(?!\d+(?:x|ext)\d{1,5}(?![0-9a-z]))[0-9a-z]*\d[a-z]+\d[0-9a-z]*)(?![0-9a-z])",
    re.I,
)
"""A UUID, a hash, or a token in which letters and digits take turns; no word before a number, and
no extension behind it."""
_TOKEN, _LONG = f"{ascii_letters}{digits}-", 128
_FOUND = tuple((kind, re.compile(shape, re.I), check) for kind, shape, check in _SHAPES)


def _plain(text: str) -> str:
    """A text in one spelling, on one line; empty where it cannot hold any of the shapes."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_FOLDED)
    if not _HINT.search(plain):
        return ""
    plain = " ".join(plain.split())
    if not plain.isascii():
        plain = _DIGIT.sub(lambda found: str(int(found[0])), plain)
    for spelt, sign in _SPELLED:
        plain = spelt.sub(sign, plain)
    return _WORDS.sub(_joined, plain)


def _joined(found: re.Match[str]) -> str:
    return re.sub(" dot ", ".", re.sub(" at ", "@", found[0], flags=re.I), flags=re.I)


def _in_id(plain: str, begin: int, end: int) -> bool:
    """Whether these signs are a part of a longer token that names a thing, such as a hash."""
    head = max(0, begin - _LONG)
    head += len(plain[head:begin].rstrip(_TOKEN))
    found = _ID.finditer(plain, head, end + _LONG)
    return any(one.start() <= begin and end <= one.end() for one in found)


def _pieces(
    plain: str, shape: re.Pattern[str], check: Callable[[str], int]
) -> Iterator[tuple[int, int]]:
    """Where each piece of one shape begins and ends."""
    found = shape.search(plain)
    while found:
        begin, size = found.start(), check(found[0])
        if size and check in (_number, _card) and _in_id(plain, begin, begin + size):
            size = 0
        if size:
            yield begin, begin + size
        # An account's beginning may be a word before it; other shapes are wrong as a whole.
        found = shape.search(plain, begin + (size or (1 if check is _account else len(found[0]))))


def scrubbed(text: str) -> tuple[str, int]:
    """A text with a word in place of each piece of personal data, and how many there were.

    A text without any is given back as it is; another one in compatibility form (NFKC), with
    spelled signs as signs.
    """
    plain, count = _plain(text), 0
    for kind, shape, check in _FOUND if plain else ():
        kept, last = [], 0
        for begin, end in _pieces(plain, shape, check):
            kept.append(plain[last:begin])
            last, count = end, count + 1
        plain = f" [{kind.partition(' ')[2]}] ".join([*kept, plain[last:]])
    return (" ".join(plain.split()), count) if count else (text, 0)


def personal(text: str) -> str:
    """Kind of the first personal data in a text, in words; empty when there are none."""
    plain = _plain(text)
    for kind, shape, check in _FOUND if plain else ():
        if any(_pieces(plain, shape, check)):
            return kind
    return ""
