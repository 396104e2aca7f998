"""What both responders that ask a model do: show the talk, check the draft, make the reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import Moment, Reply
from esc_skills.spec import Context, Prompt
from esc_skills_plugins._shared.asking import Question, ask_sound
from esc_skills_plugins._shared.promptfiles import prompt, prompt_file, spoken
from esc_skills_plugins._shared.strategies import strategy_of
from esc_skills_plugins._shared.transcript import shortened, transcript, without_thinking

ROLE = "responder"


@attrs.frozen(kw_only=True)
class PlainDraft:
    """What a model writes without skills."""

    strategy: str
    """Strategy, chosen before the words."""
    text: str
    """The message."""
    why: str = ""
    """One sentence on the choice."""


@attrs.frozen(kw_only=True)
class Draft(PlainDraft):
    """What a model writes with skills."""

    used: tuple[str, ...] = ()
    """Names of the skills that shaped it."""


def talk_data(moment: Moment, most_turns: int) -> tuple[tuple[str, str], ...]:
    """What the responder knows of the talk; what changes every turn comes last."""
    situation = [("situation", shortened(moment.situation))] if moment.situation.strip() else []
    state = moment.state
    read = {"about": state.scenario, "is": state.label, "feels": state.emotion}
    reading = [f"{name}: {value}" for name, value in read.items() if value]
    reading += [f"distress: {state.intensity} of 100", f"turn: {moment.index + 1}"]
    return (
        *situation,
        ("talk", transcript(moment.history, most_turns)),
        ("reading of the seeker", "\n".join(reading)),
    )


def plain_prompt(moment: Moment, most_turns: int) -> Prompt:
    """The question of a responder that has no skill on offer."""
    data = talk_data(moment, most_turns)
    return prompt("responders", "plain", "reply", language=moment.language, data=data)


@cache
def _advice(language: str) -> Mapping[str, str]:
    lines = prompt_file("responders", "plain")[language]["again"]["task"].strip().splitlines()
    return {rule: said.strip() for rule, _, said in (line.partition(":") for line in lines)}


def _faults(draft: PlainDraft) -> Sequence[str]:
    empty = [] if without_thinking(draft.text) else ["empty"]
    return empty if strategy_of(draft.strategy) else [*empty, "strategy"]


async def draft(
    ctx: Context, moment: Moment, asked: Prompt, into: type[PlainDraft]
) -> tuple[PlainDraft, Reply]:
    """Ask for a draft and check it; it is asked for once more when it cannot be used.

    A strategy that is none of the eight in the second draft too is left empty and noted: the
    words stand, the label counts as unparsable.

    Raises:
        ReplyError: There is no message in it.
    """
    question = Question(role=ROLE, prompt=asked, advice=_advice(spoken(moment.language)))
    made, broken = await ask_sound(ctx, question, into, _faults)
    if "empty" in broken:
        raise ReplyError(
            "the model wrote no message for the seeker",
            where=ctx.place,
            hint="give the responder's model more room, or take another model",
        )
    if "strategy" in broken:
        ctx.note("strategy-unparsable", said=shortened(made.strategy, 60))
    reply = Reply(
        text=without_thinking(made.text),
        strategy=strategy_of(made.strategy),
        why=shortened(made.why, 500),
    )
    return made, reply
