"""One way to ask a provider, measured in a process of its own on one core.

    python tests/support/measured.py '{"way": "stack", "api": "openai", …}'

Prints figures as JSON. Ways: ``bare`` is the SDK as its own documentation shows it, ``backend`` is
our backend alone, ``stack`` is gateway, journal and backend, ``inspect`` is inspect_ai's model
call, in an environment that has it.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs

from esc_skills.spec import Prompt, Request

SYSTEM = "You support a person who is in distress. Be brief, warm and concrete. " * 6
"""What every call has in common, about as long as a short prompt file."""

Ask = Callable[[int, int], Awaitable[Any]]
"""Asks the question of one dialogue and step."""


@attrs.frozen(kw_only=True)
class Job:
    """What a client process does."""

    way: str
    """``bare``, ``backend`` or ``stack``."""
    api: str = "openai"
    """``openai`` or ``anthropic``."""
    url: str
    """The provider."""
    dialogues: int
    """How many at once."""
    steps: int
    """Calls of each, one after the other."""
    core: int
    """Where this process runs."""
    journal: str = ""
    """File of the stack's journal; empty keeps none."""
    warm: int = 2
    """Calls of each dialogue before the clocks start."""


def text_of(dialogue: int, step: int) -> str:
    """A question like no other of the job."""
    return f"Dialogue {dialogue}, step {step}. " + "I have not slept well since the exam. " * 8


def bare(job: Job) -> Ask:
    """The SDK as it comes."""
    if job.api == "anthropic":
        import anthropic

        messages = anthropic.AsyncAnthropic(api_key="no-key", base_url=job.url).messages

        async def ask(dialogue: int, step: int) -> Any:
            said: Any = {"role": "user", "content": text_of(dialogue, step)}
            return await messages.create(
                model="tiny", system=SYSTEM, messages=[said], max_tokens=256
            )

        return ask
    import openai

    chat = openai.AsyncOpenAI(api_key="no-key", base_url=job.url + "/v1").chat.completions

    async def ask_chat(dialogue: int, step: int) -> Any:
        told: Any = {"role": "system", "content": SYSTEM}
        said: Any = {"role": "user", "content": text_of(dialogue, step)}
        return await chat.create(model="tiny", messages=[told, said])

    return ask_chat


def backend_of(job: Job) -> Any:
    """Our backend, with room for all dialogues at once."""
    room = max(512, job.dialogues)
    if job.api == "anthropic":
        from esc_skills_plugins.backends.anthropic import AnthropicBackend

        return AnthropicBackend(base_url=job.url, key="", connections=room)
    from esc_skills_plugins.backends.openai import OpenAIBackend

    return OpenAIBackend(base_url=job.url + "/v1", key="", connections=room)


def alone(job: Job) -> Ask:
    """Our backend without the kernel."""
    made = backend_of(job)

    async def ask(dialogue: int, step: int) -> Any:
        said = (("user", text_of(dialogue, step)),)
        return await made.complete(Request(model="tiny", system=SYSTEM, messages=said))

    return ask


def stack(job: Job) -> Ask:
    """Gateway, journal and backend, as a run puts them together."""
    from esc_skills._engine.gateway import Gateway, Model
    from esc_skills._engine.limits import Limits
    from esc_skills._store.journal import Journal

    gateway = Gateway(
        models={"default": Model(backend=backend_of(job), name="tiny")},
        journal=Journal(Path(job.journal)) if job.journal else None,
        limits=Limits(most=job.dialogues),
    )

    async def ask(dialogue: int, step: int) -> Any:
        prompt = Prompt(system=SYSTEM, task=text_of(dialogue, step), id="bench-1")
        return await gateway.ask("responder", prompt, into=str, place=f"talk/{dialogue}/{step}")

    return ask


def peer(job: Job) -> Ask:
    """The model call of inspect_ai, as an evaluation makes it."""
    from inspect_ai.model import (
        ChatMessageSystem,
        ChatMessageUser,
        GenerateConfig,
        get_model,
    )

    model = get_model(
        "openai/tiny",
        base_url=job.url + "/v1",
        api_key="no-key",
        responses_api=False,
        config=GenerateConfig(max_connections=job.dialogues),
    )

    async def ask(dialogue: int, step: int) -> Any:
        said = ChatMessageUser(content=text_of(dialogue, step))
        return await model.generate([ChatMessageSystem(content=SYSTEM), said])

    return ask


WAYS = {"bare": bare, "backend": alone, "stack": stack, "inspect": peer}
"""Ways by name."""


def waited() -> float:
    """Seconds that this process stood ready and got no core, by Linux's count; 0 elsewhere."""
    try:
        return int(Path("/proc/self/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def peak() -> float:
    """Largest resident size in MB; Linux's ``ru_maxrss`` would count the parent's before exec."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def work(job: Job) -> dict[str, Any]:
    """Do the job, and say what it took."""
    ask = WAYS[job.way](job)

    async def dialogue(number: int, steps: range) -> None:
        for step in steps:
            await ask(number, step)

    failed: list[str] = []

    async def all_of(steps: range) -> None:
        made = (dialogue(number, steps) for number in range(job.dialogues))
        ended = await asyncio.gather(*made, return_exceptions=True)
        failed.extend(repr(item)[:300] for item in ended if item is not None)

    await all_of(range(-job.warm, 0))
    stood = waited()
    wall, cpu = time.perf_counter(), time.process_time()
    await all_of(range(job.steps))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "wall": wall,
        "cpu": cpu,
        "waited": waited() - stood,
        "cpu_a_call": cpu / (job.dialogues * job.steps),
        "peak_mb": peak(),
        "failed": failed,
        "sdks": sorted({"openai", "anthropic"} & set(sys.modules)),
    }


def measure(job: Job, python: str = sys.executable) -> dict[str, Any]:
    """Run a client process to its end."""
    command = [python, __file__, json.dumps(attrs.asdict(job))]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    whole = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures | {"process": whole}


def run(job: Job) -> Callable[[Any], Any]:
    """What runs the loop: the engine's own way for our stack."""
    if job.way in ("bare", "inspect"):
        return asyncio.run
    from esc_skills._engine.loop import complete

    return complete


def main() -> None:
    """Do the job that the first argument tells."""
    job = Job(**json.loads(sys.argv[1]))
    os.sched_setaffinity(0, {job.core})
    began, stood = time.perf_counter(), waited()
    figures = run(job)(work(job))
    whole = time.perf_counter() - began
    json.dump(figures | {"whole": whole, "waited_in_all": waited() - stood}, sys.stdout)


if __name__ == "__main__":
    main()
