"""From a study file to a Study: an experiment, what is varied in it, and how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs

from esc_skills._codec.settings import structure
from esc_skills._engine.configuring import (
    anchored,
    apply_sets,
    experiment_text,
    known_keys,
    read_experiment_file,
)
from esc_skills._engine.experiment import ARMS, Running
from esc_skills._host.nearest import did_you_mean
from esc_skills.errors import ConfigError
from esc_skills.model.identity import content_hash
from esc_skills.model.invariants import between, filled

Design = Literal["leave-one-out", "swap", "grid", "pairs", "list"]
INPUTS: Mapping[Design, tuple[str, ...]] = {
    "leave-one-out": ("vary", "leave"),
    "swap": ("vary",),
    "grid": ("vary",),
    "pairs": ("pairs",),
    "list": ("pairs",),
}
"""Designs, and what each is made from."""
OWN_KEYS: tuple[str, ...] = ("design", "vary", "study")
"""Top-level keys that a study file has beside those of an experiment."""
PATHS: tuple[str, ...] = ("corpus", "profiles")
"""Keys whose paths are meant from the file's folder."""
MOST_SEEDS = 1000
"""Most seeds that a number may stand for."""
EFFORT: tuple[str, ...] = ("concurrency", "budget", "limits")
"""Keys of ``[run]`` that no result depends on."""


