"""The experiment of the paper on a real model, cut to a size that a processor can walk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from papers import write_papers

from esc_skills.testing.localmodel import LocalModel

PAPER = Path(__file__).resolve().parents[2] / "examples" / "paper.toml"


pytestmark = [pytest.mark.localmodel, pytest.mark.timeout(400)]


def test_the_papers_experiment_walks_on_a_real_model(
    material: Path, walk: Any, tmp_path: Path
) -> None:
    """Its components annotate, distil, make seekers and answer; again, nothing is sent.

    One dialogue of each kind, one seeker, one exchange, one arm: form is looked at, not quality.
    """
    raw = tomllib.loads(PAPER.read_text("utf-8"))
    write_papers(tmp_path, good=1, failed=1, seekers=1, turns=1)
    raw["corpus"] = [
        f"{name}:{tmp_path / file}" for name, file in (item.split(":") for item in raw["corpus"])
    ]
    few = str(material / "few.toml")
    raw["extractor"] = {"use": "paper", "taxonomy_file": few}
    raw["distiller"] = {"use": "paper", "min_skills": 0, "max_skills": 1}
    cell = {"intentions": ["deep-empathy"], "persona_types": ["negative"], "tries": 1}
    raw["profiles"][0] |= {**cell, "purposes": ["verify"], "language": "en"}
    raw["profiles"][1]["path"] = str(tmp_path / "profiles.jsonl")
    raw["evaluators"].remove("judge")  # judged elsewhere here; calls are counted
    raw |= {"evolve": {"rounds": 0}, "talk": {"limit": 1}}
    raw["run"] = {"repeats": 1, "concurrency": 1, "arms": ["static"]}
    raw["run"]["limits"] = {"tries": 1, "at_once": 1}
    del raw["models"]
    sampling = {"max_tokens": 320, "temperature": 0.0}
    # A server of its own: what a shared one has cached moves this small model's words.
    with LocalModel(room=4096) as model:
        paper = walk({"use": "openai", "base_url": model.chat_url, "sampling": sampling}, **raw)
        done = paper.run(calls=13)
        before, sent = paper.bytes, len(paper.sends)
        paper.run(calls=13)
    assert {item.arm for item in done.scores if item.name == "emotion"} == {"static"}
    assert {role for _, role, *_ in paper.sends} >= {"extractor", "profiles", "responder"}
    assert (paper.bytes, len(paper.sends)) == (before, sent)
