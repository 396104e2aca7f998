"""Servers that ignore a schema: the same model over Messages and over Responses.

llama.cpp takes the schema there and does not hold the answer to it, so nearly all of what this
model writes is of no use. The road must come to its end all the same, with nothing made up.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

import esc_skills
from esc_skills.testing.localmodel import LocalModel

pytestmark = [pytest.mark.localmodel, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def messages(model: LocalModel, walk: Any, material: Any) -> tuple[Any, esc_skills.Run]:
    """The road over Messages: a model annotates, reads the seeker and judges."""
    made = walk(
        {"use": "anthropic", "base_url": model.messages_url, "sampling": {"max_tokens": 24}},
        extractor={"use": "paper", "taxonomy_file": str(material / "few.toml")},
        distiller="paper",
        responder="exemplar",
        evolve={"rounds": 0},
        run={"repeats": 1, "concurrency": 1, "arms": ["static"], "limits": {"tries": 1}},
    )
    return made, made.run()


def test_the_road_comes_to_its_end_without_a_usable_answer(messages: Any) -> None:
    """Every stage ran, no conversation was lost, and every question has a state of its own."""
    walk, run = messages
    assert not run.faults
    assert {score.arm for score in run.scores} == {"static"}
    states = {state for _, _, state, _, _ in walk.sends}
    assert states <= {"done", "truncated", "unusable", "empty", "refused"}
    assert {role for _, role, _, _, _ in walk.sends} >= {"extractor", "judge"}


def test_an_unusable_answer_is_asked_for_once_more_and_no_more(messages: Any) -> None:
    """A question costs two requests at most each time it is put."""
    walk, _ = messages
    put = Counter(
        (role, place)
        for role, place in walk.ask("SELECT role, place FROM sends WHERE role = 'extractor'")
    )
    assert put["extractor", "extract/extract/one"] <= 2


def test_no_label_is_invented(messages: Any) -> None:
    """A turn that nobody could annotate is a unit without labels or change, still counted."""
    walk, _ = messages
    (unit,) = walk.rows("units.jsonl")
    if walk.ask("SELECT count(*) FROM calls WHERE request LIKE '%turns%'")[0][0] == 0:
        assert unit["action"]["label"] == ""
        assert unit["change"]["polarity"] == "neutral"


def test_no_score_is_invented(messages: Any) -> None:
    """R35: a judge that gave no mark leaves every reading unscored, counted by reason."""
    walk, run = messages
    usable = walk.ask("SELECT count(*) FROM sends WHERE role = 'judge' AND state = 'done'")
    judged = [score for score in run.scores if score.evaluator == "judge"]
    assert judged
    for score in judged:
        lost = sum(part.value for part in score.breakdown if "unscored=" in part.group)
        assert score.n + lost == score.of
        assert math.isclose(lost, score.of) or usable[0][0] > 0
        assert (score.value is None) == (score.n == 0)


def test_tokens_are_counted_with_what_the_cache_gave(messages: Any) -> None:
    """Messages tells cached prompt tokens apart; the journal counts the whole prompt."""
    walk, _ = messages
    rows = walk.ask("SELECT tokens_in, tokens_cached FROM sends")
    assert all(whole > cached >= 0 for whole, cached in rows)
    assert any(cached > whole / 2 for whole, cached in rows)


def test_a_reader_without_a_usable_answer_offers_what_it_can(model: LocalModel, walk: Any) -> None:
    """Over Responses: the retriever's model says nothing usable, and the talk goes on."""
    made = walk(
        {
            "use": "openai",
            "api": "responses",
            "base_url": model.chat_url,
            "sampling": {"max_tokens": 24},
        },
        corpus=["sample"],
        distiller={"use": "tally", "min_skills": 0, "max_skills": 2},
        retriever="reader",
        responder="exemplar",
        evaluators=["sage"],
    )
    run = esc_skills.run(made.experiment, out=made.out, until="converse")
    assert not run.faults
    assert {role for _, role, _, _, _ in made.sends} >= {"retriever"}
