"""A file of ESConv's schema and size, in this project's own words: seeded, never the same twice.

1,300 dialogues, 38,365 messages of some 16 words on average, as the released file has them.
Sentences are those of the shipped sample; in each, some words are swapped for others of the sample
and for made-up ones with a long tail, so that no message and hardly a sentence comes twice.
"""

from __future__ import annotations

import json
import random
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs

from esc_skills.model import STRATEGIES

DIALOGUES, MESSAGES = 1300, 38_365
SWAPPED, MADE_UP = 0.12, 0.03
"""Shares of words that become another one of the sample, or a made-up one."""
TAIL = 60_000
"""Made-up words, all lengths of the tail alike."""
_PARTS = ("ba", "den", "fi", "gor", "lu", "mes", "na", "pir", "so", "tel", "vu", "zan")


@attrs.frozen
class Speech:
    """What the sample's people say."""

    sentences: dict[str, tuple[str, ...]]
    """By speaker."""
    words: tuple[str, ...]
    """All words, as often as they occur."""


def speech() -> Speech:
    """Sentences and words of the shipped sample."""
    source = files("esc_skills_plugins.corpora").joinpath("sample.jsonl").read_text("utf-8")
    said: dict[str, list[str]] = {"seeker": [], "supporter": []}
    for line in source.splitlines():
        for message in json.loads(line)["messages"]:
            found = re.split(r"(?<=[.!?]) ", message["content"])
            said[message["role"]] += [one for one in found if one]
    words = [word for one in said.values() for line in one for word in line.split()]
    return Speech({name: tuple(some) for name, some in said.items()}, tuple(words))


def _message(rng: random.Random, speaker: str, known: Speech) -> str:
    """One to four sentences, some words swapped."""
    count = rng.choices((1, 2, 3, 4), (35, 35, 20, 10))[0]
    words = " ".join(rng.choices(known.sentences[speaker], k=count)).split()
    for at in range(len(words)):
        drawn = rng.random()
        if drawn < MADE_UP:
            number = int(TAIL ** rng.random())
            words[at] = "".join(_PARTS[number // 12**place % 12] for place in range(5))
        elif drawn < SWAPPED + MADE_UP:
            words[at] = rng.choice(known.words)
    return " ".join(words)


def _notes(rng: random.Random, speaker: str, at: int) -> dict[str, str]:
    if speaker == "supporter":
        return {"strategy": rng.choice(STRATEGIES)}
    return {"feedback": str(rng.randint(2, 5))} if at % 6 == 4 else {}


def _dialogue(rng: random.Random, size: int, known: Speech) -> dict[str, Any]:
    """One record; one message in five follows another one of the same speaker."""
    dialog, speaker = [], "seeker"
    for at in range(size):
        content = _message(rng, speaker, known)
        dialog.append(
            {"speaker": speaker, "annotation": _notes(rng, speaker, at), "content": content + "\n"}
        )
        if rng.random() > 0.2:
            speaker = "supporter" if speaker == "seeker" else "seeker"
    before = rng.randint(3, 5)
    survey = {"initial_emotion_intensity": str(before), "final_emotion_intensity": str(before - 2)}
    return {
        "experience_type": "Current Experience",
        "emotion_type": rng.choice(("anxiety", "depression", "sadness", "anger")),
        "problem_type": rng.choice(("job crisis", "breakup with partner", "academic pressure")),
        "situation": _message(rng, "seeker", known),
        "survey_score": {"seeker": survey, "supporter": {"relevance": "5"}},
        "dialog": dialog,
    }


def esconv_like(path: Path, seed: int = 13, dialogues: int = DIALOGUES) -> int:
    """Write the file; gives how many messages it holds."""
    rng, known = random.Random(seed), speech()
    left = round(MESSAGES * dialogues / DIALOGUES)
    made = []
    for number in range(dialogues):
        mean = left / (dialogues - number)
        size = round(mean) if number + 1 == dialogues else rng.randint(16, int(2 * mean) - 16)
        made.append(_dialogue(rng, size, known))
        left -= size
    path.write_text(json.dumps(made, indent=4), "utf-8")
    return sum(len(one["dialog"]) for one in made)
