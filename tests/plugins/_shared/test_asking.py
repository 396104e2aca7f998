"""Asking until an answer is sound."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.spec import Prompt
from esc_skills.testing import context
from esc_skills_plugins._shared.asking import Question, ask_sound

ADVICE = {"bad": "Be good."}


def question(again: int) -> Question:
    asked = Prompt(system="s", task="t", data=(("d", "x"),), id="i")
    return Question(role="seeker", prompt=asked, advice=ADVICE, again=again)


@given(st.lists(st.booleans(), min_size=6, max_size=6), st.integers(0, 3))
def test_stops_at_the_first_sound_answer_or_the_last_try(good: list[bool], again: int) -> None:
    """Calls are bounded, each re-ask is noted and worded anew, and data stays as it was."""
    ctx = context(answers={"seeker": ["good" if item else "bad" for item in good]})
    answer, broken = asyncio.run(
        ask_sound(ctx, question(again), str, lambda said: ["bad"] if said == "bad" else [])
    )
    due = min(good.index(True) if True in good else 6, again)
    assert len(ctx.asked) == due + 1
    assert [kind for kind, _ in ctx.notes] == ["resample"] * due
    assert bool(broken) == (answer == "bad")
    assert len({prompt.task for _, prompt in ctx.asked}) == due + 1
    assert [prompt.repeat for _, prompt in ctx.asked] == list(range(due + 1))
    assert all(prompt.data == (("d", "x"),) for _, prompt in ctx.asked)
