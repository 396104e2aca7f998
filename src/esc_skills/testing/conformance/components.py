"""Laws of every component."""

from __future__ import annotations

import pickle
import re
from typing import Any

import attrs

from esc_skills._codec.settings import structure, unstructure
from esc_skills._host.contracts import component_faults
from esc_skills.model import canonical, plain
from esc_skills.spec import Ask, Makes
from esc_skills.testing.conformance.trials import EVERY_ROLE, Trial, law


@law(EVERY_ROLE)
async def keeps_the_form(trial: Trial) -> None:
    """The class is frozen, has name and summary, and every method of its role."""
    faults = component_faults(trial.role, type(trial.bare))
    assert not faults, "; ".join(faults)


@law(EVERY_ROLE)
async def has_a_good_name(trial: Trial) -> None:
    """The name is lower case with hyphens; the summary is one line of at most 100 characters."""
    name, summary = trial.bare.name, trial.bare.summary
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), f"name {name!r}"
    assert 0 < len(summary) <= 100, f"summary has {len(summary)} characters"


@law(EVERY_ROLE)
async def is_a_value(trial: Trial) -> None:
    """Equal settings make equal components, with equal hashes."""
    twin = attrs.evolve(trial.bare)
    assert twin == trial.bare, "a copy with the same settings is not equal"
    assert hash(twin) == hash(trial.bare), "a copy with the same settings hashes differently"


@law(EVERY_ROLE)
async def has_plain_settings(trial: Trial) -> None:
    """Settings can be written down as JSON, so that they enter a hash and a run's record."""
    settings = {key: str(value) if hasattr(value, "__fspath__") else value
                for key, value in plain(trial.bare).items()}  # fmt: skip
    assert isinstance(canonical(settings), bytes)


@law(EVERY_ROLE)
async def can_travel(trial: Trial) -> None:
    """A component can be sent to another process."""
    copy = pickle.loads(pickle.dumps(trial.bare))  # noqa: S301 - our own bytes of a moment ago
    assert copy == trial.bare, "what comes out of pickle is not equal"


@law(EVERY_ROLE)
async def is_made_of_its_settings(trial: Trial) -> None:
    """Role, name and settings are all that another process needs to make it again."""
    _, (role, name, settings) = trial.component.__reduce__()
    assert (role, name) == (trial.role, trial.bare.name), f"is sent as {role}.{name}"
    sent = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own bytes of a moment ago
    assert type(trial.bare)(**sent) == trial.bare, "its settings make another one"
    fields = {item.name for item in attrs.fields(type(trial.bare)) if item.init}
    plainly = {key: item for key, item in unstructure(trial.bare).items() if key in fields}
    written = structure(plainly, type(trial.bare), name)
    assert written == trial.bare, "settings written to a file make another one"


@law(EVERY_ROLE)
async def declares_within_bounds(trial: Trial) -> None:
    """What it says it asks and makes is never likelier than at most."""
    for ask in getattr(trial.bare, "asks", ()):
        assert isinstance(ask, Ask), f"asks holds {ask!r}"
        assert ask.calls <= ask.most, (
            f"{ask.role} per {ask.per}: {ask.calls} calls, {ask.most} most"
        )
    for made in getattr(trial.bare, "makes", ()):
        assert isinstance(made, Makes), f"makes holds {made!r}"
        assert made.likely <= made.most, f"{made.what}: {made.likely} likely, {made.most} most"


@law(EVERY_ROLE)
async def can_lose_its_mechanisms(trial: Trial) -> None:
    """Each mechanism names settings that it has, that it takes, and that are not the default."""
    cls = type(trial.bare)
    fields = {item.name: item for item in attrs.fields(cls) if item.init}
    settings = {key: item for key, item in unstructure(trial.bare).items() if key in fields}
    for name, off in getattr(cls, "mechanisms", {}).items():
        assert name == " ".join(name.split()).replace("/", "-"), (
            f"mechanism {name!r}: no /, one line"
        )
        assert off, f"{name} switches nothing off"
        assert set(off) <= set(fields), f"{name}: no setting {sorted(set(off) - set(fields))}"
        made = structure({**settings, **off}, cls, name)
        idle = [key for key in off if plain(getattr(made, key)) == plain(_default(fields[key]))]
        assert not idle, f"{name}: {', '.join(idle)} stays at its default"
    for flag in ("absent", "failed"):
        assert isinstance(getattr(cls, flag, False), bool), f"{flag} is no bool"


def _default(field: attrs.Attribute[Any]) -> Any:
    made = getattr(field.default, "factory", None)
    return made() if made else field.default
