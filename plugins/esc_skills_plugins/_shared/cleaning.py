"""The one rule for characters that break terminals, files or the reader's trust.

- a lone surrogate, U+FFFE and U+FFFF become U+FFFD (nothing else could be written as UTF-8);
- NUL and all other C0 and C1 controls and DEL become a space; tab and line feed stay, and
  CR LF and CR become a line feed;
- controls that turn the direction of text (U+202A-202E, U+2066-2069) and U+FEFF go;
- white space at both ends goes. Nothing is normalised: letters stay as they were written.
"""

from __future__ import annotations

import re

from esc_skills_plugins._shared.tally import Tally

RULE = "surrogates → U+FFFD; controls → space; direction controls removed; ends stripped"
"""The rule in one line, for preparation reports."""

_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_STEPS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("carriage return → line feed", re.compile("\r\n?"), "\n"),
    ("control character → space", re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]"), " "),
    ("direction control removed", re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]"), ""),
    ("lone surrogate → U+FFFD", re.compile("[\ud800-\udfff\ufffe\uffff]"), "\ufffd"),
)


def suspect(text: str) -> bool:
    """Whether the rule has more to do than to strip the ends."""
    if text.rstrip("\n").isprintable():  # sooner known, and true of most
        return False
    return _SUSPECT.search(text) is not None


def clean(text: str, place: str, tally: Tally) -> str:
    """Apply the rule, and count what it changed beyond stripped ends."""
    if suspect(text):
        for name, pattern, instead in _STEPS:
            text, times = pattern.subn(instead, text)
            if times:
                tally.add(name, place, times)
    return text.strip()
