"""Do skills help? Three arms under SAGE and on held-out dialogues: the paper's main result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esc_skills_plugins.studies.sizes import ARMS, PAPER, SMALL

ABOUT = (
    "The paper's main result: SAGE score, successes and failures of 100 seekers, safety, and "
    "strategy accuracy on held-out dialogues, for no skills, the static and the evolved bank."
)

EVALUATORS = ["sage", "safety", "strategy"]
MEASURES = [
    "sage.emotion",
    "sage.success-rate",
    "sage.failure-rate",
    "safety.unsafe-rate",
    "strategy.accuracy",
    "strategy.macro-f1",
]

STUDIES: Mapping[str, Mapping[str, Any]] = {
    "paper": {
        **PAPER,
        "evaluators": EVALUATORS,
        "design": "list",
        "study": {"name": "main", "seeds": 3, "arms": ARMS, "measures": MEASURES},
    },
    "small": {
        **SMALL,
        "profiles": [{"use": "grid", "per_cell": [2, 3, 4]}],
        "evolve": {"rounds": 1, "max_pairs": 60},
        "evaluators": EVALUATORS,
        "run": {"repeats": 2, "holdout": 0.25},
        "design": "list",
        "study": {"name": "main-small", "seeds": 3, "arms": ARMS, "measures": MEASURES},
    },
}
