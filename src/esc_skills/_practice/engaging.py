"""Getting ready: an experiment's crew, its gateway, and a bank that was let in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.experiment import Choice, Experiment
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.running import resolve
from esc_skills._engine.shelf import Shelf
from esc_skills._engine.signals import Call, Signals
from esc_skills._engine.theatre import Theatre
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._practice.admission import Found, admit, find
from esc_skills._stages.cast import Rules
from esc_skills._stages.commit import stamped
from esc_skills._stages.rules import check_protected
from esc_skills._store.folder import RunFolder
from esc_skills.errors import ConfigError
from esc_skills.model import Alarm, Skill, SkillsBank
from esc_skills.spec import Guard

ENDLESS = 10_000
"""Most supporter turns of a talk that has no limit of its own."""

Source = str | Path | Mapping[str, Any] | None
"""An experiment: a file, a mapping, or the defaults."""


@attrs.frozen(kw_only=True)
class Wish:
    """What somebody wants to work with."""

    bank: str | Path | SkillsBank | None = "starter"
    """Name, folder, the bank itself; None is the agent without skills."""
    experiment: Source = None
    """Says who reads, finds, speaks and guards."""
    sets: Sequence[str] = ()
    """``KEY=VALUE`` words laid over it."""
    disable: Sequence[str] = ()
    """Plug-ins that are never imported."""
    unreviewed: bool = False
    """Whether skills that nobody reviewed may be used."""
    locale: str = ""
    """Country of the person, for the guards' help text; empty leaves it to the experiment."""
    watch: Sequence[Call] = ()
    """Told of every event, beside the experiment's own watchers."""
    to: str = "the agent"
    """What it is wanted for, for messages."""


@attrs.frozen(kw_only=True)
class Engagement:
    """A crew at work with one bank, outside of any run."""

    experiment: Experiment
    """What was chosen."""
    theatre: Theatre
    """Makes supporters and stages ready; keeps no conversation."""
    bank: SkillsBank | None
    """The bank; None without."""
    where: str = ""
    """Where it was, for people; empty without."""
    stamps: tuple[str, ...] = ()
    """What must be shown with it."""

    @property
    def crew(self) -> Crew:
        """Who does the work."""
        return self.theatre.crew


def engage(wish: Wish) -> Engagement:
    """Load what an experiment names, and let a bank in.

    Raises:
        ConfigError: The experiment is wrong, no guard is chosen (``S4``), or nobody answers for a
            model that somebody asks.
        BankRuleError: The bank may not be used: ``S4``, ``S5`` or ``S9``.
        UsageError: There is no such bank.
        PluginError: A chosen plug-in is broken.
    """
    experiment, catalogue = resolve(wish.experiment, wish.sets, wish.disable)
    if not experiment.guards:
        raise ConfigError(
            f"guards = []: {wish.to} never works without one",
            hint='choose guards = ["crisis"], or leave guards out',
            where="S4",
        )
    experiment = _placed(experiment, catalogue, wish.locale)
    told = Signals(calls=wish.watch)
    crew = hire(experiment, catalogue, _named(wish.experiment), tell=told.watcher_dropped)
    crew.check((crew.extractor, crew.retriever, crew.responder, *crew.guards))
    found, stamps = _let_in(wish, catalogue, crew)
    signals = Signals(calls=(*wish.watch, crew.watchers))
    lender = Lender(
        seed=experiment.run.seed,
        gateway=open_gateway(experiment, crew, signals),
        note=lambda place, kind, facts: None,
    )
    theatre = Theatre(
        crew=crew,
        units=found.units if found else (),
        rules=Rules(limit=ENDLESS),
        concurrency=1,
        lender=lender,
        shelf=Shelf(folder=RunFolder(Path())),
        signals=signals,
    )
    return Engagement(
        experiment=experiment,
        theatre=theatre,
        bank=found.bank if found else None,
        where=found.where if found else "",
        stamps=stamps,
    )


def _named(source: Source) -> str:
    return str(source) if isinstance(source, str | Path) else "experiment"


def _let_in(wish: Wish, catalogue: Catalogue, crew: Crew) -> tuple[Found | None, tuple[str, ...]]:
    if wish.bank is None:
        return None, ()
    if isinstance(wish.bank, SkillsBank):
        found = Found(bank=stamped(wish.bank), where="")
    else:
        found = find(wish.bank, catalogue)
    stamps = admit(found.bank, unreviewed=wish.unreviewed, installed=found.installed, to=wish.to)
    manifest: dict[str, Skill] = {
        skill.name: skill for guard in crew.guards for skill in guard.protected()
    }
    check_protected(found.bank, tuple(manifest.values()))
    return found, stamps


def placeless(engagement: Engagement) -> bool:
    """Whether the country that was named changes no guard's help text: nobody has one for it."""
    placed = [choice for choice in engagement.experiment.guards if choice.settings.get("locale")]
    host = Host(Catalogue.read())

    def text(choice: Choice, locale: str) -> str:
        made: Guard = host.component("guard", choice.use, {**choice.settings, "locale": locale})
        return made.answer(Alarm(rule="crisis", speaker="seeker"), "en")

    return all(text(one, one.settings["locale"]) == text(one, "") for one in placed)


def _placed(experiment: Experiment, catalogue: Catalogue, locale: str) -> Experiment:
    """The same experiment with a country for every guard that asks for one."""
    if not locale:
        return experiment
    host = Host(catalogue)

    def placed(choice: Choice) -> Choice:
        made = host.component_class("guard", choice.use)
        if "locale" not in {field.name for field in attrs.fields(made)}:
            return choice
        return attrs.evolve(choice, settings={**choice.settings, "locale": locale})

    guards = tuple(map(placed, experiment.guards))
    if guards == experiment.guards and not any("locale" in one.settings for one in guards):
        raise ConfigError(
            f"locale {locale!r}: none of the chosen guards has help texts by country",
            hint="leave it out, or choose a guard with a setting `locale`",
        )
    return attrs.evolve(experiment, guards=guards)
