"""The card of a bank."""

from __future__ import annotations

from pathlib import Path

import attrs

from esc_skills._engine.banks import load_bank
from esc_skills._practice.cards import UNMEASURED, card, duties
from esc_skills.model import Effect, Review, Risk, Skill, SkillsBank, content_hash

EFFECT = Effect(group="intention=praise", value=1.25, n=40, low=0.5, high=2.0, basis="randomised")
SKILL = Skill(
    name="a",
    overview="Helps | a *lot*\n# and <b>more</b> at http://x.",
    guidance=("Wait.",),
    risks=(Risk(trigger="It hurts.", severity="high", instead="Stop."),),
    evidence=("iu-1", "arm/seeker/0", "human:Mira"),
    effects=(EFFECT,),
)
BANK = SkillsBank(skills=(SKILL,), sources=("f1", "f2"), notes=("unreviewed",))


def test_it_says_what_is_known() -> None:
    """Purpose, review, sources, skills, effects with intervals and how they were found, risks."""
    text = card(BANK)
    assert "Not for clinical use, and not a crisis service" in text
    assert "- reviewed by no person" in text
    assert "- stamps: unreviewed" in text
    assert "- 2 dialogues" in text
    assert "- 1 units of dialogues and 1 conversations that lines rest on" in text
    assert "| a | intention=praise | +1.25 [0.50, 2.00] | 40 | randomised |" in text
    assert "| a | high | It hurts. | Stop. |" in text


def test_what_was_not_measured_is_said() -> None:
    """Each thing that a reader would ask for; a note of the bank answers one."""
    assert all(f"- {topic}: not measured" in card(BANK) for topic in UNMEASURED)
    bare = attrs.evolve(BANK, skills=(attrs.evolve(SKILL, effects=(), risks=()),))
    assert "## Measured effects\n\nnot measured" in card(bare)
    assert "## Risks\n\nnone is stated" in card(bare)
    told = attrs.evolve(BANK, notes=(f"measured {UNMEASURED[0]}: en 97 %", "measured heat: 3"))
    assert f"- {UNMEASURED[0]}: en 97 %" in card(told)
    assert "- heat: 3" in card(told)


def test_a_yes_counts_for_the_words_it_was_given() -> None:
    """S9, B15: by whom; a yes to other words is none."""
    yes = Review(skill="a", content=content_hash(SKILL), by="human:Mira")
    assert "- Mira said yes to 1 skills" in card(attrs.evolve(BANK, reviews=(yes,)))
    old = attrs.evolve(yes, content="0" * 64)
    assert "- reviewed by no person" in card(attrs.evolve(BANK, reviews=(old,)))


def test_duties_follow_the_licences() -> None:
    """S15: non-commercial sources are named as such; without a licence nobody is let off."""
    told = duties(attrs.evolve(BANK, licences=("Apache-2.0", "CC-BY-NC-4.0")))
    assert [line for line in told if "non-commercial" in line] == [
        "CC-BY-NC-4.0: for non-commercial use only, with the authors of the dialogues named"
    ]
    assert duties(BANK)[0].startswith("no licence is stated")


def test_text_of_a_skill_is_no_markdown() -> None:
    """O06: bars, stars, headings, tags and links of a skill are shown as they are."""
    (row,) = [line for line in card(BANK).splitlines() if line.startswith("| a | active")]
    assert row.endswith(r"| Helps \| a \*lot\* \# and \<b\>more\</b\> at http\://x. |")


def test_a_bank_in_a_run_tells_of_the_run(small_run: Path) -> None:
    """Scores of all arms with intervals, what the difference allows to say, and its health."""
    text = card(load_bank(small_run), at=small_run)
    assert "| sage | emotion | evolved |" in text
    assert any(f"| {word} |" in text for word in ("better", "worse", "not distinguishable"))
    assert "## Health in its run" in text
    last = sorted((small_run / "banks").iterdir())[-1]
    assert card(load_bank(last), at=last) == text
    assert "Scores of its run" not in card(load_bank(last))
