"""A model that plays every role: what it says depends on the request alone.

So two runs of one experiment are comparable to the byte, whatever was killed, refused or repeated
in between.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from esc_skills.testing.faultserver import Received

WORDS = ("stone", "river", "lamp", "window", "bread", "garden", "letter", "bridge", "market")
LABELS: Mapping[str, Sequence[Any]] = {
    "scenario": ["job-crisis"],
    "state": ["worried", "self-blaming"],
    "state_after": ["calmer"],
    "states": [["worried"]],
    "not_states": [[]],
    "action": ["validate", "explore-feelings"],
    "actions": [["validate"]],
    "change": ["calms", "opens-up"],
    "changes": [["calms"]],
    "strategy": ["Question", "Reflection of feelings", "Others"],
    "exchange": [0],
}
"""What a component accepts in some fields of its answers."""


def _number(seed: str) -> int:
    """A number that depends on a text alone."""
    return int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16)


def said(seed: str) -> str:
    """A sentence that hardly comes twice."""
    words = (WORDS[_number(f"{seed}{place}") % len(WORDS)] for place in range(9))
    return " ".join(words).capitalize() + "."


def _made(form: Mapping[str, Any], seed: str, asked: str, name: str = "") -> Any:
    """A value of a JSON schema; names that components check by code get what they want."""
    figure = form.get("type") in {"integer", "number"} and name != "exchange"
    if "anyOf" not in form and name in LABELS and not figure:
        return LABELS[name][_number(seed) % len(LABELS[name])]
    if name in {"trace", "item"}:
        found = re.search(r"t-[0-9a-f]{6,}" if name == "trace" else r"Item: (\S+)", asked)
        return found[found.re.groups] if found else ""
    if name == "turns":
        shown = re.findall(r'"turn": ?(\d+), ?"speaker": ?"supporter"', asked)
        return [{**_made(form["items"], seed + row, asked), "turn": int(row)} for row in shown]
    if name == "name":
        return "-".join(said(seed).lower().split()[:3])
    if name == "kind":
        return "add" if "Which edits" in asked else "missing-skill"
    if form.get("type") == "object":
        inner = form["properties"].items()
        return {key: _made(item, f"{seed}.{key}", asked, key) for key, item in inner}
    if form.get("type") == "array":
        item, words = form["items"], {"guidance": [said(seed)], "failures": ["f1"]}
        whole = item.get("type") == "object" and name != "risks"
        return [_made(item, f"{seed}.0", asked)] if whole else words.get(name, [])
    if name == "value":
        return 1 + _number(seed) % 5
    return {"string": said(seed), "boolean": False}.get(form.get("type", ""), _number(seed) % 5)


def asked_in(received: Received) -> str:
    """What a request says; the mark around untrusted text is left out, since no run can know it."""
    texts = (str(message["content"]) for message in received.body["messages"])
    return re.sub(r"data-[0-9a-f]{16,}", "data", "\n".join(texts))


def form_of(received: Received) -> Mapping[str, Any]:
    """The JSON schema that a request of Chat Completions or Messages brings."""
    if received.api == "messages":
        form: Mapping[str, Any] = received.body["output_config"]["format"]["schema"]
        return form
    form = received.body["response_format"]["json_schema"]["schema"]
    return form


def act(received: Received) -> str:
    """Play the role that a request asks for, by the schema that it brings."""
    asked = asked_in(received)
    form = form_of(received)
    return json.dumps(_made(form, hashlib.sha256(asked.encode()).hexdigest(), asked))


def fingerprint(received: Received) -> str:
    """What was asked, all settings included."""
    rest = {key: value for key, value in received.body.items() if key != "messages"}
    whole = asked_in(received) + json.dumps(rest, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
