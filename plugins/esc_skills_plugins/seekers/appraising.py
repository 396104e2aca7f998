"""What a reply is worth to one seeker: wish, habit, touch with its own words, and timing."""

from __future__ import annotations

from collections import Counter

import attrs

from esc_skills.model import SeekerProfile, Turn
from esc_skills_plugins.seekers.hearing import ACTS, LISTENING, Heard, contact, repeats
from esc_skills_plugins.seekers.parameters import Figures, Parameters

_GRILL_FREE = 2
_NOTABLE = 0.3
"""Strength from which an act counts as done."""
_FITTING = 0.05
"""Want from which an act fits, even if it takes up none of the seeker's words."""


@attrs.frozen(kw_only=True)
class Judgement:
    """A seeker's judgement of one reply."""

    appeal: float
    """Worth of the reply; a prime act that takes up the seeker's words is worth about 1."""
    may_gain: bool
    """False for a reply that ignores the seeker, repeats itself or lectures."""
    act: str
    """Act that moved it most; empty when the reply did nothing."""
    reason: str
    """``ignored``, ``repeated``, ``lectured``, ``early``, ``grilled`` or empty."""


@attrs.define
class Memory:
    """What a seeker has been given so far."""

    served: Counter[str] = attrs.field(factory=Counter)
    """How often each act was heard."""
    listened: int = 0
    """Acts of listening heard."""
    questions: int = 0
    """Replies in a row that only asked."""

    def keep(self, heard: Heard) -> None:
        """Remember a reply."""
        done = _done(heard)
        self.served.update(sorted(done))
        self.listened += len(done & LISTENING)
        self.questions = self.questions + 1 if done and done <= {"asks", "guides"} else 0


def wants_of(profile: SeekerProfile, numbers: Parameters) -> Figures:
    """Worth of every act to this seeker: the wish's, and what its type of person adds."""
    wish, manner = numbers.wants[profile.intention], numbers.manners[profile.persona_type]
    return {act: wish[act] + manner[act] for act in ACTS}


def _worths(heard: Heard, wants: Figures, memory: Memory, hearing: Figures) -> dict[str, float]:
    """Worth of each act done; what was often heard before is worth less."""
    worths: dict[str, float] = {}
    for act, strength in heard.acts:
        want = wants[act]
        habit = 1.0
        if want > 0:
            decay = hearing["wish_habit"] if want >= hearing["wish_at"] else hearing["habit"]
            habit = max(hearing["habit_floor"], decay ** memory.served[act])
        worths[act] = strength * want * habit
    return worths


def _lectures(heard: Heard, memory: Memory, wants: Figures, hearing: Figures) -> bool:
    """Many directives, or long with some, or two before anything was heard."""
    allowed = hearing["lecture_at"]
    unheard = memory.listened == 0
    if wants["advises"] >= hearing["wish_at"] and not unheard:
        allowed += 2
    elif heard.length >= hearing["lecture_words"] or unheard:
        allowed = 2
    return heard.directives >= allowed


def _early(heard: Heard, memory: Memory, hearing: Figures) -> bool:
    tells = heard.directives > 0 or dict(heard.acts).get("advises", 0.0) >= _NOTABLE
    here = len(_done(heard) & LISTENING)
    return tells and memory.listened + here < hearing["patience"]


def _done(heard: Heard) -> set[str]:
    return {act for act, strength in heard.acts if strength >= _NOTABLE}


def _flaw(heard: Heard, touch: float, memory: Memory, wants: Figures,
          *, history: tuple[Turn, ...], hearing: Figures) -> str:  # fmt: skip
    """The worst thing about a reply's manner; empty when there is none."""
    if repeats(heard, history, hearing["alike"]):
        return "repeated"
    if touch == 0 and not any(wants[act] >= _FITTING for act in _done(heard)):
        return "ignored"
    if _lectures(heard, memory, wants, hearing):
        return "lectured"
    if _early(heard, memory, hearing):
        return "early"
    return "grilled" if memory.questions >= _GRILL_FREE and _only_asks(heard) else ""


def _only_asks(heard: Heard) -> bool:
    return _done(heard) <= {"asks", "guides"}


def appraise(
    heard: Heard,
    history: tuple[Turn, ...],
    wants: Figures,
    memory: Memory,
    hearing: Figures,
) -> Judgement:
    """Judge one reply.

    Args:
        heard: The reply, read.
        history: All turns, the reply included.
        wants: Worth of each act to this seeker.
        memory: What it heard before this reply.
        hearing: How a reply is read.
    """
    touch = contact(heard, history)
    worths = _worths(heard, wants, memory, hearing)
    good = sorted((worth for worth in worths.values() if worth > 0), reverse=True)
    shares = (1.0, hearing["second"], hearing["third"])
    gain = sum(worth * share for worth, share in zip(good, shares, strict=False))
    gain *= hearing["deaf"] + (1 - hearing["deaf"]) * touch
    harm = sum(worth for worth in worths.values() if worth < 0)
    flaw = _flaw(heard, touch, memory, wants, history=history, hearing=hearing)
    if flaw == "grilled":
        price = hearing["grill"] * (memory.questions + 1 - _GRILL_FREE)
    else:
        price = hearing[flaw] if flaw else 0.0
    best = max(worths, key=lambda act: abs(worths[act]), default="")
    return Judgement(
        appeal=gain + harm + hearing["touch"] * touch - price,
        may_gain=flaw not in ("ignored", "repeated", "lectured"),
        act=best,
        reason=flaw,
    )
