"""The crew of an experiment: every chosen component, loaded, checked and wrapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from esc_skills._engine.casting import joined
from esc_skills._engine.experiment import Choice, Experiment
from esc_skills._engine.gateway import Model
from esc_skills._engine.oath import Oath
from esc_skills._engine.pricing import Prices
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.watchers import Watchers
from esc_skills.errors import ConfigError, PluginError
from esc_skills.spec import (
    Corpus,
    Distiller,
    Evaluator,
    Executor,
    Extractor,
    Gate,
    Guard,
    Profiles,
    Refiner,
    Report,
    Responder,
    Retriever,
    Seeker,
)

BESIDE: Mapping[str, tuple[str, ...]] = {
    "corpus": ("path",),
    "backend": ("model", "sampling", "price"),
}
"""Keys of a component's table that are no settings of it, by role."""


@attrs.frozen(kw_only=True)
class Crew:
    """Who does the work of a run."""

    corpora: tuple[tuple[Corpus, str], ...]
    """Readers, each with its path (empty for embedded data)."""
    extractor: Extractor
    """Cuts dialogues and reads seekers."""
    distiller: Distiller
    """Makes skills."""
    retriever: Retriever
    """Finds skills."""
    responder: Responder
    """Writes replies."""
    seeker: Seeker
    """Plays profiles."""
    profiles: Profiles
    """Whom it plays."""
    evaluators: tuple[Evaluator, ...]
    """What is measured."""
    refiner: Refiner
    """Proposes edits."""
    gate: Gate
    """Verifies them."""
    guards: tuple[Guard, ...]
    """Watch every message."""
    executor: Executor
    """Runs conversations."""
    reports: tuple[Report, ...]
    """Pages."""
    models: Mapping[str, Model]
    """Backends by model role."""
    watchers: Watchers
    """Plug-ins that are told what happens."""
    table: tuple[Mapping[str, Any], ...]
    """Plug-in table: who touched a result, for run.json."""
    prices: Prices = attrs.field(factory=Prices)
    """What tokens cost."""
    oath: Oath = attrs.field(factory=Oath.on, eq=False, repr=False)
    """What no plug-in may replace."""

    @property
    def players(self) -> tuple[Any, ...]:
        """Every component that works on conversations, in the order of the road."""
        one = (self.extractor, self.distiller, self.retriever, self.responder, self.seeker)
        return (*one, self.profiles, *self.evaluators, self.refiner, self.gate, *self.guards)

    @property
    def asked(self) -> tuple[str, ...]:
        """Model roles that the components say they ask, sorted."""
        return tuple(sorted({ask.role for one in self.players for ask in asks(one)}))

    def reading(self, data: Mapping[str, str]) -> Crew:
        """The same crew with corpora that lie elsewhere now, by the path that was given."""
        moved = tuple((corpus, data.get(path, path)) for corpus, path in self.corpora)
        return attrs.evolve(self, corpora=moved)

    def close(self) -> None:
        """Let the executor give back what it holds for the run, such as processes."""
        if (end := getattr(self.executor, "close", None)) is not None:
            end()

    def check(self, players: Sequence[Any]) -> None:
        """Look whether everybody who asks a model has one, before anything is paid (R29).

        Args:
            players: Components that are about to work.

        Raises:
            ConfigError: Names the component and the role that nobody answers for.
        """
        for one in players:
            for ask in asks(one):
                if ask.role not in self.models and "default" not in self.models:
                    raise ConfigError(
                        f"{one.name} asks the model of role {ask.role!r}, and none is configured",
                        hint=f'add [models] {ask.role} = {{ use = "BACKEND", model = "…" }}, '
                        "or default = …",
                    )


def asks(component: Any) -> tuple[Any, ...]:
    """What a component says it asks models; empty for one that asks none."""
    return tuple(getattr(component, "asks", ()))


