"""Designs: from a study to the variants that are run, the baseline first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from math import prod
from typing import Any

import attrs

from esc_skills._engine.configuring import overlay
from esc_skills._engine.experiment import Experiment
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.nearest import did_you_mean
from esc_skills._studies.mechanisms import Mechanism, Setup, installed, mechanisms, spelt
from esc_skills._studies.studyfile import Design, Study, flat, place
from esc_skills.errors import ConfigError
from esc_skills.model.invariants import filled

BASELINE = "baseline"
"""Name of the experiment as it stands."""
MOST = 1000
"""Most variants of a grid."""


@attrs.frozen(kw_only=True)
class Variant:
    """One experiment of a study."""

    name: str = attrs.field(validator=filled)
    """Unique, readable, and the same in every process; holds no ``/``."""
    sets: Mapping[str, Any] = attrs.field(factory=dict)
    """Dotted key → value laid over the experiment."""
    note: str = ""
    """What it leaves out or swaps, in one sentence."""


def variants(study: Study, catalogue: Catalogue) -> tuple[Variant, ...]:
    """Make the variants of a study, the baseline first.

    Two that mean the same experiment are one, and one that means the baseline is none; the note of
    what stays says so.

    Raises:
        ConfigError: The design is empty or too large, or names something that is not there.
        EscSkillsError: A component cannot be loaded.
    """
    setup = Setup.of(study.experiment, catalogue, study.name)
    if study.executor:
        catalogue.choose("executor", study.executor)
    made: list[Variant] = []
    notes = ["the experiment as it stands"]
    for item in DESIGNS[study.design](study, setup):
        if isinstance(item, str):
            notes.append(item)
        else:
            made.append(item)
    kept = _told_apart(study, setup, made, "; ".join(notes))
    if len(kept) == 1 and (made or study.design != "list"):  # a list of none is the baseline
        raise ConfigError(
            f"the design {study.design!r} is empty: {kept[0].note}", hint=_EMPTY[study.design]
        )
    return _named_apart(kept)


def overlaid(experiment: Mapping[str, Any], sets: Mapping[str, Any]) -> dict[str, Any]:
    """A raw experiment with a variant laid over it.

    Raises:
        ConfigError: A key goes below something that is no table.
    """
    values = dict(flat(sets))
    return overlay(experiment, {key: values[key] for key in sorted(values, key=place)})


def held(study: Study, found: tuple[Variant, ...]) -> tuple[tuple[str, str], ...]:
    """Names of the variants that are held against each other: each one against the other.

    The design ``pairs`` compares every two, all others compare each with the baseline.
    """
    names = [variant.name for variant in found]
    if study.design == "pairs":
        return tuple((arm, against) for against, arm in combinations(names, 2))
    return tuple((name, names[0]) for name in names[1:])


Made = Iterator[Variant | str]
"""Variants, and notes for the baseline."""


def _leave_one_out(study: Study, setup: Setup) -> Made:
    found = mechanisms(setup)
    shared = Counter(item.name for item in found)
    for item in _chosen(study, found):
        tail = f" ({item.role})" if shared[item.name] > 1 else ""
        yield Variant(name=_clean(f"no {item.name}{tail}"), sets=item.sets, note=item.note)


def _chosen(study: Study, found: tuple[Mechanism, ...]) -> tuple[Mechanism, ...]:
    wanted = [*study.leave]
    for role, names in study.vary.items():
        wanted += [f"{role}.{name}" for name in names]
    if not wanted:
        return tuple(item for item in found if item.offered == "always")
    chosen = []
    for word in wanted:
        fits = [item for item in found if word in _calls(item)]
        if not fits:
            near = did_you_mean(word, [call for item in found for call in _calls(item)[:2]])
            raise ConfigError(
                f"no mechanism {word!r} to leave out; {near}".rstrip("; "),
                hint=f"this experiment has: {', '.join(item.name for item in found)}",
            )
        chosen += fits
    return tuple(item for item in found if item in chosen)


def _calls(item: Mechanism) -> tuple[str, ...]:
    own = (item.name, f"{item.role}.{item.name}")
    return own if item.offered == "by name" else (*own, f"{item.role}.*")


def _swap(study: Study, setup: Setup) -> Made:
    for key, values in study.vary.items():
        for value in values:
            if value != "*":
                yield _set({key: value})
                continue
            names, why = installed(setup, key)
            yield from why
            yield from (_set({key: name}) for name in names)


def _grid(study: Study, setup: Setup) -> Made:
    levels: dict[str, list[Any]] = {}
    for key, values in study.vary.items():
        levels[key] = []
        for value in values:
            names, why = installed(setup, key) if value == "*" else ((value,), ())
            yield from why
            levels[key] += names
    count = prod(len(values) for values in levels.values())
    if count > MOST:
        sizes = " x ".join(f"{len(values)} {key}" for key, values in levels.items())
        raise ConfigError(
            f"the grid has {count} variants ({sizes}), more than {MOST}",
            hint='take values out of [vary], or try one at a time: design = "swap"',
        )
    if levels:
        yield from (_set(dict(zip(levels, row, strict=True))) for row in product(*levels.values()))


def _listed(study: Study, setup: Setup) -> Made:
    for item in study.pairs:
        sets = {key: value for key, value in item.items() if key != "name"}
        made = _set(sets)
        name = item.get("name", made.name)
        if not isinstance(name, str) or not name.strip() or not sets:
            raise ConfigError(
                f"[study] pairs: {dict(item)!r} is no overlay",
                hint='for example { name = "small", "evolve.rounds" = 0 }',
            )
        yield attrs.evolve(made, name=_clean(name.strip()))


DESIGNS: Mapping[Design, Callable[[Study, Setup], Made]] = {
    "leave-one-out": _leave_one_out,
    "swap": _swap,
    "grid": _grid,
    "pairs": _listed,
    "list": _listed,
}
"""How each design makes variants."""
_EMPTY: Mapping[Design, str] = {
    "leave-one-out": "switch something on that can be left out; docs/reference/mechanisms.md",
    "swap": 'write [vary] retriever = "*", or [vary] retriever = ["NAME", "NAME"]',
    "grid": 'write [vary] and below it lines such as "evolve.rounds" = [0, 2]',
    "pairs": 'write [study] pairs = [{ "evolve.rounds" = 0 }]',
    "list": 'write [study] pairs = [{ "evolve.rounds" = 0 }]',
}


def _set(sets: Mapping[str, Any]) -> Variant:
    said = ", ".join(f"{key}={spelt(value)}" for key, value in sets.items())
    return Variant(name=_clean(said) or "-", sets=sets, note=f"{said} laid over the baseline")


def _clean(name: str) -> str:
    return " ".join(name.replace("/", "-").split())


def _told_apart(study: Study, setup: Setup, made: list[Variant], note: str) -> list[Variant]:
    """Keep one variant for each experiment that is meant."""
    base = setup.meaning(study.experiment, study.name)
    kept = {base.hash: Variant(name=BASELINE, note=note)}
    for variant in made:
        raw = overlaid(study.experiment, variant.sets)
        meant = setup.meaning(raw, f"{study.name}, variant {variant.name!r}")
        _check_guards(base, meant, variant.name)
        twin = kept.get(meant.hash)
        if twin is None:
            kept[meant.hash] = variant
        elif twin.name != variant.name:
            kept[meant.hash] = attrs.evolve(twin, note=f"{twin.note}; the same as {variant.name}")
    return list(kept.values())


def _check_guards(base: Experiment, meant: Experiment, name: str) -> None:
    lost = [guard.use for guard in base.guards if guard not in meant.guards]
    if lost:
        raise ConfigError(
            f"variant {name!r} has no guard {lost[0]}: no design leaves a guard out",
            hint="take guards out of the design; guards may be added",
        )


def _named_apart(found: list[Variant]) -> tuple[Variant, ...]:
    """Number names that several variants have: 1 and "1" look alike."""
    seen: Counter[str] = Counter()
    made = []
    for variant in found:
        seen[variant.name] += 1
        tail = f" #{seen[variant.name]}" if seen[variant.name] > 1 else ""
        made.append(attrs.evolve(variant, name=f"{variant.name}{tail}"))
    return tuple(made)
