"""Keeping keys out of everything that is written or shown (X01, M9)."""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

import attrs

from esc_skills.errors import EscSkillsError

MARK = "[redacted]"
SHORTEST = 8
"""Values of fewer characters are words, not keys."""

_NAMES = re.compile(r"_(KEY|TOKEN|SECRET|PASSWORD)$|^(TOKEN|APIKEY|API_KEY)$")
_SHAPES = re.compile(
    r"\b(?:sk|pk|rk|xai|gsk|hf|ghp)[-_][A-Za-z0-9_-]{12,}|(?<=Bearer )[^\s\"']{8,}"
    r"|\bAIza[A-Za-z0-9_-]{20,}"
)
_ESCAPED = re.compile(r"\\+(?:u00([2-7][0-9A-Fa-f])|/)")


@attrs.frozen
class Redactor:
    """Finds keys and every usual spelling of them."""

    spellings: tuple[str, ...]
    """Longest first."""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Redactor:
        """Make one that knows the keys of an environment."""
        values = {value for name, value in environment.items() if _NAMES.search(name)}
        secrets = {value.strip() for value in values if len(value.strip()) >= SHORTEST}
        found = {spelling for secret in secrets for spelling in _spellings(secret)}
        return cls(tuple(sorted(found, key=lambda text: (-len(text), text))))

    def clean(self, text: str) -> str:
        """The text without any key."""
        text = self.strip(text)
        return _SHAPES.sub(MARK, text) if "-" in text or "_" in text or "AIza" in text else text

    def strip(self, text: str) -> str:
        """The text without any known key; for a model's answers, which may look like one."""
        if "\\" in text:
            text = self._read(text)
        for spelling in self.spellings:
            if spelling in text:
                text = text.replace(spelling, MARK)
        return text

    def _read(self, text: str) -> str:
        """The text with its JSON escapes resolved, when a key comes to light by that."""
        read = _ESCAPED.sub(_letter, text)
        return read if any(spelling in read for spelling in self.spellings) else text

    def mend(self, fault: EscSkillsError) -> None:
        """Take keys out of an error, and the errors behind it away when they hold one."""
        fault.message, fault.hint = self.clean(fault.message), self.clean(fault.hint)
        fault.where = self.clean(fault.where)
        fault.args = (fault.message,)
        behind = fault.__cause__ or fault.__context__
        while behind is not None:
            words = f"{behind} {behind!r} {getattr(behind, '__notes__', '')}"
            if self.clean(words) != words:
                fault.__cause__ = fault.__context__ = None
                return
            behind = behind.__cause__ or behind.__context__


def _letter(escape: re.Match[str]) -> str:
    """What an escape stands for; quotes and backslashes stay, so that JSON stays JSON."""
    letter = chr(int(escape[1], 16)) if escape[1] else "/"
    return escape[0] if letter in '"\\\x7f' else letter


def _spellings(secret: str) -> Iterator[str]:
    raw = secret.encode()
    yield from (secret, quote(secret, safe=""), quote_plus(secret), html.escape(secret))
    yield from (raw.hex(), raw.hex().upper(), json.dumps(secret)[1:-1], secret[::-1])
    for before in range(3):  # base64 has three alignments; the rims depend on the neighbours
        whole = base64.b64encode(b"\0" * before + raw).decode()
        core = whole[(0, 2, 3)[before] :].rstrip("=")
        core = core[:-1] if (before + len(raw)) % 3 else core
        yield from (core, core.replace("+", "-").replace("/", "_"))
