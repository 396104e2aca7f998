"""Strategies for what is learnt: units, prototypes, skills, banks."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy as Strategy

from esc_skills import model as m
from esc_skills.testing.strategies.talks import states
from esc_skills.testing.strategies.words import (
    counts,
    filled_texts,
    maybe,
    names,
    numbers,
    percents,
    several,
    shares,
    texts,
)


@st.composite
def conditions(draw: st.DrawFn) -> m.Condition:
    """Tests on a state; the range of distress is never empty."""
    low, high = sorted((draw(percents()), draw(percents())))
    return m.Condition(
        scenarios=draw(several(texts(), most=2)),
        states=draw(several(names(), most=2)),
        emotions=draw(several(names(), most=2)),
        intensity_min=low,
        intensity_max=high,
        words=draw(texts()),
    )


@cache
def labels() -> Strategy[m.Label]:
    """Labels of any dimension."""
    return st.builds(
        m.Label,
        name=names(),
        definition=filled_texts(),
        polarity=st.sampled_from(("positive", "neutral", "negative")),
        strategy=st.sampled_from(("", *m.STRATEGIES)),
        matches=several(texts(), most=2),
        cues=several(texts(), most=2),
    )


@cache
def taxonomies() -> Strategy[m.Taxonomy]:
    """Small taxonomies."""
    few = several(labels(), most=2)
    return st.builds(m.Taxonomy, name=names(), scenarios=few, states=few, actions=few, changes=few)


@st.composite
def units(draw: st.DrawFn) -> m.InterventionUnit:
    """Intervention Units."""
    first = draw(counts())
    source = m.Source(
        dialogue=draw(filled_texts()), first=first, last=first + draw(st.integers(0, 9))
    )
    change = st.builds(
        m.Change,
        label=names(),
        polarity=st.sampled_from(("positive", "neutral", "negative")),
        evidence=several(texts()),
        confidence=shares(),
    )
    action = st.builds(
        m.Action, label=names(), strategy=st.sampled_from(m.STRATEGIES), text=texts()
    )
    return m.InterventionUnit(
        source=source,
        before=draw(states()),
        action=draw(action),
        change=draw(change),
        after=draw(states()),
        position=draw(shares()),
        context=draw(texts()),
    )


@cache
def prototypes() -> Strategy[m.Prototype]:
    """Prototypes with a sound interval."""

    def make(key: tuple[str, str, str], ends: list[float], ids: tuple[str, ...]) -> m.Prototype:
        low, rate, high = sorted(ends)
        figures = {"tried": len(ids), "low": low, "rate": rate, "high": high}
        state, action, polarity = key
        return m.Prototype(state=state, action=action, polarity=polarity, units=ids, **figures)  # type: ignore[arg-type]

    polarity = st.sampled_from(("positive", "neutral", "negative"))
    ids = several(names(), 1).map(lambda found: tuple(sorted(set(found))))
    ends = st.lists(shares(), min_size=3, max_size=3)
    return st.builds(make, st.tuples(names(), names(), polarity), ends, ids)


@cache
def risks() -> Strategy[m.Risk]:
    """Risks with or without a test."""
    return st.builds(
        m.Risk,
        trigger=filled_texts(),
        severity=st.sampled_from(("low", "medium", "high")),
        instead=texts(),
        when=maybe(conditions()),
    )


@cache
def effects() -> Strategy[m.Effect]:
    """Measured effects."""
    return st.builds(
        m.Effect,
        group=texts(),
        value=numbers(),
        n=counts(),
        low=numbers(),
        high=numbers(),
        basis=st.sampled_from(("observed", "randomised")),
    )


@cache
def skills(name: str | None = None) -> Strategy[m.Skill]:
    """Skills of any content; ``name`` fixes the name."""
    outcome = st.builds(
        m.ExpectedOutcome, changes=several(texts()), least_gain=st.integers(-10, 10)
    )
    return st.builds(
        m.Skill,
        name=st.just(name) if name else names(),
        overview=filled_texts(),
        applies=several(conditions(), most=2),
        not_when=several(conditions(), most=2),
        actions=several(texts()),
        guidance=several(texts(), 1, 4),
        expected=outcome,
        risks=several(risks(), most=2),
        pitfalls=several(texts()),
        examples=several(texts()),
        evidence=several(texts()),
        life=st.sampled_from(("candidate", "active", "quarantined", "retired")),
        protected=st.booleans(),
        revision=st.integers(1, 10**6),
        effects=several(effects(), most=2),
    )


@st.composite
def tables(draw: st.DrawFn) -> m.Table:
    """Tables whose shape fits their names."""
    rows, columns = draw(several(texts())), draw(several(texts()))
    line = several(numbers(), len(columns), len(columns))
    values = draw(several(line, len(rows), len(rows)))
    return m.Table(
        name=draw(filled_texts()), rows=rows, columns=columns, values=values, note=draw(texts())
    )


@cache
def origins() -> Strategy[m.Origin]:
    """Records of lines and their sources."""
    ids = several(filled_texts(), 1, 2)
    return st.builds(m.Origin, skill=names(), lines=ids, sources=ids, patch=texts())


@cache
def reviews() -> Strategy[m.Review]:
    """Yeses to skills."""
    return st.builds(m.Review, skill=names(), content=filled_texts(), by=filled_texts())


@st.composite
def banks(draw: st.DrawFn, most: int = 3) -> m.SkillsBank:
    """Banks of up to ``most`` skills, of any lineage."""
    found = sorted(draw(st.sets(names(), max_size=most)))
    digest = st.just("") | st.text("0123456789abcdef", min_size=64, max_size=64)
    return m.SkillsBank(
        skills=tuple(draw(skills(name)) for name in found),
        tables=draw(several(tables(), most=2)),
        taxonomy=draw(maybe(taxonomies())),
        parent=draw(digest),
        proposal=draw(digest),
        verdict=draw(digest),
        licences=draw(several(texts(), most=2)),
        sources=draw(several(texts(), most=2)),
        notes=draw(several(texts(), most=2)),
        origins=draw(several(origins(), most=2)),
        reviews=draw(several(reviews(), most=2)),
        ledger=draw(digest),
    )
