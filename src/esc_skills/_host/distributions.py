"""What stands behind a plug-in table: versions of all that is needed, and the files of packages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from esc_skills._host.catalogue import Catalogue, canonical_name
from esc_skills._host.sources import source_file
from esc_skills.errors import EscSkillsError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CODE = frozenset({".py", ".pyc", ".pyi", ".so", ".pyd", ".typed"})


def versions(names: Iterable[str]) -> dict[str, str]:
    """Installed versions of distributions and of all that they require, extras left out."""
    found: dict[str, str] = {}
    todo = [canonical_name(name) for name in names]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        try:
            known = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only
        found[name] = known.version
        for line in known.requires or ():
            begin = _NAME.match(line)
            if begin and "extra ==" not in line:
                todo.append(canonical_name(begin[0]))
    return dict(sorted(found.items()))


def differences(table: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> list[str]:
    """How the installed plug-ins differ from a plug-in table, a line each."""
    lines = []
    for row in table:
        known = f"{row['distribution']} {row['version']}"
        try:
            here = catalogue.choose(str(row["role"]), str(row["name"])).owner
        except EscSkillsError as fault:
            here = f"not here: {fault.message}"
        if here != known:
            lines.append(f"{row['role']}.{row['name']}: {known} → {here}")
    return sorted(set(lines))


def data_files(table: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> dict[str, Path]:
    """Files that are no code, of every package that a plug-in table names.

    Returns:
        ``DISTRIBUTION/PACKAGE/PATH`` → file; a module outside a package has none.
    """
    entries = {catalogue.choose(str(row["role"]), str(row["name"])) for row in table}
    tops = {(item.distribution, item.module.partition(".")[0]) for item in entries}
    found: dict[str, Path] = {}
    for distribution, top in sorted(tops):
        origin = source_file(top)
        if origin is None or origin.name != "__init__.py":
            continue
        for path in sorted(origin.parent.rglob("*")):
            inner = path.relative_to(origin.parent)
            if path.is_file() and path.suffix not in _CODE and "__pycache__" not in inner.parts:
                found[f"{canonical_name(distribution)}/{top}/{inner.as_posix()}"] = path
    return found
