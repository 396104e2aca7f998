"""ESConv is read with every quirk counted, and a broken file is refused at its exact place."""

from __future__ import annotations

import asyncio
import copy
import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_skills.errors import ConfigError, DataError
from esc_skills.testing import context
from esc_skills_plugins.corpora.esconv import ESConv, esc_skills_corpora

DATA = Path(__file__).resolve().parents[4] / "shared/data"
MISSING = object()


def counts(reading):
    return {finding.rule: finding.count for finding in reading.findings}


def put(row, keys, value):
    """Replace or remove the value at a path of keys."""
    holder = row
    for key in keys[:-1]:
        holder = holder[key]
    if value is MISSING:
        del holder[keys[-1]]
    else:
        holder[keys[-1]] = value
    return row


def test_a_dialogue_keeps_all_that_the_file_says(esconv_row, saved, read):
    """Words, speakers, strategies, ratings, survey, labels and licence arrive in the noun."""
    reading = read(ESConv(), saved([esconv_row]))
    dialogue = reading.dialogues[0]
    assert dialogue.id == "esconv-0000"
    assert [turn.speaker for turn in dialogue.turns] == ["seeker", "supporter"] * 2
    assert dialogue.turns[1].strategies == ("Question",)
    assert dialogue.turns[2].feedback == 5
    assert (dialogue.intensity_before, dialogue.intensity_after) == (4, 2)
    assert (dialogue.emotion, dialogue.problem) == ("anxiety", "job crisis")
    assert dialogue.situation.startswith("The bakery")
    assert dialogue.licence == reading.licence == "CC-BY-NC-4.0"
    assert len(reading.sha256) == 64
    assert {"merge", "labels", "split", "licence"} <= {name for name, _ in reading.rules}


@pytest.mark.parametrize(
    ("spelling", "strategy"),
    [
        ("Questions", "Question"),
        ("Other", "Others"),
        ("Direct Guidance", "Providing Suggestions"),
        ("Approval and Reassurance", "Affirmation and Reassurance"),
        ("Restatement", "Restatement or Paraphrasing"),
        ("Reflection of Feelings", "Reflection of feelings"),
        (" self-disclosure ", "Self-disclosure"),
    ],
)
def test_strategy_spellings_are_normalised_and_counted(esconv_row, saved, read, spelling, strategy):
    """Every spelling found in the wild becomes one of the eight, and the report says so."""
    esconv_row["dialog"][1]["annotation"]["strategy"] = spelling
    reading = read(ESConv(), saved([esconv_row]))
    assert reading.dialogues[0].turns[1].strategies == (strategy,)
    assert counts(reading)[f"strategy spelling {spelling.strip()} → {strategy}"] == 1


REQUIRED = [
    ("emotion_type",),
    ("problem_type",),
    ("situation",),
    ("dialog",),
    ("dialog", 2),
    ("dialog", 2, "speaker"),
    ("dialog", 2, "content"),
    ("dialog", 2, "annotation"),
]


WRONG = {"missing": MISSING, "null": None, "number": 7, "bool": True, "list": [[]]}
CASES = [
    pytest.param(keys, wrong, id=f"{'.'.join(map(str, keys))}-{name}")
    for keys in REQUIRED
    for name, wrong in WRONG.items()
    if (keys, name) != (("dialog", 2), "missing")
]


