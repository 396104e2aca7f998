"""ESConv's eight strategies and the spellings under which data sets hold them."""

from __future__ import annotations

from collections.abc import Mapping

from esc_skills.model import STRATEGIES
from esc_skills_plugins._shared.nearest import suggestion

ALIASES: Mapping[str, str] = {
    "questions": "Question",
    "other": "Others",
    "direct guidance": "Providing Suggestions",
    "providing suggestion": "Providing Suggestions",
    "providing suggestions or information": "Providing Suggestions",
    "approval and reassurance": "Affirmation and Reassurance",
    "restatement": "Restatement or Paraphrasing",
    "paraphrasing": "Restatement or Paraphrasing",
    "reflection of feeling": "Reflection of feelings",
    "self disclosure": "Self-disclosure",
}
"""Spellings beside the paper's own, lower case, hyphens as spaces."""

_KNOWN: Mapping[str, str] = {
    **{name.casefold().replace("-", " "): name for name in STRATEGIES},
    **ALIASES,
}


def strategy_of(spelling: str) -> str:
    """Strategy of STRATEGIES behind a spelling; empty when there is none.

    Case, white space and hyphens do not matter.
    """
    if spelling in STRATEGIES:
        return spelling
    return _KNOWN.get(" ".join(spelling.casefold().replace("-", " ").split()), "")


def strategy_hint(spelling: str) -> str:
    """What to write instead of an unknown strategy."""
    near = suggestion(spelling, _KNOWN)
    return near if near.startswith("did") else f"the eight strategies are: {', '.join(STRATEGIES)}"
