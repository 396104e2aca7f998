"""A bank inside an inspect_ai task, with inspect's own mock model."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from esc_skills_inspect.guidance import Guide
from esc_skills_inspect.solver import esc_skills_agent, turns
from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import includes
from inspect_ai.solver import system_message

import esc_skills
from esc_skills.errors import UnknownPluginError

WORRY = "I am so anxious about my job, I think they will fire me and I feel worthless."
CRISIS = "I want to kill myself tonight, I have the pills here."


HEARD: list[list[Any]] = []


def say(messages: list[Any], *asked: Any) -> ModelOutput:
    """An answer with its count, which inspect would else fetch a tokenizer for."""
    HEARD.append(list(messages))
    made = ModelOutput.from_content("mockllm/model", "I hear you.")
    made.usage = ModelUsage(input_tokens=1, output_tokens=3, total_tokens=4)
    return made


def held(bank: Path, path: Path, samples: list[Sample], *solvers: Any, **settings: Any) -> EvalLog:
    """Evaluate a task with the mock model."""
    agent = esc_skills_agent(bank=str(bank), **settings)
    task = Task(dataset=samples, solver=[*solvers, agent], scorer=includes())
    model = get_model("mockllm/model", custom_outputs=say, memoize=False)
    (log,) = evaluate(task, model=model, log_dir=str(path), display="none")
    assert log.status == "success", log.error
    return log


def test_guidance_of_fitting_skills_stands_in_the_system_message(run, tmp_path: Path) -> None:
    """Each sample meets the skills that its own talk asks for; the model is asked once."""
    talk = [
        ChatMessageUser(content="My partner left me last week."),
        ChatMessageAssistant(content="I am sorry. How are you?"),
        ChatMessageUser(content="Sad and alone, I cry every night since the breakup."),
    ]
    samples = [Sample(id="job", input=WORRY, target="x"), Sample(id="love", input=talk, target="x")]
    HEARD.clear()
    log = held(run.path, tmp_path, samples)
    assert len(HEARD) == 2
    bank = {skill.name: skill for skill in run.bank.skills}
    for sample in log.samples or ():
        first = sample.messages[0]
        offered = sample.metadata["esc_skills"]["offered"]
        assert isinstance(first, ChatMessageSystem)
        assert 1 <= len(offered) <= 2
        for name in offered:
            assert bank[name].overview in first.text
            assert all(step in first.text for step in bank[name].guidance)
        others = [skill for name, skill in bank.items() if name not in offered]
        assert not [skill.name for skill in others if f"## {skill.name}\n" in first.text]
        assert sample.messages[-1].role == "assistant"
        assert first.text in {messages[0].text for messages in HEARD}
    assert len({one.messages[0].text for one in log.samples or ()}) == 2


def test_a_system_message_of_the_task_is_kept(run, tmp_path: Path) -> None:
    """Guidance comes after the words that are there."""
    sample = Sample(input=WORRY, target="x")
    (made,) = held(run.path, tmp_path, [sample], system_message("Be brief."), most=1).samples or ()
    assert made.messages[0].text.startswith("Be brief.\n\nSkills that fit")
    assert [one.role for one in made.messages] == ["system", "user", "assistant"]


def test_a_crisis_is_answered_by_no_model(run, tmp_path: Path) -> None:
    """The guard's reviewed text is the answer; nothing is generated."""
    (made,) = held(run.path, tmp_path, [Sample(input=CRISIS, target="x")]).samples or ()
    assert made.metadata["esc_skills"]["fixed"]
    assert not [event for event in made.events if event.event == "model"]
    assert made.output.completion == made.messages[-1].text
    (bare,) = held(run.path, tmp_path, [Sample(input=CRISIS, target="x")], guards=()).samples or ()
    assert [event for event in bare.events if event.event == "model"]


def test_a_bank_folder_will_do(run, tmp_path: Path) -> None:
    """A bank alone, as somebody sends it, is enough; any retriever by name."""
    bank = sorted((run.path / "banks").iterdir())[0]
    assert esc_skills.load_bank(bank).skills
    (made,) = held(
        bank, tmp_path, [Sample(input=WORRY, target="x")], retriever="conditions"
    ).samples
    assert made.metadata["esc_skills"]["offered"]


def test_an_unknown_component_names_those_that_are_there(run) -> None:
    """A misspelt name is answered with what was probably meant."""
    with pytest.raises(UnknownPluginError, match="did you mean 'bm25'"):
        asyncio.run(Guide.open(str(run.path), "bm52", "annotated", (), "en"))


def test_only_the_two_sides_are_a_talk() -> None:
    """System messages and empty ones are no turns."""
    messages = [
        ChatMessageSystem(content="s"),
        ChatMessageUser(content="hello"),
        ChatMessageAssistant(content=""),
        ChatMessageAssistant(content="hi"),
    ]
    assert [(turn.speaker, turn.text) for turn in turns(messages)] == [
        ("seeker", "hello"),
        ("supporter", "hi"),
    ]
