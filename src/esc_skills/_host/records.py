"""Who touched a result: one line of the plug-in table for every component in use."""

from __future__ import annotations

from typing import Any

from esc_skills._codec.settings import unstructure
from esc_skills._host.catalogue import Entry
from esc_skills._host.wrapping import unwrapped
from esc_skills.model import short_hash


def describe(component: Any, entry: Entry) -> dict[str, Any]:
    """Facts for ``run.json``.

    Args:
        component: The instance in use, behind a pane or not.
        entry: Its line in the catalogue.

    Returns:
        ``role``, ``name``, ``distribution``, ``version``, ``settings`` (plain data, defaults
        included) and ``settings_hash`` (12 hexadecimal digits over name and settings).
    """
    settings = unstructure(unwrapped(component))
    return {
        "role": entry.role,
        "name": entry.name,
        "distribution": entry.distribution,
        "version": entry.version,
        "settings": settings,
        "settings_hash": short_hash({"name": entry.name, "settings": settings}),
    }
