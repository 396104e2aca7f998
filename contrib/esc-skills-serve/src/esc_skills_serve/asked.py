"""What a client asks, checked: anything that is not understood is refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from esc_skills.model import Turn
from esc_skills_serve.faults import HttpError, wrong
from esc_skills_serve.texts import language_of, without_notice

MOST_MESSAGES = 400
"""Messages of one request."""
ROLES = ("system", "developer", "user", "assistant")
"""Roles that a message may have."""
SPEAKERS = {"user": "seeker", "assistant": "supporter"}
"""Who speaks in a role."""
REFUSED: Mapping[str, str] = {
    "audio": "this server speaks text only",
    "function_call": "this server calls no tools",
    "functions": "this server calls no tools",
    "logprobs": "a guarded text has no probabilities",
    "prediction": "leave it out",
    "response_format": "a fixed help text follows no format",
    "store": "conversations are not stored here",
    "tool_choice": "this server calls no tools",
    "tools": "this server calls no tools",
    "top_logprobs": "a guarded text has no probabilities",
    "web_search_options": "this server looks nothing up",
}
"""Fields that would need what this server does not do, with the reason."""
HARMLESS: Mapping[str, Any] = {
    "logprobs": False,
    "response_format": {"type": "text"},
    "store": False,
    "tool_choice": "none",
    "top_logprobs": 0,
}
"""Values of refused fields that ask for nothing."""
OWN = frozenset({"messages", "model", "n", "modalities", "stream", "stream_options", "esc_skills"})
"""Fields that are read here and never passed on as they are."""


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _stops(value: Any) -> bool:
    listed = value if isinstance(value, list) else [value]
    return len(listed) <= 16 and all(isinstance(one, str) for one in listed)


CHECKED: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "frequency_penalty": ("a number from -2 to 2", _number(-2, 2)),
    "max_completion_tokens": ("a whole number from 1", lambda it: _whole(it) and it > 0),
    "max_tokens": ("a whole number from 1", lambda it: _whole(it) and it > 0),
    "presence_penalty": ("a number from -2 to 2", _number(-2, 2)),
    "seed": ("a whole number", _whole),
    "stop": ("a text or a list of at most 16", _stops),
    "temperature": ("a number from 0 to 2", _number(0, 2)),
    "top_p": ("a number from 0 to 1", _number(0, 1)),
    "user": ("a text", lambda value: isinstance(value, str)),
}
"""Fields that are passed on, with what they must be."""


@attrs.frozen(kw_only=True)
class Message:
    """One message of the client."""

    role: str
    """One of ``ROLES``."""
    text: str
    """What it says; text parts are joined by line breaks."""


@attrs.frozen(kw_only=True)
class Asked:
    """A request that can be answered."""

    messages: tuple[Message, ...] = attrs.field(repr=False)
    """In the client's order."""
    model: str = ""
    """Model that the client named."""
    settings: Mapping[str, Any] = attrs.field(factory=dict)
    """All further fields, as they came."""
    stream: bool = False
    """Whether the answer comes in pieces."""
    usage: bool = False
    """Whether a stream ends with token counts."""
    show: bool = False
    """Whether a stream tells of state, skills and alarms."""
    tongue: str = ""
    """Language tag that the client gave; empty to find out."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The talk; messages of one side in a row are one turn, so that guards see all of it."""
        turns: list[Turn] = []
        for one in self.messages:
            if one.role not in SPEAKERS:
                continue
            speaker = SPEAKERS[one.role]
            text = without_notice(one.text) if speaker == "supporter" else one.text
            if turns and turns[-1].speaker == speaker:
                text = f"{turns.pop().text}\n{text}"
            turns.append(Turn(speaker=speaker, text=text))  # type: ignore[arg-type]
        return tuple(turns)

    @property
    def language(self) -> str:
        """The client's tag, else what the seeker's last words look like."""
        return self.tongue or language_of(self.turns[-1].text)

    @property
    def replies(self) -> int:
        """Replies that the seeker has had."""
        return sum(turn.speaker == "supporter" for turn in self.turns)


