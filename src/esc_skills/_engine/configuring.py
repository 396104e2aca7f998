"""From an experiment file, a preset and ``--set`` words to an Experiment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import Any

import attrs

from esc_skills._codec.settings import structure, unstructure
from esc_skills._codec.toml import read_toml
from esc_skills._engine.experiment import LIST_ROLES, SINGLE_ROLES, Choice, Experiment
from esc_skills.errors import ConfigError

LARGEST = 2**22
"""Most bytes of an experiment file."""
SECTIONS: tuple[str, ...] = ("evolve", "talk", "run", "plugins")


def known_keys() -> tuple[str, ...]:
    """All top-level keys of an experiment file."""
    return tuple(field.name for field in attrs.fields(Experiment))


def read_experiment_file(path: Path) -> dict[str, Any]:
    """Read an experiment file; paths of corpora and profile sets are meant from its folder.

    Raises:
        ConfigError: It cannot be read or is not TOML.
    """
    raw = read_toml(experiment_text(path), str(path))
    for key in ("corpus", "profiles"):
        if key in raw:
            raw[key] = anchored(raw[key], path.parent)
    return raw


def experiment_text(path: Path) -> str:
    """The text of an experiment file.

    Raises:
        ConfigError: It cannot be read, is no plain file, or larger than any experiment.
    """
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode) or found.st_size > LARGEST:
            raise OSError(f"no plain file of up to {LARGEST >> 20} MB")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        if isinstance(fault, UnicodeDecodeError):
            why = f"no UTF-8 text from byte {fault.start} on"
        raise ConfigError(
            f"cannot read the experiment: {why}",
            where=str(path),
            hint="give the path of a TOML file, or nothing for the defaults",
        ) from fault


def anchored(value: Any, folder: Path) -> list[Any]:
    """What a file says under ``corpus`` or ``profiles``, as a list; paths are meant from there."""
    return [_anchor(item, folder) for item in _listed(value)]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _anchor(item: Any, folder: Path) -> Any:
    if isinstance(item, str) and ":" in item:  # a corpus in short
        name, _, path = item.partition(":")
        return f"{name}:{folder / path}"
    if isinstance(item, Mapping) and isinstance(item.get("path"), str):
        return {**item, "path": str(folder / item["path"])}
    return item


def apply_sets(raw: Mapping[str, Any], sets: Sequence[str]) -> dict[str, Any]:
    """Overlay ``KEY=VALUE`` words; a value is TOML where it parses, else a plain word.

    Raises:
        ConfigError: A word has no ``=``, or goes below something that is no table.
    """
    merged = dict(raw)
    for word in sets:
        key, sign, value = word.partition("=")
        if not sign or not key.strip():
            raise ConfigError(
                f"--set {word!r} is not KEY=VALUE", hint="for example --set evolve.rounds=0"
            )
        _put(merged, key.strip().split("."), _value(value), f"--set {word!r}")
    return merged


def overlay(raw: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values over an experiment by dotted key, as ``--set`` does; ``raw`` stays as it is.

    Raises:
        ConfigError: A key goes below something that is no table.
    """
    merged = dict(raw)
    for key, value in values.items():
        _put(merged, key.split("."), value, f"{key} = {value!r}")
    return merged


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


def _put(tree: dict[str, Any], path: list[str], value: Any, word: str) -> None:
    for step in path[:-1]:
        below = tree.get(step)
        if isinstance(below, list) and len(below) == 1:  # profiles = ["grid"]
            below = below[0]
        if isinstance(below, str):  # retriever = "bm25" and --set retriever.k=3
            name, _, place = below.partition(":")  # corpus = "esconv:PATH"
            below = {"use": name, "path": place} if place else {"use": name}
        below = {} if below is None else below
        if not isinstance(below, Mapping):
            raise ConfigError(f"{word}: {step!r} is not a table", hint="see esc-skills config show")
        tree[step] = dict(below)
        tree = tree[step]
    tree[path[-1]] = value


def _choice(value: Any, key: str, where: str, *, default: str = "") -> Choice:
    if isinstance(value, Choice):
        return value
    if isinstance(value, str):
        if key == "corpus" and ":" in value:
            name, _, path = value.partition(":")
            return Choice(use=name, path=path)
        return Choice(use=value)
    if isinstance(value, Mapping):
        table = dict(value)
        use = table.pop("use", default)
        path = table.pop("path", "") if key == "corpus" else ""
        if isinstance(use, str) and use and isinstance(path, str):
            return Choice(use=use, path=path, settings=table)
    raise ConfigError(
        f"{key} = {value!r}: not a component name, nor a table with use = NAME",
        where=where,
        hint=f'write {key} = "NAME"; names are listed by esc-skills plugins',
    )


