"""The plug-in catalogue: what is installed, read from metadata, without importing any of it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import metadata
from typing import Literal

import attrs

from esc_skills._host.nearest import did_you_mean, listed
from esc_skills.errors import PluginConflictError, PluginContractError, UnknownPluginError
from esc_skills.spec import ROLES
from esc_skills.spec.markers import PROJECT

OWN_DISTRIBUTION = "esc-skills"
"""The distribution that safe mode leaves on."""

FIRST_WORDS: tuple[str, ...] = (*ROLES, "watcher", "preset", "study", "bank")
"""What an entry-point name may begin with: the roles in road order, then what is no component."""

ELSEWHERE: Mapping[str, str] = {
    "watcher": "every run calls it; `esc-skills plugins doctor` tries it",
    "preset": "`esc-skills config show` shows what it sets",
    "study": "`esc-skills study reproduce {name} --plan` shows what it runs",
    "bank": "look at it with `esc-skills bank show {name}`",
}
"""Where to look at what is no component."""

Status = Literal["ready", "disabled", "conflict", "invalid"]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@attrs.frozen(kw_only=True)
class Entry:
    """One line of the catalogue."""

    role: str
    """First word of the entry-point name: a role, or another of ``FIRST_WORDS``."""
    name: str
    """What an experiment calls it."""
    module: str
    """Dotted path of the module that holds it."""
    distribution: str
    """Who installed it."""
    version: str = ""
    """Version of that distribution."""
    summary: str = ""
    """One line for people; filled by ``sources.summarised`` when a list is drawn."""
    status: Status = "ready"
    """``ready``, ``disabled``, ``conflict`` (two owners) or ``invalid``."""
    reason: str = ""
    """Why it is not ready; empty when it is."""

    @property
    def key(self) -> str:
        """Entry-point name, such as ``retriever.bm25``."""
        return f"{self.role}.{self.name}" if self.name else self.role

    @property
    def owner(self) -> str:
        """Distribution and version, as messages show them."""
        return f"{self.distribution} {self.version}".strip()


def canonical_name(distribution: str) -> str:
    """Fold a distribution name as pip does: ``My_Plugin`` is ``my-plugin``."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _sound(entry: Entry) -> Entry:
    if entry.role not in FIRST_WORDS:
        guess = did_you_mean(entry.role, FIRST_WORDS)
        reason = f"no role is called {entry.role!r}; {guess or 'roles: ' + ', '.join(FIRST_WORDS)}"
    elif not _NAME.fullmatch(entry.name):
        reason = f"{entry.key!r} is not ROLE.NAME in lower case with hyphens"
    elif not _MODULE.fullmatch(entry.module):
        reason = f"{entry.module!r} is not the dotted path of a module"
    else:
        return entry
    return attrs.evolve(entry, status="invalid", reason=reason)


def _entries_of(distribution: metadata.Distribution) -> Iterator[Entry]:
    name, version = distribution.metadata["Name"] or "unknown", distribution.version or ""
    try:
        points = sorted({(point.name, point.value) for point in _points(distribution)})
    except Exception as fault:  # metadata that cannot be parsed is one bad line, not the end
        reason = f"its entry points cannot be read: {fault}"
        yield Entry(
            role="unknown", name="", module="", distribution=name, version=version,
            status="invalid", reason=reason,
        )  # fmt: skip
        return
    for key, value in points:
        role, _, rest = key.partition(".")
        entry = Entry(role=role, name=rest, module=value, distribution=name, version=version)
        yield _sound(entry)


def _points(distribution: metadata.Distribution) -> Iterable[metadata.EntryPoint]:
    return (point for point in distribution.entry_points if point.group == PROJECT)


def _installed() -> Iterator[Entry]:
    """Read all distributions; of one installed twice, the first on the path counts."""
    seen: set[str] = set()
    for distribution in metadata.distributions():
        try:
            if f"[{PROJECT}]" not in (distribution.read_text("entry_points.txt") or ""):
                continue
            name = canonical_name(distribution.metadata["Name"] or "unknown")
            if name not in seen:
                yield from _entries_of(distribution)
            seen.add(name)
        except (OSError, UnicodeDecodeError, metadata.PackageNotFoundError):
            continue  # a half-removed distribution offers nothing


def _switched_off(entry: Entry, disabled: Collection[str], *, safe: bool) -> Entry:
    if entry.status == "invalid":
        return entry
    owner = canonical_name(entry.distribution)
    if entry.key in disabled or owner in {canonical_name(name) for name in disabled}:
        return attrs.evolve(entry, status="disabled", reason="disabled by name")
    if safe and owner != OWN_DISTRIBUTION:
        return attrs.evolve(entry, status="disabled", reason="safe mode: ESC_SKILLS_SAFE is set")
    return entry


