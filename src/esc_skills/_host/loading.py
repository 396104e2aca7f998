"""The host: from a name in an experiment to a component that is checked and watched over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import attrs

from esc_skills._codec.settings import structure
from esc_skills._host import records
from esc_skills._host.blame import owner, said, spot
from esc_skills._host.catalogue import ELSEWHERE, Catalogue, Entry
from esc_skills._host.contracts import component_faults
from esc_skills._host.hooks import PROVIDERS, manager, register
from esc_skills._host.importing import load_module
from esc_skills._host.nearest import listed
from esc_skills._host.watchers import Watchers
from esc_skills._host.wrapping import wrap
from esc_skills.errors import (
    ConfigError,
    EscSkillsError,
    PluginContractError,
    PluginError,
    UnknownPluginError,
)
from esc_skills.spec import ROLES


class Host:
    """Answers for a catalogue; imports a plug-in when it is chosen, never before.

    Attributes:
        catalogue: What is installed.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is imported yet."""
        self.catalogue = catalogue
        self._classes: dict[tuple[str, str], type[Any]] = {}

    def component_class(self, role: str, name: str) -> type[Any]:
        """Load the class of a component.

        Raises:
            UnknownPluginError: No such name, or it is disabled.
            PluginConflictError: Two distributions claim the name.
            PluginLoadError: Its module cannot be imported.
            PluginContractError: It breaks a hook's signature or its role's promise.
            PluginError: Its provider hook fails, or it needs another hook API.
        """
        if (role, name) not in self._classes:
            entry = self.catalogue.choose(role, name)
            if role not in ROLES:
                hint = ELSEWHERE[role].format(name=name)
                raise UnknownPluginError(f"{role}.{name} is no component", hint=hint)
            self._classes[role, name] = _provided(entry, load_module(entry))
        return self._classes[role, name]

    def component(
        self,
        role: str,
        name: str,
        settings: Mapping[str, Any] | None = None,
        *,
        where: str = "",
        beside: tuple[str, ...] = (),
    ) -> Any:
        """Load a component with its settings; it stands behind a pane (see ``wrapping``).

        Args:
            role: Role name.
            name: Component name.
            settings: Plain data for its fields; what is left out takes its default.
            where: File that the settings came from, for messages.
            beside: Keys that its table may have beside its settings, for "did you mean".

        Raises:
            ConfigError: A setting is unknown, of a wrong type, or refused by the class.
            EscSkillsError: As for ``component_class``.
        """
        cls = self.component_class(role, name)
        entry = self.catalogue.choose(role, name)
        place = f"{where}: [{role}]" if where else f"[{role}]"
        try:
            made = structure(settings or {}, cls, place, also=beside)
        except SystemExit as fault:
            raise _failed(entry, "__init__", fault) from fault
        return wrap(role, entry, made)

    def describe(self, role: str, component: Any) -> dict[str, Any]:
        """Line of the plug-in table for a component of this host; see ``records.describe``."""
        return records.describe(component, self.catalogue.choose(role, component.name))

    def watchers(
        self,
        names: Iterable[str],
        *,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        tell: Callable[[PluginError], None] | None = None,
        where: str = "",
    ) -> Watchers:
        """Load the watchers that an experiment names.

        Args:
            names: Names after ``watcher.``.
            settings: By name, for a module with an attrs class ``Watcher``; its object hears.
            tell: Called once for every watcher that is dropped because it raised.
            where: File that the settings came from, for messages.

        Raises:
            ConfigError: A setting is wrong, or the watcher takes none.
        """
        watchers = Watchers(tell=tell)
        for name in names:
            entry = self.catalogue.choose("watcher", name)
            given = (settings or {}).get(name, {})
            place = f"{where}: [watchers] {name}" if where else f"[watchers] {name}"
            watchers.add(_hearing(entry, load_module(entry), given, place), entry)
        return watchers


def _hearing(entry: Entry, module: ModuleType, settings: Mapping[str, Any], place: str) -> object:
    """What hears of events: the object that a module makes of its settings, or the module."""
    made = getattr(module, "Watcher", None)
    if isinstance(made, type) and attrs.has(made):
        try:
            return structure(settings, made, place)
        except SystemExit as fault:
            raise _failed(entry, "__init__", fault) from fault
    if settings:
        hint = f'name it alone: watchers = ["{entry.name}"]'
        raise ConfigError("takes no settings", where=place, hint=hint)
    return module


@cache
def resident() -> Host:
    """The host of this process for components that another process sent."""
    return Host(Catalogue.read())


def _provided(entry: Entry, module: ModuleType) -> type[Any]:
    hooks = manager()  # one a module, so that a broken one leaves nothing behind
    register(hooks, module, entry)
    hook = PROVIDERS[entry.role]
    found = _answers(entry, hook, getattr(hooks.hook, hook))
    named = [cls for cls in found if getattr(cls, "name", None) == entry.name]
    if not named and len(found) != 1:
        names = listed(str(getattr(cls, "name", cls)) for cls in found)
        raise _contract(entry, f"brings no {entry.role} named {entry.name!r}, but: {names}", hook)
    cls = (named or found)[0]
    faults = component_faults(entry.role, cls, entry.name)
    if faults:
        raise _contract(entry, f"{getattr(cls, '__name__', cls)}: {'; '.join(faults)}", "")
    made: type[Any] = cls
    return made


def _answers(entry: Entry, hook: str, call: Callable[[], list[Any]]) -> list[Any]:
    try:
        answers = call()
        if not answers:
            raise _contract(entry, "does not implement its provider hook, or answers None", hook)
        if isinstance(answers[0], type):
            raise _contract(entry, "answers with a class; put it into a list", hook)
        return list(answers[0])
    except EscSkillsError:
        raise
    except (Exception, SystemExit) as fault:
        raise _failed(entry, hook, fault) from fault


def _contract(entry: Entry, what: str, hook: str) -> PluginContractError:
    return PluginContractError(
        what,
        hint=f"compare with the role {entry.role!r} in esc_skills.spec.roles",
        hook=hook,
        **owner(entry),
    )


def _failed(entry: Entry, hook: str, fault: BaseException) -> PluginError:
    at = spot(fault)
    return PluginError(
        f"failed with {said(fault)}" + (f" in {at}" if at else ""),
        hint=f"report it to the authors of {entry.distribution}",
        hook=hook,
        **owner(entry),
    )
