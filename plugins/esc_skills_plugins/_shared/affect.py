"""How a seeker is, read from the seeker's own words: no model, the same in training and live."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.model import SeekerState, Taxonomy
from esc_skills_plugins._shared.cues import READ_LIMIT, Lexicon, compile_cues, tokens
from esc_skills_plugins._shared.vader import compound

CRISIS = "in-crisis"
"""State label that overrides all others while it echoes."""
_DECAY = {"scenario": 0.92, "state": 0.4, "emotion": 0.8}
_CAP = 3.0
_ECHO = 0.2
_SHORT_ANSWER = 3
_LONG_TALK = 25


@lru_cache(maxsize=50_000)
def sentiment(text: str) -> float:
    """VADER's compound sentiment of a text, -1 to 1 (Hutto and Gilbert, 2014)."""
    return compound(text[:READ_LIMIT])


@cache
def _tables() -> dict[str, Any]:
    source = files("esc_skills_plugins._shared").joinpath("affect.toml")
    return tomllib.loads(source.read_text("utf-8"))


@attrs.frozen(kw_only=True)
class Heard:
    """What one message of a seeker holds."""

    words: int
    """Words in the message."""
    marks: Mapping[str, Mapping[str, float]]
    """Cue weights by dimension (scenario, state, emotion, change) and label."""
    question: bool
    """True when it holds a question mark."""
    compound: float
    """VADER sentiment, -1 to 1."""


@attrs.frozen(kw_only=True)
class Mood:
    """All that was heard so far, older words fading."""

    marks: Mapping[str, Mapping[str, float]] = attrs.field(factory=dict)
    """Faded cue weights by dimension and label."""
    compound: float = 0.0
    """Faded sentiment, -1 to 1."""
    said: int = 0
    """Messages heard."""


@attrs.frozen(eq=False)
class StateReader:
    """Reads seekers in the labels of one taxonomy."""

    taxonomy: Taxonomy
    """Labels and their cues."""
    lexicon: Lexicon
    """Cues of scenarios, states, emotions and changes together."""

    def hear(self, text: str) -> Heard:
        """Read one message."""
        return _hear(self, text)

    def add(self, mood: Mood, text: str) -> Mood:
        """Let one more message sink in; what was said before fades."""
        heard = self.hear(text)
        marks = {kind: _fade(mood.marks.get(kind, {}), heard.marks[kind], kind) for kind in _DECAY}
        old = mood.compound if mood.said else heard.compound
        return Mood(marks=marks, compound=0.4 * old + 0.6 * heard.compound, said=mood.said + 1)

    def state(self, mood: Mood) -> SeekerState:
        """Name what the mood amounts to."""
        label = self._label(mood)
        return SeekerState(
            scenario=_best(mood.marks.get("scenario", {}), 0.4),
            label=label,
            emotion=_best(mood.marks.get("emotion", {}), 0.3) or self._emotion_of(label),
            intensity=_intensity(label, mood.compound),
        )

    def read(self, texts: Sequence[str]) -> SeekerState:
        """Read the state after all of a seeker's messages, oldest first."""
        mood = Mood()
        for text in texts:
            mood = self.add(mood, text)
        state = self.state(mood)
        if not texts:
            return state
        found = self.lexicon.phrases(texts[-1], f"state/{state.label}")
        return attrs.evolve(state, cues=found[:3])

    def _label(self, mood: Mood) -> str:
        marks = mood.marks.get("state", {})
        if marks.get(CRISIS, 0.0) > _ECHO:
            return CRISIS
        start = 0.6 if mood.said <= 2 else 0.35
        names = {label.name for label in self.taxonomy.states}
        if "opening-up" in names:
            marks = {**marks, "opening-up": marks.get("opening-up", 0.0) + start}
        return _best(marks, 0.0)

    def _emotion_of(self, label: str) -> str:
        found = self.taxonomy.label("state", label)
        return found.matches[0] if found and found.matches else ""


def _fade(old: Mapping[str, float], new: Mapping[str, float], kind: str) -> dict[str, float]:
    slow = _tables()["decay"] if kind == "state" else {}
    faded: dict[str, float] = {}
    for label, weight in old.items():
        left = weight * slow.get(label, _DECAY[kind])
        if left > 0.01:
            faded[label] = left
    for label, weight in new.items():
        faded[label] = round(faded.get(label, 0.0) + weight, 6)
    return faded


def _best(marks: Mapping[str, float], least: float) -> str:
    ranked = sorted(marks.items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0] if ranked and ranked[0][1] > least else ""


def _intensity(label: str, compound: float) -> int:
    severity = float(_tables()["severity"].get(label, 50))
    felt = 50 - 45 * compound
    return max(0, min(100, round(0.65 * severity + 0.35 * felt)))


@lru_cache(maxsize=50_000)
def _hear(reader: StateReader, text: str) -> Heard:
    words = tokens(text)
    count = sum(word.isalnum() for word in words)
    marks: dict[str, dict[str, float]] = {"scenario": {}, "state": {}, "emotion": {}, "change": {}}
    weights = _tables()["weight"]
    for key, weight in reader.lexicon.count(words).items():
        kind, label = key.split("/", 1)
        factor = weights.get(label, 1.0) if kind in {"state", "scenario"} else 1.0
        marks[kind][label] = round(min(_CAP, weight) * factor, 6)
    compound = sentiment(text)
    if reader.taxonomy.states:
        _add_manner(marks["state"], count, compound)
    return Heard(words=count, marks=marks, question="?" in words, compound=compound)


def _add_manner(states: dict[str, float], count: int, compound: float) -> None:
    """Let length and tone speak where the words name no state."""
    if count <= _SHORT_ANSWER and not states:
        states["guarded"] = 0.75
    if count >= _LONG_TALK:
        states["opening-up"] = states.get("opening-up", 0.0) + 0.4
    if compound >= 0.6 and count > _SHORT_ANSWER:
        states["calmer"] = states.get("calmer", 0.0) + 0.5


@lru_cache(maxsize=8)
def state_reader(taxonomy: Taxonomy) -> StateReader:
    """The reader for a taxonomy, made once for equal taxonomies."""
    cues: dict[str, tuple[str, ...]] = {}
    for kind, labels in (
        ("scenario", taxonomy.scenarios),
        ("state", taxonomy.states),
        ("change", taxonomy.changes),
    ):
        cues |= {f"{kind}/{label.name}": label.cues for label in labels}
    cues |= {f"emotion/{name}": tuple(words) for name, words in _tables()["emotions"].items()}
    return StateReader(taxonomy, compile_cues(cues))
