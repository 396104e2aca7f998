"""What the strategy model looks at: order and place of strategies, lengths, cues and words.

Names of features are short, since they are the row names of a table in every bank:
``last`` strategy before, ``turn`` seeker spoke or supporter goes on, ``at`` place in the talk,
``used``, ``share`` and ``since`` of a strategy, ``hear`` and ``say`` cues of both sides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log, log1p, sqrt

from esc_skills.model import STRATEGIES
from esc_skills_plugins._shared.strategyview import Step, View

WINDOW = 64
"""Supporter turns that are looked back upon."""
_PLACES = (1, 2, 3, 4, 6, 8, 11, 15, 20)
_COARSE = (1, 3, 6, 10, 15)
_LENGTHS = (1, 3, 6, 10, 16, 25, 40, 70)
_HEARD = (1, 10, 30, 60, 100, 180, 300)
_SAID = (1, 5, 10, 18, 30, 50)
_TOKEN = re.compile(r"[a-z']+|[?!]|\d+")
_CODES = {name: str(number) for number, name in enumerate(STRATEGIES)}

_GREETING = r"^\W*(hi|hello|hey|good (morning|evening|afternoon))\b"
_PARTING = (
    r"\b(bye|goodbye|good night|take care|have a (good|great|nice|wonderful)"
    r"|talk to you later|gotta go|have to go)\b"
)
_THANKS = r"\b(thank|thanks|thx|appreciate)"
_HEAR = {
    "greets": _GREETING,
    "thanks": _THANKS,
    "parts": _PARTING,
    "wants-advice": (
        r"\b(advice|suggest\w*|what (should|can|do) i|what would you"
        r"|how (do|can|should|would) i|should i|help me|any (ideas?|tips?))\b"
    ),
    "asks-you": r"\b(have you|do you|are you|did you|would you|can you|could you)\b",
    "agrees": (
        r"^\W*(yes|yeah|yea|yep|ok|okay|sure|right|true|exactly|i agree"
        r"|that('s| is) (true|right|a good)|good (idea|point)|i will|i'll)\b"
    ),
    "denies": r"^\W*(no|nope|not really|nah|i don'?t (think|know))\b",
    "but": r"\b(but|however|although)\b",
    "tried": r"\b(tried|trying|try)\b",
    "cannot": r"\b(can'?t|cannot|couldn'?t|don'?t know)\b",
    "feels": r"\b(feel|feeling|feelings|felt)\b",
    "suffers": (
        r"\b(sad|depress\w*|anxi\w*|stress\w*|worr\w*|afraid|scared|angry|mad|upset|lonely|alone"
        r"|hopeless|hate|hurt\w*|cry\w*|tired|overwhelm\w*|worthless|ashamed|guilty|fear)\b"
    ),
    "bright": r"\b(better|good|great|happy|hope\w*|helpful|helped|relie\w*|glad|nice|love)\b",
    "because": r"\b(because|since|cause)\b",
    "wants": r"\b(want|wish|need|hope|would like)\b",
    "others": r"\b(he|she|they|him|her|them)\b",
    "asks": r"\?",
}
_SAY = {
    "asks": r"\?",
    "ends-asking": r"\?\W*$",
    "greets": _GREETING,
    "parts": _PARTING,
    "you": r"\b(you|your)\b",
    "i": r"\b(i|my|me)\b",
    "could": r"\b(could|maybe|might|try|should|can)\b",
    "sorry": r"\bsorry\b",
    "seems": r"\b(understand|sounds|seems|hear)\b",
    "thanks": _THANKS,
    "welcome": r"\bwelcome\b",
}
_HEAR_CUES = {name: re.compile(pattern) for name, pattern in _HEAR.items()}
_SAY_CUES = {name: re.compile(pattern) for name, pattern in _SAY.items()}


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """Lower-case words, numbers, question and exclamation marks."""
    return tuple(_TOKEN.findall(text.lower()))


def features(view: View) -> dict[str, float]:
    """Order, place, lengths and cues; every key is a row of the weight table."""
    steps = view.steps[-WINDOW:]
    found = {"bias": 1.0}
    found.update(dict.fromkeys(_order(view, steps), 1.0))
    found.update(_habits(steps))
    found.update(dict.fromkeys(_cues(view), 1.0))
    found.update(_lengths(view, steps))
    return found


def _turn(view: View) -> str:
    return "answers" if view.now else "goes-on"


def _order(view: View, steps: Sequence[Step]) -> Iterator[str]:
    codes = [_CODES.get(step.strategy, "?") for step in steps[-2:]]
    last = codes[-1] if codes else "-"
    before = codes[-2] if len(codes) > 1 else "-"
    turn, place = _turn(view), len(view.steps)
    coarse = bisect_right(_COARSE, place)
    yield f"last={last}"
    yield f"before={before}"
    yield f"turn={turn}"
    yield f"at={bisect_right(_PLACES, place)}"
    yield f"last={last},{turn}"
    yield f"last={last},{before}"
    yield f"last={last},{before},{turn}"
    yield f"at={coarse},{turn}"
    yield f"at={coarse},last={last}"
    yield f"at={coarse},last={last},{turn}"
    size = bisect_right((4, 12, 30), len(words(view.heard)))
    yield f"size={size},last={last},{turn}"


def _habits(steps: Sequence[Step]) -> Iterator[tuple[str, float]]:
    """How this supporter has spoken so far: used at all, share, turns since the last use."""
    names = [step.strategy for step in reversed(steps)]
    counts = Counter(names)
    for name, code in _CODES.items():
        count = counts[name]
        if count:
            yield f"used={code}", 1.0
            yield f"count={code}", log1p(count)
        yield f"share={code}", log((count + 0.5) / (len(names) + 4)) + log(8)
        yield f"since={code}", min(names.index(name), 9) / 9 if count else 1.0


def _cues(view: View) -> Iterator[str]:
    turn, coarse = _turn(view), bisect_right(_COARSE, len(view.steps))
    last = _CODES.get(view.steps[-1].strategy, "?") if view.steps else "-"
    for name in _found("hear", view.heard):
        yield from (f"hear={name}", f"hear={name},{turn}", f"hear={name},at={coarse}")
        yield f"hear={name},last={last}"
    for name in _found("say", view.said):
        yield from (f"say={name}", f"say={name},{turn}", f"say={name},last={last}")


@lru_cache(maxsize=20_000)
def _found(side: str, text: str) -> tuple[str, ...]:
    low = text.lower()
    cues = _HEAR_CUES if side == "hear" else _SAY_CUES
    return tuple(name for name, pattern in cues.items() if pattern.search(low))


def takes_leave(text: str) -> bool:
    """Say whether a seeker's words are a goodbye."""
    return "parts" in _found("hear", text)


