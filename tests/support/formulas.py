"""Texts that a spreadsheet would run, made by rule; and what a spreadsheet looks at in a cell."""

from __future__ import annotations

import re

TRIGGERS = ("=", "+", "-", "@")
BODIES = (
    "1+1",
    "SUM(1,2)",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://127.0.0.1:9/x?leak="&A1,"open")',
    'WEBSERVICE("http://127.0.0.1:9/")',
    'IMPORTXML(CONCAT("http://127.0.0.1:9/",A1),"//a")',
    "2*3;-1",
    'DDE("cmd";"/C calc";"a")',
)
BEFORE = (
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    '"',
    "\u2060",
    "\ufeff",
    "\u200b",
    '" ',
    "\u00a0",
    " \t\"'",
)
"""What stands before the sign that begins a formula."""

_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_SKIPPED = re.compile(r"^[\s\"'\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2060-\u2064\ufeff]*")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def formulas() -> tuple[str, ...]:
    """Over 200 of them, all unlike."""
    made = [f"{b}{sign}{body}" for b in BEFORE for sign in TRIGGERS for body in BODIES[:3]]
    made += [f"{sign}{body}" for sign in TRIGGERS for body in BODIES[3:]]
    made += [f"\uff1d{body}" for body in BODIES]
    made += [f'{b}{sign}x,"y"\n=1+1' for b in BEFORE for sign in TRIGGERS[:2]]
    made += ["=", "+", "-", "@", "\tx", "\rx", "--", '"=1', "-1+1", "+1e5x", "'=1", "''=1", "'-x"]
    return tuple(dict.fromkeys(made))


def runs(cell: str) -> bool:
    """Whether a careless spreadsheet would run a cell, or takes it for a control sign.

    Signs that one does not see, blanks and quotes are looked through; an apostrophe that comes
    first says that the rest is text; a number is a number.
    """
    if cell[:1] in {"\t", "\r"}:
        return True
    bare = _SKIPPED.sub("", cell, count=1) if cell[:1] != "'" else "'"
    return bare[:1] in _SIGNS and not _NUMBER.fullmatch(cell)
