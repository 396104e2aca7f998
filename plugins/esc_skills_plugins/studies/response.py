"""Do skills answer as people did? Three arms on the turns of held-out dialogues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esc_skills_plugins.studies.sizes import ARMS, PAPER, SMALL

ABOUT = (
    "The paper's response level: strategy accuracy, F1 and preference bias beside majority and "
    "random, BLEU, ROUGE-L, METEOR, Distinct and length of three arms on held-out dialogues."
)

EVALUATORS = ["strategy", "overlap"]
MEASURES = [
    "strategy.accuracy",
    "strategy.macro-f1",
    "strategy.weighted-f1",
    "strategy.preference-bias",
    "overlap.bleu-2",
    "overlap.bleu-4",
    "overlap.rouge-l",
    "overlap.meteor",
    "overlap.distinct-1",
    "overlap.distinct-2",
    # The two above are of all replies together and have no pairs; these are means, and have.
    "overlap.distinct-1-mean",
    "overlap.distinct-2-mean",
    "overlap.length",
]

STUDIES: Mapping[str, Mapping[str, Any]] = {
    "paper": {
        **PAPER,
        "evaluators": EVALUATORS,
        # Conversations are held for evolution alone: SAGE's seekers stay out of it.
        "profiles": [{"use": "grid", "per_cell": [2, 4, 1]}],
        "design": "list",
        "study": {"name": "response", "seeds": 3, "arms": ARMS, "measures": MEASURES},
    },
    "small": {
        **SMALL,
        "evaluators": EVALUATORS,
        "run": {"repeats": 1, "holdout": 0.25},
        "design": "list",
        "study": {"name": "response-small", "seeds": 5, "arms": ARMS, "measures": MEASURES},
    },
}
