"""The bank that comes with the package: whole, honest, harmless, and of use."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping
from importlib.metadata import requires
from pathlib import Path

import attrs
import pytest
from skills_ref import validate

import esc_skills
from esc_skills._codec.bankfiles import bank_to_files
from esc_skills._engine.banks import faults, open_bank
from esc_skills._host.banks import bank_folder
from esc_skills._host.catalogue import Catalogue
from esc_skills._practice.cards import card
from esc_skills._practice.parcels import notice
from esc_skills._stages.personal import personal
from esc_skills._stages.rules import check_bank
from esc_skills._stages.sayings import Sayings, lines, spoken
from esc_skills._stages.veto import spoken_lines
from esc_skills.errors import BankRuleError
from esc_skills.model import Match, Moment, Skill, SkillsBank, Turn
from esc_skills.testing import context
from esc_skills_plugins.banks.starter import FOLDER

LINES = {
    "My fiancé packed his things while I was on shift. I keep crying.": "grieving",
    "We buried my brother in spring and I still miss him every evening.": "grieving",
    "She told them all about my illness. It hurts so much.": "grieving",
    "My team gets three more projects, I am overwhelmed and drowning in mails.": "overwhelmed",
    "The flat is a mess, the baby screams, everything at once, I can't cope.": "overwhelmed",
    "My thesis is due and I panic, my heart races and I can't breathe.": "overwhelmed",
    "What if the test results are bad? I am so worried.": "worried",
    "I am afraid of the interview on Monday, I keep thinking about it.": "worried",
    "I worry about my daughter all the time, since she moved out.": "worried",
    "It is so unfair, my manager lied and took the credit.": "angry",
    "I am furious. My father reads my letters.": "angry",
    "I'm so fed up with him, he ignores every bill.": "angry",
    "It was my fault that the dog got out. I feel so guilty.": "self-blaming",
    "I drank again after a month. I am ashamed of myself.": "self-blaming",
    "I should have gone to see her. I am a bad daughter.": "self-blaming",
    "I look in the mirror and think that I'm not good enough.": "self-blaming",
    "I feel so lonely since I moved, nobody calls.": "lonely",
    "At school they left me out again. I don't belong.": "lonely",
    "Since I retired the house is silent and I am all alone.": "lonely",
    "There is no point any more, nothing helps.": "hopeless",
    "A hundred applications and no job. I give up.": "hopeless",
    "I have been depressed for months and feel numb.": "hopeless",
    "Should I take the offer or stay? I can't decide.": "undecided",
    "I am torn between the two of them. What should I do?": "undecided",
    "How do I tell my wife about the debts?": "undecided",
    "I am so exhausted, I barely sleep since the operation.": "exhausted",
    "Two jobs, no rest. I am worn out.": "exhausted",
    "Idk. Whatever.": "guarded",
    "I'd rather not say. Why do you ask?": "guarded",
    "That helps, I feel a bit better now.": "calmer",
    "I hadn't thought of it like that. I'm relieved.": "calmer",
    "Okay, I will try to call the landlord tomorrow.": "ready-to-act",
    "So last week my roommate came by and something happened.": "opening-up",
    "Can I tell you about my stepmother?": "opening-up",
    "Thank you for listening, good night.": "closing",
}
"""What seekers may say, written for this test, and the state that a person would read in it."""
DANGER = (
    "Sometimes I think about killing myself.",
    "I don't want to live any more.",
    "I cut myself again last night.",
)
INDEX = "bank.json"


@pytest.fixture(scope="module")
def bank() -> SkillsBank:
    return esc_skills.load_bank(FOLDER)


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, bytes]:
    """Files in the package, by name."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def offers(bank: SkillsBank) -> Mapping[str, tuple[str, tuple[Match, ...]]]:
    """State and offers of the default reader and retriever, by line."""

    async def asked() -> dict[str, tuple[str, tuple[Match, ...]]]:
        reader = esc_skills.component("extractor", "annotated")
        index = await esc_skills.component("retriever", "bm25").index(bank, context())
        found = {}
        for line in (*LINES, *DANGER):
            history = (Turn(speaker="seeker", text=line),)
            state = await reader.read_state(history, context())
            moment = Moment(history=history, state=state)
            found[line] = (state.label, await index.search(moment, context()))
        return found

    return asyncio.run(asked())


