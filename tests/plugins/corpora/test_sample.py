"""The embedded dialogues are varied enough to distil a bank from, and safe to show."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from esc_skills.errors import DataError
from esc_skills.model import STRATEGIES
from esc_skills_plugins.corpora.sample import Sample, esc_skills_corpora

DATA = Path(__file__).resolve().parents[4] / "shared/data"


@pytest.fixture
def sample(read):
    return read(Sample(), None)


def test_it_is_read_without_a_path(sample):
    """At least 28 short dialogues, licensed like the project, all train, with unique ids."""
    assert len(sample.dialogues) >= 28
    assert sample.licence == "Apache-2.0"
    assert {item.licence for item in sample.dialogues} == {"Apache-2.0"}
    assert {item.split for item in sample.dialogues} == {"train"}
    assert all(10 <= len(item.turns) <= 24 for item in sample.dialogues)


def test_it_covers_problems_strategies_and_outcomes(sample):
    """Eight or more problems, every strategy many times, all ratings, better and worse ends."""
    named = Counter(n for item in sample.dialogues for turn in item.turns for n in turn.strategies)
    assert set(named) == set(STRATEGIES)
    assert min(named.values()) >= 15
    assert len({item.problem for item in sample.dialogues}) >= 8
    rated = {turn.feedback for item in sample.dialogues for turn in item.turns}
    assert {1, 2, 4, 5} <= rated
    changes = [item.intensity_after - item.intensity_before for item in sample.dialogues]
    assert sum(change < 0 for change in changes) >= 15
    assert sum(change > 0 for change in changes) >= 6


def test_every_supporter_turn_is_labelled(sample):
    """An unlabelled supporter turn would be lost to the bank."""
    turns = [turn for item in sample.dialogues for turn in item.turns]
    assert all(turn.strategies for turn in turns if turn.speaker == "supporter")
    assert not any(turn.strategies for turn in turns if turn.speaker == "seeker")


def test_nothing_had_to_be_put_right(sample):
    """The project's own file has no quirks beside a few natural double messages."""
    rules = {finding.rule for finding in sample.findings}
    assert rules <= {"adjacent message of the same speaker kept apart"}


def test_the_crisis_is_answered_with_a_referral(sample):
    """The one disclosure of wishing to be dead is taken seriously and leads to trained people."""
    told = [
        (item, at)
        for item in sample.dialogues
        for at, turn in enumerate(item.turns)
        if turn.speaker == "seeker" and "wasn't alive" in turn.text
    ]
    assert len(told) == 1
    dialogue, at = told[0]
    after = " ".join(turn.text for turn in dialogue.turns[at:] if turn.speaker == "supporter")
    assert "crisis line" in after
    assert "emergency number" in after
    assert "safe" in after
    assert dialogue.intensity_after < dialogue.intensity_before


def test_a_path_is_refused(read):
    """Giving a path to embedded data is a mistake, and the message names the right corpus."""
    with pytest.raises(DataError, match="chat-jsonl:PATH"):
        read(Sample(), Path("mine.jsonl"))


def test_the_hook_offers_the_component():
    """The plug-in is found by its hook."""
    assert [item.name for item in esc_skills_corpora()] == ["sample"]


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def runs(text, length=9):
    found = words(text)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}


@pytest.mark.development_data
def test_no_sentence_comes_from_esconv(sample):
    """No nine words in a row of the sample stand in the ESConv files at hand."""
    if not DATA.exists():
        pytest.skip("../shared/data is absent")
    own = set().union(*(runs(turn.text) for item in sample.dialogues for turn in item.turns))
    for name in ("esconv.json", "failed_esconv.json"):
        for dialogue in json.loads((DATA / name).read_text("utf-8")):
            for message in dialogue["dialog"]:
                assert not own & runs(message["content"])
