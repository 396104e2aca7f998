"""Audit of simulated seekers: rules that say when one fell out of its part.

A leak of the hidden intention, a change of sides, a repeat, thinking aloud, an empty or endless
message and a goodbye without a reason make a message unusable. Over-agreeableness is only
flagged: an emotion may rise for reasons that no rule sees.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import attrs

from esc_skills.model import short_hash

RULES: tuple[str, ...] = (
    "empty",
    "reasoning-leak",
    "role-inversion",
    "intention-leak",
    "repeat",
    "overlong",
    "early-goodbye",
)
"""Rules that make a message unusable, in the order they are told."""
LONGEST = 1500
"""Characters of the longest message that a seeker may write."""

_RUN_WORDS, _RUN_SIGNS = 5, 8
_GIVEN_AWAY = 0.34
_ALIKE = 0.8
_LEAST_REPEAT = 4
_CALM = 40
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_SENTENCE = re.compile(r"[^.!?。！？；;\n~～…]+")
_SIGN = re.compile(r"[\u3400-\u9fff]")
_VISIBLE = re.compile(r"[^\s\u200b-\u200f\ufeff\"'“”*]")
_RIM = re.compile(r"^\W+|\W+$")
_MARKED = re.compile(r"(?:hidden (?:intention|topic|wish)|隐藏(?:主题|意图))\W*\n?([^\n]+)", re.I)


@cache
def signs() -> Mapping[str, Any]:
    """Regular expressions and advice of ``audit.toml``."""
    source = files("esc_skills_plugins.seekers").joinpath("audit.toml")
    return tomllib.loads(source.read_text("utf-8"))


@cache
def _common() -> frozenset[str]:
    """Words that tell nothing."""
    return frozenset(signs()["common"].split())


@cache
def audit_hash() -> str:
    """Identity of the rules in use, for signatures."""
    return short_hash([signs(), RULES, LONGEST, _RUN_WORDS, _RUN_SIGNS, _GIVEN_AWAY, _ALIKE])


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(sign, re.IGNORECASE | re.MULTILINE) for sign in signs()[kind])


@cache
def _goodbye() -> re.Pattern[str]:
    fillers, ways = signs()["fillers"], "|".join(signs()["goodbye"])
    return re.compile(rf"({fillers}[\s,，]*)*({ways})", re.IGNORECASE)


def _shows(kind: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns(kind))


def tokens(text: str) -> list[str]:
    """Words, and single Chinese signs, in lower case."""
    return [token.casefold() for token in _TOKEN.findall(text)]


def says_goodbye(text: str) -> bool:
    """Whether a message ends the talk: its last sentence is a goodbye and nothing else."""
    sentences = [_RIM.sub("", part) for part in _SENTENCE.findall(text)]
    spoken = [part for part in sentences if part]
    ends = [spoken[-1], _RIM.sub("", re.split(r"[,，、]", spoken[-1])[-1])] if spoken else []
    return any(_goodbye().fullmatch(part) for part in ends)


def secrets_of(wish: str, scene: str) -> tuple[str, ...]:
    """Texts that must not be told: the wish, and lines that a scene marks as hidden."""
    return (wish, *(line.strip() for line in _MARKED.findall(scene)))


def leaks(text: str, secrets: Iterable[str]) -> bool:
    """Whether a message gives a secret away.

    It does when it speaks of its part, holds a run of the secret's words, or announces a wish in
    a sentence that holds a third of the secret's telling words.
    """
    return _shows("backstage", text) or any(_gives_away(text, secret) for secret in secrets)


def _gives_away(text: str, secret: str) -> bool:
    told, kept = tokens(text), tokens(secret)
    run = _run(told, kept)
    least = _RUN_SIGNS if _SIGN.search("".join(run)) else _RUN_WORDS
    if len(run) >= least and any(token not in _common() for token in run):
        return True
    telling = set(kept) - _common()
    return any(
        _shows("announce", part)
        and len(telling & set(tokens(part))) >= max(2, _GIVEN_AWAY * len(telling))
        for part in _SENTENCE.findall(text)
    )


def _run(told: Sequence[str], kept: Sequence[str]) -> Sequence[str]:
    found = SequenceMatcher(None, told, kept, autojunk=False).find_longest_match()
    return told[found.a : found.a + found.size]


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    return set(pairwise(words))


def repeats(text: str, earlier: Sequence[str]) -> bool:
    """Whether a message was said before; very short ones may come again, the opening never."""
    words = tokens(text)
    if not words:
        return False
    if earlier and words == tokens(earlier[0]):
        return True
    if len(words) < _LEAST_REPEAT:
        return False
    mine = _pairs(words)
    theirs = (_pairs(tokens(before)) for before in earlier)
    return any(len(mine & other) >= _ALIKE * len(mine | other) for other in theirs)


@attrs.frozen(kw_only=True)
class Ground:
    """What a message is held against."""

    secrets: tuple[str, ...]
    """Texts that must not be told."""
    earlier: tuple[str, ...]
    """The seeker's messages so far, the opening first."""
    emotion: int
    """Emotion now, 0-100."""
    replies: int
    """Supporter replies heard."""
    patience: int = 2
    """Replies that a seeker in no bad mood stays for."""


def audit(text: str, leaves: bool, ground: Ground) -> tuple[str, ...]:
    """Rules that a message breaks, in the order of ``RULES``.

    Args:
        text: What the seeker says.
        leaves: Whether it says goodbye.
        ground: What is known of the talk.
    """
    long = len(text) > LONGEST
    text = text[:LONGEST].replace("’", "'")
    early = leaves and ground.replies <= ground.patience and _CALM <= ground.emotion < 100
    found = {
        "empty": not _VISIBLE.search(text),
        "reasoning-leak": _shows("reasoning", text),
        "role-inversion": _shows("inversion", text),
        "intention-leak": leaks(text, ground.secrets),
        "repeat": repeats(text, ground.earlier),
        "overlong": long,
        "early-goodbye": early,
    }
    return tuple(rule for rule in RULES if found[rule])


@attrs.define
class Agreeableness:
    """Counts replies in a row that lifted the emotion and had nothing to do with the seeker."""

    row: int = 0
    """Such replies in a row."""

    def count(self, reply: str, heard: Sequence[str], delta: int) -> int:
        """Take a reply into account.

        Args:
            reply: The supporter's words.
            heard: The seeker's messages so far.
            delta: What the reply did to the emotion.

        Returns:
            Replies in a row, this one included, that ought not to have helped; 0 for none.
        """
        about = set(tokens(reply)) - _common()
        mine = {token for text in heard for token in tokens(text)} - _common()
        self.row = self.row + 1 if delta > 0 and not about & mine else 0
        return self.row
