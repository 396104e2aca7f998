"""Who may have done something that left no plug-in's name: those whose code was imported."""

from __future__ import annotations

import sys
from collections.abc import Collection

from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue, Entry, canonical_name


def suspects(files: Collection[str] = ()) -> tuple[Entry, ...]:
    """Imported plug-ins whose module is one of some files; else all that others have written."""
    homes = {
        entry: getattr(sys.modules.get(entry.module), "__file__", None)
        for entry in Catalogue.read().entries
    }
    found = tuple(entry for entry, home in homes.items() if home and home in files)
    return found or tuple(
        entry
        for entry, home in homes.items()
        if home and canonical_name(entry.distribution) != OWN_DISTRIBUTION
    )


def named(entries: Collection[Entry]) -> str:
    """Plug-ins with their distributions, as messages show them."""
    return ", ".join(f"{entry.key} ({entry.owner})" for entry in entries)
