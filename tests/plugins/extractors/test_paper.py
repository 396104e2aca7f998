"""Annotation by a model: good answers become units, bad ones never become facts."""

from __future__ import annotations

import asyncio
import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._codec.nouns import load
from esc_skills.errors import BudgetExceeded, ReplyError
from esc_skills.model import Dialogue, Turn
from esc_skills.testing import conformance, context
from esc_skills.testing.strategies import dialogues
from esc_skills_plugins._shared.cues import READ_LIMIT
from esc_skills_plugins.extractors.checking import Annotation, StateReading, TurnReading
from esc_skills_plugins.extractors.paper import Paper, esc_skills_extractors

GOOD = TurnReading(
    turn=1,
    scenario="work-stress",
    state="worried",
    emotion="anxiety",
    intensity=70,
    cues=("scared of tomorrow",),
    action="explore-feelings",
    change="opens-up",
    proof=("my boss shouts",),
    state_after="opening-up",
    intensity_after=60,
)


def talk(*texts, **facts):
    turns = tuple(
        Turn(
            speaker="supporter" if at % 2 else "seeker",
            text=text,
            strategies=("Question",) if at % 2 else (),
        )
        for at, text in enumerate(texts)
    )
    return Dialogue(**{"id": "d", "turns": turns, "corpus": "own", "licence": "L"} | facts)


TALK = talk("I am scared of tomorrow.", "What happens then?", "Oh, my boss shouts.", "Hm.")


def extract(answers, dialogue=TALK, **settings_):
    ctx = context(answers={"extractor": answers})
    units = asyncio.run(Paper(**settings_).extract(dialogue, ctx))
    return units, ctx


@pytest.mark.parametrize(
    "answer",
    [
        Annotation(),
        Annotation(turns=(GOOD, attrs.evolve(GOOD, turn=3))),
        Annotation(turns=(TurnReading(turn=1, state="?", action="?", change="?"),)),
        ReplyError("no shape", hint="-"),
    ],
    ids=["empty", "good", "nonsense", "unusable"],
)
def test_the_promise_of_the_role_is_kept(answer, answering):
    """The component passes every law for extractors, whatever the model answers."""
    lend = answering({Annotation: answer, StateReading: StateReading(state="worried")})
    conformance.check("extractor", Paper(), lend=lend)


def test_a_good_answer_becomes_a_unit():
    """Labels, quotes, polarity, licence and place are all there."""
    units, ctx = extract([Annotation(turns=(GOOD, attrs.evolve(GOOD, turn=3, proof=())))])
    first, last = units
    assert (first.before.label, first.before.scenario) == ("worried", "work-stress")
    assert first.before.cues == ("scared of tomorrow",)
    assert (first.action.label, first.action.strategy) == ("explore-feelings", "Question")
    assert (first.change.label, first.change.polarity) == ("opens-up", "positive")
    assert (first.after.label, first.after.intensity) == ("opening-up", 60)
    assert (first.source.first, first.source.last, first.source.licence) == (1, 2, "L")
    assert last.change.evidence == ("no answer",)
    assert ctx.asked[0][0] == "extractor"


def test_turns_left_out_are_units_without_labels():
    """Every supporter turn is a unit; what nobody read is no evidence, and is counted."""
    units, ctx = extract([Annotation(turns=(attrs.evolve(GOOD, turn=99),))])
    assert [(u.before.label, u.action.label, u.change.polarity) for u in units] == [
        ("", "", "neutral")
    ] * 2
    assert units[0].action.strategy == "Question"
    told = {facts["what"]: facts["count"] for _, facts in ctx.notes}
    assert told == {"entry for a turn nobody asked for": 1, "turn left out": 2}


def test_an_unusable_answer_costs_its_window_alone(answering):
    """R: a window that cannot be read is noted; the others stand."""
    long = talk(*(f"message {at} of mine" for at in range(8)))
    ctx = answering({Annotation: ReplyError("no shape", hint="-")})()
    units = asyncio.run(Paper(window=4).extract(long, ctx))
    assert len(units) == 4
    assert [kind for kind, _ in ctx.notes].count("window-unread") == 2


def test_a_spent_budget_is_not_swallowed(answering):
    """Only unusable answers are forgiven."""
    ctx = answering({Annotation: BudgetExceeded("spent", hint="-")})()
    with pytest.raises(BudgetExceeded):
        asyncio.run(Paper().extract(TALK, ctx))


def test_long_dialogues_are_read_in_windows():
    """Each supporter turn is asked for once; overlap is shown beside it."""
    long = talk(*(f"message number {at}" for at in range(30)))
    _, ctx = extract([Annotation()] * 3, long, window=10, overlap=2)
    asked = [prompt.task.splitlines()[-1] for _, prompt in ctx.asked]
    assert asked[0].endswith(": 1, 3, 5, 7, 9")
    assert asked[2].endswith(": 21, 23, 25, 27, 29")
    shown = [json.loads(line)["turn"] for line in ctx.asked[1][1].data[0][1].splitlines()]
    assert shown == list(range(8, 21))


