"""What is refused, and how: bad requests, strangers, crowds."""

from __future__ import annotations

import asyncio
import json
import random
import urllib.error
import urllib.request

import openai
import pytest
from esc_skills_serve.app import Rules

HELLO = [{"role": "user", "content": "Hello."}]


def post(url, body, **headers):
    """Status, body and headers of a plain request."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"content-type": "application/json"} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    request = urllib.request.Request(f"{url}/chat/completions", data=raw, headers=told)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as fault:
        return fault.code, json.load(fault), fault.headers


def bad_requests():
    """Fifty requests that are wrong in one place each; the field that is told, where one is."""
    lottery = random.Random(7)
    wrong = [None, 7, "x", [], {}, True, 1.5, ["x"], [[]], {"a": 1}]
    made = [
        (raw, None) for raw in (b"", b"{", b"[]", b"7", b"\xff\xfe", b'{"a": NaN}', b"[" * 5000)
    ]
    made += [({"messages": value}, "messages") for value in (None, 7, "x", [], {}, True)]
    for value in lottery.sample(wrong, 6):
        made.append(({"messages": [value]}, "messages[0]"))
        made.append(({"messages": [{"role": "user", "content": value}]}, "messages[0].content"))
        made.append(({"messages": [{"role": value, "content": "x"}]}, "messages[0].role"))
    made = [one for one in made if not _fine(one[0])]
    fields = {
        "stream": "yes",
        "temperature": "hot",
        "top_p": 3,
        "max_tokens": 0,
        "seed": 1.5,
        "n": 2,
        "stop": 7,
        "tools": [{"type": "function"}],
        "tool_choice": "auto",
        "logprobs": True,
        "top_logprobs": 3,
        "response_format": {"type": "json_object"},
        "store": True,
        "functions": [{"name": "f"}],
        "modalities": ["audio"],
        "model": 7,
        "user": 7,
        "stream_options": 7,
        "esc_skills": "x",
        "presence_penalty": True,
        "audio": {"voice": "a"},
        "frequency_penalty": 9,
        "max_completion_tokens": "x",
    }
    made += [({"messages": HELLO, name: value}, name) for name, value in fields.items()]
    parts = [
        {"type": "image_url", "image_url": {"url": "x"}},
        {"type": "text"},
        {"type": "text", "text": 7},
        7,
    ]
    made += [
        ({"messages": [{"role": "user", "content": [part]}]}, "messages[0].content[0]")
        for part in parts
    ]
    made.append(({"messages": [*HELLO, {"role": "assistant", "content": "Hi."}]}, "messages"))
    made.append(({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"))
    made.append(({"messages": [{"role": "system", "content": "x"}]}, "messages"))
    made.append(({"messages": [*HELLO] * 401}, "messages"))
    return made


def _fine(body):
    """Whether a drawn value happens to be right."""
    return (
        isinstance(body, dict)
        and body.get("messages")
        in (
            [{"role": "user", "content": "x"}],
            [{"role": "user", "content": ["x"]}],
        )
        and body["messages"][0]["content"] == "x"
    )


def test_bad_requests_are_refused_by_name(scene, capfd):
    """At least fifty: status 400, OpenAI's shape, the field at fault, no traceback, no upstream."""
    bad = bad_requests()
    assert len(bad) >= 50
    for body, field in bad:
        status, told, headers = post(scene.served.url, body)
        assert status == 400, body
        error = told["error"]
        assert error["type"] == "invalid_request_error", body
        assert error["message"]
        assert (error["param"] or "").startswith(field or ""), (body, error)
        assert headers["x-should-retry"] == "false"
    assert scene.upstream.count == 0
    assert capfd.readouterr().err == ""


def test_values_that_ask_for_nothing_are_taken(scene):
    """Clients send defaults: null, empty lists, false and text are no request for more."""
    fields = {
        "tools": [],
        "tool_choice": "none",
        "logprobs": False,
        "n": 1,
        "functions": None,
        "response_format": {"type": "text"},
        "store": False,
        "stop": None,
        "modalities": ["text"],
    }
    status, _, _ = post(scene.served.url, {"messages": HELLO, **fields})
    assert status == 200
    assert "tools" not in scene.upstream.requests[-1].body


def test_half_a_character_is_mended(scene):
    """A lone half of an emoji, as bad clients send, is replaced and does not break the server."""
    status, _, _ = post(
        scene.served.url, b'{"messages": [{"role": "user", "content": "a\\ud83d"}]}'
    )
    assert status == 200


