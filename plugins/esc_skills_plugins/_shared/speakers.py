"""Who speaks: role names of many data sets, and the two that the model knows."""

from __future__ import annotations

from collections.abc import Mapping

from esc_skills.model import Speaker
from esc_skills_plugins._shared.nearest import suggestion

ROLES: Mapping[str, Speaker] = {
    "seeker": "seeker",
    "speaker": "seeker",
    "help-seeker": "seeker",
    "user": "seeker",
    "usr": "seeker",
    "human": "seeker",
    "client": "seeker",
    "patient": "seeker",
    "supporter": "supporter",
    "listener": "supporter",
    "assistant": "supporter",
    "sys": "supporter",
    "bot": "supporter",
    "gpt": "supporter",
    "counsellor": "supporter",
    "counselor": "supporter",
    "therapist": "supporter",
    "helper": "supporter",
}
"""Role name, lower case, to speaker. ``speaker`` and ``listener`` are FailedESConv's words."""


def speaker_of(role: str) -> Speaker | None:
    """Speaker behind a role name; None when unknown. Case and ends do not matter."""
    return ROLES.get(role) or ROLES.get(role.strip().casefold())


def role_hint(role: str) -> str:
    """What to write instead of an unknown role."""
    return suggestion(role.strip(), ROLES)
