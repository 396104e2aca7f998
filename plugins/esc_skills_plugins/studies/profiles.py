"""Whom do skills help? Three arms by persona type and by hidden intention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esc_skills_plugins.studies.sizes import ARMS, PAPER, SMALL

ABOUT = (
    "The paper evolves its bank with diverse seekers and mines patterns of failure by profile: "
    "SAGE figures of three arms, broken down by persona type and by hidden intention."
)

MEASURES = ["sage.emotion", "sage.success-rate", "sage.failure-rate"]

STUDIES: Mapping[str, Mapping[str, Any]] = {
    "paper": {
        **PAPER,
        "evaluators": ["sage", "safety"],
        # Eight intentions share 100 seekers: several talks each, or a group is a dozen talks.
        "run": {"repeats": 4},
        "design": "list",
        "study": {"name": "profiles", "seeds": 3, "arms": ARMS, "measures": MEASURES},
    },
    "small": {
        **SMALL,
        "profiles": [{"use": "grid", "per_cell": [2, 3, 8]}],
        "evolve": {"rounds": 1, "max_pairs": 60},
        "evaluators": ["sage", "safety"],
        "run": {"repeats": 2},
        "design": "list",
        "study": {"name": "profiles-small", "seeds": 2, "arms": ARMS, "measures": MEASURES},
    },
}
