"""Answers in the shapes of OpenAI's Chat Completions."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import attrs

from esc_skills.model import SkillsBank
from esc_skills_serve.counsel import Told
from esc_skills_serve.texts import NOTICE, pick

NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""Counts of an answer for which no model was asked."""


@attrs.frozen(kw_only=True)
class Label:
    """What stands on every answer."""

    model: str
    """Name that this server goes by."""
    bank: SkillsBank | None
    """Bank in use."""

    @property
    def bank_hash(self) -> str:
        """The bank's content hash; ``none`` without one."""
        return self.bank.hash if self.bank else "none"

    def card(self) -> dict[str, Any]:
        """The one model that is listed."""
        bank = self.bank
        facts = {
            "bank": self.bank_hash,
            "skills": len(bank.active) if bank else 0,
            "stamps": list(bank.notes) if bank else [],
            "licences": list(bank.licences) if bank else [],
            "notice": dict(NOTICE),
        }
        own = {"id": self.model, "object": "model", "created": 0, "owned_by": "esc-skills"}
        return {**own, "esc_skills": facts}


@attrs.frozen(kw_only=True)
class Slip:
    """One answer under way."""

    label: Label
    """Whose it is."""
    language: str
    """The seeker's."""
    id: str = attrs.field(factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    """Same in every piece."""
    created: int = attrs.field(factory=lambda: int(time.time()))
    """Unix time."""

    def facts(self, told: Told) -> dict[str, Any]:
        """What the agent made of the turn; no words of the person are in it."""
        state = told.state
        return {
            "bank": self.label.bank_hash,
            "state": None
            if state is None
            else {
                "label": state.label,
                "scenario": state.scenario,
                "emotion": state.emotion,
                "intensity": state.intensity,
            },
            "skills": [
                {"name": one.skill, "why": one.why, "score": round(one.score, 6)}
                for one in told.matches
            ],
            "alarms": [
                {"rule": one.rule, "speaker": one.speaker, "severity": one.severity}
                for one in told.alarms
            ],
            "fixed": told.fixed,
            "notice": pick(NOTICE, self.language),
        }

    def whole(self, text: str, told: Told) -> dict[str, Any]:
        """An answer that is not streamed."""
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": told.finish,
        }
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": told.usage or NO_TOKENS,
            "esc_skills": self.facts(told),
        }

    def piece(self, text: str, *, first: bool) -> bytes:
        """A piece of a stream."""
        delta = {"role": "assistant", "content": text} if first else {"content": text}
        return self._event([self._choice(delta, None)])

    def end(self, told: Told, *, show: bool) -> bytes:
        """The piece that tells why a stream ends."""
        facts = {"esc_skills": self.facts(told)} if show else {}
        return self._event([self._choice({}, told.finish)], **facts)

    def counts(self, told: Told) -> bytes:
        """The piece with token counts."""
        return self._event([], usage=told.usage or NO_TOKENS)

    def _choice(self, delta: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
        return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.label.model,
        }

    def _event(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        return event({**self._head("chat.completion.chunk"), "choices": choices, **more})


DONE = b"data: [DONE]\n\n"
"""Ends every stream that went well."""


def event(body: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"
