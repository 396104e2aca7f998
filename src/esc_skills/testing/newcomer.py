"""A distribution for a newcomer: a component that works, its tests, and nothing to fill in."""

from __future__ import annotations

import keyword
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import attrs

from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue, canonical_name
from esc_skills._host.hooks import PROVIDERS
from esc_skills._host.nearest import did_you_mean
from esc_skills.errors import UsageError
from esc_skills.model.skill import NAME
from esc_skills.spec import ROLES

LONGEST = 40
"""Most characters of a name."""
EVOLVING: tuple[str, ...] = ("refiner", "gate")
"""Roles that are at work only where a bank evolves."""
FILES: Mapping[str, str] = {
    "pyproject.toml": "pyproject.toml.in",
    "README.md": "README.md.in",
    ".gitignore": "gitignore.in",
    "experiment.toml": "experiment.toml.in",
    "src/@PACKAGE@/__init__.py": "init.py.in",
    "src/@PACKAGE@/@ROLE@.py": "roles/@ROLE@.py.in",
    "tests/test_@ROLE@.py": "test.py.in",
}
"""What is written, and from which template."""


@attrs.frozen(kw_only=True)
class Newcomer:
    """A distribution that was written."""

    key: str
    """Entry-point name, ``ROLE.NAME``."""
    folder: Path
    """Where it lies."""
    files: tuple[Path, ...]
    """What was written, in order."""


def write(role: str, name: str, out: Path | None = None) -> Newcomer:
    """Write a distribution with a working component.

    Args:
        role: Role name.
        name: Component name: lower case, hyphens.
        out: Folder to write; ``esc-skills-NAME`` here, where none is given.

    Raises:
        UsageError: No such role, a bad name, a name that is taken, or a folder that is there.
    """
    _check(role, name)
    dist = f"{OWN_DISTRIBUTION}-{name}"
    folder = out if out is not None else Path(dist)
    if folder.exists():
        raise UsageError(
            f"{str(folder)!r} is there already; nothing was written",
            hint=f"esc-skills plugins new {role} {name} --out ANOTHER-FOLDER",
        )
    words = _words(role, name, dist)
    made = []
    try:
        for place, template in FILES.items():
            path = folder / _filled(place, words)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                _filled(_template(_filled(template, words)), words), "utf-8", newline="\n"
            )
            made.append(path)
    except OSError as fault:
        raise UsageError(
            f"cannot write {str(folder)!r}: {fault.strerror}", hint="choose a folder with --out"
        ) from fault
    return Newcomer(key=f"{role}.{name}", folder=folder, files=tuple(made))


def next_steps(made: Newcomer) -> Iterator[str]:
    """What to type next, a line a command."""
    place = made.folder.as_posix()
    shown = place if made.folder.is_absolute() or place.startswith(".") else f"./{place}"
    yield f"wrote {made.key}: {len(made.files)} files in {place}; next:"
    yield f"pip install {shown}"
    yield f"esc-skills plugins check {made.key}"
    yield f"esc-skills run {place}/experiment.toml"


def _check(role: str, name: str) -> None:
    if role not in ROLES:
        guess = did_you_mean(role, ROLES) or f"roles are {', '.join(ROLES)}"
        raise UsageError(f"no role is called {role!r}", hint=guess)
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        low = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name).split())
        better = low.lower()[:LONGEST].strip("-") or "my-own"
        raise UsageError(
            f"{name!r} is no name: lower-case words joined by hyphens, at most {LONGEST}",
            hint=f"esc-skills plugins new {role} {better}",
        )
    key, dist = f"{role}.{name}", f"{OWN_DISTRIBUTION}-{name}"
    owners = [
        entry.owner
        for entry in Catalogue.read().entries
        if entry.key == key or canonical_name(entry.distribution) == dist
    ]
    if owners:
        raise UsageError(
            f"{role}.{name} would clash with {owners[0]}, which is installed",
            hint=f"choose another name: esc-skills plugins new {role} my-{name}",
        )


def _words(role: str, name: str, dist: str) -> dict[str, str]:
    """What stands for each ``@WORD@`` of a template."""
    camel = "".join(part.capitalize() for part in name.split("-")) + role.capitalize()
    every = Catalogue.read().entries
    own = (one.version for one in every if one.distribution == OWN_DISTRIBUTION)
    sound = camel.isidentifier() and not keyword.iskeyword(camel)
    words = {
        "ROLE": role,
        "NAME": name,
        "DIST": dist,
        "PACKAGE": dist.replace("-", "_"),
        "CLASS": camel if sound else f"A{camel}",
        "HOOK": PROVIDERS[role],
        "TITLE": f"The {role} `{name}`",
        "VERSION": next(own, "0.1"),
        "ROUNDS": str(int(role in EVOLVING)),
    }
    uses = tomllib.loads(_template("uses.toml.in"))
    return {**words, "USE": _filled(uses.get(role, f'{role} = "@NAME@"'), words)}


def _template(name: str) -> str:
    return files("esc_skills.testing").joinpath("template", name).read_text("utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text
