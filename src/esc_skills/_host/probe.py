"""Run by ``doctor`` in a process of its own: load entries one by one and tell how it went.

One JSON line an entry, on the real standard output; whatever the plug-ins print goes to standard
error. When the process dies, the first entry without a line is the one that killed it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.hooks import PROVIDERS
from esc_skills._host.loading import Host
from esc_skills._host.presets import preset, study_preset
from esc_skills.errors import EscSkillsError


def load(host: Host, role: str, name: str) -> None:
    """Load whatever an entry offers, as a run would that chose it.

    Raises:
        EscSkillsError: It cannot be used.
    """
    if role in PROVIDERS:
        host.component_class(role, name)
    elif role == "watcher":
        host.watchers([name])
    elif role == "study":
        study_preset(host.catalogue, name)
    else:
        preset(host.catalogue, name)


def outcome(host: Host, key: str) -> dict[str, Any]:
    """Load one entry and put the result in a form for JSON."""
    role, _, name = key.partition(".")
    try:
        load(host, role, name)
    except EscSkillsError as fault:
        return {"key": key, "reason": fault.message, "hint": fault.hint}
    return {"key": key, "reason": "", "hint": ""}


def main(keys: list[str]) -> None:
    """Load the entries ``keys`` in order."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as lines:
        os.dup2(2, 1)
        host = Host(Catalogue.read())
        for key in keys:
            lines.write(json.dumps(outcome(host, key)) + "\n")
            lines.flush()
        # A plug-in's own threads and exit handlers have nothing to add.
        lines.flush()
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
