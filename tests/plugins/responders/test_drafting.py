"""Drafts: checked, asked for once more, and made into replies."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from esc_skills.errors import ReplyError
from esc_skills.model import Moment, Reply, Turn
from esc_skills.testing import context
from esc_skills.testing.contexts import DeskContext
from esc_skills.testing.samples import state
from esc_skills_plugins.responders.drafting import PlainDraft, draft, plain_prompt, talk_data


def moment(**facts: Any) -> Moment:
    said = (Turn(speaker="seeker", text="My ward is closing."),)
    return Moment(**{"history": said, "state": state(), **facts})


def drafted(*answers: PlainDraft, language: str = "en") -> tuple[Reply, DeskContext]:
    ctx, now = context(answers={"responder": answers}), moment(language=language)
    return asyncio.run(draft(ctx, now, plain_prompt(now, 5), PlainDraft))[1], ctx


def test_strategy_spellings_are_mapped() -> None:
    """A known spelling of a strategy becomes its name, without another call."""
    reply, ctx = drafted(PlainDraft(strategy="questions", text="How so?"))
    assert reply.strategy == "Question"
    assert len(ctx.asked) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unknown_strategy_is_asked_for_again_then_left_empty(language: str) -> None:
    """A label that is none of the eight is never guessed: empty, noted, and the words stand."""
    bad = PlainDraft(strategy="Hugging", text="Oh dear.")
    reply, ctx = drafted(bad, bad, language=language)
    assert (reply.text, reply.strategy) == ("Oh dear.", "")
    assert [kind for kind, _ in ctx.notes] == ["resample", "strategy-unparsable"]
    assert ctx.asked[0][1].task != ctx.asked[1][1].task


def test_thoughts_are_taken_out_and_nothing_left_is_a_fault() -> None:
    """What is only thought is no message; after a second try it is a ReplyError with a hint."""
    thought = PlainDraft(strategy="Others", text="<think>hm</think>")
    reply, _ = drafted(thought, PlainDraft(strategy="Others", text="<think>hm</think>Hello."))
    assert reply.text == "Hello."
    with pytest.raises(ReplyError) as fault:
        drafted(thought, thought)
    assert fault.value.hint


def test_situation_is_shown_only_where_there_is_one() -> None:
    """The seeker's own description leads the talk where a setting allows it."""
    assert [name for name, _ in talk_data(moment(), 5)] == ["talk", "reading of the seeker"]
    assert talk_data(moment(situation="Long story"), 5)[0] == ("situation", "Long story")