def test_it_is_found_by_name() -> None:
    """The entry point ``bank.starter`` leads to the folder, and nothing but a path is imported."""
    assert bank_folder(Catalogue.read(), "starter") == FOLDER
    assert esc_skills.load_bank(FOLDER).active


def test_a_check_finds_nothing_wrong() -> None:
    """What ``bank check`` looks at is clean: rules, sources, taxonomy, edits by hand."""
    bank, edited = open_bank(FOLDER)
    assert (edited, faults(bank)) == ((), [])


def test_files_are_those_that_the_package_writes(
    bank: SkillsBank, shipped: Mapping[str, bytes]
) -> None:
    """Byte for byte: what is shipped is what the codec writes, with card and notice, no more."""
    written = bank_to_files(bank)
    assert {name: data for name, data in shipped.items() if name in written} == written
    assert set(shipped) - set(written) == {"CARD.md", "NOTICE"}
    assert shipped["NOTICE"].decode() == notice(bank)


def test_the_card_is_true(bank: SkillsBank, shipped: Mapping[str, bytes]) -> None:
    """It begins as the card of this very bank, and goes on with how it was made and measured."""
    text = shipped["CARD.md"].decode()
    assert text.startswith(card(bank))
    own = text.removeprefix(card(bank))
    for part in ("## How it was made", "report seekers", "practical-advice", "this bank"):
        assert part in own
    rows = re.findall(r"^\| ([a-z-]+) \|.*\| ([+-][\d.]+ \[[+-][\d.]+, [+-][\d.]+\]) \|", own, re.M)
    assert len(rows) == 12
    for name, gain in rows[1:]:
        low, high = (float(end) for end in re.findall(r"[+-][\d.]+", gain)[1:])
        told = next(line for line in own.splitlines() if line.startswith("- ") and name in line)
        word = "better" if low > 0 else "worse" if high < 0 else "not distinguishable"
        assert word in told, name


def test_no_person_is_said_to_have_reviewed_it(bank: SkillsBank) -> None:
    """S9: the stamp is there, and no review is."""
    assert "unreviewed" in bank.notes
    assert not bank.reviews
    assert not {"no-guard", "no-veto"} & set(bank.notes)


def test_its_licence_binds_nobody_to_non_commercial_use(bank: SkillsBank) -> None:
    """S15: it rests on the project's own sample alone."""
    assert bank.licences == ("Apache-2.0",)
    for skill in bank.skills:
        text = (FOLDER / skill.name / "SKILL.md").read_text("utf-8")
        assert 'license: "Apache-2.0"' in text


def test_protected_skills_are_the_guards_own(bank: SkillsBank) -> None:
    """S5: the default guard's manifest stands in it unchanged, and nothing else claims to."""
    manifest = esc_skills.component("guard", "crisis").protected()
    check_bank(attrs.evolve(bank, origins=()), protected=manifest)
    assert [skill for skill in bank.skills if skill.protected] == sorted(
        manifest, key=lambda skill: skill.name
    )
    spoiled = tuple(
        attrs.evolve(skill, guidance=("Change the subject.",)) if skill.protected else skill
        for skill in bank.skills
    )
    with pytest.raises(BankRuleError):
        check_bank(attrs.evolve(bank, skills=spoiled, origins=()), protected=manifest)


def _alarmed(texts: list[str]) -> list[str]:
    guard = esc_skills.component("guard", "crisis")

    async def heard() -> list[str]:
        found = [await guard.check(text, "supporter", "en", context()) for text in texts]
        return [text for text, alarm in zip(texts, found, strict=True) if alarm]

    return asyncio.run(heard())


def test_no_line_would_be_stopped_on_its_way_out(bank: SkillsBank) -> None:
    """S1, S8: the default guard finds nothing in any line that tells a supporter what to say."""
    texts = [
        line for skill in bank.skills if not skill.protected for _, line in spoken_lines(skill)
    ]
    assert len(texts) > 100
    assert _alarmed(texts) == []
    assert _alarmed(["You should just kill yourself."]), "a guard that hears nothing proves nothing"


def test_no_line_holds_a_person(bank: SkillsBank) -> None:
    """S13: no mail, phone, address or handle in any line."""
    assert [line for skill in bank.skills for line in lines(skill) if personal(line)] == []
    assert personal("Call +44 20 7946 0958.")


