"""The Messages API on the wire: bodies from requests, completions from answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from esc_skills.spec import Completion, Request
from esc_skills_plugins.backends.border import count, malformed, name_of, texts, whole
from esc_skills_plugins.backends.schemas import NAME, parsed

_ENDS = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}


def messages_body(
    request: Request, *, schema: str, cache: bool, form: Callable[[str], Any]
) -> dict[str, Any]:
    """Body of a Messages call, without settings.

    Args:
        request: The request.
        schema: ``native``, ``tool`` (the answer is the input of a tool) or ``off``.
        cache: Marks the end of the system text for the provider's prompt cache. A tool stands
            before it and is kept with it; what comes after differs from call to call, and to
            write that would cost more than it saves. One mark of the four that are allowed.
        form: Makes the schema's text into one that the provider accepts.
    """
    messages = [{"role": role, "content": text} for role, text in request.messages]
    body: dict[str, Any] = {"model": request.model, "messages": messages}
    if request.system:
        system: dict[str, Any] = {"type": "text", "text": request.system}
        body["system"] = [system | {"cache_control": {"type": "ephemeral"}}] if cache else [system]
    if request.schema and schema == "native":
        body["output_config"] = {"format": {"type": "json_schema", "schema": form(request.schema)}}
    elif request.schema and schema == "tool":
        told = "Give the answer, whole, as the input of this tool."
        tool = {"name": NAME, "description": told, "input_schema": parsed(request.schema)}
        body |= {"tools": [tool], "tool_choice": {"type": "tool", "name": NAME}}
    return body


def messages_completion(body: Mapping[str, Any], where: str) -> Completion:
    """Read an answer of the Messages API; no content is an empty answer.

    Raises:
        BackendError: The body is not of the API's shape.
    """
    content, reason = body.get("content", ...), body.get("stop_reason") or "end_turn"
    if not isinstance(reason, str) or reason not in _ENDS:
        raise malformed("ended for a reason that is not known", where)
    if content is ...:
        raise malformed("holds no content", where)
    said = texts(content or [], "text", "text", where)
    given = [
        json.dumps(block.get("input"), ensure_ascii=False)
        for block in content or []
        if block.get("type") == "tool_use" and block.get("name") == NAME
    ]
    usage = body.get("usage")
    read = count(usage, "cache_read_input_tokens")
    written = count(usage, "cache_creation_input_tokens")
    return Completion(
        text=whole(given[0] if given else "".join(said)),
        stop=_ENDS[reason],
        tokens_in=count(usage, "input_tokens") + read + written,
        tokens_out=count(usage, "output_tokens"),
        tokens_cached=read,
        tokens_written=written,
        model=name_of(body),
        reason=reason,
    )
