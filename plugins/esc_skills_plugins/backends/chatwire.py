"""Chat Completions and Responses on the wire: bodies from requests, completions from answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from esc_skills.spec import Completion, Request
from esc_skills_plugins.backends.border import count, malformed, name_of, texts, whole
from esc_skills_plugins.backends.schemas import NAME, closed, is_closed, parsed

_ENDS = {
    "stop": "end",
    "eos": "end",
    "end_turn": "end",
    "tool_calls": "end",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "refusal",
}
_CUTS = {"max_output_tokens": "length", "content_filter": "refusal"}


def chat_body(request: Request, *, schema: str) -> dict[str, Any]:
    """Body of a Chat Completions call, without settings.

    Args:
        request: The request.
        schema: ``native``, ``json`` (an object of any shape) or ``off``.
    """
    system = [{"role": "system", "content": request.system}] if request.system else []
    messages = [{"role": role, "content": text} for role, text in request.messages]
    body: dict[str, Any] = {"model": request.model, "messages": [*system, *messages]}
    if request.schema and schema == "json":
        body["response_format"] = {"type": "json_object"}
    elif request.schema and schema == "native":
        body["response_format"] = {"type": "json_schema", "json_schema": _form(request.schema)}
    return body


def responses_body(request: Request, *, schema: str) -> dict[str, Any]:
    """Body of a Responses call, without settings; asks the provider to keep nothing."""
    # llama.cpp takes an assistant's message only where its type stands beside it.
    messages = [
        {"type": "message", "role": role, "content": text} for role, text in request.messages
    ]
    body: dict[str, Any] = {"model": request.model, "input": messages, "store": False}
    if request.system:
        body["instructions"] = request.system
    if request.schema and schema == "json":
        body["text"] = {"format": {"type": "json_object"}}
    elif request.schema and schema == "native":
        body["text"] = {"format": {"type": "json_schema", **_form(request.schema)}}
    return body


@lru_cache(maxsize=64)
def _form(text: str) -> dict[str, Any]:
    schema = closed(parsed(text))
    return {"name": NAME, "schema": schema, "strict": is_closed(schema)}


def chat_completion(body: Mapping[str, Any], where: str) -> Completion:
    """Read an answer of Chat Completions; no choice, or one without text, is an empty answer.

    Raises:
        BackendError: The body is not of the API's shape.
    """
    choices = body.get("choices", ...)
    if choices is None or choices == []:
        return _done(body, "", "end", "no choices", kind="chat")
    if not isinstance(choices, list) or not isinstance(choices[0], Mapping):
        raise malformed("holds no list of choices", where)
    message, finish = choices[0].get("message"), choices[0].get("finish_reason") or "stop"
    if not isinstance(message, Mapping):
        raise malformed("holds a choice without a message", where)
    if not isinstance(finish, str) or finish not in _ENDS:
        raise malformed("ended for a reason that is not known", where)
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        return _done(body, refusal, "refusal", finish, kind="chat")
    text = _content(message.get("content"), where)
    return _done(body, text, _ENDS[finish], finish, kind="chat")


def _content(content: Any, where: str) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(texts(content, "text", "text", where))


def responses_completion(body: Mapping[str, Any], where: str) -> Completion:
    """Read an answer of Responses; output without text is an empty answer.

    Raises:
        BackendError: The body is not of the API's shape, or says that it failed.
    """
    output, status = body.get("output", ...), body.get("status") or "completed"
    if output is not None and not isinstance(output, list):
        raise malformed("holds no list of output", where)
    cut = body.get("incomplete_details")
    given = cut.get("reason") if isinstance(cut, Mapping) else None
    reason = "completed" if status == "completed" else str(given)
    stop = "end" if status == "completed" else _CUTS.get(reason, "")
    if not stop:
        raise malformed("did not come to an end", where)
    said, refused = [], []
    for item in output or []:
        if isinstance(item, Mapping) and item.get("type") == "message":
            said += texts(item.get("content"), "output_text", "text", where)
            refused += texts(item.get("content"), "refusal", "refusal", where)
    if refused:
        return _done(body, "".join(refused), "refusal", reason, kind="responses")
    return _done(body, "".join(said), stop, reason, kind="responses")


_COUNTS = {
    "chat": ("prompt_tokens", "completion_tokens", "prompt_tokens_details"),
    "responses": ("input_tokens", "output_tokens", "input_tokens_details"),
}


def _done(body: Mapping[str, Any], text: str, stop: str, reason: str, *, kind: str) -> Completion:
    usage = body.get("usage")
    into, out, details = _COUNTS[kind]
    return Completion(
        text=whole(text),
        stop=stop,
        tokens_in=count(usage, into),
        tokens_out=count(usage, out),
        tokens_cached=count(usage, details, "cached_tokens"),
        model=name_of(body),
        reason=reason,
    )
