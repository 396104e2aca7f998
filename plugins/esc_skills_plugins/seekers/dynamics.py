"""How emotion moves: trust is a running mean of past steps, and it carries the mood on."""

from __future__ import annotations

import attrs

from esc_skills_plugins.seekers.appraising import Judgement
from esc_skills_plugins.seekers.parameters import Figures, Parameters

_CENTRE, _REACH = 40, 30
_STAYS_FROM = 70


@attrs.define
class Mood:
    """What a seeker carries from reply to reply."""

    emotion: int
    """0-100."""
    lean: float
    """Points a step from persona type, hidden intention and temper."""
    trust: float = 0.0
    """Running mean of steps, points."""


def step(mood: Mood, judged: Judgement, noise: float, numbers: Figures) -> int:
    """Move the emotion after one reply; changes ``mood``.

    The wish to move is ``lean + inertia·trust + pull·(emotion-40) + gain·(appeal-setpoint)`` plus
    chance; it is told in whole grains, as SAGE's seekers tell it: one grain or two.

    Args:
        mood: Emotion and trust before the reply.
        judged: Judgement of the reply.
        noise: Normal deviate of mean 0 and deviation 1.
        numbers: ``dynamics`` of the parameter set.

    Returns:
        The change within ±clamp, as far as 0-100 leaves room.
    """
    height = max(-_REACH, min(_REACH, mood.emotion - _CENTRE))
    urge = (
        mood.lean
        + numbers["inertia"] * mood.trust
        + numbers["pull"] * height
        + numbers["gain"] * (judged.appeal - numbers["setpoint"])
        + numbers["noise"] * noise
    )
    if not judged.may_gain:
        urge = min(urge, 0.0)
    size = numbers["grain"] * (2 if abs(urge) >= numbers["cut"] else 1)
    size = min(size, numbers["clamp"])
    told = int(size) if urge > 0 else -int(size) if urge < 0 else 0
    after = max(0, min(100, mood.emotion + told))
    delta = after - mood.emotion
    mood.emotion = after
    mood.trust = numbers["memory"] * mood.trust + (1 - numbers["memory"]) * delta
    return delta


def leaving_chance(mood: Mood, delta: int, numbers: Parameters) -> float:
    """Chance of a goodbye, 0-1: only after a bad step, never from a good mood."""
    if delta >= 0 or mood.emotion >= _STAYS_FROM or mood.emotion < 10:
        return 0.0
    return numbers.leaving["B" if mood.emotion >= _CENTRE else "C"]
