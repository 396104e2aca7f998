"""The responder without skills."""

from __future__ import annotations

import asyncio

from esc_skills.model import STRATEGIES, Match, Moment, Turn
from esc_skills.testing import context
from esc_skills.testing.samples import bank, state
from esc_skills_plugins._shared.promptfiles import prompt_file
from esc_skills_plugins.responders.drafting import PlainDraft
from esc_skills_plugins.responders.plain import Plain, esc_skills_responders

MARK = "MARK-OF-OTHERS"


def test_skills_change_nothing() -> None:
    """With a bank and matches it asks word by word as without, and uses none."""
    seen = []
    for known, matches in ((None, ()), (bank(), (Match(skill="listen-first", score=1.0),))):
        ctx = context(answers={"responder": [PlainDraft(strategy="Question", text="How?")]})
        voice = asyncio.run(Plain().prepare(known, (), ctx))
        now = Moment(history=(Turn(speaker="seeker", text=MARK),), state=state())
        reply = asyncio.run(voice.reply(now, matches, ctx))
        assert (reply.text, reply.used) == ("How?", ())
        seen += ctx.asked
    assert seen[0] == seen[1]
    assert seen[0][0] == "responder"
    assert MARK not in seen[0][1].system + seen[0][1].task
    assert MARK in repr(seen[0][1].data)


def test_prompts_name_all_strategies() -> None:
    """Both languages list the eight strategies by their exact names."""
    for component in ("plain", "paper"):
        for language in ("en", "zh"):
            system = prompt_file("responders", component)[language]["reply"]["system"]
            assert all(f"- {name}" in system for name in STRATEGIES)


def test_hook_brings_plain() -> None:
    """The hook names the component."""
    assert esc_skills_responders() == [Plain]
