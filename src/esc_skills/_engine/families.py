"""Which models are kin: a judge tends to like what its own family writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from esc_skills._engine.asking import Model

WATCHED = ("judge", "responder", "seeker")
"""Roles that should not be played by one family."""
_KIN = {"chatgpt": "gpt", "o": "gpt", "codex": "gpt", "smollm": "smollm", "qwq": "qwen"}


def family(name: str) -> str:
    """Family of a model by its name: the first letters, without vendor, path and version.

    Returns:
        Such as ``gpt``, ``claude``, ``qwen``; empty when the name says nothing.
    """
    last = name.lower().rsplit("/", 1)[-1]
    found = re.match(r"[a-z]+", last)
    letters = found[0] if found else ""
    return _KIN.get(letters, letters)


def kinship(models: Mapping[str, Model], roles: Iterable[str]) -> str:
    """A warning when judge, seeker and responder are played by one family.

    Args:
        models: By role; ``default`` stands in.
        roles: Roles that components ask.

    Returns:
        One line; empty when at least two families play, or fewer than two roles are asked.
    """
    asked = [role for role in WATCHED if role in set(roles)]
    names = [
        model.name
        for role in asked
        if (model := models.get(role) or models.get("default")) is not None
    ]
    kin = {family(name) for name in names}
    if len(names) < 2 or len(kin) > 1 or "" in kin:
        return ""
    return (
        f"{' and '.join(asked)} are of one model family ({kin.pop()}): models favour their own "
        "kind; give another under [models]"
    )
