"""A small real model behind the server; form only, for so small a model obeys no meaning."""

from __future__ import annotations

import pytest
from esc_skills_serve.wire import WireUpstream

import esc_skills
from esc_skills.errors import ConfigError
from esc_skills.model import Alarm
from esc_skills.testing.localmodel import LocalModel


@pytest.fixture(scope="module")
def model():
    """The model; two calls are made to it."""
    pytest.importorskip("xllamacpp")
    try:
        with LocalModel(longest=8) as model:
            yield model
    except ConfigError as fault:
        pytest.skip(fault.message)


@pytest.mark.localmodel
def test_a_streaming_conversation_with_a_real_model(serve, model):
    """Two turns are streamed by llama.cpp; a disclosure after them never reaches it."""
    # No room for skills: a model on one thread reads them for seconds, and form is all it shows.
    served = serve(upstream=lambda: WireUpstream(url=model.chat_url, model="smollm2"), room=0)
    talk, fixed = [], []
    for said in (
        "I lost my job and I feel so worried.",
        "My sister is here now.",
        "I want to kill myself tonight.",
    ):
        talk.append({"role": "user", "content": said})
        before = model.counts.prompt
        parts = list(
            served.client(timeout=100).chat.completions.create(
                model="any",
                messages=talk,
                stream=True,
                max_tokens=8,
                extra_body={"esc_skills": {"show": True}},
            )
        )
        text = "".join(one.choices[0].delta.content or "" for one in parts if one.choices)
        facts = next(one for one in reversed(parts) if one.choices).to_dict()["esc_skills"]
        talk.append({"role": "assistant", "content": text})
        fixed.append(facts["fixed"])
        assert text.strip()
        assert (model.counts.prompt > before) == (said != "I want to kill myself tonight.")
    help_text = esc_skills.component("guard", "crisis", {"locale": "GB"}).answer(
        Alarm(rule="crisis.suicide", speaker="seeker"), "en"
    )
    assert talk[5]["content"] == help_text
    assert fixed[2] == "alarm"
    assert not {"failed", "no-room"} & set(fixed)
