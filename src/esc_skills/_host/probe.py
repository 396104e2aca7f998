"""Run by ``doctor`` in a process of its own: load entries one by one and tell how it went.

One JSON line an entry, on the real standard output; whatever the plug-ins print goes to standard
error. When the process dies, the first entry without a line is the one that killed it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from typing import Any

from esc_skills._host.banks import bank_folder
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.hooks import PROVIDERS
from esc_skills._host.loading import Host
from esc_skills._host.presets import preset, study_preset
from esc_skills.errors import EscSkillsError

SLOW = 1.0
"""Seconds of an import that are worth a word."""


def load(host: Host, role: str, name: str) -> str:
    """Load whatever an entry offers, as a run would that chose it.

    Returns:
        The day on which its texts were last checked, where it names one.

    Raises:
        EscSkillsError: It cannot be used.
    """
    if role in PROVIDERS:
        return str(getattr(host.component_class(role, name), "checked", ""))
    if role == "watcher":
        host.watchers([name])
    elif role == "study":
        study_preset(host.catalogue, name)
    elif role == "bank":
        bank_folder(host.catalogue, name)
    else:
        preset(host.catalogue, name)
    return ""


def outcome(host: Host, key: str) -> dict[str, Any]:
    """Load one entry and put the result in a form for JSON."""
    role, _, name = key.partition(".")
    begun, threads = os.times().elapsed, threading.active_count()
    state, reason, hint, checked = "ok", "", "", ""
    kept = os.dup(1)
    with tempfile.TemporaryFile() as words:
        os.dup2(words.fileno(), 1)
        try:
            checked = load(host, role, name)
        except EscSkillsError as fault:
            state, reason, hint = "broken", fault.message, fault.hint
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        if state == "ok":
            took = os.times().elapsed - begun
            habits = (
                (took > SLOW, f"takes {took:.1f} s to import"),
                (words.seek(0, os.SEEK_END) > 0, "prints when it is imported"),
                (threading.active_count() > threads, "starts threads when it is imported"),
            )
            reason = "; ".join(habit for there, habit in habits if there)
    return {"key": key, "state": state, "reason": reason, "hint": hint, "checked": checked}


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
