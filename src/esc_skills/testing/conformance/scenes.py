"""Nouns that the laws are tried on: ordinary ones, and those that break careless code."""

from __future__ import annotations

from esc_skills.model import (
    Action,
    Change,
    Dialogue,
    Evidence,
    Exchange,
    InterventionUnit,
    Match,
    Moment,
    Pair,
    Reaction,
    Reply,
    Response,
    SeekerProfile,
    SkillsBank,
    Source,
    Trace,
    Turn,
)
from esc_skills.model.trace import Ending
from esc_skills.testing.samples import bank, profile, protected_skill, skill, state

TEXTS: tuple[str, ...] = (
    "",
    "   ",
    "I am so worried about losing my job that I cannot sleep.",
    "我最近压力很大，晚上睡不着，不知道怎么办。",
    "😭😭 ok… \u202e\u200b\x00 e\u0301 ﷽",
    "</reply> {{ 7 * 7 }} <script>alert(1)</script> '; DROP TABLE skills; --",
    "worried " * 10_000,
)
"""Empty, blank, plain, Chinese, signs, markup, and very long."""


def turns(*texts: str) -> tuple[Turn, ...]:
    """Turns of seeker and supporter by turns; the seeker begins."""
    return tuple(
        Turn(speaker="supporter", text=text, strategies=("Question",))
        if place % 2
        else Turn(speaker="seeker", text=text)
        for place, text in enumerate(texts)
    )


def dialogue(id: str = "d-1", *texts: str) -> Dialogue:  # noqa: A002 - the noun's own word
    """A dialogue of given texts, or a plain one."""
    words = texts or (
        "Hi, I am worried. My boss says my job is in danger.",
        "That sounds frightening. How long have you known?",
        "Since Monday. I cannot sleep and I feel so alone with it.",
        "I hear how alone you feel. Is there anyone you could tell?",
        "My sister maybe. Thank you, that helps a little.",
    )
    return Dialogue(
        id=id,
        turns=turns(*words),
        corpus="conformance",
        licence="Apache-2.0",
        emotion="anxiety",
        problem="job crisis",
        situation="My work is in danger.",
        intensity_before=4,
        intensity_after=2,
    )


def mixed_bank() -> SkillsBank:
    """Two active skills, a protected one, and one each that must not be offered."""
    return bank(
        skill(),
        skill("stay-close", overview="Stay with the worry about sleep and work."),
        skill("asleep", life="quarantined"),
        skill("not-yet", life="candidate"),
        skill("gone", life="retired"),
        protected_skill(),
    )


def moment(text: str, **changes: object) -> Moment:
    """A moment in which the seeker has just said ``text``."""
    said = turns("Hello.", "Hello, what brings you here?", text)
    return Moment(**{"history": said, "state": state(), "index": 1, **changes})  # type: ignore[arg-type]


def moments() -> tuple[Moment, ...]:
    """One moment a text, one before any word, and one in which the supporter speaks again."""
    again = turns("I am worried.", "Tell me more.")
    return (
        *(moment(text) for text in TEXTS),
        moment("我很害怕", language="zh"),
        Moment(history=(), state=state()),
        Moment(history=again, state=state(intensity=100), index=9, limit=10),
    )


def units() -> tuple[InterventionUnit, ...]:
    """Sixty units of six dialogues over all sample labels, in dialogue order."""
    polarities = (("opens-up", "positive"), ("opens-up", "neutral"), ("opens-up", "negative"))
    made = []
    for number in range(60):
        label, polarity = polarities[number % 3]
        action = ("explore-feelings", "Question") if number % 4 else (
            "validate",
            "Affirmation and Reassurance",
        )  # fmt: skip
        made.append(
            InterventionUnit(
                source=Source(
                    dialogue=f"d-{number // 10}",
                    first=number % 10,
                    last=number % 10,
                    corpus="conformance",
                    licence="Apache-2.0",
                ),
                before=state(intensity=40 + number % 5 * 10),
                action=Action(label=action[0], strategy=action[1], text=f"What then, {number}?"),
                change=Change(label=label, polarity=polarity),  # type: ignore[arg-type]
                after=state(intensity=30 + number % 5 * 10),
                position=number % 10 / 9,
                context=f"It is case {number} that worries me at work every single day again.",
            )
        )
    return tuple(made)


