"""Ask a model until its answer is sound, a bounded number of times; every re-ask is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import attrs

from esc_skills.spec import Context, Prompt

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Question:
    """A prompt, and what is said when its answer was not sound."""

    role: str
    """Role whose model is asked."""
    prompt: Prompt
    """First wording."""
    advice: Mapping[str, str]
    """Sentence for the next try, by rule; this project's own text."""
    again: int = 1
    """Further tries."""


def _retold(question: Question, rules: Sequence[str], attempt: int) -> Prompt:
    """The prompt with a note why it is asked again; another sample, so another call."""
    notes = " ".join(question.advice[rule] for rule in rules)
    task = f"{question.prompt.task}\n\n({attempt + 1}/{question.again + 1}) {notes}"
    return attrs.evolve(question.prompt, task=task, repeat=question.prompt.repeat + attempt)


async def ask_sound(
    ctx: Context, question: Question, into: type[T], faults: Callable[[T], Sequence[str]]
) -> tuple[T, tuple[str, ...]]:
    """Ask, look at the answer, and ask again while a rule finds fault with it.

    Args:
        ctx: Services; gets a note ``resample`` for every re-ask.
        question: What is asked.
        into: Type of the answer.
        faults: Names the rules that an answer breaks; none when it is sound.

    Returns:
        The last answer, and the rules that it still breaks.

    Raises:
        ReplyError: An answer had no usable shape.
    """
    answer = await ctx.ask(question.role, question.prompt, into=into)
    broken = tuple(faults(answer))
    for attempt in range(1, question.again + 1):
        if not broken:
            break
        ctx.note("resample", role=question.role, rule=",".join(broken), attempt=attempt)
        answer = await ctx.ask(question.role, _retold(question, broken, attempt), into=into)
        broken = tuple(faults(answer))
    return answer, broken
