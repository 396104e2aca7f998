"""A skill as SKILL.md: written for people, edited by people, loaded without loss."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from skills_ref import validate
from skills_ref.parser import parse_frontmatter

from esc_skills._codec.frontmatter import read_matter, split
from esc_skills._codec.skillmd import DESCRIPTION_LIMIT, read_skill, write_skill
from esc_skills.errors import DataError
from esc_skills.model import Condition, Effect, ExpectedOutcome, Risk, Skill, content_hash
from esc_skills.testing.strategies import skills

SKILL = Skill(
    name="stay-with-grief",
    overview="Stay with the loss before anything else.\n\nPeople who grieve want company first.",
    applies=(
        Condition(states=("grieving",), intensity_min=40, words="Somebody has died."),
        Condition(scenarios=("grief",)),
    ),
    not_when=(Condition(emotions=("anger",), words="The seeker is angry at you."),),
    actions=("reflect-feeling", "ask-open-question"),
    guidance=("Say what you heard.", "Ask what they miss most.", "Wait."),
    expected=ExpectedOutcome(changes=("relief",), least_gain=2),
    risks=(
        Risk(
            trigger="They feel pushed.",
            severity="high",
            instead="Go back to listening.",
            when=Condition(intensity_min=80, words="Very upset."),
        ),
        Risk(trigger="Silence."),
    ),
    pitfalls=("Praising too soon.",),
    examples=("That sounds like a hole in every day.",),
    evidence=("iu-0123456789ab", "human:ana"),
    effects=(Effect(group="all", value=1.25, n=12, low=0.5, high=2.0),),
    revision=3,
)


def edited(old: str, new: str) -> Skill:
    text = write_skill(SKILL)
    assert old in text
    return read_skill(text.replace(old, new), "SKILL.md")


def refused(old: str, new: str) -> DataError:
    with pytest.raises(DataError) as caught:
        edited(old, new)
    return caught.value


@given(skills())
def test_every_skill_survives(skill: Skill) -> None:
    """Lossless for any skill: equal noun, equal content hash, equal bytes when written again."""
    text = write_skill(skill, licence="CC-BY-NC-4.0")
    back = read_skill(text, "SKILL.md")
    assert back == skill
    assert content_hash(back) == content_hash(skill)
    assert write_skill(back, licence="CC-BY-NC-4.0") == text


@given(skills())
def test_the_standards_own_reader_agrees(skill: Skill) -> None:
    """The reference reader of Agent Skills sees the front matter that we see."""
    text = write_skill(skill)
    seen, _ = parse_frontmatter(text)
    lines, _, _ = split(text, "x")
    assert seen == read_matter(lines, "x")
    assert 0 < len(seen["description"]) <= DESCRIPTION_LIMIT


def test_the_standards_own_check_passes(tmp_path: Path) -> None:
    """``agentskills validate`` finds nothing to say."""
    folder = tmp_path / SKILL.name
    folder.mkdir()
    (folder / "SKILL.md").write_text(write_skill(SKILL, licence="CC-BY-NC-4.0"), "utf-8")
    assert validate(folder) == []


def test_a_person_can_read_it() -> None:
    """Ordinary words stand in the body as they are, under the fixed headings."""
    body = write_skill(SKILL).split("---\n", 2)[2]
    for line in (
        "# Stay with grief",
        "## When to use",
        "- Somebody has died.",
        "- *(scenario grief)*",
        "2. Ask what they miss most.",
        "  - Instead: Go back to listening.",
        "  - When: Very upset.",
        "*(relief; emotion +2 or better; see metadata)*",
    ):
        assert line in body.splitlines()


def test_a_long_overview_gives_a_description_within_the_standard() -> None:
    """The description is one line of at most 1,024 characters."""
    skill = Skill(name="a", overview="word\n" * 900, guidance=("b",))
    text = write_skill(skill)
    assert len(parse_frontmatter(text)[0]["description"]) == DESCRIPTION_LIMIT
    assert read_skill(text, "x") == skill


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("2. Ask what", "2. Gently ask what", "guidance", "Gently ask what they miss most."),
        ("3. Wait.", "3. Wait.\n4. - then\n   go on", "guidance", "- then\ngo on"),
        ("3. Wait.", "3) Wait. ", "guidance", "Wait."),
        ("- Praising too soon.", "* Joking.\n* Sighing.", "pitfalls", "Sighing."),
        ("before anything else.", "first.", "overview", "Stay with the loss first."),
        ("- Somebody has died.", "- Someone died.", "applies", "Someone died."),
        ("- *(scenario grief)*", "- It is about a loss.", "applies", "It is about a loss."),
        ("They feel pushed.", "They pull back.", "risks", "They pull back."),
        ("Go back to listening.", "Be still.", "risks", "Be still."),
    ],
)
def test_a_hand_edit_survives(old: str, new: str, field: str, value: str) -> None:
    """What a person changes in the body is what is loaded; the rest stays."""
    found = edited(old, new)
    assert value in str(getattr(found, field)).replace("\\n", "\n")
    rest = [name for name in ("name", "actions", "expected", "evidence") if name != field]
    assert all(getattr(found, name) == getattr(SKILL, name) for name in rest)


def test_an_edit_of_the_front_matter_survives() -> None:
    """Structure is edited in the front matter."""
    assert edited("life: active", "life: quarantined").life == "quarantined"
    assert edited('"intensity_min":40', '"intensity_min":55').applies[0].intensity_min == 55


def test_windows_line_ends_and_a_mark_change_nothing() -> None:
    """I03: an editor on Windows may save the file."""
    text = "\ufeff" + write_skill(SKILL).replace("\n", "\r\n")
    assert read_skill(text, "x") == SKILL


def test_a_skill_written_by_hand_is_a_candidate() -> None:
    """The least a person must write: name, description, overview, one step."""
    text = "---\nname: no\ndescription: x\n---\n## Overview\nBe kind.\n## Guidance\n1. Listen.\n"
    found = read_skill(text, "x")
    assert (found.name, found.life, found.guidance) == ("no", "candidate", ("Listen.",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- Somebody has died.\n", "", "1 items under 'When to use', but 2 objects"),
        ("- Silence.", "- Silence.\n- Noise.", "3 items under 'Risks', but 2 objects"),
        ("## Pitfalls", "## Pitfall", "did you mean 'Pitfalls'"),
        ("  - Instead: Go", "  - Insted: Go", "one `- Instead:`"),
        ("- Silence.", "- Silence.\n  - When: x", "needs a `when`"),
        ("description:", "descripton:", "did you mean 'description'"),
        ("life: active", "live: active", "did you mean 'life'"),
        ("life: active", "life: asleep", "expected one of 'candidate'"),
        ('revision: "3"', "revision: x", "expected a whole number"),
        ('protected: "false"', "protected: maybe", "expected true or false"),
        ('[{"states"', '[{"sates"', "unknown key 'sates'"),
        ('[{"states"', '{"states"', "not JSON"),
        ("name: stay-with-grief", "name: Stay", "lower-case words"),
        ("1. Say what you heard.\n2. Ask what they miss most.\n3. Wait.\n", "", "guidance must"),
    ],
)
def test_a_wrong_edit_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    """B07, I05: a slip in a hand edit names file and reason, and loses nothing silently."""
    found = refused(old, new)
    assert said in found.line
    assert found.where.startswith("SKILL.md")
    assert found.hint


def test_a_newer_schema_names_its_version() -> None:
    """B17: a skill of a later version is not half understood."""
    assert "Skill of schema 2" in refused('schema: "1"', 'schema: "2"').message


def test_lone_surrogates_are_refused_in_a_bank() -> None:
    """I04: a bank's words are its identity, so they are never replaced in silence."""
    with pytest.raises(DataError, match="lone surrogate"):
        write_skill(Skill(name="a", overview="b\ud800", guidance=("c",)))
