"""Strategies for what is said: dialogues, readings, profiles, conversations."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy as Strategy

from esc_skills import model as m
from esc_skills.testing.strategies.words import (
    counts,
    filled_texts,
    maybe,
    names,
    numbers,
    percents,
    several,
    texts,
)


@cache
def turns(speaker: str | None = None) -> Strategy[m.Turn]:
    """Turns of either speaker, or of one."""
    who = st.just(speaker) if speaker else st.sampled_from(("seeker", "supporter"))
    labels = several(st.sampled_from(m.STRATEGIES), most=2)
    rating = maybe(st.integers(1, 5))
    return st.builds(m.Turn, speaker=who, text=texts(), strategies=labels, feedback=rating)


@cache
def dialogues() -> Strategy[m.Dialogue]:
    """Dialogues of one to six turns."""
    return st.builds(
        m.Dialogue,
        id=filled_texts(),
        turns=several(turns(), 1, 6),
        corpus=names(),
        licence=st.sampled_from(("", "CC-BY-NC-4.0", "Apache-2.0")),
        emotion=names(),
        problem=names(),
        situation=texts(),
        intensity_before=maybe(st.integers(1, 5)),
        intensity_after=maybe(st.integers(1, 5)),
        split=st.sampled_from(("", "train", "valid", "test")),
    )


@cache
def states() -> Strategy[m.SeekerState]:
    """Readings of a seeker."""
    return st.builds(
        m.SeekerState,
        scenario=names(),
        label=names(),
        emotion=names(),
        intensity=percents(),
        cues=several(texts()),
    )


@cache
def profiles() -> Strategy[m.SeekerProfile]:
    """Seeker profiles of every kind."""
    return st.builds(
        m.SeekerProfile,
        id=filled_texts(),
        persona=texts(),
        scene=texts(),
        persona_type=st.sampled_from(m.PERSONA_TYPES),
        intention=st.sampled_from(m.INTENTIONS),
        opening=filled_texts(),
        purpose=st.sampled_from(m.PURPOSES),
        language=st.sampled_from(("en", "zh-CN")),
        start_emotion=percents(),
        scenario=names(),
        lines=several(texts()),
        safety=st.booleans(),
        knobs=several(st.tuples(names(), numbers()), most=2),
    )


@cache
def moments() -> Strategy[m.Moment]:
    """What a supporter may know."""
    return st.builds(
        m.Moment,
        history=several(turns(), 1, 4),
        state=states(),
        index=st.integers(0, 9),
        limit=st.integers(1, 10),
        language=st.just("en"),
        situation=texts(),
    )


@cache
def matches() -> Strategy[m.Match]:
    """Offers of a retriever."""
    return st.builds(m.Match, skill=names(), score=numbers(), why=texts())


@cache
def replies() -> Strategy[m.Reply]:
    """Replies of a responder."""
    return st.builds(
        m.Reply,
        text=texts(),
        strategy=st.sampled_from(("", *m.STRATEGIES)),
        action=names(),
        used=several(names()),
        why=texts(),
    )


@cache
def alarms() -> Strategy[m.Alarm]:
    """Findings of a guard."""
    return st.builds(
        m.Alarm,
        rule=filled_texts(),
        speaker=st.sampled_from(("seeker", "supporter")),
        severity=st.sampled_from(("low", "medium", "high")),
        reason=texts(),
    )


@cache
def reactions() -> Strategy[m.Reaction]:
    """Reactions of a seeker."""
    return st.builds(
        m.Reaction,
        delta=st.integers(-10, 10),
        emotion=percents(),
        thought=texts(),
        text=texts(),
        leaves=st.booleans(),
        change=names(),
    )


@cache
def exchanges(index: int = 0) -> Strategy[m.Exchange]:
    """Exchanges with the given number."""
    return st.builds(
        m.Exchange,
        index=st.just(index),
        seeker=texts(),
        state=states(),
        matches=several(matches(), most=2),
        reply=replies(),
        alarms=several(alarms(), most=1),
        reaction=maybe(reactions()),
        trial=names() | st.just(""),
    )


@st.composite
def traces(draw: st.DrawFn, most: int = 3) -> m.Trace:
    """Conversations of up to ``most`` exchanges."""
    count = draw(st.integers(0, most))
    ending = draw(st.sampled_from(("success", "failure", "farewell", "limit", "fault")))
    whose = ("seeker", "responder", "judge", "service", "plugin", "budget", "guard")
    fault = draw(st.sampled_from(whose))
    return m.Trace(
        id=draw(filled_texts()),
        profile=draw(profiles()),
        arm=draw(names()),
        bank=draw(st.just("") | st.text("0123456789abcdef", min_size=64, max_size=64)),
        repeat=draw(counts()),
        exchanges=tuple(draw(exchanges(index)) for index in range(count)),
        ending=ending,  # type: ignore[arg-type]
        fault=fault if ending == "fault" else "",  # type: ignore[arg-type]
        state=draw(names()) if ending == "fault" else "",
        note=draw(texts()),
        signature=draw(texts()),
    )


@cache
def responses() -> Strategy[m.Response]:
    """Replies beside gold turns."""
    return st.builds(
        m.Response,
        dialogue=filled_texts(),
        turn=counts(),
        gold=turns("supporter"),
        reply=maybe(replies()),
        matches=several(matches(), most=2),
        corpus=names(),
    )
