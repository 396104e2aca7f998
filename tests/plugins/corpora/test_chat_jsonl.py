"""Chat lines of any origin become dialogues; unknown roles and unstated licences are not hidden."""

from __future__ import annotations

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins.corpora.chat_jsonl import ChatJsonl, esc_skills_corpora

LINE = {
    "messages": [
        {"role": "user", "content": "The cat has gone."},
        {"role": "assistant", "content": "Since when?", "strategy": "Question"},
        {"role": "user", "content": "Since Sunday.", "feedback": 4},
    ]
}


def counts(reading):
    return {finding.rule: finding.count for finding in reading.findings}


def named(seeker, supporter):
    return {
        "messages": [
            {"role": seeker, "content": f"I am the {seeker}."},
            {"role": supporter, "content": f"I am the {supporter}."},
        ]
    }


def test_messages_are_enough(saved, read):
    """Only messages must be there; the line number makes the id, what is unknown stays unknown."""
    dialogue = read(ChatJsonl(), saved([LINE], lines=True)).dialogues[0]
    assert dialogue.id == "chat-jsonl-0001"
    assert dialogue.turns[1].strategies == ("Question",)
    assert dialogue.turns[2].feedback == 4
    assert (dialogue.emotion, dialogue.intensity_before) == ("", None)


def test_all_facts_arrive(saved, read):
    """Optional fields fill the noun; a stated split goes before the rule."""
    line = LINE | {
        "id": 12,
        "emotion": "sadness",
        "problem": "grief",
        "situation": "cat",
        "intensity_before": 5,
        "intensity_after": "3",
        "split": "test",
    }
    line["messages"] = [
        *LINE["messages"],
        {"role": "helper", "content": "Oh.", "strategy": ["Others", "Questions"]},
    ]
    dialogue = read(ChatJsonl(), saved([line], lines=True)).dialogues[0]
    assert (dialogue.id, dialogue.split) == ("12", "test")
    assert (dialogue.intensity_before, dialogue.intensity_after) == (5, 3)
    assert dialogue.turns[-1].strategies == ("Others", "Question")


@pytest.mark.parametrize(
    ("seeker", "supporter"),
    [
        ("user", "assistant"),
        ("seeker", "supporter"),
        ("client", "therapist"),
        ("Patient", "COUNSELLOR"),
        ("speaker", "listener"),
    ],
)
def test_role_names_of_many_data_sets_are_known(saved, read, seeker, supporter):
    """I08: the usual role names are mapped, whatever their case."""
    dialogue = read(ChatJsonl(), saved([named(seeker, supporter)], lines=True)).dialogues[0]
    assert [turn.speaker for turn in dialogue.turns] == ["seeker", "supporter"]


def test_an_unknown_role_is_refused_with_line_and_path(saved, read):
    """I08: a role nobody knows ends with file:line, field path and the nearest name."""
    path = saved([LINE, named("user", "asistant")], lines=True)
    with pytest.raises(DataError) as caught:
        read(ChatJsonl(), path)
    assert caught.value.where == f"{path}:2"
    assert "messages[1].role" in caught.value.message
    assert "did you mean 'assistant'?" in caught.value.hint


def test_system_messages_are_left_out(saved, read):
    """A system prompt is nobody's words."""
    line = {"messages": [{"role": "system", "content": "Be kind."}, *LINE["messages"]]}
    reading = read(ChatJsonl(), saved([line], lines=True))
    assert len(reading.dialogues[0].turns) == 3
    assert counts(reading)["system message left out"] == 1


def test_an_unstated_licence_is_tagged_and_reported(saved, read):
    """I19: data without a licence says so in every dialogue, and in the report."""
    reading = read(ChatJsonl(), saved([LINE], lines=True))
    assert reading.licence == reading.dialogues[0].licence == "unstated"
    assert counts(reading)["licence not stated: set licence for this corpus"] == 1
    stated = read(ChatJsonl(licence="CC-BY-4.0"), saved([LINE], lines=True))
    assert stated.dialogues[0].licence == "CC-BY-4.0"
    assert not stated.findings or "licence not stated" not in stated.findings[0].rule


def test_a_bad_line_is_named_and_can_be_skipped(tmp_path, read):
    """I02: line 812 is bad: the message says so; with skip_bad the other 899 are read."""
    import json

    lines = [json.dumps(LINE | {"id": f"n{number}"}) for number in range(1, 901)]
    lines[811] = lines[811][:-7]
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(DataError) as caught:
        read(ChatJsonl(), path)
    assert caught.value.where.endswith(":812")
    reading = read(ChatJsonl(skip_bad=True), path)
    assert len(reading.dialogues) == 899
    assert counts(reading)["unusable record skipped"] == 1


def test_equal_ids_are_refused_with_both_places(saved, read):
    """I06: two dialogues of one id end the reading; both lines are named."""
    twice = [LINE | {"id": "a"}, LINE | {"id": "b"}, LINE | {"id": "a"}]
    with pytest.raises(DataError) as caught:
        read(ChatJsonl(), saved(twice, lines=True))
    assert caught.value.where.endswith(":3")
    assert "line 1" in caught.value.message


def test_unknown_fields_are_counted_not_hidden(saved, read):
    """A field the format does not know is ignored, and the report names it."""
    reading = read(ChatJsonl(), saved([LINE | {"mood": "blue"}], lines=True))
    assert counts(reading)["unknown field mood ignored"] == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"messages": None}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "messages[0].content"),
        ({"id": ""}, "id"),
        ({"id": True}, "id"),
        ({"emotion": 3}, "emotion"),
        ({"split": "dev"}, "split"),
    ],
)
def test_a_wrong_field_is_refused_with_its_path(saved, read, change, path):
    """I05: each wrong field is named by its path in the line."""
    with pytest.raises(DataError, match=r"^error") as caught:
        read(ChatJsonl(), saved([LINE | change], lines=True))
    assert caught.value.message.startswith(f"{path} ")


def test_the_hook_offers_the_component():
    """The plug-in is found by its hook."""
    assert [item.name for item in esc_skills_corpora()] == ["chat-jsonl"]
