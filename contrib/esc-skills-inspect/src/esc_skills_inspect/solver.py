"""An inspect_ai solver that answers with a skills bank at hand."""

from __future__ import annotations

import asyncio

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ModelOutput,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver

from esc_skills.model import Turn
from esc_skills_inspect.guidance import Found, Guide, write_guidance


@solver
def esc_skills_agent(
    bank: str,
    retriever: str = "bm25",
    reader: str = "annotated",
    guards: tuple[str, ...] | list[str] = ("crisis",),
    most: int = 2,
    language: str = "en",
) -> Solver:
    """Find skills for the talk so far, put them into the system message, and generate.

    A message of the seeker that raises a high alarm is answered by the guard's reviewed text
    and by no model.

    Args:
        bank: Folder of an ESC-Skills bank or run.
        retriever: Retriever that asks no model, such as ``bm25``, ``conditions`` or ``dense``.
        reader: Extractor that reads the seeker's state without a model.
        guards: Guards that watch the seeker's messages; empty for none.
        most: Most skills.
        language: BCP 47 tag of the talk.
    """
    lock, opened = asyncio.Lock(), list[Guide]()

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        async with lock:
            if not opened:
                opened.append(await Guide.open(bank, retriever, reader, guards, language))
        guide, history = opened[0], turns(state.messages)
        if not history or history[-1].speaker != "seeker":
            return await generate(state)
        alarm = await guide.alarm(history[-1].text)
        if alarm is not None:
            return _answer(state, *alarm)
        found = await guide.look(history, most)
        _advise(state, found)
        return await generate(state)

    return solve


def turns(messages: list[ChatMessage]) -> tuple[Turn, ...]:
    """User and assistant messages as turns of a talk; all others are left out."""
    speakers = {"user": "seeker", "assistant": "supporter"}
    return tuple(
        Turn(speaker="seeker" if one.role == "user" else "supporter", text=one.text)
        for one in messages
        if one.role in speakers and one.text
    )


def _advise(state: TaskState, found: Found) -> None:
    text = write_guidance(found.skills)
    state.metadata["esc_skills"] = {
        "state": found.state,
        "offered": [match.skill for match in found.matches],
        "why": [match.why for match in found.matches],
    }
    if not text:
        return
    first = state.messages[0]
    if isinstance(first, ChatMessageSystem):
        state.messages[0] = ChatMessageSystem(content=f"{first.text}\n\n{text}")
    else:
        state.messages.insert(0, ChatMessageSystem(content=text))


def _answer(state: TaskState, alarm: object, text: str) -> TaskState:
    rule = getattr(alarm, "rule", "")
    state.metadata["esc_skills"] = {"alarm": rule, "fixed": True, "offered": []}
    state.messages.append(ChatMessageAssistant(content=text, source="generate"))
    state.output = ModelOutput.from_content("esc-skills/guard", text)
    return state
