"""Conversations with the official client, through a scripted upstream and without any."""

from __future__ import annotations

import json
import urllib.request

import pytest

LOST = "I lost my job last week and I feel so worried."
REPLY = "That sounds hard. What hurts most about it?"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_conversation_with_the_official_client(scene, stream):
    """Three turns go through; the upstream sees the talk, our rules and the skills each time."""
    talk = [LOST]
    for _ in range(3):
        talk += [scene.told(*talk, stream=stream), "Losing the job makes me so worried."]
        assert talk[-2] == REPLY
    sent = [one.body for one in scene.upstream.requests]
    assert [len(one["messages"]) for one in sent] == [2, 4, 6]
    assert all(one["messages"][0]["role"] == "system" for one in sent)
    assert all("name-the-loss" in one["messages"][-1]["content"] for one in sent)
    assert sent[0]["messages"][-1]["content"].endswith(LOST)
    assert all(one.get("stream", False) is stream for one in sent)


def test_an_answer_has_the_shape_that_clients_read(scene):
    """Model, bank, finish, counts, and what the agent made of the turn."""
    raw = scene.client.chat.completions.with_raw_response.create(
        model="any", messages=[{"role": "user", "content": LOST}]
    )
    answer = raw.parse()
    assert answer.model == "esc-skills-test"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == 11 + len(REPLY.split())
    facts = answer.to_dict()["esc_skills"]
    assert raw.headers["x-esc-skills-bank"] == facts["bank"] == scene.served.agent.bank.hash
    assert facts["state"]["scenario"] == "job-crisis"
    assert [one["name"] for one in facts["skills"]] == ["name-the-loss"]
    assert facts["skills"][0]["why"]
    assert (facts["alarms"], facts["fixed"]) == ([], "")
    assert "computer program" in facts["notice"]


def test_a_stream_tells_what_it_is_asked(scene):
    """Role first, the end last; counts and facts where the client wants them."""
    parts = list(
        scene.ask(
            LOST,
            stream=True,
            stream_options={"include_usage": True},
            extra_body={"esc_skills": {"show": True}},
        )
    )
    assert parts[0].choices[0].delta.role == "assistant"
    assert [one.choices[0].finish_reason for one in parts if one.choices][-1] == "stop"
    assert parts[-2].to_dict()["esc_skills"]["state"]["scenario"] == "job-crisis"
    assert parts[-1].usage.prompt_tokens == 11
    assert len({one.id for one in parts}) == 1
    plain = list(scene.ask(LOST, stream=True))
    assert all("esc_skills" not in one.to_dict() for one in plain)


def test_unknown_fields_go_upstream_and_ours_do_not(scene):
    """Sampling and foreign fields are passed on; ours, and the client's key, never are (X01)."""
    scene.ask(
        LOST, temperature=0.5, seed=7, extra_body={"top_k": 3, "esc_skills": {"language": "en"}}
    )
    got = scene.upstream.requests[-1]
    assert {name: got.body[name] for name in ("temperature", "seed", "top_k", "model")} == {
        "temperature": 0.5,
        "seed": 7,
        "top_k": 3,
        "model": "tiny",
    }
    assert "esc_skills" not in got.body
    assert got.headers["authorization"] == "Bearer upstream-key-4711-abcdef"


def test_system_messages_of_the_client_stay_first(scene):
    """Its own rules come first, ours after them; text parts are joined."""
    talk = [
        {"role": "system", "content": "Speak like a pirate."},
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Hello."}]},
    ]
    scene.client.chat.completions.create(model="any", messages=talk)
    sent = scene.upstream.requests[-1].body["messages"]
    assert [one["role"] for one in sent] == ["system", "developer", "system", "user"]
    assert [one["content"] for one in sent][:2] == ["Speak like a pirate.", "Be kind."]


def test_the_models_are_listed(scene):
    """One model, by the official client; the server says that it is there."""
    (model,) = scene.client.models.list().data
    assert model.id == scene.client.models.retrieve("esc-skills-test").id == "esc-skills-test"
    assert model.to_dict()["esc_skills"]["notice"]["en"]
    with urllib.request.urlopen(scene.served.url.replace("/v1", "/healthz")) as answer:
        assert json.load(answer) == {"status": "ok"}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_without_an_upstream_the_agent_answers(serve, stream):
    """The agent's own responder speaks, the same words each time, and says what it used."""
    client = serve().client()
    talk = [{"role": "user", "content": LOST}]
    texts = []
    for _ in range(2):
        answer = client.chat.completions.create(model="any", messages=talk, stream=stream)
        if stream:
            texts.append("".join(one.choices[0].delta.content or "" for one in answer))
        else:
            texts.append(answer.choices[0].message.content)
    assert texts[0] == texts[1]
    assert len(texts[0]) > 20


def test_sentences_go_out_one_by_one(stage):
    """With ``sentence`` the pieces are whole sentences, and joined they are the text."""
    scene = stage(release="sentence")
    parts = [one.choices[0].delta.content or "" for one in scene.ask(LOST, stream=True)]
    assert parts[:2] == ["That sounds hard. ", "What hurts most about it?"]
    assert "".join(parts) == REPLY


def test_the_notice_begins_the_first_reply(stage):
    """S20: once at the start, not again; it never reaches the upstream or the agent."""
    scene = stage(notice=True)
    first = scene.told(LOST)
    assert first.startswith("You are talking with a computer program")
    assert first.endswith(REPLY)
    assert scene.told(LOST, first, "Go on.") == REPLY
    chinese = scene.told("我失业了，很难过。")
    assert chinese.startswith("和你对话的是一个计算机程序")