def _lengths(view: View, steps: Sequence[Step]) -> Iterator[tuple[str, float]]:
    place, turn = len(view.steps), _turn(view)
    heard, said = len(words(view.heard)), len(words(view.said))
    spoken = [len(words(step.supporter)) for step in steps]
    whole = sum(len(words(step.seeker)) for step in steps) + len(words(view.now))
    yield "turns", min(place, 25) / 10
    yield "heard", log1p(heard) / 4
    yield f"heard={bisect_right(_LENGTHS, heard)}", 1.0
    yield "told", log1p(whole) / 6
    yield f"told={bisect_right(_HEARD, whole)}", 1.0
    yield "said", log1p(said) / 4
    yield f"said={bisect_right(_SAID, said)}", 1.0
    yield f"said={bisect_right(_SAID, said)},{turn}", 1.0
    yield "usual", (sum(spoken) / len(spoken) if spoken else 15.0) / 20
    yield "asking", sum("?" in step.supporter for step in steps) / (len(steps) + 2)
    yield "going-on", sum(not step.seeker for step in steps) / (len(steps) + 2)


def grams(view: View) -> dict[str, float]:
    """Stems and pairs of stems of both sides' last words, scaled to length 1 on each side."""
    found: dict[str, float] = {}
    for side, text in (("h", view.heard), ("s", view.said)):
        counts = _grams(text)
        norm = sqrt(sum(weight * weight for _, weight in counts)) or 1.0
        found.update((f"{side}:{gram}", weight / norm) for gram, weight in counts)
    return found


@lru_cache(maxsize=20_000)
def _grams(text: str) -> tuple[tuple[str, float], ...]:
    stems = [stem(word) for word in words(text)]
    pairs = zip(["^", *stems], [*stems, "$"], strict=True)
    counts = Counter(stems)
    counts.update(" ".join(pair) for pair in pairs)
    return tuple((gram, 1 + log(count)) for gram, count in sorted(counts.items()))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Cut a common English ending; rough, but the same everywhere."""
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ed", "ly", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
