"""Small studies over made-up talks, for tests that play them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from acting import asked_in
from roads import TALK

from esc_skills.testing.faultserver import Received

SMALL = """
profiles = { use = "grid", intentions = ["deep-empathy"], per_cell = 1 }
evaluators = ["sage", "safety", "bank"]
reports = ["markdown", "csv"]
design = "swap"
[vary]
retriever = ["none"]
[study]
seeds = 2
[evolve]
rounds = 0
[talk]
limit = 4
[run]
repeats = 1
"""
"""Two variants under two seeds, in which nobody asks a model."""
ASKING = """
profiles = {{ use = "grid", intentions = ["deep-empathy"], per_cell = 1 }}
evaluators = ["sage", "safety"]
reports = ["markdown", "csv"]
responder = "plain"
design = "list"
[[corpus]]
use = "chat-jsonl"
path = "talks.jsonl"
licence = "CC0-1.0"
[models.responder]
use = "openai"
model = "tiny"
base_url = "{url}/v1"
[models.responder.price]
input = 1.0
output = 2.0
[study]
seeds = 2
baseline_arms = ["evolved"]
pairs = [{{ name = "sage alone", evaluators = ["sage"] }}]
[evolve]
rounds = 0
[talk]
limit = 2
[run]
repeats = 1
"""
"""Two variants that ask the very same of the agent's model, and are scored in two ways."""


def write(folder: Path, url: str) -> Path:
    """Write the study that asks, and the talks that it learns from."""
    talk = [{"role": who, "content": text} for who, text in TALK]
    lines = (json.dumps({"id": f"own-{number}", "messages": talk}) + "\n" for number in range(2))
    (folder / "talks.jsonl").write_text("".join(lines), "utf-8")
    (folder / "asking.toml").write_text(ASKING.format(url=url), "utf-8")
    return folder / "asking.toml"


def said(received: Received) -> str:
    """A reply that depends on the request alone; the probe has one of its own."""
    if '{"word": "ok"}' in asked_in(received):
        return '{"word": "ok"}'
    number = hashlib.sha256(asked_in(received).encode()).hexdigest()[:6]
    words = f"That sounds hard, number {number}."
    return json.dumps({"text": words, "strategy": "Others", "why": "to be near"})


def tables(home: Path) -> dict[str, bytes]:
    """What must be equal: every table of a study."""
    found = [home / "study.md", home / "study.tables.json", *sorted((home / "tables").iterdir())]
    return {str(path.relative_to(home)): path.read_bytes() for path in found}


@attrs.frozen
class Stamps:
    """When the files of a study were written last."""

    when: Mapping[str, int]

    @classmethod
    def of(cls, home: Path) -> Stamps:
        """Of all its shards; locks are taken by whoever looks."""
        files = (path for path in home.glob("shards/**/*") if path.is_file())
        return cls({str(p): p.stat().st_mtime_ns for p in files if p.name != "lock"})


def rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
