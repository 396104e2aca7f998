"""Which plug-ins work? Each distribution is tried in a process that it may bring down."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby

import attrs

from esc_skills._host.blame import owner
from esc_skills._host.catalogue import Catalogue, Entry
from esc_skills.errors import PluginLoadError

AGED = 180
"""Days after which numbers in a text may have changed."""
PATIENCE = 60.0
"""Seconds that the entries of one distribution may take to load."""


@attrs.frozen(kw_only=True)
class Diagnosis:
    """What was found out about one entry."""

    entry: Entry
    """Which one."""
    state: str
    """``ok``, ``broken`` or ``disabled``."""
    reason: str = ""
    """What is wrong, or at least bad manners; empty when nothing is."""
    hint: str = ""
    """What to do next; empty when nothing is wrong."""
    checked: str = ""
    """ISO day on which its texts were last checked, where it names one."""

    @property
    def told(self) -> str:
        """Reason and next step on one line."""
        return f"{self.reason} ({self.hint})" if self.hint else self.reason


def examine(catalogue: Catalogue, *, patience: float = PATIENCE) -> tuple[Diagnosis, ...]:
    """Load every entry that may be loaded, outside this process.

    Args:
        catalogue: What to look at; disabled entries are left unimported.
        patience: Seconds for one distribution, before its current entry counts as hanging.

    Returns:
        One diagnosis an entry, in catalogue order.
    """
    found = {id(item): _unready(item) for item in catalogue.entries if item.status != "ready"}
    ready = [item for item in catalogue.entries if item.status == "ready"]
    by_owner = sorted(ready, key=lambda item: item.distribution)
    for _, group in groupby(by_owner, key=lambda item: item.distribution):
        entries = tuple(group)
        found.update(zip(map(id, entries), _tried(entries, patience), strict=True))
    return tuple(found[id(item)] for item in catalogue.entries)


def dated(found: Diagnosis, today: str) -> Diagnosis:
    """The same, with a warning where its texts are older than half a year, or of no known day.

    Args:
        found: What was found out.
        today: ISO day, with or without a time.
    """
    if not found.checked:
        return found
    try:
        day = datetime.date.fromisoformat(found.checked)
    except ValueError:
        return attrs.evolve(found, reason=f"names no day of a check: {found.checked!r}")
    days = (datetime.date.fromisoformat(today[:10]) - day).days
    if days <= AGED:
        return found
    return attrs.evolve(
        found,
        reason=f"its texts were last checked on {day}, {days} days ago",
        hint=f"look at their numbers, or for a newer {found.entry.distribution}",
    )


def tried(entry: Entry) -> None:
    """Load one entry in a process that it may bring down.

    Raises:
        PluginLoadError: It did, or it is broken.
    """
    (found,) = _tried((entry,), PATIENCE)
    if found.state == "broken":
        raise PluginLoadError(found.reason, hint=found.hint, **owner(entry))


def _unready(entry: Entry) -> Diagnosis:
    if entry.status == "disabled":
        return Diagnosis(entry=entry, state="disabled", reason=entry.reason)
    hints = {
        "conflict": f"uninstall one, or disable it: --no-plugin {entry.distribution}",
        "invalid": f"report it to the authors of {entry.distribution}",
    }
    return Diagnosis(entry=entry, state="broken", reason=entry.reason, hint=hints[entry.status])


def _tried(entries: tuple[Entry, ...], patience: float) -> Iterator[Diagnosis]:
    """Try entries in one process, and the rest in another one when it dies."""
    left = list(entries)
    while left:
        lines, end = _probe([item.key for item in left], patience)
        for facts in lines:
            entry = left.pop(0)
            del facts["key"]
            yield Diagnosis(entry=entry, **facts)
        if left:
            yield _killed(left.pop(0), end)


def _killed(entry: Entry, end: str) -> Diagnosis:
    return Diagnosis(
        entry=entry,
        state="broken",
        reason=f"importing it {end}",
        hint=f"uninstall {entry.distribution}, or disable it: --no-plugin {entry.key}",
    )


def _probe(keys: list[str], patience: float) -> tuple[list[dict[str, str]], str]:
    """Run the probe; give its complete lines and how it ended."""
    command = [sys.executable, "-P", "-m", "esc_skills._host.probe", *keys]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, capture_output=True, timeout=patience, check=False
        )
        output, end = done.stdout, _end(done.returncode)
    except subprocess.TimeoutExpired as fault:
        output, end = fault.stdout or b"", f"took longer than {patience:.0f} s"
    lines = output.split(b"\n")[:-1]
    return [json.loads(line) for line in lines], end


def _end(code: int) -> str:
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return f"ended the process {how}"