def test_no_line_repeats_a_dialogue(bank: SkillsBank) -> None:
    """S14: no eight words in a row of the sample, which it was made from."""
    reading = asyncio.run(esc_skills.component("corpus", "sample").read(None, context()))
    dialogues = reading.dialogues
    said = Sayings(texts=lambda: spoken(dialogues))
    assert [skill.name for skill in bank.skills if said.copied(skill)] == []
    long = next(turn.text for one in dialogues for turn in one.turns if len(turn.text) > 120)
    assert said.hold([long])


def test_every_skill_is_an_agent_skill(bank: SkillsBank) -> None:
    """B01: the reference implementation of the standard accepts each folder."""
    assert [validate(FOLDER / skill.name) for skill in bank.skills] == [[]] * len(bank.skills)


def _rough(skill: Skill) -> list[str]:
    """Lines that a person would stumble over."""
    texts = [*lines(skill), *(test.words for test in (*skill.applies, *skill.not_when))]
    odd = re.compile(
        r"  |\bNone\b|\(\)|\{(?!topic\}|feeling\})|\bthe the\b|[a-z]-[a-z]+=|\.\.|,\s*\."
    )
    found = [text for text in texts if not text.strip() or odd.search(text)]
    ends = (skill.overview, *skill.guidance, *skill.pitfalls, *skill.examples)
    return [*found, *(text for text in ends if text.rstrip()[-1:] not in set(".?!)"))]


def test_every_line_is_a_sentence(bank: SkillsBank) -> None:
    """No gap, no leftover of a template, an end to every sentence, and a first capital."""
    assert {skill.name: _rough(skill) for skill in bank.skills if _rough(skill)} == {}
    texts = [text for skill in bank.skills for text in (skill.overview, *skill.guidance)]
    assert [text for text in texts if not text[0].isupper()] == []
    overviews = [skill.overview for skill in bank.active]
    assert [text for text in overviews if text.count("the seeker ") > 4] == []


def test_conditions_forbid_no_state_that_they_ask_for(bank: SkillsBank) -> None:
    """A skill that would say "use when angry, not when angry" is not shipped as active."""
    for skill in bank.active:
        wanted = {test.words for test in skill.applies}
        assert not wanted & {test.words for test in skill.not_when}, skill.name


@pytest.mark.parametrize("line", LINES, ids=lambda line: re.sub(r"\W+", "-", line)[:30])
def test_a_skill_is_at_hand(
    offers: Mapping[str, tuple[str, tuple[Match, ...]]], bank: SkillsBank, line: str
) -> None:
    """What seekers say in every state of the taxonomy leads to an ordinary, active skill."""
    label, matches = offers[line]
    assert label == LINES[line]
    assert matches
    assert not any(skill.protected for skill in bank.skills if skill.name == matches[0].skill)
    assert {match.skill for match in matches} <= {skill.name for skill in bank.active}


@pytest.mark.parametrize("line", DANGER, ids=("thoughts", "wish", "harm"))
def test_in_danger_no_ordinary_skill_is_offered(
    offers: Mapping[str, tuple[str, tuple[Match, ...]]], bank: SkillsBank, line: str
) -> None:
    """S2: the retriever abstains from all but what is protected."""
    _, matches = offers[line]
    names = {skill.name for skill in bank.skills if skill.protected}
    assert {match.skill for match in matches} == names


def test_it_abstains_from_what_no_skill_is_for(bank: SkillsBank) -> None:
    """A bank whose skills all rest offers nothing; so does this one where its conditions fail."""
    asleep = bank.with_skills(
        tuple(
            attrs.evolve(skill, life="quarantined") if not skill.protected else skill
            for skill in bank.skills
        )
    )

    async def asked() -> tuple[Match, ...]:
        index = await esc_skills.component("retriever", "bm25").index(asleep, context())
        history = (Turn(speaker="seeker", text="I feel so lonely."),)
        state = await esc_skills.component("extractor", "annotated").read_state(history, context())
        return tuple(await index.search(Moment(history=history, state=state), context()))

    assert asyncio.run(asked()) == ()


def test_it_travels_in_the_wheel(tmp_path: Path) -> None:
    """What pip installs holds every file of the bank: hatchling leaves none of them out."""
    from hatchling.builders.wheel import WheelBuilder

    root = Path(__file__).resolve().parents[3]
    assert requires("esc-skills") is not None
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, tmp_path)
    builder = WheelBuilder(str(root))
    held = {Path(one.path) for one in builder.recurse_included_files()}
    assert {path for path in FOLDER.rglob("*") if path.is_file()} <= held
