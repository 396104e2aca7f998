"""SAGE's seekers are read as they stand and dealt out so that the three sets never mix."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import attrs
import pytest

from esc_skills.errors import ConfigError, DataError
from esc_skills.testing import context
from esc_skills_plugins.corpora.sage_transcripts import SageTranscripts
from esc_skills_plugins.profiles.sage import SageProfiles, esc_skills_profiles

DATA = Path(__file__).resolve().parents[4] / "shared/data/sage"
TASKS = (
    "辩证地看",
    "要建议",
    "其他人物的想法",
    "自我反思",
    "夸奖我",
    "用心倾听",
    "共情",
    "我没有错",
)
TYPES = ("负面型", "被动型", "回避型")


def line(number):
    return {
        "id": f"p{number:03d}",
        "player": "面包师",
        "scene": "面包店要关门",
        "main_cha": TYPES[number % 3],
        "cha_group": ["安静"],
        "task": TASKS[number % 8],
        "first_talk": "店要关了。",
    }


@pytest.fixture
def written(tmp_path):
    def write(lines):
        path = tmp_path / "profiles.jsonl"
        path.write_text("\n".join(json.dumps(item) for item in lines), "utf-8")
        return str(path)

    return write


def profiles(**settings):
    return asyncio.run(SageProfiles(**settings).profiles(context()))


def test_a_line_becomes_a_seeker(written):
    """Persona, scene, type, intention, opening, language and start emotion come from the line."""
    found = profiles(path=written([line(number) for number in range(24)]))
    assert [item.id for item in found] == [f"p{number:03d}" for number in range(24)]
    assert (found[1].persona_type, found[1].intention) == ("passive", "practical-advice")
    assert (found[1].language, found[1].start_emotion) == ("zh", 40)
    assert len({(item.persona_type, item.intention) for item in found}) == 24


def test_the_deal_keeps_shares_inside_every_type(written):
    """Of 240 seekers each purpose gets its share, over all and inside each persona type."""
    found = profiles(path=written([line(number) for number in range(240)]))
    assert Counter(item.purpose for item in found) == {"report": 96, "refine": 72, "verify": 72}
    for kind in ("negative", "passive", "avoidant"):
        dealt = Counter(item.purpose for item in found if item.persona_type == kind)
        assert abs(dealt["report"] - 32) <= 1
        assert abs(dealt["refine"] - 24) <= 1


def test_the_deal_depends_on_ids_and_seed_alone(written):
    """The order of lines changes nothing; another seed deals anew."""
    lines = [line(number) for number in range(48)]
    first = {item.id: item.purpose for item in profiles(path=written(lines))}
    assert {item.id: item.purpose for item in profiles(path=written(lines[::-1]))} == first
    assert {item.id: item.purpose for item in profiles(path=written(lines), seed=14)} != first


def test_shares_can_be_set(written):
    """Everything may go to the report; shares beyond the whole are refused."""
    path = written([line(number) for number in range(8)])
    assert {item.purpose for item in profiles(path=path, refine=0, verify=0)} == {"report"}
    assert {item.purpose for item in profiles(path=path, refine=0.5, verify=0.5)} == {
        "refine",
        "verify",
    }
    with pytest.raises(ValueError, match="more than all"):
        SageProfiles(refine=0.7, verify=0.7)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"task": "?"}, "task"),
        ({"main_cha": "乐观型"}, "main_cha"),
        ({"first_talk": " "}, "first_talk"),
        ({"scene": None}, "scene"),
    ],
)
def test_a_wrong_field_is_refused_with_its_path(written, change, path):
    """I05: an unknown type or intention is refused at its line, never guessed."""
    with pytest.raises(DataError) as caught:
        profiles(path=written([line(0), line(1) | change]))
    assert caught.value.message.startswith(f"{path} ")
    assert caught.value.where.endswith(":2")


def test_equal_ids_are_refused(written):
    """I06: ids must be unique, as arms are paired by them."""
    with pytest.raises(DataError, match="p000"):
        profiles(path=written([line(0), line(1), line(0)]))


def test_no_path_is_refused_with_an_example():
    """The file is not bundled; the message shows how to name it."""
    with pytest.raises(ConfigError, match=r"profiles\.jsonl"):
        profiles()


def test_the_hook_offers_the_component():
    """The plug-in is found by its hook."""
    assert [item.name for item in esc_skills_profiles()] == ["sage"]


@pytest.mark.development_data
def test_the_released_seekers_equal_those_of_the_transcripts():
    """All 100 are read, 30/30/40, and are the very seekers that the transcripts name."""
    if not DATA.exists():
        pytest.skip("../shared/data is absent")
    found = profiles(path=str(DATA / "profiles.jsonl"))
    assert Counter(item.purpose for item in found) == {"report": 40, "refine": 30, "verify": 30}
    reading = asyncio.run(SageTranscripts().read(DATA / "claude3.7_result.jsonl", context()))
    played = {trace.id: trace.profile for trace in reading.traces}
    assert all(attrs.evolve(item, purpose="report") == played[item.id] for item in found)