@attrs.define(kw_only=True)
class Hiring:
    """Loads components one by one and keeps the plug-in table."""

    host: Host
    """Who answers."""
    where: str
    """Experiment file, for messages."""
    table: list[Mapping[str, Any]] = attrs.field(factory=list)
    """Described components, in the order they were loaded."""
    prices: dict[str, tuple[float, float]] = attrs.field(factory=dict)
    """The experiment's own prices, by model name."""

    def one(self, role: str, choice: Choice) -> Any:
        """Load one component."""
        beside = ("use", *BESIDE.get(role, ()))
        made = self.host.component(
            role, choice.use, choice.settings, where=self.where, beside=beside
        )
        self.table.append(self.host.describe(role, made))
        return made

    def many(self, role: str, choices: Sequence[Choice]) -> tuple[Any, ...]:
        """Load several components of a role, each of them once.

        Raises:
            ConfigError: Two are one and the same, to the last setting: what they say would count
                twice.
        """
        made = tuple(self.one(role, choice) for choice in choices)
        rows = self.table[len(self.table) - len(made) :]
        for place, row in enumerate(rows):
            if row in rows[:place]:
                raise ConfigError(
                    f"{role} {row['name']!r} is there twice, with equal settings",
                    where=self.where,
                    hint="take it once, or give one of them other settings",
                )
        return made

    def model(self, role: str, choice: Choice) -> Model:
        """Load a backend for one model role."""
        settings = dict(choice.settings)
        name = settings.pop("model", "")
        sampling = settings.pop("sampling", {})
        price = settings.pop("price", None)
        if not isinstance(name, str) or not isinstance(sampling, Mapping):
            raise ConfigError(
                f"models.{role}: model must be text and sampling a table",
                where=self.where,
                hint='for example { use = "scripted", model = "any" }',
            )
        if price is not None:
            self.prices[name] = _price(price, role, self.where)
        backend = self.one("backend", Choice(use=choice.use, settings=settings))
        return Model(backend=backend, name=name, settings=tuple(sorted(sampling.items())))


def _price(value: Any, role: str, where: str) -> tuple[float, float]:
    """US dollars for a million prompt and a million completion tokens."""
    keys = ("input", "output")
    if isinstance(value, Mapping) and set(value) == set(keys):
        made = tuple(value[key] for key in keys)
        if all(type(item) in {int, float} and 0 <= item < 1e6 for item in made):
            return float(made[0]), float(made[1])
    raise ConfigError(
        f"models.{role}.price = {value!r}: must be US dollars for a million tokens",
        where=where,
        hint="for example price = { input = 0.15, output = 0.6 }",
    )


def hire(
    experiment: Experiment,
    catalogue: Catalogue,
    where: str = "experiment",
    *,
    tell: Callable[[PluginError], None] | None = None,
) -> Crew:
    """Load every component that an experiment names.

    Args:
        experiment: The experiment.
        catalogue: What is installed.
        where: Experiment file, for messages.
        tell: Called once for every watcher that is dropped because it raised.

    Raises:
        UnknownPluginError: A name that nobody registered.
        ConfigError: A setting is wrong.
        PluginError: A plug-in could not be loaded or breaks its role's promise.
    """
    hiring = Hiring(host=Host(catalogue), where=where)
    # Guards come first: what is imported after them is seen when it lays hands on them.
    oath = Oath.on(hiring.host.component_class("guard", one.use) for one in experiment.guards)
    corpora = tuple((hiring.one("corpus", choice), choice.path) for choice in experiment.corpus)
    single = {
        role: hiring.one(role, getattr(experiment, role))
        for role in (
            "extractor",
            "distiller",
            "retriever",
            "responder",
            "seeker",
            "refiner",
            "gate",
            "executor",
        )
    }
    models = {role: hiring.model(role, item) for role, item in experiment.models.items()}
    return Crew(
        corpora=corpora,
        profiles=joined(hiring.many("profiles", experiment.profiles)),
        evaluators=hiring.many("evaluator", experiment.evaluators),
        guards=hiring.many("guard", experiment.guards),
        reports=hiring.many("report", experiment.reports),
        models=models,
        prices=Prices(own=hiring.prices),
        watchers=hiring.host.watchers(
            [item.use for item in experiment.watchers],
            settings={item.use: item.settings for item in experiment.watchers},
            tell=tell,
            where=where,
        ),
        table=tuple(hiring.table),
        oath=oath,
        **single,
    )
