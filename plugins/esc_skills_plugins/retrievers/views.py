"""What of a skill and of a moment a sentence encoder reads, and how much each text weighs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esc_skills.model import Condition, Moment, Skill, Taxonomy
from esc_skills_plugins.retrievers.encoder import Views
from esc_skills_plugins.retrievers.words import READ_LIMIT

LESS = 0.5
"""Weight of what says less about when a skill is wanted: its steps, and the labels' words."""

_THEY = re.compile(r"\b[Tt]he seeker (is|has|was|does)\b|\b[Tt]he seeker\b|求助者|来访者|倾诉者")
_I = {"is": "I am", "has": "I have", "was": "I was", "does": "I do"}


def first_person(words: str) -> str:
    """Words about the seeker as the seeker would begin them: ``The seeker is`` → ``I am``."""
    return _THEY.sub(lambda hit: _I.get(hit[1] or "", "I" if hit[0].isascii() else "我"), words)


def _labels(test: Condition, taxonomy: Taxonomy | None) -> Iterator[str]:
    for dimension, names in (("scenario", test.scenarios), ("state", test.states)):
        for name in names:
            label = taxonomy.label(dimension, name) if taxonomy else None  # type: ignore[arg-type]
            yield label.definition if label else name.replace("-", " ")
            if label:
                yield ", ".join(label.cues)
    yield ", ".join(test.emotions)


def skill_views(skill: Skill, taxonomy: Taxonomy | None) -> Views:
    """Name, overview and steps; each condition as written, in the first person, and its labels."""
    found = [
        # A number in a name tells it from its twin and means nothing.
        (1.0, " ".join(part for part in skill.name.split("-") if not part.isdigit())),
        (1.0, skill.overview),
        (LESS, " ".join(skill.guidance)),
    ]
    share = 1 / len(skill.applies) if skill.applies else 0.0
    for test in skill.applies:
        found += [(share, test.words), (share, first_person(test.words))]
        texts = [text for text in _labels(test, taxonomy) if text]
        found += [(LESS * share / len(texts), text) for text in texts]
    return tuple((weight, text[:READ_LIMIT]) for weight, text in found if text.strip())


def moment_views(
    moment: Moment, taxonomy: Taxonomy | None, *, window: int, state_weight: float
) -> Views:
    """The last ``window`` seeker messages as one text, and the reading of the state in words."""
    said = [turn.text for turn in moment.history if turn.speaker == "seeker"][-window:]
    state = moment.state
    read = Condition(
        scenarios=(state.scenario,) if state.scenario else (),
        states=(state.label,) if state.label else (),
        emotions=(state.emotion,) if state.emotion else (),
    )
    texts = [text for text in _labels(read, taxonomy) if text]
    labels = tuple((state_weight / len(texts), text) for text in texts)
    return ((1.0, "\n".join(text[-READ_LIMIT:] for text in said)), *labels)
