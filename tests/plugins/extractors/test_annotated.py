"""Every supporter turn becomes a unit; training and live reading agree."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import attrs
import pytest
from hypothesis import given

from esc_skills.errors import DataError
from esc_skills.model import Dialogue, Turn
from esc_skills.testing import conformance, context
from esc_skills.testing.strategies import dialogues
from esc_skills_plugins.extractors.annotated import Annotated, esc_skills_extractors

DATA = Path(__file__).resolve().parents[4] / "shared/data"


def seeker(text, feedback=None):
    return Turn(speaker="seeker", text=text, feedback=feedback)


def supporter(text, *strategies):
    return Turn(speaker="supporter", text=text, strategies=strategies)


def talk(*turns, **facts):
    made = {"id": "d-1", "corpus": "own", "licence": "Apache-2.0", **facts}
    return Dialogue(turns=turns, **made)


TALK = talk(
    seeker("My boss shouted at me and I can't cope any more."),
    supporter("That sounds awful. What happened?", "Question"),
    seeker("I made a mistake, it is all my fault.", feedback=2),
    supporter("It was not your fault, anyone would be shaken.", "Affirmation and Reassurance"),
    seeker("Thank you so much, I feel better now.", feedback=5),
    supporter("I am glad. Take care!", "Others"),
)


def extract(dialogue, **settings):
    return asyncio.run(Annotated(**settings).extract(dialogue, context()))


def read(*turns):
    return asyncio.run(Annotated().read_state(turns, context()))


def test_the_promise_of_the_role_is_kept():
    """The component passes every law for extractors."""
    conformance.check("extractor", Annotated())


def test_every_supporter_turn_is_a_unit():
    """Neutral turns too, in order, with the licence of the source."""
    units = extract(TALK)
    assert [unit.source.first for unit in units] == [1, 3, 5]
    assert [unit.source.last for unit in units] == [2, 4, 5]
    assert {unit.source.licence for unit in units} == {"Apache-2.0"}
    assert [unit.position for unit in units] == [0.2, 0.6, 1.0]


def test_a_unit_tells_state_action_and_outcome():
    """The middle turn: self-blame, siding with the seeker, thanks."""
    unit = extract(TALK)[1]
    assert unit.before.label == "self-blaming"
    assert unit.action.label == "take-side"
    assert unit.action.strategy == "Affirmation and Reassurance"
    assert unit.change.polarity == "positive"
    assert "feedback 2→5" in unit.change.evidence
    assert unit.context == "I made a mistake, it is all my fault."


def test_messages_of_one_speaker_stay_together():
    """I09: seeker messages in a row are one context; two supporter turns share the answer."""
    units = extract(
        talk(
            seeker("I am sad."),
            seeker("Very sad."),
            supporter("Oh.", "Others"),
            supporter("Tell me more.", "Question"),
            seeker("Thank you so much for asking, you are kind."),
        )
    )
    assert [unit.context for unit in units] == ["I am sad. Very sad."] * 2
    assert {unit.change.label for unit in units} == {"thanks"}
    assert [unit.source.last for unit in units] == [4, 4]


def test_a_rating_covers_the_last_turns_only():
    """A rating speaks of the supporter turns before it, as many as the window says."""
    turns = [seeker("It was on Monday.")]
    for _ in range(4):
        turns += [supporter("Where was it?", "Question"), seeker("It was in the hall.")]
    turns[-1] = seeker("It was in the hall.", feedback=1)
    rated = ["feedback 1" in unit.change.evidence for unit in extract(talk(*turns), window=2)]
    assert rated == [False, False, True, True]
    assert not any(unit.change.evidence for unit in extract(talk(*turns), feedback=False))


def test_labels_are_inferred_where_a_corpus_has_none():
    """Chat data without strategies gets strategy and action from the words."""
    unit = extract(talk(seeker("I am sad."), supporter("How does that make you feel?")))[0]
    assert (unit.action.label, unit.action.strategy) == ("explore-feelings", "Question")


def test_the_file_of_origin_changes_nothing():
    """M18: the same words in another corpus are judged alike; polarity is local."""
    other = attrs.evolve(TALK, corpus="failed", emotion="anger", problem="job crisis")
    assert [u.change for u in extract(TALK)] == [u.change for u in extract(other)]
    assert [u.before for u in extract(TALK)] == [u.before for u in extract(other)]


def test_live_reading_agrees_with_training():
    """The state before a unit is what a live talk reads from the same history."""
    for unit in extract(TALK):
        live = read(*TALK.turns[: unit.source.first])
        assert attrs.evolve(live, cues=()) == unit.before


def test_a_long_text_is_noted():
    """I15: a message of a megabyte is read in part, and the run is told."""
    ctx = context()
    long = talk(seeker("word " * 200_000), supporter("I see.", "Others"))
    start = time.perf_counter()
    asyncio.run(Annotated().extract(long, ctx))
    assert time.perf_counter() - start < 3
    assert [kind for kind, _ in ctx.notes] == ["text cut for reading"]


def test_thousands_of_turns_are_read_to_the_end():
    """I15: of a dialogue of 5,000 turns every reply becomes a unit, in time that grows with it."""
    start = time.process_time()
    units = extract(talk(*[seeker("I can't cope."), supporter("I see.", "Others")] * 2_500))
    assert (len(units), units[-1].source.first) == (2_500, 4_999)
    assert time.process_time() - start < 5


def test_another_taxonomy_can_be_used(tmp_path):
    """The labels come from the file that the setting names."""
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\n'
        '[[state]]\nname = "low"\ndefinition = "Low."\ncues = ["fault"]\n'
        '[[action]]\nname = "ask"\ndefinition = "Asks."\nstrategy = "Question"\n'
        '[[change]]\nname = "up"\ndefinition = "Up."\npolarity = "positive"\ncues = ["better"]\n'
    )
    units = extract(TALK, taxonomy_file=str(path))
    assert units[1].before.label == "low"
    assert {unit.action.label for unit in units} <= {"ask", ""}
    with pytest.raises(DataError):
        extract(TALK, taxonomy_file=str(tmp_path / "none.toml"))


@given(dialogues())
def test_any_dialogue_can_be_cut(dialogue):
    """I07: as many units as supporter turns, whatever was said and rated."""
    units = extract(dialogue)
    assert len(units) == sum(turn.speaker == "supporter" for turn in dialogue.turns)


def test_the_hook_offers_the_component():
    """The module's hook gives the class, and importing it loads no sentiment lexicon."""
    assert esc_skills_extractors() == [Annotated]
    code = (
        "import sys, esc_skills_plugins.extractors.annotated;"
        "print({'vaderSentiment', 'numpy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def _development():
    if not DATA.exists():
        pytest.skip("../shared/data is not here")
    for name in ("esconv", "failed_esconv"):
        for number, row in enumerate(json.loads((DATA / f"{name}.json").read_text("utf-8"))):
            turns = tuple(
                Turn(
                    speaker="seeker" if item["speaker"] in {"seeker", "speaker"} else "supporter",
                    text=item["content"].strip(),
                    feedback=int(item["annotation"].get("feedback") or 0) or None,
                )
                for item in row["dialog"]
            )
            yield Dialogue(id=f"{name}-{number}", turns=turns, corpus=name, licence="CC-BY-NC-4.0")


@pytest.mark.development_data
def test_real_dialogues_are_read_quickly_and_variously():
    """All shared dialogues in seconds; many states occur, none in most turns; failures show."""
    every = list(_development())
    start = time.process_time()
    units = [unit for dialogue in every for unit in extract(dialogue)]
    assert time.process_time() - start < 6
    states = Counter(unit.before.label for unit in units)
    assert len(states) == 15
    assert max(states.values()) < 0.35 * len(units)
    harm = {
        corpus: sum(u.change.polarity == "negative" for u in units if u.source.corpus == corpus)
        / sum(u.source.corpus == corpus for u in units)
        for corpus in ("esconv", "failed_esconv")
    }
    assert harm["failed_esconv"] > 1.5 * harm["esconv"]