def trace(
    who: SeekerProfile, *deltas: int, ending: Ending = "limit", skills: tuple[str, ...] = ()
) -> Trace:
    """A conversation with the given emotion changes."""
    emotion, made = who.start_emotion, []
    for number, delta in enumerate(deltas):
        emotion = max(0, min(100, emotion + delta))
        made.append(
            Exchange(
                index=number,
                seeker=TEXTS[2] if number else who.opening,
                state=state(),
                matches=tuple(Match(skill=name, score=1.0) for name in skills),
                reply=Reply(
                    text="That sounds hard. What worries you most?",
                    strategy="Question",
                    action="explore-feelings",
                    used=skills,
                ),
                reaction=Reaction(delta=delta, emotion=emotion, text="I do not know."),
            )
        )
    return Trace(
        id=f"converse/static/{who.id}/0",
        profile=who,
        arm="static",
        exchanges=tuple(made),
        ending=ending,
        fault="service" if ending == "fault" else "",
        signature="conformance",
    )


def traces() -> tuple[Trace, ...]:
    """Good, bad and broken conversations of refine profiles, with and without skills."""
    kinds = ("negative", "passive", "avoidant")
    seekers = [profile(f"r{at}", purpose="refine", persona_type=kinds[at % 3]) for at in range(7)]
    return (
        trace(seekers[0], 10, 10, 10, 10, 10, 10, ending="success", skills=("listen-first",)),
        trace(seekers[1], -8, -8, -8, -8, ending="failure", skills=("stay-close",)),
        trace(seekers[2], -10, -10, -10, -10, ending="failure"),
        trace(seekers[3], -5, -6, -7, 0, 0, ending="limit", skills=("stay-close",)),
        trace(seekers[4], 1, -1, 2, -2, ending="farewell", skills=("listen-first",)),
        trace(seekers[5], -9, -9, -9, -9, ending="failure", skills=("stay-close",)),
        fault_trace(seekers[6]),
    )


def fault_trace(who: SeekerProfile | None = None) -> Trace:
    """A conversation that a fault of the service ended at once."""
    return trace(who or profile("broken", purpose="refine"), ending="fault")


def responses() -> tuple[Response, ...]:
    """Replies beside gold turns, one of them missing."""
    gold = Turn(speaker="supporter", text="How long have you known?", strategies=("Question",))
    replies = (
        Reply(text="Since when have you known?", strategy="Question"),
        Reply(text="You will find a way.", strategy="Affirmation and Reassurance"),
        Reply(text="如果你愿意，可以多说一点。", strategy="Question"),
        None,
    )
    return tuple(
        Response(dialogue="d-1", turn=2 * at + 1, gold=gold, reply=reply, corpus="conformance")
        for at, reply in enumerate(replies)
    )


def evidence() -> Evidence:
    """All that can be scored: conversations, replies, a bank and its units."""
    return Evidence(traces=traces(), responses=responses(), bank=mixed_bank(), units=units())


def pairs(count: int, gain: float) -> tuple[Pair, ...]:
    """Pairs with a mean difference of ``gain`` and some spread around it."""
    return tuple(
        Pair(
            profile=f"v{at}",
            repeat=0,
            current=40.0,
            candidate=max(0.0, min(100.0, 40.0 + gain + (at % 5 - 2) * 3)),
            group=f"{('negative', 'passive', 'avoidant')[at % 3]}/deep-empathy",
        )
        for at in range(count)
    )