def _differ(owner: Any, field: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
    if len(set(value)) != len(value):
        raise ValueError(f"{field.name}: something stands there twice")


def _known_arms(owner: Any, field: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
    wrong = [arm for arm in value if arm not in ARMS]
    if wrong:
        raise ValueError(f"{field.name}: no arm {wrong[0]!r}; arms are {', '.join(ARMS)}")


@attrs.frozen(kw_only=True)
class StudyKeys:
    """The table ``[study]``."""

    name: str = "study"
    """Name, for captions; that of the file when none is written."""
    seeds: tuple[int, ...] = attrs.field(default=(13, 14, 15), validator=[filled, _differ])
    """Seeds that every variant is run with; in a file also how many, from ``run.seed`` on."""
    arms: tuple[str, ...] = attrs.field(
        default=("evolved",), validator=[filled, _differ, _known_arms]
    )
    """Arms of every variant."""
    baseline_arms: tuple[str, ...] = attrs.field(
        default=ARMS, validator=[filled, _differ, _known_arms]
    )
    """Arms of the baseline."""
    measures: tuple[str, ...] = ()
    """Columns of the main table, ``evaluator.score``; empty for the usual ones."""
    executor: str = ""
    """Executor that spreads the shards; empty leaves it to the engine."""
    at_once: int | None = attrs.field(default=None, validator=between(1, 4096))
    """Most shards at once; None leaves it to the engine."""
    over: Literal["seekers", "seeds"] = "seekers"
    """What intervals speak of: other seekers, or other seeds."""
    correct: Literal["holm"] = "holm"
    """Correction over the family of contrasts."""
    leave: tuple[str, ...] = ()
    """Mechanisms to leave out one at a time; empty for all that are on offer."""
    pairs: tuple[Mapping[str, Any], ...] = ()
    """Listed overlays, values by dotted key, each with a ``name`` if it wants one."""


@attrs.frozen(kw_only=True)
class Study(StudyKeys):
    """An experiment and how it is varied; equal ones are made of the same shards."""

    experiment: Mapping[str, Any]
    """The experiment as written, without what only a study has."""
    design: Design = "leave-one-out"
    """How variants are made."""
    vary: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)
    """Values by dotted key; for ``leave-one-out``, mechanisms by role."""

    @property
    def hash(self) -> str:
        """Content hash of all that a result depends on."""
        run = self.experiment.get("run", {})
        effortless = {key: item for key, item in run.items() if key not in EFFORT}
        idle = ("name", "executor", "at_once", "experiment")
        kept = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(Study)
            if field.name not in idle
        }
        rest = {key: item for key, item in self.experiment.items() if key != "executor"}
        return content_hash({**kept, "experiment": {**rest, "run": effortless}})


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Values by dotted key: a table without ``use`` is laid over key by key."""
    for key, value in table.items():
        if isinstance(value, Mapping) and "use" not in value:
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def place(key: str) -> tuple[int, str]:
    """Order of dotted keys: as in an experiment, then by name; what is below comes later."""
    known = known_keys()
    head = key.partition(".")[0]
    return known.index(head) if head in known else len(known), key


def read_study(source: str | Path | Mapping[str, Any] | None, sets: Sequence[str] = ()) -> Study:
    """Read a study file, or make a study of a mapping or of nothing.

    Args:
        source: TOML file; paths of corpora and profile sets are meant from its folder.
        sets: ``KEY=VALUE`` words laid over it, such as ``study.seeds=5``.

    Raises:
        ConfigError: A key or a value is wrong; names the nearest right one.
    """
    raw, where, text = _opened(source)
    raw = apply_sets(raw, sets)
    _check_keys(raw, (*known_keys(), *OWN_KEYS), where, "")
    table, vary = _table(raw, "study", where), _table(raw, "vary", where)
    named = {"name": Path(source).stem} if isinstance(source, (str, Path)) else {}
    keys = structure(
        {**named, **_seeded(table, _table(raw, "run", where))},
        StudyKeys,
        where,
        text=text,
        at="study",
    )
    values = {key: _values(item) for key, item in flat(vary)}
    _check_keys(values, known_keys(), where, "vary.")
    pairs = tuple(_overlay(item, where) for item in keys.pairs)
    study = Study(
        experiment={key: item for key, item in raw.items() if key not in OWN_KEYS},
        design=_design(raw.get("design"), bool(values), bool(pairs), where),
        vary={key: values[key] for key in sorted(values, key=place)},
        **{
            field.name: getattr(keys, field.name)
            for field in attrs.fields(StudyKeys)
            if field.name != "pairs"
        },
        pairs=pairs,
    )
    _check_inputs(study, where)
    return study


def _opened(source: str | Path | Mapping[str, Any] | None) -> tuple[dict[str, Any], str, str]:
    if source is None or isinstance(source, Mapping):
        return dict(source or {}), "study", ""
    path = Path(source)
    raw = read_experiment_file(path)
    for table in _overlays(raw):
        table.update({key: anchored(table[key], path.parent) for key in PATHS if key in table})
    vary = raw["vary"] = _table(raw, "vary", str(path))
    for key in PATHS:
        if key in vary and raw.get("design") != "leave-one-out":  # there, names of mechanisms
            vary[key] = [anchored(item, path.parent) for item in _values(vary[key])]
    return raw, str(path), experiment_text(path)


def _overlays(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    table = raw.get("study")
    pairs = table.get("pairs") if isinstance(table, Mapping) else None
    return [item for item in pairs if isinstance(item, dict)] if isinstance(pairs, list) else []


def _table(raw: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    found = raw.get(key, {})
    if not isinstance(found, Mapping):
        raise ConfigError(
            f"{key} = {found!r}: must be a table", where=where, hint=f"write [{key}] on a line"
        )
    return dict(found)


def _check_keys(found: Mapping[str, Any], known: Sequence[str], where: str, before: str) -> None:
    for key in found:
        head = key.partition(".")[0] if before else key
        if head not in known:
            raise ConfigError(
                f"unknown key {before}{key}; {did_you_mean(head, known)}".rstrip("; "),
                where=where,
                hint=f"valid keys: {', '.join(known)}",
            )
        if before and key in {"run.seed", "run.arms"}:
            raise ConfigError(
                f"{before}{key} is no factor: every variant has the same seeds and arms",
                where=where,
                hint='write [study] seeds = [13, 14, 15], or arms = ["static", "evolved"]',
            )


def _seeded(table: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """Spell out ``seeds = 3``."""
    first, many = run.get("seed", Running().seed), table.get("seeds", 3)
    if type(first) is type(many) is int and many <= MOST_SEEDS:
        return {**table, "seeds": list(range(first, first + many))}
    return dict(table)


def _values(item: Any) -> tuple[Any, ...]:
    return tuple(item) if isinstance(item, (list, tuple)) else (item,)


def _overlay(item: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    values = dict(flat(item))
    name = {"name": values.pop("name")} if "name" in values else {}
    _check_keys(values, known_keys(), where, "study.pairs ")
    return {**name, **{key: values[key] for key in sorted(values, key=place)}}


def _design(found: Any, varies: bool, lists: bool, where: str) -> Design:
    if found is None and not varies:
        return "list" if lists else "leave-one-out"
    for design in INPUTS:
        if found == design:
            return design
    guess = did_you_mean(found, INPUTS) if isinstance(found, str) else ""
    raise ConfigError(
        f"no design is called {found!r}; {guess}".rstrip("; ") if found else "no design is named",
        where=where,
        hint=f'write design = "…" at the top, one of {", ".join(INPUTS)}',
    )


def _check_inputs(study: Study, where: str) -> None:
    for key in ("vary", "leave", "pairs"):
        if getattr(study, key) and key not in INPUTS[study.design]:
            fit = ", ".join(design for design, inputs in INPUTS.items() if key in inputs)
            shown = "[vary]" if key == "vary" else f"[study] {key}"
            raise ConfigError(
                f"{shown} says nothing to the design {study.design!r}",
                where=where,
                hint=f"take it out, or choose the design {fit}",
            )
