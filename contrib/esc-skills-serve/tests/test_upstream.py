"""Upstreams that fail, by wire and by plug-in; clients that leave early."""

from __future__ import annotations

import asyncio
import json
import socket
import threading

import httpx2
import openai
import pytest
from esc_skills_serve.app import Rules
from esc_skills_serve.upstream import PluginUpstream
from esc_skills_serve.wire import WireUpstream

import esc_skills
from esc_skills.testing import faults
from esc_skills.testing.faults import Fault

MILD = "I lost my job and I feel so worried."
KEY = "upstream-key-4711-abcdef"
SSE = (("content-type", "text/event-stream"),)
BAD = {
    "web page": (faults.web_page(), 502),
    "broken JSON": (Fault(body=b'{"choices": [{"mess'), 502),
    "wrong shape": (faults.wrong_shape(), 502),
    "list": (faults.wrong_shape([]), 502),
    "null content": (faults.null_content(), 502),
    "no choices": (faults.no_choices(), 502),
    "choice is text": (Fault(body={"choices": ["hello"]}), 502),
    "content is a number": (Fault(body={"choices": [{"message": {"content": 7}}]}), 502),
    "error with 200": (Fault(body={"error": {"message": f"secret {KEY}"}}), 502),
    "key refused and echoed": (faults.bad_key(), 502),
    "no such model": (faults.no_model(), 502),
    "parameter": (faults.unsupported(), 502),
    "server error": (faults.broken(500), 502),
    "overloaded": (faults.broken(503), 503),
    "rate limit": (faults.rate_limited("7"), 503),
    "redirect": (faults.redirect("http://127.0.0.1:1/steal"), 502),
    "cut": (faults.cut(), 502),
    "reset": (faults.reset(), 502),
    "stalled": (faults.stalled(30), 504),
    "stream cut": (
        Fault(headers=SSE, body=b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n\n'),
        502,
    ),
    "stream of rubbish": (Fault(headers=SSE, body=b"data: {nothing\n\n"), 502),
    "stream with error": (
        Fault(headers=SSE, body=b'data: {"error": {"message": "secret"}}\n\n'),
        502,
    ),
    "too long": (Fault(body=b" " * 4_100_000), 502),
}


@pytest.mark.parametrize("name", BAD)
def test_a_fault_of_the_upstream_is_told_in_our_words(scene, name):
    """R23-R26, X01: 502, 503 or 504 in the clients' shape; nothing of the body, nothing of keys."""
    fault, status = BAD[name]
    scene.script.fault = fault
    for stream in (False, True) if name != "stalled" else (True,):
        with pytest.raises(openai.APIStatusError) as caught:
            scene.told(MILD, stream=stream)
        assert caught.value.status_code == status
        told = json.dumps(caught.value.body) + str(dict(caught.value.response.headers))
        assert KEY not in told
        assert "secret" not in told
        assert "upstream model" in told
    scene.script.fault = None
    assert scene.told(MILD) == scene.script.say


def test_a_cut_answer_says_so(scene):
    """R26: an answer at its token limit is passed on as what it is."""
    scene.script.fault = faults.truncated("I hear you and")
    answer = scene.ask(MILD)
    assert (answer.choices[0].finish_reason, answer.choices[0].message.content) == (
        "length",
        "I hear you and",
    )


def test_a_wait_is_passed_on(scene):
    """When the upstream asks to wait, the client is told; where waiting mends nothing, too."""
    for fault, header, value in (
        (faults.rate_limited("7"), "retry-after", "7"),
        (faults.rate_limited("99999999"), "retry-after", "1"),
        (faults.bad_key(), "x-should-retry", "false"),
    ):
        scene.script.fault = fault
        with pytest.raises(openai.APIStatusError) as caught:
            scene.told(MILD)
        assert caught.value.response.headers[header] == value


def test_a_slow_reader_meets_the_deadline_as_a_fault(stage):
    """The deadline ends a stream even while a guard is looking; nobody waits for ever."""

    class Slowly:
        def __init__(self, agent):
            self.bank, self.supporter, self.guide = agent.bank, agent.supporter, agent.guide
            self.inner = agent

        async def vet(self, text, *, language="en"):
            await asyncio.sleep(0.4)
            return await self.inner.vet(text)

    scene = stage(agent=Slowly, release="sentence")
    scene.script.say = (
        "One thing. Another thing. A third thing. A fourth thing. A fifth thing. End."
    )
    with pytest.raises(openai.APIError, match="in time"):
        scene.told(MILD, stream=True)


def test_an_endless_answer_is_no_answer(stage):
    """More text than anybody reads is a fault, before the guards choke on it."""
    scene = stage(release="sentence")
    scene.script.say = "a" * 60_000
    with pytest.raises(openai.APIStatusError) as caught:
        scene.told(MILD)
    assert caught.value.status_code == 502


def test_nobody_there(serve):
    """An upstream that does not listen is a 502."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    served = serve(upstream=lambda: WireUpstream(url=f"http://127.0.0.1:{port}/v1"))
    with pytest.raises(openai.APIStatusError) as caught:
        served.client().chat.completions.create(
            model="any", messages=[{"role": "user", "content": MILD}]
        )
    assert caught.value.status_code == 502


def test_a_fault_in_the_middle_of_sentences_ends_the_stream(stage):
    """With ``sentence``, what was out stays; the fault follows as an event that clients raise."""
    scene = stage(release="sentence")
    row = {"choices": [{"delta": {"content": "That is hard. And th"}}]}
    scene.script.fault = Fault(headers=SSE, body=f"data: {json.dumps(row)}\n\n".encode())
    heard = []
    with pytest.raises(openai.APIError, match="broke off"):
        heard.extend(part.choices[0].delta.content for part in scene.ask(MILD, stream=True))
    assert heard == ["That is hard. "]


class Slow:
    """An upstream that speaks for ever, and notes when it is let go."""

    def __init__(self):
        self.begun, self.ended = threading.Event(), threading.Event()

    async def speak(self, order, heard):
        self.begun.set()
        try:
            while True:
                yield "I am here. "
                await asyncio.sleep(0.02)
        finally:
            self.ended.set()

    async def close(self):
        pass


@pytest.mark.parametrize("release", ["whole", "sentence"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_client_that_leaves_lets_the_upstream_go(serve, release, stream):
    """The upstream ends when nobody reads any more, and the place is free for the next one."""
    slow = Slow()
    served = serve(upstream=lambda: slow, release=release, rules=Rules(most=1))
    body = {"messages": [{"role": "user", "content": MILD}], "stream": stream}

    async def leave():
        async with httpx2.AsyncClient() as client:
            ask = asyncio.create_task(_read(client, f"{served.url}/chat/completions", body))
            await asyncio.to_thread(slow.begun.wait, 5)
            await asyncio.sleep(0.1)
            ask.cancel()
            await asyncio.gather(ask, return_exceptions=True)

    asyncio.run(leave())
    assert slow.ended.wait(3)
    assert served.client().models.list().data


async def _read(client, url, body):
    async with client.stream("POST", url, json=body) as answer:
        async for _ in answer.aiter_bytes():
            pass


def plugin(name, **settings):
    return lambda: PluginUpstream(
        backend=esc_skills.component("backend", name, settings), model="tiny"
    )


def test_a_backend_plugin_as_upstream(serve):
    """A backend answers; its words are guarded; what it cannot is a fault in our words."""
    replies = ["That sounds hard. What now?", "You should just kill yourself."]
    served = serve(upstream=plugin("scripted", replies=replies))
    ask = served.client().chat.completions.create
    talk = [{"role": "user", "content": MILD}]
    first = "".join(
        one.choices[0].delta.content or "" for one in ask(model="any", messages=talk, stream=True)
    )
    assert first == replies[0]
    assert "kill" not in ask(model="any", messages=talk).choices[0].message.content
    with pytest.raises(openai.APIStatusError) as caught:
        ask(model="any", messages=talk)
    assert caught.value.status_code == 502


@pytest.mark.parametrize(
    ("fault", "status"),
    [(faults.rate_limited("3"), 503), (faults.broken(500), 502), (faults.stalled(30), 504)],
    ids=["rate limit", "server error", "stalled"],
)
def test_a_backend_over_http(serve, fault, status, monkeypatch):
    """The plug-in ``openai`` works as upstream; its faults have the same statuses."""
    from esc_skills.testing.faultserver import FaultServer

    monkeypatch.setenv("PLUGIN_KEY", KEY)
    with FaultServer([None, fault]) as server:
        served = serve(
            upstream=plugin("openai", base_url=f"{server.url}/v1", key="PLUGIN_KEY", deadline=0.6)
        )
        ask = served.client().chat.completions.create
        talk = [{"role": "user", "content": MILD}]
        assert ask(model="any", messages=talk, temperature=0.5).choices[0].message.content
        sent = server.requests[-1].body
        assert (sent["temperature"], sent["messages"][0]["role"]) == (0.5, "system")
        with pytest.raises(openai.APIStatusError) as caught:
            ask(model="any", messages=talk)
        assert caught.value.status_code == status
        assert KEY not in json.dumps(caught.value.body)
