"""What no edit may reach, as hashes: guards, gate, seekers, judges and the held-out profiles.

They stand in ``run.json`` and ``frozen.json``, and every verdict names them in one hash. So a
verdict that was reached under other rules cannot be passed off as one of this run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from esc_skills._codec.settings import unstructure
from esc_skills._engine.crew import Crew
from esc_skills._host.wrapping import unwrapped
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.model import SeekerProfile, content_hash

FILE = "frozen.json"
DATA = (".py", ".toml", ".json", ".jsonl", ".csv", ".txt")
"""Endings of the files that a plug-in's behaviour may depend on."""
PROMPTS = ".prompts.toml"


def files(component: Any) -> tuple[Path, ...]:
    """Code and data files behind a component: its folder, or its one module outside a package."""
    module = sys.modules.get(type(unwrapped(component)).__module__)
    name = getattr(module, "__file__", None)
    if module is None or name is None or not Path(name).is_file():
        return ()
    path = Path(name)
    if "." not in module.__name__:
        return (path,)
    return tuple(sorted(one for one in path.parent.iterdir() if one.suffix in DATA))


def _fingerprint(paths: Iterable[Path]) -> dict[str, str]:
    """Hash by file name; where the files lie is no part of it."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


def _component(component: Any, *, ending: str = "") -> dict[str, Any]:
    """Name, settings and files of a component."""
    settings = unstructure(unwrapped(component))
    read = (path for path in files(component) if path.name.endswith(ending))
    signature = getattr(component, "signature", "")
    return {
        "name": component.name,
        "settings": settings,
        "signature": signature if isinstance(signature, str) else "",
        "files": _fingerprint(read),
    }


def _parts(profiles: Any) -> Sequence[Any]:
    sets: Sequence[Any] = getattr(profiles, "sets", (profiles,))
    return sets


def frozen(crew: Crew) -> dict[str, str]:
    """Hash of every part of a run that evolution must not reach."""
    held: dict[str, list[Any]] = {
        "guards": [_component(one) for one in crew.guards],
        "gate": [_component(crew.gate)],
        "seeker": [_component(crew.seeker)],
        "profiles": [_component(one) for one in _parts(crew.profiles)],
        "judges": [_component(one, ending=PROMPTS) for one in crew.evaluators],
    }
    return {name: content_hash(parts) for name, parts in held.items()}


def sealed(
    crew: Crew, profiles: Sequence[SeekerProfile], safety: Sequence[SeekerProfile]
) -> dict[str, str]:
    """The same with the held-out seekers themselves, as they were made for this run."""
    sets = {
        name: content_hash(sorted((one for one in profiles if one.purpose == name), key=_id))
        for name in ("verify", "report")
    }
    return {**frozen(crew), **sets, "safety": content_hash(sorted(safety, key=_id))}


def _id(profile: SeekerProfile) -> str:
    return profile.id


def seal(folder: RunFolder, hashes: Mapping[str, str]) -> str:
    """Keep the hashes in the run folder.

    Returns:
        One hash of all of them, for verdicts.

    Raises:
        DataError: The folder holds others: something was changed under an old run.
    """
    if folder.has(FILE):
        stored = folder.read_json(FILE)
        changed = sorted(name for name in hashes if stored.get(name) != hashes[name])
        if changed:
            raise DataError(
                f"not what this run has verified its banks with: {', '.join(changed)}",
                where=str(folder.path / FILE),
                hint="choose another --out: verdicts of two sets of rules do not go together",
            )
    else:
        folder.write_json(FILE, dict(hashes))
    return content_hash(dict(hashes))
