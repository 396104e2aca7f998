"""Who plays, and the rules that end a talk."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills.testing import context
from esc_skills.testing.doubles import EchoVoice, PlainReader, StepSeeker, WordGuard
from esc_skills.testing.samples import profile

SUPPORTER = Supporter(reader=PlainReader(), voice=EchoVoice())


def test_rules_are_those_of_sage() -> None:
    """Ten turns, success at 100, failure below 10, the last reply unread: as released."""
    assert Rules().signature == "turns=10|stop=100/10|last=unscored"


@pytest.mark.parametrize(
    "rules", [Rules(limit=9), Rules(success=99), Rules(failure=11), Rules(score_last=True)]
)
def test_every_rule_enters_the_signature(rules: Rules) -> None:
    """Scores under other rules can never be taken for the same."""
    assert rules.signature != Rules().signature


def test_signature_of_a_stage_names_simulator_and_rules() -> None:
    """Both decide what a score means, so both stand in every trace."""
    stage = Stage(supporter=SUPPORTER, seeker=StepSeeker(signature="steps:v2"))
    assert stage.signature() == f"steps:v2|{Rules().signature}"
    made = asyncio.run(converse(profile(), stage, lambda actor: context(place=actor)))
    assert made.signature == stage.signature()


def test_model_that_plays_and_its_language_stand_in_the_signature() -> None:
    """Emotion played by another model, or in another language, is another measure."""
    stamps = {"steps": "|seeker=openai:x"}
    stage = Stage(
        supporter=attrs.evolve(SUPPORTER, guards=(WordGuard(),)),
        seeker=StepSeeker(signature="steps:v2"),
        stamp=lambda component: stamps.get(component.name, "|guard=y"),
    )
    made = asyncio.run(
        converse(profile(language="zh-CN"), stage, lambda actor: context(place=actor))
    )
    assert made.signature.endswith(f"{Rules().signature}|seeker=openai:x|language=zh-CN")
    assert made.guards == (f"{WordGuard.name}|guard=y",)


def test_supporter_may_be_bare() -> None:
    """The no-skills arm has neither index nor bank; nobody has to listen to exchanges."""
    assert (SUPPORTER.index, SUPPORTER.bank, SUPPORTER.guards) == (None, None, ())
    stage = Stage(supporter=SUPPORTER, seeker=StepSeeker())
    made = asyncio.run(converse(profile(), stage, lambda actor: context(place=actor)))
    assert (made.bank, made.ending) == ("", "limit")
