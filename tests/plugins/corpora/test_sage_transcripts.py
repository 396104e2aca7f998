"""SAGE's transcripts become traces whose scores are the published ones."""

from __future__ import annotations

import copy
from pathlib import Path
from statistics import mean

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins.corpora.sage_transcripts import SageTranscripts, esc_skills_corpora

DATA = Path(__file__).resolve().parents[4] / "shared/data/sage"


def counts(reading):
    return {finding.rule: finding.count for finding in reading.findings}


def felt(text, emotion, change):
    return {
        "role": "user",
        "content": text,
        "thinking": "plan",
        "emotion-point": emotion,
        "planning": {"activity": "心理活动]\n有人在听。", "change": change},
    }


ROW = {
    "id": "s-1",
    "emo_point": 55,
    "emo_state": "Emotion-B",
    "target": "eq",
    "player": "面包师，话少。",
    "scene": "面包店要关门。",
    "character": "被动型",
    "topic": "工作",
    "task": "想听到别人真诚的夸奖",
    "history": [
        {"role": "user", "content": "店要关了。", "emotion-point": 40},
        {"role": "assistant", "content": "多久了？"},
        felt("十一年。", 45, 5),
        {"role": "assistant", "content": "你一定很会做面包。"},
        felt("谢谢，再见。", 55, 10),
    ],
}


@pytest.fixture
def row():
    return copy.deepcopy(ROW)


def test_a_transcript_becomes_a_trace(row, saved, read):
    """Seeker, exchanges, reactions, inner thought, ending and signature come from the line."""
    reading = read(SageTranscripts(), saved([row], lines=True))
    trace = reading.traces[0]
    assert (trace.id, trace.arm, trace.ending) == ("s-1", "", "farewell")
    assert (trace.profile.persona_type, trace.profile.intention) == ("passive", "sincere-praise")
    assert (trace.profile.opening, trace.profile.language) == ("店要关了。", "zh")
    assert trace.curve == (40, 45, 55)
    first = trace.exchanges[0]
    assert (first.seeker, first.reply.text, first.reply.strategy) == ("店要关了。", "多久了？", "")
    assert first.state.intensity == 60
    assert first.reaction.thought == "有人在听。"
    assert (first.reaction.delta, first.reaction.leaves) == (5, False)
    assert trace.exchanges[1].reaction.leaves
    assert trace.signature.startswith("sage:v1|simulator=unstated|start=40|")
    assert reading.licence == "MIT"
    assert not reading.findings


def test_the_simulator_is_part_of_the_signature(row, saved, read):
    """Scores under two simulators must never be compared: a named one changes the signature."""
    reading = read(SageTranscripts(simulator="model-x"), saved([row], lines=True))
    assert "simulator=model-x" in reading.traces[0].signature


def test_the_tenth_reply_is_not_scored(row, saved, read):
    """In the released protocol nobody reads the last reply of a talk that runs its full length."""
    row["history"] = row["history"][:1]
    for number in range(10):
        row["history"].append({"role": "assistant", "content": "嗯。"})
        if number < 9:
            row["history"].append(
                felt("嗯……", 45 if number % 2 == 0 else 40, 5 if number % 2 == 0 else -5)
            )
    row["emo_point"] = 45
    trace = read(SageTranscripts(), saved([row], lines=True)).traces[0]
    assert (len(trace.exchanges), trace.ending, trace.emotion) == (10, "limit", 45)
    assert trace.exchanges[-1].reaction is None
    assert trace.exchanges[-2].reaction is not None


@pytest.mark.parametrize(("emotion", "ending"), [(100, "success"), (5, "failure"), (10, "limit")])
def test_the_ending_follows_the_rule(row, saved, read, emotion, ending):
    """At 100 a talk has succeeded, below 10 it has failed; anything else needs a stop rule."""
    row["history"] = [*row["history"][:2], felt("嗯。", emotion, 5)]
    row["emo_point"] = emotion
    reading = read(SageTranscripts(), saved([row], lines=True))
    assert reading.traces[0].ending == ending
    stops = "transcript stops before any stop rule is met"
    assert (stops in counts(reading)) == (ending == "limit")


