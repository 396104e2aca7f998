"""Hypothesis strategies for every noun: a library, so that a law is one line.

Enters: nothing; each function may be narrowed by its arguments.
Leaves: strategies of valid nouns, rich in texts that have bitten some file format.
Door: one function a noun, named in the plural; ``nouns`` for any of them.
Needs Hypothesis (``pip install hypothesis``); nothing else in ``esc_skills.testing`` does.
"""

from typing import Any

from hypothesis import strategies as _st
from hypothesis.strategies import SearchStrategy as _Strategy

from esc_skills.testing.strategies.banks import (
    banks,
    conditions,
    effects,
    labels,
    prototypes,
    risks,
    skills,
    tables,
    taxonomies,
    units,
)
from esc_skills.testing.strategies.judgements import (
    edits,
    evidence,
    failure_reports,
    failures,
    findings,
    pairs,
    parts,
    proposals,
    readings,
    scores,
    verdicts,
)
from esc_skills.testing.strategies.studies import (
    contrasts,
    costs,
    itemised_scores,
    items,
    studies,
    study_tables,
)
from esc_skills.testing.strategies.talks import (
    alarms,
    dialogues,
    exchanges,
    matches,
    moments,
    profiles,
    reactions,
    replies,
    responses,
    states,
    traces,
    turns,
)
from esc_skills.testing.strategies.words import filled_texts, names, numbers, several, texts

__all__ = [
    "alarms",
    "banks",
    "conditions",
    "contrasts",
    "costs",
    "dialogues",
    "edits",
    "effects",
    "evidence",
    "exchanges",
    "failure_reports",
    "failures",
    "filled_texts",
    "findings",
    "itemised_scores",
    "items",
    "labels",
    "matches",
    "moments",
    "names",
    "nouns",
    "numbers",
    "pairs",
    "parts",
    "profiles",
    "proposals",
    "prototypes",
    "reactions",
    "readings",
    "replies",
    "responses",
    "risks",
    "scores",
    "several",
    "skills",
    "states",
    "studies",
    "study_tables",
    "tables",
    "taxonomies",
    "texts",
    "traces",
    "turns",
    "units",
    "verdicts",
]


def nouns() -> _Strategy[Any]:
    """Any noun that a file may hold as a row of its own."""
    return _st.one_of(
        dialogues(),
        units(),
        prototypes(),
        skills(),
        banks(most=1),
        profiles(),
        traces(most=1),
        responses(),
        scores(),
        failure_reports(),
        proposals(),
        verdicts(),
        taxonomies(),
        readings(),
    )