def _with_conflicts(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    claims = Counter(entry.key for entry in entries if entry.status == "ready")

    def marked(entry: Entry) -> Entry:
        if entry.status != "ready" or claims[entry.key] == 1:
            return entry
        owners = [rival.owner for rival in entries if rival.key == entry.key != ""]
        return attrs.evolve(entry, status="conflict", reason=f"claimed by {' and '.join(owners)}")

    return tuple(marked(entry) for entry in entries)


def _order(entry: Entry) -> tuple[int, str, str, str]:
    known = entry.role in FIRST_WORDS
    place = FIRST_WORDS.index(entry.role) if known else len(FIRST_WORDS)
    return place, entry.key, entry.distribution, entry.module


def _from_environment() -> tuple[str, ...]:
    names = os.environ.get("ESC_SKILLS_DISABLE", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


@attrs.frozen(kw_only=True)
class Catalogue:
    """All entries, in road order; nothing behind them has been imported."""

    entries: tuple[Entry, ...] = ()
    """Sorted by role in road order, then by name, then by distribution."""
    unmatched: tuple[str, ...] = ()
    """Names that were to be disabled and fit no entry: probably misspelt."""

    @classmethod
    def read(cls, disabled: Collection[str] = ()) -> Catalogue:
        """Read the metadata of all installed distributions.

        Args:
            disabled: Keys (``retriever.bm25``) or distribution names to switch off, in addition
                to the comma list in ``ESC_SKILLS_DISABLE``. ``ESC_SKILLS_SAFE=1`` switches off
                every distribution but this project's own.
        """
        off = (*disabled, *_from_environment())
        safe = os.environ.get("ESC_SKILLS_SAFE", "").lower() in {"1", "true", "yes", "on"}
        found = tuple(sorted(_installed(), key=_order))
        entries = tuple(_switched_off(entry, off, safe=safe) for entry in found)
        known = {entry.key for entry in found}
        known |= {canonical_name(entry.distribution) for entry in found}
        unmatched = {name for name in off if not {name, canonical_name(name)} & known}
        return cls(entries=_with_conflicts(entries), unmatched=tuple(sorted(unmatched)))

    def of(self, role: str) -> tuple[Entry, ...]:
        """Entries of one role, whatever their status."""
        return tuple(entry for entry in self.entries if entry.role == role)

    def names(self, role: str) -> tuple[str, ...]:
        """Names of one role that can be chosen."""
        return tuple(entry.name for entry in self.of(role) if entry.status == "ready")

    def has(self, role: str, name: str) -> bool:
        """Say whether anybody installed that name, whatever its status."""
        return any(entry.name == name for entry in self.of(role))

    def choose(self, role: str, name: str) -> Entry:
        """Find the one entry an experiment means.

        Raises:
            UnknownPluginError: No such role or name, or it is disabled.
            PluginConflictError: Two distributions claim it.
            PluginContractError: Its entry point is malformed.
        """
        if role not in FIRST_WORDS:
            guess = did_you_mean(role, FIRST_WORDS) or f"roles are {', '.join(FIRST_WORDS)}"
            raise UnknownPluginError(f"no role is called {role!r}", hint=guess)
        found = [entry for entry in self.of(role) if entry.name == name]
        if not found:
            raise self._unknown(role, name)
        ready = [entry for entry in found if entry.status == "ready"]
        if ready:
            return ready[0]
        raise _refusal(found)

    def _unknown(self, role: str, name: str) -> UnknownPluginError:
        names = self.names(role)
        guess = did_you_mean(name, names) or f"see `esc-skills plugins list --role {role}`"
        if not names:
            guess = f"install {OWN_DISTRIBUTION} anew, it brings a {role}, or another that does"
        return UnknownPluginError(
            f"no {role} is called {name!r}; installed: {listed(names)}", hint=guess
        )


def _refusal(found: list[Entry]) -> UnknownPluginError | PluginConflictError | PluginContractError:
    entry = min(found, key=lambda item: ("conflict", "invalid", "disabled").index(item.status))
    if entry.status == "conflict":
        return PluginConflictError(
            f"{entry.key} is {entry.reason}",
            hint=f"uninstall one of them, or disable it: --no-plugin {entry.distribution}",
            plugin=entry.key,
        )
    if entry.status == "invalid":
        return PluginContractError(
            entry.reason,
            hint=f'mend the entry-point table of {entry.distribution}: "role.name" = "module"',
            plugin=entry.key,
            distribution=entry.distribution,
            version=entry.version,
        )
    return UnknownPluginError(
        f"{entry.key} of {entry.owner} is switched off ({entry.reason})",
        hint="take it out of [plugins] disable, --no-plugin, ESC_SKILLS_DISABLE, ESC_SKILLS_SAFE, "
        f"or install another distribution that brings {entry.key}",
    )
