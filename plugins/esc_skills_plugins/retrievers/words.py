"""Words for lexical search: what stands in a skill, and what a moment asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from esc_skills.model import Condition, Moment, Skill, Taxonomy

READ_LIMIT = 2000
"""Last characters of a message that are searched with; more would only slow the search."""

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "ly", "s", "e", "y")


def stem(word: str) -> str:
    """Cut one common English ending, so that ``cried``, ``crying`` and ``cries`` meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _pieces(found: str) -> Iterator[str]:
    # Chinese is written without spaces: neighbouring pairs of signs serve as words.
    if found[0] < "\u3400":
        yield stem(found)
    elif len(found) == 1:
        yield found
    else:
        yield from (found[place : place + 2] for place in range(len(found) - 1))


def tokens(text: str, stop: frozenset[str]) -> list[str]:
    """Stems of a text in order, stop words left out; Chinese as pairs of signs."""
    flat = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    words = (word for word in _WORD.findall(flat) if word not in stop and word != "s")
    return [piece for word in words for piece in _pieces(word)]


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