@pytest.mark.parametrize(
    ("change", "delta", "rule"),
    [
        (25, 10, "change beyond ±10 clamped"),
        ("ten", 5, "change missing or unreadable → difference of emotions"),
        (None, 5, "change missing or unreadable → difference of emotions"),
        ("5", 5, ""),
        (-5, -5, "emotion does not follow from the change; emotion kept"),
    ],
)
def test_an_odd_change_is_counted(row, saved, read, change, delta, rule):
    """A change out of range or unreadable is put right by rule, and the emotion stays."""
    row["history"][2]["planning"]["change"] = change
    reading = read(SageTranscripts(), saved([row], lines=True))
    reaction = reading.traces[0].exchanges[0].reaction
    assert (reaction.delta, reaction.emotion) == (delta, 45)
    assert not rule or counts(reading)[rule] == 1


def test_what_the_agent_left_blank_or_thought_is_counted(row, saved, read):
    """A null answer is a blank one, and hidden thinking never reaches a trace."""
    row["history"][1] |= {"content": None, "think": "what do they want"}
    reading = read(SageTranscripts(), saved([row], lines=True))
    assert reading.traces[0].exchanges[0].reply.text == ""
    assert counts(reading)["blank message of assistant kept"] == 1
    assert counts(reading)["hidden thinking of the agent left out"] == 1


def test_a_final_emotion_that_differs_is_counted(row, saved, read):
    """When the summary field and the messages disagree, the report says so."""
    row["emo_point"] = 90
    reading = read(SageTranscripts(), saved([row], lines=True))
    assert reading.traces[0].emotion == 55
    assert counts(reading)["emo_point differs from the last emotion; the last emotion kept"] == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"task": "想聊聊天气"}, "task"),
        ({"task": "想要建议和夸奖"}, "task"),
        ({"character": "乐观型"}, "character"),
        ({"history": []}, "history"),
        ({"history": None}, "history"),
        ({"history": ROW["history"][1:]}, "history[0].role"),
        ({"history": [ROW["history"][0], ROW["history"][0]]}, "history[1].role"),
        ({"history": [{"role": "user", "content": "x"}]}, "history[0].emotion-point"),
        (
            {"history": [{"role": "user", "content": "x", "emotion-point": "low"}]},
            "history[0].emotion-point",
        ),
        ({"id": None}, "id"),
        ({"player": 3}, "player"),
    ],
)
def test_a_wrong_field_is_refused_with_its_path(row, saved, read, change, path):
    """I05: what cannot be read is refused at line and path; intentions are never guessed."""
    file = saved([ROW, row | {"id": "s-2"} | change], lines=True)
    with pytest.raises(DataError) as caught:
        read(SageTranscripts(), file)
    assert caught.value.where == f"{file}:2"
    assert caught.value.message.startswith(f"{path} ")


def test_one_seeker_twice_is_refused(row, saved, read):
    """I06: a file that holds a seeker twice would count it twice."""
    with pytest.raises(DataError, match="s-1"):
        read(SageTranscripts(), saved([row, row], lines=True))


def test_skip_bad_keeps_the_rest(row, saved, read):
    """I02: an unusable line is left out and counted on request; nothing left is an error."""
    bad = row | {"id": "s-2", "task": "?"}
    reading = read(SageTranscripts(skip_bad=True), saved([bad, row], lines=True))
    assert [trace.id for trace in reading.traces] == ["s-1"]
    assert counts(reading)["unusable record skipped"] == 1
    with pytest.raises(DataError, match="no usable transcript"):
        read(SageTranscripts(skip_bad=True), saved([bad], lines=True))


def test_the_hook_offers_the_component():
    """The plug-in is found by its hook."""
    assert [item.name for item in esc_skills_corpora()] == ["sage-transcripts"]


@pytest.mark.development_data
@pytest.mark.parametrize(
    ("name", "score", "successes", "failures"),
    [
        ("gpt-4o-0808", 31.75, 7, 51),
        ("claude3.7", 54.8, 19, 24),
        ("llama3.3-70b", 33.25, 7, 47),
    ],
)
def test_the_published_table_is_found_again(read, name, score, successes, failures):
    """Mean final emotion, successes and failures of each released file equal the published ones."""
    path = DATA / f"{name}_result.jsonl"
    if not path.exists():
        pytest.skip("../shared/data is absent")
    traces = read(SageTranscripts(), path).traces
    assert len(traces) == 100
    assert mean(trace.emotion for trace in traces) == pytest.approx(score)
    assert sum(trace.ending == "success" for trace in traces) == successes
    assert sum(trace.ending == "failure" for trace in traces) == failures
    assert all(trace.emotion >= 100 for trace in traces if trace.ending == "success")
