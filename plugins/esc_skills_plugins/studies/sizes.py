"""The two sizes that every study of the paper comes in: its material, before anything is varied.

``<...>`` stands for what only the user has: data that are not ours to ship, and models. Whatever
the paper leaves open is our choice here, and docs/explanation/published-numbers.md says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ARMS: list[str] = ["none", "static", "evolved"]

PAPER: Mapping[str, Any] = {
    # ESConv's official split: 910 dialogues to learn from, 195 to answer; 196 failed ones to learn.
    "corpus": ["esconv:<ESConv.json>", "failed-esconv:<FailedESConv.json>"],
    "extractor": "paper",
    "distiller": "paper",
    "retriever": "reader",
    "responder": "paper",
    "refiner": "paper",
    "gate": "paired",
    "seeker": "sage",
    # All of SAGE's seekers are reported on, so none of them may be refined or verified with.
    "profiles": [
        {"use": "grid", "purposes": ["refine", "verify"], "per_cell": [2, 4, 1]},
        {"use": "sage", "path": "<profiles.jsonl>", "refine": 0.0, "verify": 0.0},
    ],
    "models": {
        "default": {"use": "openai", "model": "<model>"},
        "seeker": {"use": "openai", "model": "<simulator>"},
    },
    "evolve": {"rounds": 2},
    "run": {"repeats": 1},
}
"""As the paper: its data, SAGE's 100 seekers, models."""

SMALL: Mapping[str, Any] = {
    "corpus": ["sample"],
    "profiles": [{"use": "grid", "per_cell": [1, 2, 1]}],
    "evolve": {"rounds": 1, "max_pairs": 40, "refine_repeats": 1},
    "run": {"repeats": 1},
}
"""No model, no data of others: the sample dialogues and the built-in seekers, in about a minute.
What it shows is that the study runs; it has too few seekers to show much else."""
