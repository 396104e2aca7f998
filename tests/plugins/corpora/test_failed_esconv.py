"""FailedESConv is ESConv's schema with other role names, older labels and thinner surveys."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills_plugins.corpora.failed_esconv import FailedESConv, esc_skills_corpora

DATA = Path(__file__).resolve().parents[4] / "shared/data"


def counts(reading):
    return {finding.rule: finding.count for finding in reading.findings}


def test_speaker_and_listener_are_mapped_and_counted(esconv_row, saved, read):
    """I08: ``speaker`` is the seeker, ``listener`` the supporter, and each mapping is counted."""
    names = {"seeker": "speaker", "supporter": "listener"}
    for message in esconv_row["dialog"]:
        message["speaker"] = names[message["speaker"]]
    reading = read(FailedESConv(), saved([esconv_row]))
    turns = reading.dialogues[0].turns
    assert [turn.speaker for turn in turns] == ["seeker", "supporter"] * 2
    assert counts(reading)["role speaker → seeker"] == 2
    assert counts(reading)["role listener → supporter"] == 2
    assert reading.dialogues[0].id == "failed-esconv-0000"
    assert reading.licence == "CC-BY-NC-4.0"


def test_there_is_no_official_split(esconv_row, saved, read):
    """The official split is ESConv's alone; failed dialogues are train."""
    reading = read(FailedESConv(), saved([esconv_row]))
    assert reading.dialogues[0].split == "train"


def test_the_hook_offers_the_component():
    """The plug-in is found by its hook."""
    assert [item.name for item in esc_skills_corpora()] == ["failed-esconv"]


@pytest.mark.development_data
def test_the_development_file_shows_every_quirk(read):
    """Two dialogues of two messages, 36 surveys without an end, twelve spellings made eight."""
    path = DATA / "failed_esconv.json"
    if not path.exists():
        pytest.skip("../shared/data is absent")
    reading = read(FailedESConv(), path)
    found = counts(reading)
    assert len(reading.dialogues) == 130
    assert found["dialogue of two messages"] == 2
    assert found["final emotion intensity missing → unknown"] == 36
    assert found["strategy spelling Direct Guidance → Providing Suggestions"] == 6
    used = {name for item in reading.dialogues for turn in item.turns for name in turn.strategies}
    assert len(used) == 8
