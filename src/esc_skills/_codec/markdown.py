"""Words in a Markdown body: readable where they are ordinary, exact where they are not.

Ordinary text stands as it is. A sign that Markdown would take for structure at the start of a
line gets a backslash; spaces at the ends of lines and signs that nobody can see become
character references (``&#32;``). Reading undoes exactly that, so that any text comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from esc_skills._codec.structuring import near
from esc_skills.errors import DataError

Lines = list[tuple[int, str]]
"""Line numbers of the file, from 1, with the lines."""

_START = re.compile(r"\\*[#>*+\-=~|`]")
_NUMBER = re.compile(r"(\d+)(\\*)([.)](?:\s|$))")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_VISIBLE = frozenset("\n\u00a0\u3000\u200c\u200d")
"""Not printable by Python's book, yet ordinary in Chinese, Persian, French and emoji."""
_ASIDE = re.compile(r"\*\(.*\)\*")
_HEADING = re.compile(r"##\s+(.+?)\s*#*\s*$")
_TITLE = re.compile(r"#\s")
BULLET = re.compile(r"[-*+](?:\s+|$)")
STEP = re.compile(r"\d+[.)](?:\s+|$)")


def encode(text: str) -> list[str]:
    """Lines of Markdown that ``decode`` turns into exactly this text."""
    text = text.replace("&#", "&#38;#")
    if not text.isprintable():
        text = "".join(_sign(sign) for sign in text)
    head = len(text) - len(text.lstrip("\n"))
    tail = len(text) - len(text.rstrip("\n")) if head < len(text) else 0
    inner = text[head : len(text) - tail]
    return [_line(line) for line in ("&#10;" * head + inner + "&#10;" * tail).split("\n")]


def decode(lines: Iterable[str]) -> str:
    """Text of lines that ``encode`` or a person wrote; blank lines around it fall away."""
    text = "\n".join(_unescaped(line.strip(" \t")) for line in lines).strip("\n")
    return _REFERENCE.sub(_meant, text)


def aside(text: str) -> str:
    """A remark for people, such as ``*(none)*``; readers of the file take it for no text."""
    return f"*({text})*"


def is_aside(lines: Sequence[str]) -> bool:
    """Say whether there is a remark or nothing where a text could stand."""
    words = [line.strip() for line in lines if line.strip()]
    return not words or (len(words) == 1 and _ASIDE.fullmatch(words[0]) is not None)


def item(mark: str, text: str, remark: str = "empty") -> list[str]:
    """One list item with its continuation lines; a remark stands in for an empty text."""
    first, *rest = encode(text) if text else [aside(remark)]
    return [f"{mark}{first}", *(f"{' ' * len(mark)}{line}" if line else "" for line in rest)]


def items(lines: Lines, mark: re.Pattern[str], where: str, wanted: str) -> list[Lines]:
    """Cut a section into the lines of its list items, without the marks.

    Raises:
        DataError: Words stand before the first item.
    """
    made: list[Lines] = []
    for number, line in lines:
        if found := mark.match(line):
            made.append([(number, line[found.end() :])])
        elif made:
            made[-1].append((number, line))
        elif not is_aside([line]):
            refuse(f"words outside of the list; {wanted}", where, number)
    return made


def words(lines: Lines) -> str:
    """Text of one item or section; a remark is no text."""
    bare = [line for _, line in lines]
    return "" if is_aside(bare) else decode(bare)


def sections(lines: Lines, known: Sequence[str], where: str) -> dict[str, Lines]:
    """Cut a body at its ``##`` headings.

    Raises:
        DataError: An unknown or double heading, or words before the first one.
    """
    made: dict[str, Lines] = {}
    current: Lines | None = None
    for number, line in lines:
        if heading := _HEADING.match(line):
            name = heading[1]
            if name not in known or name in made:
                slip = "stands twice" if name in made else f"is unknown{near(name, known)}"
                refuse(f"heading {name[:60]!r} {slip}", where, number)
            current = made.setdefault(name, [])
        elif current is not None:
            current.append((number, line))
        elif line.strip() and not _TITLE.match(line):
            refuse("words before the first heading", where, number)
    return made


def refuse(what: str, where: str, line: int) -> NoReturn:
    """Raise the DataError of a body."""
    raise DataError(
        what,
        where=f"{where}:{line}",
        hint="headings and lists as `esc-skills bank show` prints them; text is free",
    )


def _sign(sign: str) -> str:
    return sign if sign.isprintable() or sign in _VISIBLE else f"&#x{ord(sign):x};"


def _line(line: str) -> str:
    if line[:1].isspace():
        line = f"&#{ord(line[0])};{line[1:]}"
    if line[-1:].isspace():
        line = f"{line[:-1]}&#{ord(line[-1])};"
    if _START.match(line):
        return "\\" + line
    return _NUMBER.sub(r"\1\\\2\3", line, count=1) if _NUMBER.match(line) else line


def _unescaped(line: str) -> str:
    if line.startswith("\\") and _START.match(line):
        return line[1:]
    found = _NUMBER.match(line)
    if found and found[2]:
        return found[1] + found[2][1:] + line[found.end(2) :]
    return line


def _meant(match: re.Match[str]) -> str:
    number = int(match[1]) if match[1] else int(match[2], 16)
    fits = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if fits else match[0]