def test_a_long_text_is_noted():
    """I15: of a message of a megabyte the model is shown the beginning, and the run is told."""
    _, ctx = extract([Annotation()], talk("word " * 200_000, "I see.", "Yes."))
    assert len(ctx.asked[0][1].data[0][1]) < READ_LIMIT + 500
    assert ctx.notes[0] == (
        "text cut for reading",
        {"dialogue": "d", "turns": 1, "limit": READ_LIMIT},
    )


def test_gold_strategies_can_be_hidden():
    """With the setting off the model neither sees nor keeps them."""
    units, ctx = extract([Annotation(turns=(attrs.evolve(GOOD, action="praise"),))],
                         gold_strategies=False)  # fmt: skip
    assert "strategy" not in ctx.asked[0][1].data[0][1]
    assert units[0].action.strategy == "Affirmation and Reassurance"


def test_the_state_of_a_live_talk_is_asked_for(answering):
    """The reading is checked like any other; silence and nonsense give an empty state."""
    ctx = context(answers={"extractor": [StateReading(state="Worried", cues=("made up",))]})
    state = asyncio.run(Paper().read_state(TALK.turns, ctx))
    assert (state.label, state.cues) == ("worried", ())
    silent = asyncio.run(Paper().read_state((Turn(speaker="seeker", text=" "),), context()))
    assert silent.label == ""
    lost = answering({StateReading: ReplyError("no", hint="-")})()
    assert asyncio.run(Paper().read_state(TALK.turns, lost)).label == ""
    assert lost.notes[0][0] == "state-unread"


def test_prompts_speak_chinese():
    """The language setting chooses the prompt."""
    _, ctx = extract([Annotation()], language="zh-Hans")
    assert "求助者" in ctx.asked[0][1].system


def test_what_is_stable_comes_first():
    """Two dialogues share the whole system text, so that a prefix cache can hit."""
    _, first = extract([Annotation()])
    _, second = extract([Annotation()], talk("Other words.", "Yes?"))
    assert first.asked[0][1].system == second.asked[0][1].system


@settings(max_examples=30, deadline=None)
@given(dialogue=dialogues(), seen=st.booleans())
def test_untrusted_text_is_data_alone(answering, dialogue, seen):
    """S16: no word of a dialogue stands in system or task, whatever field it comes from."""
    mark = "ZXQMARK"
    marked = attrs.evolve(
        dialogue,
        id=mark,
        emotion=mark,
        problem=mark,
        situation=mark,
        turns=tuple(attrs.evolve(turn, text=f"{mark} {turn.text}") for turn in dialogue.turns),
    )
    ctx = answering({Annotation: Annotation(), StateReading: StateReading()})()
    component = Paper(situation=seen)
    asyncio.run(component.extract(marked, ctx))
    asyncio.run(component.read_state(marked.turns, ctx))
    assert ctx.asked or all(turn.speaker == "supporter" for turn in marked.turns)
    for _, prompt in ctx.asked:
        assert mark not in prompt.system + prompt.task + prompt.id


READINGS = st.builds(
    TurnReading,
    turn=st.integers(-1, 4),
    scenario=st.text(max_size=8) | st.just("grief"),
    state=st.text(max_size=8) | st.just("worried"),
    emotion=st.text(max_size=8),
    intensity=st.integers(),
    cues=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    action=st.text(max_size=8) | st.just("praise"),
    change=st.text(max_size=8) | st.just("calms"),
    proof=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    state_after=st.text(max_size=8),
    intensity_after=st.integers(),
)


@given(readings=st.lists(READINGS, max_size=4), proof=st.booleans())
def test_no_answer_breaks_the_units(readings, proof):
    """Whatever a model says: one unit a turn, labels of the taxonomy, quotes that were said."""
    units, _ = extract([Annotation(turns=tuple(readings))], proof=proof)
    labels = Paper().taxonomy
    said = " ".join(turn.text for turn in TALK.turns).casefold()
    assert [unit.source.first for unit in units] == [1, 3]
    for unit in units:
        known = (
            ("scenario", unit.before.scenario),
            ("state", unit.before.label),
            ("state", unit.after.label),
            ("action", unit.action.label),
            ("change", unit.change.label),
        )
        assert all(not name or labels.label(kind, name) for kind, name in known)
        assert all(cue.strip("?!., ").casefold() in said for cue in unit.before.cues)


def test_json_of_a_model_becomes_an_annotation():
    """What is left out has a default; the engine's own codec reads it."""
    body = {"turns": [{"turn": 1, "state": "worried", "cues": []}]}
    assert load(body, Annotation, "answer").turns == (TurnReading(turn=1, state="worried"),)


def test_the_hook_offers_the_component():
    """The module's hook gives the class."""
    assert esc_skills_extractors() == [Paper]
