"""What can be left out of an experiment: said by its components, and by the road itself.

A component class may carry ``mechanisms``, a mapping of names to the settings that switch each of
them off; ``absent = True`` says that it does without its role's work, and ``failed = True`` that
a corpus holds failed dialogues. All three are class attributes, and optional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import attrs

from esc_skills._codec.settings import structure, unstructure
from esc_skills._engine.configuring import make_experiment, written
from esc_skills._engine.experiment import LIST_ROLES, SINGLE_ROLES, Choice, Experiment
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.presets import preset
from esc_skills.errors import ConfigError, PluginError

LEARNING: Mapping[str, str] = {
    "corpus": "corpus",
    "extractor": "extractor",
    "distiller": "distiller",
    "retriever": "retriever",
    "responder": "responder",
    "profiles": "profiles",
    "seeker": "seeker",
    "refiner": "refiner",
    "gate": "gate",
}
"""Keys whose components may lose a mechanism, and their role. No guard is among them, nor what
measures and reports."""
ABSENCE: Mapping[str, str] = {"retriever": "retrieval", "gate": "verification"}
"""What an absent component does without, where the role's name does not say it."""
EVOLVING: tuple[str, ...] = ("profiles", "refiner", "gate")
"""Keys that are idle where nothing evolves."""


@attrs.frozen(kw_only=True)
class Mechanism:
    """One thing that an experiment does and could do without."""

    name: str
    """Such as ``risks``."""
    role: str
    """Key of the experiment that it belongs to; ``evolve`` for the road's own."""
    sets: Mapping[str, Any]
    """Values by dotted key that switch it off."""
    note: str
    """What is switched off, in one sentence."""
    offered: Literal["always", "by role", "by name"] = "always"
    """When a design takes it: where nothing is named, where its role is, or where itself is."""


@attrs.frozen(kw_only=True)
class Setup:
    """An experiment with everything that is needed to make others of it."""

    host: Host
    """Who answers for components."""
    usual: Mapping[str, Any]
    """Preset for what the experiment leaves out."""
    experiment: Experiment
    """The experiment, completed."""

    @classmethod
    def of(cls, raw: Mapping[str, Any], catalogue: Catalogue, where: str = "experiment") -> Setup:
        """Complete an experiment; ``where`` is for messages.

        Raises:
            ConfigError: A key or a value is wrong.
        """
        usual = preset(catalogue, "default")
        return cls(host=Host(catalogue), usual=usual, experiment=make_experiment(raw, usual, where))

    def meaning(self, raw: Mapping[str, Any], where: str) -> Experiment:
        """Complete an experiment and state every setting, so that equal ones are equal.

        Raises:
            ConfigError: A key, a value or a setting is wrong.
            EscSkillsError: A component cannot be loaded.
        """
        made = make_experiment(raw, self.usual, where)
        single: dict[str, Any] = {
            role: self.full(role, getattr(made, role), where) for role in SINGLE_ROLES
        }
        several: dict[str, Any] = {
            key: tuple(self.full(role, choice, where) for choice in getattr(made, key))
            for key, role in LIST_ROLES.items()
            if role != "watcher"
        }
        return attrs.evolve(made, **single, **several)

    def full(self, role: str, choice: Choice, where: str = "experiment") -> Choice:
        """State every setting of a choice."""
        cls = self.host.component_class(role, choice.use)
        made = structure(choice.settings, cls, f"{where}: [{role}]")
        return attrs.evolve(choice, settings=unstructure(made))

    def said(self, role: str, name: str, attribute: str, default: Any) -> Any:
        """Read an optional class attribute of a component."""
        return getattr(self.host.component_class(role, name), attribute, default)


def spelt(value: Any) -> str:
    """A value in few characters; of a path its last part, so that no machine shows."""
    if isinstance(value, Mapping):
        rest = ", ".join(f"{key}={spelt(value[key])}" for key in sorted(value) if key != "use")
        head = str(value.get("use", ""))
        return f"{head}({rest})" if rest else head
    if isinstance(value, (list, tuple)):
        return "+".join(spelt(item) for item in value) or "nothing"
    if isinstance(value, str):
        head, _, tail = value.rpartition("/")
        return f"{head.partition(':')[0]}:{tail}" if ":" in head else tail
    return str(value).lower() if isinstance(value, bool) else str(value)


def mechanisms(setup: Setup) -> tuple[Mechanism, ...]:
    """All that an experiment does and could do without, in road order.

    What is already switched off is not listed.
    """
    # Another seeker is another measure: its scores are not held against the baseline's.
    idle = ("seeker", *(() if setup.experiment.evolve.rounds else EVOLVING))
    found: list[Mechanism] = [*_failed_dialogues(setup)]
    for key, role in LEARNING.items():
        made = (*_of_components(setup, key, role), *_of_absence(setup, role))
        found += [attrs.evolve(item, offered="by role") if key in idle else item for item in made]
    return (*found, *_of_the_road(setup))


