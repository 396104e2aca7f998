"""A real server on loopback, a scripted upstream behind it, and clients before it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import openai
import pytest
import uvicorn
from esc_skills_serve.app import Rules, build
from esc_skills_serve.counsel import Counsel
from esc_skills_serve.wire import WireUpstream

import esc_skills
from esc_skills.model import Condition, SkillsBank
from esc_skills.testing import samples
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received

PATIENCE = 20.0
KEY = "upstream-key-4711-abcdef"


def bank_of(*skills: Any) -> SkillsBank:
    """A bank with the guard's own protected skill."""
    guard = esc_skills.component("guard", "crisis")
    return samples.bank(*skills, *guard.protected(), taxonomy=None)


def job_skill(name: str = "name-the-loss", **changes: Any) -> Any:
    """A skill that is found for somebody who lost a job."""
    facts = {
        "applies": (Condition(scenarios=("job-crisis", "work-stress")),),
        "actions": ("explore-feelings",),
    }
    return samples.skill(name, **{**facts, **changes})


@attrs.define
class Served:
    """A server that is up."""

    port: int
    agent: Any
    thread: threading.Thread
    server: uvicorn.Server
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self, key: str = "none", **more: Any) -> openai.OpenAI:
        """The official client; it repeats nothing, so that every fault shows."""
        more = {"timeout": 15, "max_retries": 0, **more}
        return openai.OpenAI(base_url=self.url, api_key=key, **more)


Change = Callable[[Any], Any]


def start(
    bank: Any = None,
    upstream: Callable[[], Any] | None = None,
    *,
    rules: Rules | None = None,
    agent: Change = lambda agent: agent,
    locale: str = "GB",
    wrap: Change = lambda app: app,
    **settings: Any,
) -> Served:
    """Serve in a thread of its own; agent and upstream belong to its loop, as in real life."""
    up, found = threading.Event(), {}
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)

    async def work() -> None:
        opened = agent(
            await esc_skills.open_agent(
                bank or bank_of(job_skill()), unreviewed=True, locale=locale
            )
        )
        counsel = Counsel(agent=opened, upstream=upstream() if upstream else None, **settings)
        app = wrap(build(counsel, model="esc-skills-test", rules=rules or Rules()))
        config = uvicorn.Config(
            app, log_level="warning", ws="none", server_header=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        found.update(server=server, agent=opened, loop=asyncio.get_running_loop())
        asyncio.get_running_loop().call_later(0.02, tell)
        await server.serve(sockets=[listening])

    def tell() -> None:
        if found["server"].started:
            up.set()
        else:
            found["loop"].call_later(0.02, tell)

    thread = threading.Thread(target=lambda: asyncio.run(work()), daemon=True)
    thread.start()
    assert up.wait(PATIENCE)
    return Served(
        listening.getsockname()[1], found["agent"], thread, found["server"], found["loop"]
    )


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Served]]:
    """Start servers that end with the module, all at the same time."""
    begun: list[Served] = []

    def begin(*parts: Any, **settings: Any) -> Served:
        begun.append(start(*parts, **settings))
        return begun[-1]

    yield begin
    for served in begun:
        served.server.should_exit = True
    for served in begun:
        served.thread.join(PATIENCE)


def streamed(text: str, **fault: Any) -> Fault:
    """A good answer as server-sent events, a word each."""
    words = [word + " " for word in text.split(" ")]
    words[-1] = words[-1][:-1]
    rows = [{"choices": [{"index": 0, "delta": {"content": word}}]} for word in words]
    rows.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": 11, "completion_tokens": len(words), "total_tokens": 11 + len(words)}
    rows.append({"choices": [], "usage": usage})
    lines = [f"data: {json.dumps(row)}\n\n" for row in rows]
    body = "".join([*lines, "data: [DONE]\n\n"]).encode()
    return Fault(headers=(("content-type", "text/event-stream"),), body=body, **fault)


@attrs.define
class Script:
    """What the upstream says; a test changes it."""

    say: Callable[[Received], str] | str = "That sounds hard. What hurts most about it?"
    fault: Fault | None = None

    def text(self, received: Received) -> str:
        return self.say if isinstance(self.say, str) else self.say(received)

    def plan(self, number: int, received: Received) -> Fault | None:
        if self.fault is not None:
            return self.fault
        wants = received.body.get("stream")
        return streamed(self.text(received)) if wants else None


@attrs.define
class Scene:
    """A server with its upstream."""

    served: Served
    script: Script
    upstream: FaultServer

    @property
    def client(self) -> openai.OpenAI:
        return self.served.client()

    def ask(self, *said: str, **more: Any) -> Any:
        """Say something, turn by turn: the first words are the user's."""
        roles = ("user", "assistant")
        talk = [{"role": roles[at % 2], "content": text} for at, text in enumerate(said)]
        return self.client.chat.completions.create(model="any", messages=talk, **more)

    def told(self, *said: str, **more: Any) -> str:
        """The same as a text, streamed or not."""
        answer = self.ask(*said, **more)
        if not more.get("stream"):
            return answer.choices[0].message.content
        return "".join(one.choices[0].delta.content or "" for one in answer if one.choices)


@pytest.fixture(scope="module")
def stage(serve: Callable[..., Served]) -> Iterator[Callable[..., Scene]]:
    """Servers with a scripted upstream."""
    with ExitStack() as ending:

        def begin(*parts: Any, **settings: Any) -> Scene:
            script = Script()
            server = ending.enter_context(FaultServer(script.plan, script.text))
            served = serve(
                *parts,
                upstream=lambda: WireUpstream(
                    url=f"{server.url}/v1", model="tiny", key=KEY, deadline=1.5
                ),
                **settings,
            )
            return Scene(served, script, server)

        yield begin


@pytest.fixture(scope="module")
def shared(stage: Callable[..., Scene]) -> Scene:
    """The server of most tests."""
    return stage()


@pytest.fixture
def scene(shared: Scene) -> Scene:
    """The server of most tests, with a fresh script."""
    shared.script.say, shared.script.fault = Script().say, None
    shared.upstream.requests.clear()
    return shared