@pytest.mark.parametrize(("keys", "wrong"), CASES)
def test_a_wrong_field_is_refused_with_its_path(esconv_row, saved, read, keys, wrong):
    """I05: a missing, null or wrong-typed field ends with file, line and full field path."""
    rows = [copy.deepcopy(esconv_row), put(esconv_row, keys, wrong)]
    path = saved(rows)
    with pytest.raises(DataError) as caught:
        read(ESConv(), path)
    place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    assert f"dialogues[1]{place}" in caught.value.message
    assert caught.value.where.startswith(str(path))
    assert caught.value.hint
    assert caught.value.exit_code == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_place_is_read_or_refused(esconv_row, tmp_path, data):
    """I05: whatever stands in a field, the reader answers with dialogues or with a DataError."""
    places = [
        *REQUIRED,
        ("survey_score",),
        ("survey_score", "seeker"),
        ("dialog", 1, "annotation", "strategy"),
    ]
    places += [("dialog", 2, "annotation", "feedback")]
    anything = st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-3, 9)
        | st.floats(allow_nan=False)
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
        ),
        max_leaves=4,
    )
    row = put(copy.deepcopy(esconv_row), data.draw(st.sampled_from(places)), data.draw(anything))
    path = tmp_path / "any.json"
    path.write_text(json.dumps([row]), "utf-8")
    try:
        reading = asyncio.run(ESConv().read(path, context()))
    except DataError as fault:
        said = [fault.line, fault.hint]
    else:
        said = [turn.text for turn in reading.dialogues[0].turns]
    assert all(said)
    json.dumps(said, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("value", ["9", "0", "4 out of 5", "", 9, -1, 2.5, True, [3], {}])
def test_a_survey_value_that_is_no_rating_is_unknown(esconv_row, saved, read, value):
    """I10: what cannot be read as 1 to 5 becomes unknown and is counted, never a number."""
    esconv_row["survey_score"]["seeker"]["final_emotion_intensity"] = value
    esconv_row["dialog"][2]["annotation"]["feedback"] = value
    reading = read(ESConv(), saved([esconv_row]))
    assert reading.dialogues[0].intensity_after is None
    assert reading.dialogues[0].turns[2].feedback is None
    rule = "is not a number from 1 to 5 → unknown"
    assert counts(reading)[f"final emotion intensity {rule}"] == 1
    assert counts(reading)[f"feedback {rule}"] == 1


@pytest.mark.parametrize("value", ["4", "4 ", " 4", 4, 4.0])
def test_a_rating_may_be_text_or_number(esconv_row, saved, read, value):
    """I10: "4", "4 " and 4 are the same rating."""
    esconv_row["survey_score"]["seeker"]["final_emotion_intensity"] = value
    assert read(ESConv(), saved([esconv_row])).dialogues[0].intensity_after == 4


@pytest.mark.parametrize("survey", [MISSING, None, {}, {"seeker": None}, {"seeker": {}}])
def test_every_level_of_the_survey_may_be_missing(esconv_row, saved, read, survey):
    """I10: a missing survey is unknown and counted."""
    reading = read(ESConv(), saved([put(esconv_row, ["survey_score"], survey)]))
    assert reading.dialogues[0].intensity_before is None
    assert counts(reading)["initial emotion intensity missing → unknown"] == 1


def test_missing_feedback_and_strategies_are_counted(esconv_row, saved, read):
    """Dialogues nobody rated, and supporter messages without a label, are in the report."""
    esconv_row["dialog"][2]["annotation"] = {}
    esconv_row["dialog"][1]["annotation"] = {}
    found = counts(read(ESConv(), saved([esconv_row])))
    assert found["dialogue without any feedback"] == 1
    assert found["supporter message without a strategy"] == 1


def test_an_unknown_speaker_is_refused_with_the_nearest_name(esconv_row, saved, read):
    """I08: a misspelt role ends with a did-you-mean."""
    esconv_row["dialog"][0]["speaker"] = "seekr"
    with pytest.raises(DataError, match="did you mean 'seeker'"):
        read(ESConv(), saved([esconv_row]))


def test_an_unknown_strategy_is_refused_with_the_nearest_name(esconv_row, saved, read):
    """A label that is no strategy is never guessed."""
    esconv_row["dialog"][1]["annotation"]["strategy"] = "Qestion"
    with pytest.raises(
        DataError, match=r"dialog\[1\].annotation.strategy.*did you mean 'question'"
    ):
        read(ESConv(), saved([esconv_row]))


def test_unusable_dialogues_are_skipped_and_listed(esconv_row, saved, read):
    """I07: empty dialogues and monologues are left out, each kind counted with its places."""
    empty, alone = copy.deepcopy(esconv_row), copy.deepcopy(esconv_row)
    empty["dialog"] = []
    alone["dialog"] = [turn for turn in alone["dialog"] if turn["speaker"] == "seeker"]
    blank = copy.deepcopy(esconv_row)
    for turn in blank["dialog"]:
        turn["content"] = " \n"
    reading = read(ESConv(), saved([empty, esconv_row, alone, blank]))
    assert [dialogue.id for dialogue in reading.dialogues] == ["esconv-0001"]
    found = {finding.rule: finding for finding in reading.findings}
    assert found["dialogue skipped: no words"].where == ("dialogues[0]", "dialogues[3]")
    assert found["dialogue skipped: only the seeker speaks"].where == ("dialogues[2]",)


def test_nothing_usable_is_an_error(esconv_row, saved, read):
    """I07: a file without one usable dialogue is refused, not read as an empty corpus."""
    esconv_row["dialog"] = []
    with pytest.raises(DataError, match="no usable dialogue among 1 records"):
        read(ESConv(), saved([esconv_row]))


def test_blank_turns_go_and_short_talks_are_counted(esconv_row, saved, read):
    """I07: blank turns are dropped and counted; a talk of two messages stays and is counted."""
    short = copy.deepcopy(esconv_row)
    short["dialog"] = short["dialog"][:2]
    esconv_row["dialog"][2]["content"] = "\t"
    reading = read(ESConv(), saved([esconv_row, short]))
    assert [len(dialogue.turns) for dialogue in reading.dialogues] == [3, 2]
    assert counts(reading)["blank turn dropped"] == 1
    assert counts(reading)["dialogue of two messages"] == 1


def test_copies_are_reported_with_both_places(esconv_row, saved, read):
    """I06: the same dialogue twice is kept, and both positions are named."""
    other = copy.deepcopy(esconv_row)
    other["dialog"][0]["content"] = "Nobody buys bread any more."
    reading = read(ESConv(), saved([esconv_row, other, esconv_row]))
    assert len(reading.dialogues) == 3
    twice = next(item for item in reading.findings if item.rule == "same dialogue twice")
    assert twice.where == ("dialogues[0] = dialogues[2]",)


def add_adjacent(row):
    row["dialog"].insert(
        2,
        {
            "speaker": "supporter",
            "annotation": {"strategy": "Self-disclosure"},
            "content": "I once lost a shop as well.",
        },
    )
    return row


def test_adjacent_messages_stay_apart_unless_told(esconv_row, saved, read):
    """I09: by default adjacent messages are only counted, and the rule stands in the reading."""
    reading = read(ESConv(), saved([add_adjacent(esconv_row)]))
    assert len(reading.dialogues[0].turns) == 5
    assert counts(reading)["adjacent message of the same speaker kept apart"] == 1
    assert dict(reading.rules)["merge"].startswith("off")


def test_merged_messages_keep_every_strategy(esconv_row, saved, read):
    """I09: merging joins the words and keeps all labels in order."""
    reading = read(ESConv(merge=True), saved([add_adjacent(esconv_row)]))
    turn = reading.dialogues[0].turns[1]
    assert turn.text == "How long have you baked there? I once lost a shop as well."
    assert turn.strategies == ("Question", "Self-disclosure")
    assert counts(reading)["merged turn holds several strategies"] == 1
    assert dict(reading.rules)["merge"].startswith("on")


def test_a_file_cut_anywhere_is_refused_or_kept_as_far_as_it_goes(esconv_row, tmp_path):
    """I02: cut at 200 places, the reader names file and line; with skip_bad the rest is kept."""
    rows = []
    for number in range(5):
        row = copy.deepcopy(esconv_row)
        row["dialog"][0]["content"] = f"Oven number {number} is cold."
        rows.append(row)
    text = json.dumps(rows, indent=1)
    path = tmp_path / "cut.json"
    for cut in random.Random(2).sample(range(1, len(text) - 1), 200):
        path.write_text(text[:cut], "utf-8")
        with pytest.raises(DataError) as caught:
            asyncio.run(ESConv().read(path, context()))
        assert caught.value.where.rpartition(":")[2].isdigit()
        whole = text[:cut].count("\n },") + (text[:cut].endswith("\n }"))
        if whole == 0:
            continue
        kept = asyncio.run(ESConv(skip_bad=True).read(path, context()))
        assert whole - 1 <= len(kept.dialogues) <= whole
        assert counts(kept)["unusable record skipped"] == 1


def test_skip_bad_keeps_the_sound_dialogues(esconv_row, saved, read):
    """I02: a dialogue with a wrong field is left out and counted, the others are read."""
    bad = put(copy.deepcopy(esconv_row), ["dialog", 0, "content"], None)
    reading = read(ESConv(skip_bad=True), saved([esconv_row, bad, esconv_row]))
    assert [item.id for item in reading.dialogues] == ["esconv-0000", "esconv-0002"]
    skipped = next(item for item in reading.findings if item.rule == "unusable record skipped")
    assert (skipped.count, skipped.where) == (1, ("dialogues[1]",))


def many(row, number):
    """Different dialogues of two turns, as many as asked for."""
    row["dialog"] = row["dialog"][:2]
    rows = []
    for index in range(number):
        made = copy.deepcopy(row)
        made["dialog"][0]["content"] = f"Loaf {index} burnt."
        rows.append(made)
    return rows


def test_the_full_file_gets_the_official_split(esconv_row, saved, read):
    """1,300 dialogues are split as ESConv's own code does: seed 13, 195 valid, 195 test."""
    reading = read(ESConv(), saved(many(esconv_row, 1300)))
    state = random.getstate()
    random.seed(13)
    order = list(range(1300))
    random.shuffle(order)
    random.setstate(state)
    splits = [dialogue.split for dialogue in reading.dialogues]
    assert [splits[index] for index in order] == ["valid"] * 195 + ["test"] * 195 + ["train"] * 910
    assert dict(reading.rules)["split"].startswith("official")


def test_a_part_of_the_file_is_all_train(esconv_row, saved, read):
    """A smaller file is a part already: every dialogue is train, and the rule says so."""
    reading = read(ESConv(), saved(many(esconv_row, 9)))
    assert {dialogue.split for dialogue in reading.dialogues} == {"train"}
    assert dict(reading.rules)["split"] == "none: every dialogue is train"


def test_the_official_split_is_refused_for_another_file(esconv_row, saved, read):
    """The official split never silently means something else."""
    with pytest.raises(ConfigError, match="1300 dialogues, this file has 9"):
        read(ESConv(split="official"), saved(many(esconv_row, 9)))


def test_the_seeded_split_depends_on_words_and_seed_alone(esconv_row, saved, read):
    """Order does not matter, copies stay together, and another seed gives another split."""
    rows = many(esconv_row, 400)
    first = read(ESConv(split="hash", seed=1), saved([*rows, rows[0]]))
    names = {item.turns[0].text: item.split for item in first.dialogues}
    assert 0.62 < list(names.values()).count("train") / 400 < 0.78
    turned = read(ESConv(split="hash", seed=1), saved(rows[::-1]))
    assert {item.turns[0].text: item.split for item in turned.dialogues} == names
    assert "same dialogue in two splits" not in counts(first)
    other = read(ESConv(split="hash", seed=2), saved(rows))
    assert {item.turns[0].text: item.split for item in other.dialogues} != names


def test_no_path_is_refused_with_an_example(read):
    """ESConv is not bundled: without a path the message says how to give one."""
    with pytest.raises(DataError, match="esconv:PATH"):
        read(ESConv(), None)


def test_a_wrong_split_setting_is_refused():
    """Settings are checked when the component is made."""
    with pytest.raises(ValueError, match="split"):
        ESConv(split="thirds")


def test_the_hook_offers_the_component():
    """The plug-in is found by its hook."""
    assert [item.name for item in esc_skills_corpora()] == ["esconv"]


@pytest.mark.development_data
def test_the_development_file_is_read_whole_and_fast(read):
    """All 177 dialogues and 5,207 messages arrive, in well under a second, the same every time."""
    path = DATA / "esconv.json"
    if not path.exists():
        pytest.skip("../shared/data is absent")
    began = time.perf_counter()
    reading = read(ESConv(), path)
    assert time.perf_counter() - began < 2
    assert len(reading.dialogues) == 177
    assert sum(len(item.turns) for item in reading.dialogues) == 5207
    assert counts(reading)["strategy spelling Questions → Question"] == 32
    assert reading == read(ESConv(), path)
