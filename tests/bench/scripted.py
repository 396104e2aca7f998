"""Scripted supporters for the seeker's bench: yardsticks, from deaf to all-knowing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from esc_skills.model import Reply, SeekerProfile, Turn
from esc_skills.testing.contexts import context
from esc_skills_plugins.profiles.grid import GridProfiles
from esc_skills_plugins.seekers.appraisal import Appraisal, AppraisalSitting
from esc_skills_plugins.seekers.appraising import appraise
from esc_skills_plugins.seekers.hearing import hear, stems
from esc_skills_plugins.seekers.parameters import load_parameters

WORDS: Mapping[str, tuple[str, ...]] = {
    "asks": ("What happened with the {w} then?",
             "How long has it been like that with the {w}?",
             "And who else knows about the {w}?"),
    "guides": ("What do you want for yourself in this, with the {w}?",
               "Looking back at the {w}, what does that tell you about yourself?",
               "What matters to you most when you think of the {w}?"),
    "reflects": ("It sounds like the {w} has worn you out.",
                 "You feel let down, and the {w} shows it.",
                 "You seem to carry the {w} with you all day."),
    "stays": ("That hurts, and I'm here with you. The {w} too.",
              "I'm so sorry. Take your time with the {w}.",
              "That is so hard, the {w}. I'm listening."),
    "validates": ("It makes sense that the {w} gets to you, anyone would feel so.",
                  "Of course you react like that, your feeling about the {w} is valid.",
                  "I can understand that, no wonder with the {w}."),
    "praises": ("I admire how you dealt with the {w}, that took courage.",
                "You did so much, the {w} shows your strength.",
                "You can be proud of you, not everyone would manage the {w}."),
    "encourages": ("It will get better with the {w}, stay positive.",
                   "Don't worry about the {w}, you got this.",
                   "Cheer up, the {w} will be fine."),
    "takes-side": ("The {w} was not your fault, that was unfair to you.",
                   "You did nothing wrong with the {w}, I'm on your side.",
                   "They had no right to do that, with the {w} you did all you could."),
    "informs": ("Research says that the {w} tends to pass after some months.",
                "There are counsellors for this, and the {w} often happens.",
                "In fact the {w} is common for people in your place."),
    "advises": ("You could write down one small step about the {w}.",
                "How about a talk about the {w} this week, that is one option.",
                "It might help to set aside an hour for the {w}, as a first step."),
    "weighs": ("On the one hand there is the {w}, on the other hand what you would lose.",
               "Both sides have a price: the upside of the {w}, and the downside in the long run.",
               "If you stay, the {w} remains; if you leave, it also means starting again."),
    "explains-others": ("Maybe they were afraid and the {w} was their way of hiding it.",
                        "Perhaps they did not see what the {w} meant, it looked small to them.",
                        "Some people do that out of fear; the {w} could be about themselves."),
    "discloses": ("When I was younger I went through the same with the {w}.",
                  "I once had a similar experience, the {w} stayed with me.",
                  "I felt the same, in my own life it was about the {w} too."),
}  # fmt: skip

EMPTY = ("Okay, fine.", "Let us see.", "Right.", "Hm, interesting.", "All good here.",
         "One moment.", "Very nice.", "So it goes.", "That is life.", "Alright then.")  # fmt: skip

USUAL = {"asks": 6, "reflects": 5, "validates": 5, "advises": 4, "encourages": 2, "stays": 3,
         "guides": 2, "praises": 2, "informs": 1, "weighs": 2, "explains-others": 1,
         "takes-side": 1, "discloses": 1}  # fmt: skip
"""How often the mixed supporter does what; our guess at an agent without skills."""

Speaker = Callable[[tuple[Turn, ...], int], str]
Supporter = Callable[[SeekerProfile, Any], Speaker]


def topic(history: tuple[Turn, ...]) -> str:
    """A content word of the seeker's last message: the longest one, ties by name."""
    text = history[-1].text.replace("’", "'")
    words = [word.strip(".,!?;:'\"").lower() for word in text.split()]
    known = [word for word in words if stems(word)]
    return max(known, key=lambda word: (len(word), word), default="matter")