def _choices(setup: Setup, key: str) -> tuple[Choice, ...]:
    found = getattr(setup.experiment, key)
    return (found,) if isinstance(found, Choice) else found


def _sets(key: str, choices: Sequence[Choice]) -> Mapping[str, Any]:
    made = [written(choice) for choice in choices]
    return {key: made if key in LIST_ROLES else made[0]}


def _of_components(setup: Setup, key: str, role: str) -> Iterator[Mechanism]:
    choices = _choices(setup, key)
    known = [setup.said(role, choice.use, "mechanisms", {}) for choice in choices]
    full = [setup.full(role, choice) for choice in choices]
    for name in dict.fromkeys(name for item in known for name in item):
        off = [
            attrs.evolve(choice, settings={**choice.settings, **item.get(name, {})})
            for choice, item in zip(choices, known, strict=True)
        ]
        if [setup.full(role, choice) for choice in off] != full:
            use, changed = next(
                (choice.use, item[name])
                for choice, item in zip(choices, known, strict=True)
                if name in item
            )
            said = ", ".join(f"{field} = {spelt(value)}" for field, value in changed.items())
            yield Mechanism(
                name=name, role=key, sets=_sets(key, off), note=f"{key} {use} with {said}"
            )


def _of_absence(setup: Setup, role: str) -> Iterator[Mechanism]:
    if role not in SINGLE_ROLES:
        return
    chosen = getattr(setup.experiment, role).use
    if setup.said(role, chosen, "absent", False):
        return
    names = [name for name in setup.host.catalogue.names(role) if _is_absent(setup, role, name)]
    for name in names:
        work = ABSENCE.get(role, role)
        yield Mechanism(
            name=work if len(names) == 1 else f"{work} ({name})",
            role=role,
            sets={role: name},
            note=f"{role} {name} in place of {chosen}",
        )


def _is_absent(setup: Setup, role: str, name: str) -> bool:
    try:
        return setup.said(role, name, "absent", False) is True
    except PluginError:  # one that cannot be loaded is in nobody's way until it is chosen
        return False


def _failed_dialogues(setup: Setup) -> Iterator[Mechanism]:
    corpora = setup.experiment.corpus
    kept = [item for item in corpora if not setup.said("corpus", item.use, "failed", False)]
    if 0 < len(kept) < len(corpora):
        left = ", ".join(item.use for item in corpora if item not in kept)
        yield Mechanism(
            name="failed dialogues",
            role="corpus",
            sets=_sets("corpus", kept),
            note=f"corpus without {left}",
        )


def _of_the_road(setup: Setup) -> Iterator[Mechanism]:
    evolve, refiner = setup.experiment.evolve, setup.experiment.refiner.use
    if not evolve.rounds:
        return
    tries = hasattr(setup.host.component_class("refiner", refiner), "trials")
    own: tuple[tuple[str, str, Any, Any], ...] = (
        ("refinement", "rounds", 0, "always"),
        ("trial offers", "trials", 0.0, "always" if tries else "by role"),
        ("safety veto", "veto", False, "by name"),  # a bank without it is stamped
    )
    for name, key, off, offered in own:
        if getattr(evolve, key) != off:
            yield Mechanism(
                name=name,
                role="evolve",
                sets={f"evolve.{key}": off},
                note=f"evolve.{key} = {spelt(off)}",
                offered=offered,
            )


def installed(setup: Setup, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names that may stand under a key of the experiment, and why others may not.

    Raises:
        ConfigError: The key names no component.
    """
    role = LIST_ROLES.get(key, key)
    if role == "watcher" or (key not in SINGLE_ROLES and key not in LIST_ROLES):
        raise ConfigError(
            f'{key} = "*": only components can be installed, and {key} is none',
            hint=f"write the values of {key} as a list",
        )
    names, why = [], []
    for name in setup.host.catalogue.names(role):
        missing = _missing(setup, role, name)
        why += [f"{key}={name} left out: {missing}"] if missing else []
        names += [] if missing else [name]
    return tuple(names), tuple(why)


def _missing(setup: Setup, role: str, name: str) -> str:
    """What keeps a component with its default settings from working here; empty for nothing."""
    models = setup.experiment.models
    try:
        made = structure({}, setup.host.component_class(role, name), name)
    except (ConfigError, PluginError) as fault:
        return fault.message
    asked = sorted({ask.role for ask in getattr(made, "asks", ())})
    silent = [] if "default" in models else [item for item in asked if item not in models]
    return f"no model is configured for {', '.join(silent)}" if silent else ""
