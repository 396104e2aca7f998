"""How a seeker hears a reply: what it does, whose words it takes up, and in what manner."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.model import Turn
from esc_skills_plugins._shared.cues import READ_LIMIT, Lexicon, compile_cues, tokens

ACTS: tuple[str, ...] = (
    "asks",
    "guides",
    "reflects",
    "stays",
    "validates",
    "praises",
    "encourages",
    "takes-side",
    "informs",
    "advises",
    "weighs",
    "explains-others",
    "discloses",
)
"""What a reply can do."""

LISTENING = frozenset({"asks", "guides", "reflects", "stays", "validates"})
"""Acts after which advice no longer comes too early."""

_ASKED = 0.7
_FULL = 2.0
_LEAST_STEM = 3
_STEM = 6
_MARKS = frozenset(".,;:!?")
_DIRECTIVE = re.compile(
    r"\byou (?:really |just |also )?(?:should|must|need to|have to|ought to|had better)\b"
    r"|\bit(?: is|['’]s) (?:important|essential|crucial) (?:to|that)\b"
    r"|(?:^|[.!?:;\n]\s*(?:\d+[.)]\s*|[-*•]\s*)?|,? and (?:then )?)(?:just |first,? |then |also )?"
    r"(?:try|go|make|talk to|write|start|stop|set|get|find|call|remember|focus|consider|"
    r"keep (?!going)|do not|don't|never|ask|think|put|move|let go|forget|learn|be |avoid|join|"
    r"accept|use|seek|practi[cs]e|plan|limit|give yourself|take (?!your time|care))\b",
    re.IGNORECASE,
)

_SPARED = re.compile(r"\b(?:all|everything|best|whatever) (?:that )?you could\b", re.IGNORECASE)


@attrs.frozen
class Heard:
    """One reply as the seeker hears it."""

    acts: tuple[tuple[str, float], ...]
    """Act and strength, 0-1, strongest first, ties in the order of ``ACTS``."""
    stems: frozenset[str]
    """Beginnings of its content words."""
    bag: frozenset[str]
    """All its words."""
    directives: int
    """Imperatives, and ``you should`` and the like."""
    length: int
    """Words."""


@cache
def _cues() -> Mapping[str, Any]:
    source = files("esc_skills_plugins.seekers").joinpath("cues.toml").read_text("utf-8")
    return tomllib.loads(source)


@cache
def _lexicon() -> Lexicon:
    return compile_cues(_cues()["acts"])


@cache
def _common() -> frozenset[str]:
    return frozenset(_cues()["common"]["words"].split())


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """Beginnings of the content words of a text; names and topics, no common words."""
    common = _common()
    return frozenset(
        word[:_STEM] for word in tokens(text) if len(word) >= _LEAST_STEM and word not in common
    )


@lru_cache(maxsize=20_000)
def hear(text: str) -> Heard:
    """Read one reply; at most its first 4,000 characters."""
    words = tokens(text)
    spoken = [word for word in words if word not in _MARKS]
    asked = words.count("?")
    strengths = {name: min(1.0, weight / _FULL) for name, weight in _lexicon().count(words).items()}
    if "advises" in strengths and _SPARED.search(text):
        strengths["advises"] = max(0.0, strengths["advises"] - 0.75)
    if asked:
        strengths["asks"] = min(1.0, _ASKED + 0.15 * (asked - 1))
    else:
        strengths.pop("guides", None)
    ranked = sorted(strengths.items(), key=lambda item: (-item[1], ACTS.index(item[0])))
    return Heard(
        acts=tuple(ranked),
        stems=stems(text),
        bag=frozenset(spoken),
        directives=len(_DIRECTIVE.findall(text[:READ_LIMIT])),
        length=len(spoken),
    )


def contact(heard: Heard, history: tuple[Turn, ...]) -> float:
    """How far a reply takes up the seeker's words: 0 not at all, 1 fully.

    A word of the last two messages counts a half, one of earlier messages a quarter.
    """
    said = [turn.text for turn in history if turn.speaker == "seeker"]
    recent = frozenset[str]().union(*(stems(text) for text in said[-2:]))
    before = frozenset[str]().union(*(stems(text) for text in said[:-2])) - recent
    return min(1.0, len(heard.stems & recent) / 2 + len(heard.stems & before) / 4)


def repeats(heard: Heard, history: tuple[Turn, ...], alike: float) -> bool:
    """Whether a supporter turn before the last one said nearly the same, word for word."""
    earlier = [turn.text for turn in history if turn.speaker == "supporter"][:-1]
    for text in earlier:
        bag = hear(text).bag
        union = len(bag | heard.bag)
        if bag == heard.bag or (union and len(bag & heard.bag) / union >= alike):
            return True
    return False
