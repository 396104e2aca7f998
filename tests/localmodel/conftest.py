"""One real model for all tests here, and the experiments that they walk on it.

These tests look at form: shape, flow, resume, budget, accounting. A model this small has no
quality that a test could hold on to.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import tomli_w

import esc_skills
from esc_skills.testing.localmodel import MODEL, LocalModel
from esc_skills_plugins._shared.taxonomy import default_taxonomy

MOST_CALLS = 40
"""Requests that all tests here may send together; a small model needs now more, now fewer tries."""
TALK = [
    ("seeker", "I lost my job and I feel so sad."),
    ("supporter", "That sounds hard. How are you today?"),
    ("seeker", "A little better now that I can tell someone."),
]
FEW = {
    "scenario": ("breakup", "loneliness"),
    "state": ("opening-up", "overwhelmed"),
    "action": ("explore-situation", "explore-feelings", "ask-needs"),
    "change": ("opens-up", "feels-judged"),
}


@attrs.frozen
class Walk:
    """A run folder on the real model, and what its journal says."""

    experiment: Mapping[str, Any]
    """What is walked."""
    out: Path
    """Where."""

    def run(self, **budget: int) -> esc_skills.Run:
        """Walk it, again if it was walked before."""
        rules = self.experiment["run"] | {"budget": budget}
        return esc_skills.run({**self.experiment, "run": rules}, out=self.out)

    def ask(self, what: str) -> list[Any]:
        """Rows of the journal."""
        with sqlite3.connect(self.out / "journal.sqlite") as base:
            return base.execute(what).fetchall()

    @property
    def sends(self) -> list[tuple[str, str, str, int, int]]:
        """Every request: key, role, state, tokens in, tokens out."""
        return self.ask("SELECT key, role, state, tokens_in, tokens_out FROM sends ORDER BY id")

    @property
    def bytes(self) -> dict[str, str]:
        """Hash of every file of the result; run.json holds the time, the journal is a database."""
        return {
            str(path.relative_to(self.out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and not path.name.startswith(("run.json", "journal", "lock"))
        }

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of a JSON Lines file of the run."""
        return [json.loads(line) for line in (self.out / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def model() -> Iterator[LocalModel]:
    """The real model; its room is small, so that a prompt that grew is found here."""
    with LocalModel(room=4096) as running:
        yield running


@pytest.fixture(scope="session")
def opened() -> Iterator[list[Walk]]:
    """Every walk of the session; at its end the calls are counted."""
    walks: list[Walk] = []
    yield walks
    sent = [len(walk.sends) for walk in walks]
    assert sum(sent) <= MOST_CALLS, sent


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dialogue of three turns, and a taxonomy of few labels, for short prompts."""
    folder = tmp_path_factory.mktemp("material")
    messages = [{"role": role, "content": text} for role, text in TALK]
    messages[1]["strategy"] = "Question"
    (folder / "talk.jsonl").write_text(json.dumps({"id": "one", "messages": messages}), "utf-8")
    whole = default_taxonomy()
    few = {
        kind: [
            attrs.asdict(label)
            for label in getattr(whole, f"{kind}s")
            if label.name in names or label.name == "crisis"
        ]
        for kind, names in FEW.items()
    }
    (folder / "few.toml").write_text(tomli_w.dumps({"name": "few", **few}), "utf-8")
    return folder


@pytest.fixture(scope="session")
def walk(material: Path, opened: list[Walk], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes a walk: ``walk(backend, **keys laid over the smallest experiment)``."""

    def make(backend: Mapping[str, Any], **keys: Any) -> Walk:
        default = {"model": MODEL, "key": "", **backend}
        small = {
            "corpus": [f"chat-jsonl:{material / 'talk.jsonl'}"],
            "extractor": "annotated",
            "seeker": "appraisal",
            "profiles": {
                "use": "grid",
                "intentions": ["deep-empathy"],
                "persona_types": ["negative"],
            },
            "evaluators": ["sage", {"use": "judge", "items": ["warmth"]}],
            "reports": ["markdown"],
            "talk": {"limit": 1, "score_last": True},
            "run": {"repeats": 1, "concurrency": 1, "limits": {"tries": 1}},
            "models": {"default": default},
        }
        made = Walk({**small, **keys}, tmp_path_factory.mktemp("walk") / "run")
        opened.append(made)
        return made

    return make