def _chosen(raw: Mapping[str, Any], preset: Mapping[str, Any], where: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key in SINGLE_ROLES:
        fallback = _choice(preset[key], key, "preset").use if key in preset else ""
        if key in raw or key in preset:
            made[key] = _choice(raw.get(key, preset.get(key)), key, where, default=fallback)
        else:
            raise ConfigError(
                f"no {key} is chosen and no preset names one",
                where=where,
                hint="install esc-skills with its defaults, or name one in the experiment",
            )
    for key in LIST_ROLES:
        usual = preset.get(key, [])
        items = _listed(raw.get(key, usual))
        named = isinstance(usual, (str, Mapping))
        fallback = _choice(usual, key, "preset").use if named else ""
        made[key] = tuple(_choice(item, key, where, default=fallback) for item in items)
    models = raw.get("models", {})
    if not isinstance(models, Mapping):
        hint = "write [models.default] on a line, and use and model below"
        raise ConfigError(f"models = {models!r}: must be a table", where=where, hint=hint)
    made["models"] = {role: _choice(item, f"models.{role}", where) for role, item in models.items()}
    return made


def make_experiment(
    raw: Mapping[str, Any],
    preset: Mapping[str, Any],
    where: str = "experiment",
    *,
    text: str = "",
) -> Experiment:
    """Check and complete an experiment.

    Args:
        raw: What the user wrote.
        preset: Component names for what the user left out; comes from a plug-in.
        where: File name, for messages.
        text: The file's text; lets a message name the line.

    Raises:
        ConfigError: A key or value is wrong; the line names it and the nearest right one.
    """
    known = dict.fromkeys(known_keys(), object)
    unknown = [key for key in raw if key not in known]
    if unknown:
        structure({key: raw[key] for key in unknown}, _Keys, where, text=text)
    sections = {}
    for field in attrs.fields(Experiment):
        if field.name in SECTIONS:
            table = raw.get(field.name, {})
            sections[field.name] = _section(table, field.name, where, text)
    experiment = Experiment(**_chosen(raw, preset, where), **sections)
    _check_together(experiment, where)
    return experiment


_Keys = attrs.make_class(
    "Experiment",
    {field.name: attrs.field(default=None, type=Any) for field in attrs.fields(Experiment)},
    frozen=True,
    kw_only=True,
)


def _section(table: Any, name: str, where: str, text: str) -> Any:
    if not isinstance(table, Mapping):
        raise ConfigError(
            f"{name} = {table!r}: must be a table", where=where, hint=f"write [{name}]"
        )
    field = getattr(attrs.fields(attrs.resolve_types(Experiment)), name)
    return structure(table, field.type, where, text=text, at=name)


def _check_together(experiment: Experiment, where: str) -> None:
    if not experiment.guards and not experiment.run.unsafe_no_guard:
        raise ConfigError(
            "guards = []: nothing would watch the conversations",
            where=where,
            hint="remove the line, or set run.unsafe_no_guard = true (stamped on every bank)",
        )
    if not experiment.profiles:
        raise ConfigError(
            "profiles = []: nobody to talk to", where=where, hint="name a profile set"
        )
    if not experiment.corpus:
        raise ConfigError("corpus = []: nothing to learn from", where=where, hint="name a corpus")


def show(experiment: Experiment) -> dict[str, Any]:
    """The experiment as TOML-like data, every default stated."""
    shown: dict[str, Any] = {}
    for field in attrs.fields(Experiment):
        value = getattr(experiment, field.name)
        if isinstance(value, Choice):
            shown[field.name] = written(value)
        elif isinstance(value, tuple):
            shown[field.name] = [written(item) for item in value]
        elif isinstance(value, Mapping):
            shown[field.name] = {role: written(item) for role, item in value.items()}
        else:
            shown[field.name] = unstructure(value)
    return shown


def written(choice: Choice) -> Any:
    """A choice as an experiment file says it."""
    if choice.settings:
        path = {"path": choice.path} if choice.path else {}
        return {"use": choice.use, **path, **choice.settings}
    return f"{choice.use}:{choice.path}" if choice.path else choice.use
