"""Strategies for what is concluded: scores, failures, edits, verdicts, evidence."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy as Strategy

from esc_skills import model as m
from esc_skills.testing.strategies.banks import banks, skills, units
from esc_skills.testing.strategies.talks import dialogues, responses, traces
from esc_skills.testing.strategies.words import (
    counts,
    filled_texts,
    maybe,
    names,
    numbers,
    several,
    texts,
)


@cache
def parts() -> Strategy[m.Part]:
    """Groups of a score."""
    ends = maybe(numbers())
    return st.builds(m.Part, group=filled_texts(), value=numbers(), n=counts(), low=ends, high=ends)


@st.composite
def scores(draw: st.DrawFn) -> m.Score:
    """Scores; ``of`` is never less than ``n``."""
    n = draw(counts())
    return m.Score(
        evaluator=draw(names()),
        name=draw(names()),
        value=draw(maybe(numbers())),
        n=n,
        of=n + draw(st.integers(0, 9)),
        low=draw(maybe(numbers())),
        high=draw(maybe(numbers())),
        signature=draw(texts()),
        breakdown=draw(several(parts())),
        arm=draw(st.sampled_from(("", "none", "static", "evolved"))),
    )


@cache
def failures() -> Strategy[m.Failure]:
    """Failures at one place."""
    return st.builds(
        m.Failure,
        kind=st.sampled_from(m.FAILURE_KINDS),
        trace=filled_texts(),
        exchange=counts(),
        skills=several(names()),
        why=texts(),
        cause=texts(),
        lapse=st.booleans(),
    )


@cache
def failure_reports() -> Strategy[m.FailureReport]:
    """Reports of one round."""
    return st.builds(
        m.FailureReport, failures=several(failures()), traces=counts(), notes=several(texts())
    )


@st.composite
def edits(draw: st.DrawFn) -> m.Edit:
    """Edits whose parts fit their kind."""
    shapes = {
        "add": (0, 1),
        "revise": (1, 1),
        "merge": (2, 1),
        "split": (1, 2),
        "narrow": (1, 1),
        "widen": (1, 1),
        "add-risk": (1, 1),
        "quarantine": (1, 0),
        "retire": (1, 0),
    }
    kind = draw(st.sampled_from(tuple(shapes)))
    hit, made = shapes[kind]
    return m.Edit(
        kind=kind,  # type: ignore[arg-type]
        targets=draw(several(names(), hit, hit)),
        skills=draw(several(skills(), made, made)),
        reason=draw(filled_texts()),
        evidence=draw(several(names())),
    )


@cache
def proposals() -> Strategy[m.Proposal]:
    """Proposals of one or two edits."""
    return st.builds(
        m.Proposal,
        bank=st.text("0123456789abcdef", min_size=64, max_size=64),
        edits=several(edits(), 1, 2),
        refiner=names(),
        round=st.integers(0, 9),
    )


@cache
def pairs() -> Strategy[m.Pair]:
    """Paired outcomes."""
    emotion = st.floats(0, 100)
    return st.builds(
        m.Pair,
        profile=names(),
        repeat=st.integers(0, 9),
        current=emotion,
        candidate=emotion,
        group=texts(),
        alarms=st.integers(0, 3),
    )


@cache
def verdicts() -> Strategy[m.Verdict]:
    """Answers of a gate."""
    end = maybe(numbers())
    return st.builds(
        m.Verdict,
        decision=st.sampled_from(("accept", "reject", "inconclusive", "continue")),
        gate=names(),
        proposal=texts(),
        pairs=counts(),
        effect=end,
        low=end,
        high=end,
        vetoes=several(texts()),
        reason=texts(),
        excluded=counts(),
    )


@cache
def evidence() -> Strategy[m.Evidence]:
    """What an evaluator is given."""
    return st.builds(
        m.Evidence,
        traces=several(traces(most=1), most=1),
        responses=several(responses(), most=1),
        bank=maybe(banks(most=1)),
        units=several(units(), most=1),
    )


@cache
def findings() -> Strategy[m.Finding]:
    """Lines of a preparation report."""
    return st.builds(m.Finding, rule=texts(), count=counts(), where=several(texts()))


@cache
def readings() -> Strategy[m.Reading]:
    """What a corpus component gives."""
    return st.builds(
        m.Reading,
        corpus=names(),
        licence=texts(),
        dialogues=several(dialogues(), most=2),
        traces=several(traces(most=1), most=1),
        findings=several(findings()),
        rules=several(st.tuples(names(), texts())),
        sha256=texts(),
    )
