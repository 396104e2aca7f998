"""Answering held-out dialogues turn by turn."""

from __future__ import annotations

import asyncio

import attrs

from esc_skills._stages.cast import Supporter
from esc_skills._stages.respond import respond
from esc_skills.model import Dialogue, Moment, Reply, Turn
from esc_skills.testing import context
from esc_skills.testing.doubles import (
    BrokenVoice,
    EchoVoice,
    PlainReader,
    RaisingGuard,
    WordGuard,
)

DIALOGUE = Dialogue(
    id="d1",
    corpus="test",
    licence="Apache-2.0",
    situation="I lost my job.",
    turns=(
        Turn(speaker="supporter", text="Hello", strategies=("Others",)),
        Turn(speaker="seeker", text="I lost my job."),
        Turn(speaker="supporter", text="How do you feel?", strategies=("Question",)),
        Turn(speaker="seeker", text="Bad.", feedback=4),
        Turn(speaker="supporter", text="I see.", strategies=("Others",)),
    ),
)


def answers(voice: object, **facts: object):
    who = Supporter(reader=PlainReader(), voice=voice, guards=facts.pop("guards", ()))
    return asyncio.run(respond(DIALOGUE, who, lambda actor: context(place=actor), **facts))


@attrs.frozen
class Spy:
    """Keeps the moments it was shown."""

    moments: list[Moment] = attrs.field(factory=list)

    async def reply(self, moment: Moment, *_: object) -> Reply:
        self.moments.append(moment)
        return Reply(text="ok", strategy="Others")


def test_every_gold_turn_is_answered_with_its_own_history() -> None:
    """One response a supporter turn; the history ends before the gold turn, labels kept."""
    spy = Spy()
    made = answers(spy)
    assert [item.turn for item in made] == [0, 2, 4]
    assert [len(moment.history) for moment in spy.moments] == [0, 2, 4]
    assert spy.moments[1].history[0].strategies == ("Others",)


def test_gold_turn_and_later_turns_are_never_shown() -> None:
    """A responder cannot see the answer it is scored against."""
    spy = Spy()
    answers(spy)
    assert "How do you feel?" not in repr(spy.moments[1])
    assert all("I lost my job." not in moment.situation for moment in spy.moments)


def test_situation_is_shown_only_where_a_setting_allows_it() -> None:
    """``see_situation`` is off by default and must be asked for."""
    spy = Spy()
    answers(spy, see_situation=True)
    assert spy.moments[0].situation == "I lost my job."


def test_failed_response_has_no_reply() -> None:
    """A plug-in that raises leaves a response without reply, which counts as wrong."""
    assert [item.reply for item in answers(BrokenVoice())] == [None, None, None]


def test_guard_that_fails_leaves_no_reply() -> None:
    """S2: the fixed text of a failed guard is no answer that could be scored."""
    made = answers(EchoVoice(), guards=(RaisingGuard(),))
    assert [item.reply for item in made] == [None, None, None]


def test_guards_watch_responses_too() -> None:
    """S1: the guard stands on this path as on every other."""
    made = answers(EchoVoice(text="danger"), guards=(WordGuard(),))
    assert {item.reply.text for item in made if item.reply} == {"FIXED HELP TEXT"}
