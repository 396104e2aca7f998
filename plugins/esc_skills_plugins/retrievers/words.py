"""Words for lexical search: what stands in a skill, and what a moment asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from esc_skills.model import Condition, Moment, Skill, Taxonomy

READ_LIMIT = 2000
"""Last characters of a message that are searched with; more would only slow the search."""

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_ENDINGS = ("ings", "ing", "edly", "ied", "ed", "ies", "es", "ly", "s", "e", "y")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Cut one common English ending, so that ``cried``, ``crying`` and ``cries`` meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _pieces(found: str) -> Iterator[tuple[str, str]]:
    # Chinese is written without spaces: neighbouring pairs of signs serve as words.
    if found[0] < "\u3400":
        yield stem(found), found
    elif len(found) == 1:
        yield found, found
    else:
        yield from ((found[at : at + 2],) * 2 for at in range(len(found) - 1))


def spoken(text: str, stop: frozenset[str]) -> dict[str, str]:
    """Stems of a text in order, each with the first word it came from; stop words left out."""
    said: dict[str, str] = {}
    for word in _words(text, stop):
        for piece, shown in _pieces(word):
            said.setdefault(piece, shown)
    return said


def tokens(text: str, stop: frozenset[str]) -> list[str]:
    """Stems of a text in order, doubles kept; Chinese as pairs of signs."""
    return [piece for word in _words(text, stop) for piece, _ in _pieces(word)]


def _words(text: str, stop: frozenset[str]) -> Iterator[str]:
    flat = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    return (word for word in _WORD.findall(flat) if word not in stop)


def _conditions(tests: tuple[Condition, ...], taxonomy: Taxonomy | None) -> Iterator[str]:
    for test in tests:
        yield test.words
        yield from test.emotions
        for dimension, names in (("scenario", test.scenarios), ("state", test.states)):
            for name in names:
                yield name
                label = taxonomy.label(dimension, name) if taxonomy else None  # type: ignore[arg-type]
                if label:
                    yield from (label.definition, *label.matches, *label.cues)


def skill_text(skill: Skill, taxonomy: Taxonomy | None) -> str:
    """All words a skill can be found by: name, overview, conditions, guidance, examples."""
    parts = (
        skill.name,
        skill.overview,
        *_conditions(skill.applies, taxonomy),
        *skill.guidance,
        *skill.examples,
    )
    return "\n".join(part for part in parts if part)


def moment_text(moment: Moment, window: int) -> str:
    """What to search with: the last ``window`` seeker messages and the state's labels."""
    said = [turn.text for turn in moment.history if turn.speaker == "seeker"][-window:]
    state = moment.state
    labels = (state.label, state.scenario, state.emotion)
    return "\n".join([*(text[-READ_LIMIT:] for text in said), *labels])