def parse(raw: bytes) -> Asked:
    """Check the body of a request.

    Raises:
        HttpError: With status 400 and the field.
    """
    try:
        body = json.loads(raw, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise wrong("the body is no JSON", param="", hint="send one JSON object") from None
    if not isinstance(body, dict):
        raise wrong("the body is no JSON object", param="", hint="send one JSON object")
    facts = {name: value for name, value in body.items() if value is not None}
    _refuse_unsupported(facts)
    own = _mapping(facts, "esc_skills")
    tongue = own.get("language", "")
    if not isinstance(tongue, str) or len(tongue) > 35:
        raise wrong("it is no language tag", param="esc_skills.language", hint='write "en"')
    options = _mapping(facts, "stream_options")
    return Asked(
        messages=_messages(facts.get("messages")),
        model=_text(facts, "model"),
        settings=_settings(facts),
        stream=_flag(facts, "stream"),
        usage=_flag(options, "include_usage"),
        show=_flag(own, "show"),
        tongue=tongue,
    )


def _refuse(name: str) -> None:
    raise ValueError(name)


def _finite(figure: str) -> float:
    number = float(figure)
    if math.isinf(number):
        raise ValueError(figure)
    return number


def _refuse_unsupported(facts: Mapping[str, Any]) -> None:
    for name, why in REFUSED.items():
        if facts.get(name) not in (None, [], {}, HARMLESS.get(name)):
            raise wrong(
                f"{name} is not supported: {why}",
                param=name,
                hint=f"send the request without {name}",
                code="unsupported_parameter",
            )
    if facts.get("n", 1) != 1 or isinstance(facts.get("n"), bool):
        raise wrong("n is not 1", param="n", hint="ask once for each answer")
    if facts.get("modalities", ["text"]) != ["text"]:
        raise wrong("only text is spoken here", param="modalities", hint='send ["text"]')


def _settings(facts: Mapping[str, Any]) -> dict[str, Any]:
    passed = {name: facts[name] for name in facts if name not in OWN and name not in REFUSED}
    for name, (shape, fits) in CHECKED.items():
        if name in passed and not fits(passed[name]):
            raise wrong(f"{name} must be {shape}", param=name, hint="correct it or leave it out")
    return passed


def _flag(facts: Mapping[str, Any], name: str) -> bool:
    value = facts.get(name, False)
    if not isinstance(value, bool):
        raise wrong(f"{name} must be true or false", param=name, hint="correct it")
    return value


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name, "")
    if not isinstance(value, str):
        raise wrong(f"{name} must be a text", param=name, hint="see GET /v1/models")
    return value


def _mapping(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = facts.get(name, {})
    if not isinstance(value, dict):
        raise wrong(f"{name} must be an object", param=name, hint="correct it or leave it out")
    return value


def _messages(value: Any) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise wrong("messages must be a list", param="messages", hint="send at least one message")
    if len(value) > MOST_MESSAGES:
        raise HttpError(
            400,
            f"there are {len(value)} messages, at most {MOST_MESSAGES} are read",
            hint="leave out the oldest ones",
            param="messages",
            code="context_length_exceeded",
        )
    made = tuple(_message(one, f"messages[{place}]") for place, one in enumerate(value))
    spoken = [one for one in made if one.role in SPEAKERS]
    if not spoken or spoken[-1].role != "user" or not spoken[-1].text.strip():
        raise wrong(
            "the talk does not end with words of the user",
            param="messages",
            hint="send the user's message last",
        )
    return made


def _message(value: Any, at: str) -> Message:
    if not isinstance(value, dict):
        raise wrong("a message must be an object", param=at, hint="send role and content")
    role = value.get("role")
    if not isinstance(role, str) or role not in ROLES:
        told = "tools are not supported" if role in ("tool", "function") else "unknown role"
        raise wrong(told, param=f"{at}.role", hint=f"send one of {', '.join(ROLES)}")
    for name in ("tool_calls", "function_call", "audio"):
        if value.get(name):
            raise wrong(f"{name} is not supported", param=f"{at}.{name}", hint="leave it out")
    content = value.get("content")
    if isinstance(content, list) and content:
        content = "\n".join(
            _part(part, f"{at}.content[{place}]") for place, part in enumerate(content)
        )
    if not isinstance(content, str):
        raise wrong(
            "content must be a text or a list of text parts",
            param=f"{at}.content",
            hint="send the words of the message",
        )
    return Message(role=role, text=_sound(content))


def _part(part: Any, at: str) -> str:
    if not isinstance(part, dict) or part.get("type") != "text":
        raise wrong("only text parts are read", param=f"{at}.type", hint="leave other parts out")
    text = part.get("text")
    if not isinstance(text, str):
        raise wrong("a text part has no text", param=f"{at}.text", hint="send its words")
    return text


def _sound(text: str) -> str:
    """The text, with halves of characters replaced, so that it can be sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