def said(act: str, history: tuple[Turn, ...], index: int) -> str:
    """One sentence that does ``act`` and takes up the seeker's words."""
    return WORDS[act][index % len(WORDS[act])].format(w=topic(history))


def only(*acts: str) -> Supporter:
    """A supporter that goes through the same acts again and again."""

    def make(profile: SeekerProfile, rng: Any) -> Speaker:
        return lambda history, index: said(acts[index % len(acts)], history, index)

    return make


def _listener(profile: SeekerProfile, rng: Any) -> Speaker:
    """Listens twice, then does what this seeker wants: it knows the hidden intention."""
    wants = load_parameters().wants[profile.intention]
    best = sorted(wants, key=lambda act: -wants[act])[:3]
    plan = ("reflects", "asks", best[0], best[1], best[0], best[2])

    def speak(history: tuple[Turn, ...], index: int) -> str:
        return said(plan[index % len(plan)] if index < 2 else plan[2 + index % 4], history, index)

    return speak


def _mixed(profile: SeekerProfile, rng: Any) -> Speaker:
    """Two acts at a time, drawn anew; every fourth reply takes up nothing of the seeker's."""

    def speak(history: tuple[Turn, ...], index: int) -> str:
        first, second = rng.choices(list(USUAL), list(USUAL.values()), k=2)
        words = [said(act, history, rng.randrange(3)) for act in dict.fromkeys((first, second))]
        text = " ".join(words)
        return text.replace(topic(history), "matter") if rng.random() < 0.25 else text

    return speak


def _deaf(profile: SeekerProfile, rng: Any) -> Speaker:
    return lambda history, index: EMPTY[index % len(EMPTY)]


SUPPORTERS: Mapping[str, Supporter] = {
    "mixed": _mixed,
    "asks": only("asks"),
    "advises": only("advises", "informs"),
    "cheers": only("encourages"),
    "listens": only("reflects", "stays", "asks", "validates"),
    "knows": _listener,
    "deaf": _deaf,
}
"""By name: ``mixed`` is the yardstick of the fit, ``knows`` an upper bound."""


@attrs.frozen
class Talk:
    """One simulated conversation, reduced to numbers."""

    profile: SeekerProfile
    curve: tuple[int, ...]
    appeals: tuple[float, ...]
    left: bool = False


async def talk(
    supporter: Supporter, profile: SeekerProfile, seeker: Appraisal, repeat: int = 0
) -> Talk:
    """Hold one conversation under SAGE's rules: nine scored replies, ends at 100 and below 10."""
    ctx = context(seed=repeat, place=profile.id)
    speak = supporter(profile, context(seed=repeat, place=f"supporter/{profile.id}").rng)
    sitting = await seeker.meet(profile, ctx)
    assert isinstance(sitting, AppraisalSitting)
    history: tuple[Turn, ...] = (Turn(speaker="seeker", text=sitting.opening),)
    curve, appeals, left = [profile.start_emotion], [], False
    for index in range(9):
        reply = Reply(text=speak(history, index), strategy="")
        history = (*history, Turn(speaker="supporter", text=reply.text))
        judged = appraise(
            hear(reply.text), history, sitting.wants, sitting.memory, sitting.numbers.hearing
        )
        appeals.append(judged.appeal)
        felt = await sitting.react(reply, history, ctx)
        curve.append(felt.emotion)
        if felt.emotion >= 100 or felt.emotion < 10 or felt.leaves:
            left = felt.leaves
            break
        history = (*history, Turn(speaker="seeker", text=felt.text))
    return Talk(profile, tuple(curve), tuple(appeals), left)


async def talks(
    supporter: Supporter, seeker: Appraisal | None = None, *, per_cell: int = 1, repeats: int = 1
) -> list[Talk]:
    """Hold conversations with the whole grid."""
    seekers = await GridProfiles(per_cell=per_cell).profiles(context())
    played = seeker or Appraisal()
    return [
        await talk(supporter, profile, played, repeat)
        for profile in seekers
        for repeat in range(repeats)
    ]