def test_a_long_request_is_refused(serve):
    """More bytes than allowed: 413, wherever the length stands."""
    served = serve(rules=Rules(bytes=2000))
    status, told, _ = post(served.url, {"messages": [{"role": "user", "content": "x" * 3000}]})
    assert (status, told["error"]["type"]) == (413, "invalid_request_error")


def test_other_paths_and_methods_are_told_off(scene):
    """404 and 405 have the clients' shape, too."""
    with pytest.raises(openai.NotFoundError):
        scene.client.embeddings.create(model="any", input="x")
    with pytest.raises(openai.NotFoundError):
        scene.client.models.retrieve("other")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example:80"}, 403),
        ({"host": "localhost:1"}, 200),
        ({"host": "[::1]:8765"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"content_type": "text/plain"}, 415),
    ],
    ids=lambda value: str(value),
)
def test_web_pages_cannot_ask(scene, headers, status):
    """No rebinding of names, no foreign page, no request that a page can make unasked."""
    assert post(scene.served.url, {"messages": HELLO}, **headers)[0] == status


def test_a_page_that_the_operator_named_may_ask(serve):
    """CORS for one origin, and for no other."""
    served = serve(rules=Rules(origins=("https://ui.example",)))
    status, _, told = post(served.url, {"messages": HELLO}, origin="https://ui.example")
    assert (status, told["access-control-allow-origin"]) == (200, "https://ui.example")
    assert post(served.url, {"messages": HELLO}, origin="https://evil.example")[0] == 403


def test_a_token_is_asked_for(serve):
    """Wrong, missing and nearly right tokens: 401; the right one: 200; health needs none."""
    token = "a-long-enough-token"
    served = serve(rules=Rules(token=token, local=False))
    for key in ("none", token[:-1], token + "x", "", "é"):
        headers = {"authorization": f"Bearer {key}".encode().decode("latin-1")}
        status, told, _ = post(served.url, {"messages": HELLO}, **headers)
        assert (status, told["error"]["code"]) == (401, "invalid_api_key")
        assert token not in json.dumps(told)
    assert post(served.url, {"messages": HELLO}, authorization=f"Basic {token}")[0] == 401
    assert served.client(token).models.list().data
    with urllib.request.urlopen(served.url.replace("/v1", "/healthz")) as answer:
        assert answer.status == 200


def test_a_crowd_is_sent_away_for_a_moment(stage):
    """More than the limit at once: 503 and when to come again; afterwards all is well."""
    scene = stage(rules=Rules(most=2))
    scene.upstream.latency = 0.5

    async def crowd():
        async with openai.AsyncOpenAI(
            base_url=scene.served.url, api_key="none", max_retries=0
        ) as client:
            asks = [client.chat.completions.create(model="any", messages=HELLO) for _ in range(8)]
            return await asyncio.gather(*asks, return_exceptions=True)

    found = asyncio.run(crowd())
    away = [one for one in found if isinstance(one, openai.APIStatusError)]
    assert len(away) == 6
    assert {one.status_code for one in away} == {503}
    assert away[0].response.headers["retry-after"] == "1"
    assert scene.told("Hello.")


def test_two_hundred_chats_at_once(stage):
    """Each of 200 concurrent chats, half of them streamed, gets its own words and no other's."""

    def echo(received):
        last = received.body["messages"][-1]["content"].rpartition("case ")[2]
        return f"I hear you, {last} That is a lot to carry."

    scene = stage()
    scene.script.say = echo
    scene.upstream.latency = 0.3

    async def talk(client, number):
        name = f"number-{number}-{number * 7919}."
        said = [{"role": "user", "content": f"I lost my job and I am worried, case {name}"}]
        stream = bool(number % 2)
        made = await client.chat.completions.create(model="any", messages=said, stream=stream)
        if not stream:
            return name, made.choices[0].message.content
        parts = [one.choices[0].delta.content or "" async for one in made]
        return name, "".join(parts)

    async def all_of_them():
        async with openai.AsyncOpenAI(
            base_url=scene.served.url, api_key="none", max_retries=0, timeout=30
        ) as client:
            return await asyncio.gather(*(talk(client, number) for number in range(200)))

    found = asyncio.run(all_of_them())
    wrong = [name for name, text in found if text != f"I hear you, {name} That is a lot to carry."]
    assert not wrong
    assert scene.upstream.count == 200
