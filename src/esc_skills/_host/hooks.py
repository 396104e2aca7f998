"""Hook implementations of one module, checked against the constitution before any is called."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pluggy

from esc_skills._host.blame import owner, said
from esc_skills._host.catalogue import Entry
from esc_skills._host.nearest import did_you_mean, listed
from esc_skills.errors import PluginContractError
from esc_skills.spec import hookspecs
from esc_skills.spec.markers import PROJECT
from esc_skills.spec.roles import ROLES

_PLURALS = {"corpus": "corpora", "profiles": "profiles"}

PROVIDERS = {role: f"{PROJECT}_{_PLURALS.get(role, role + 's')}" for role in ROLES}
"""Role → its provider hook."""

SPECS = tuple(name for name in vars(hookspecs) if name.startswith(f"{PROJECT}_"))
"""All hooks, in the order of the constitution."""

WATCHER_HOOKS = tuple(name for name in SPECS if name not in PROVIDERS.values())
"""Hooks that are told what happened."""


def manager() -> pluggy.PluginManager:
    """A pluggy manager that knows all hooks and no plug-in."""
    made = pluggy.PluginManager(PROJECT)
    made.add_hookspecs(hookspecs)
    return made


def register(into: pluggy.PluginManager, plugin: object, entry: Entry) -> None:
    """Register a module or object; on refusal the manager is as it was.

    Raises:
        PluginContractError: A hook is unknown, takes a wrong argument, or is no plain function.
    """
    # Checked before pluggy sees them, which would stop at the first and leave the rest half in.
    faults = list(_faults(into, plugin))
    if faults:
        raise PluginContractError(
            "; ".join(faults),
            hint="compare with the signatures in esc_skills.spec.hookspecs",
            **owner(entry),
        )
    try:
        into.register(plugin, name=entry.key)
    except (pluggy.PluginValidationError, ValueError) as fault:
        raise PluginContractError(
            said(fault),
            hint="compare with the signatures in esc_skills.spec.hookspecs",
            **owner(entry),
        ) from fault


def _faults(into: pluggy.PluginManager, plugin: object) -> Iterator[str]:
    for name in sorted(vars(plugin) if inspect.ismodule(plugin) else dir(plugin)):
        marked = into.parse_hookimpl_opts(plugin, name)
        if marked is None:
            if name in SPECS:
                yield f"{name} lacks the decorator @hookimpl"
            continue
        hook = marked.get("specname") or name
        if hook not in SPECS:
            guess = did_you_mean(hook, SPECS) or f"hooks are {', '.join(SPECS)}"
            yield f"no hook is called {hook!r}; {guess}"
        else:
            yield from _signature_faults(hook, getattr(plugin, name))
        if marked.get("wrapper") or marked.get("hookwrapper"):
            yield f"{name} must not be a wrapper: a plug-in sees no other plug-in's answer"


def _signature_faults(hook: str, function: object) -> Iterator[str]:
    if not callable(function):
        yield f"{hook} is no function"
        return
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        yield f"{hook} must be a plain function, neither async nor a generator"
    known = tuple(inspect.signature(getattr(hookspecs, hook)).parameters)
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in known and parameter.default is parameter.empty:
            guess = did_you_mean(name, known)
            told = f"it is given {listed(known)}" if known else "it takes no argument"
            yield f"{hook} takes no argument {name!r}: {guess or told}"
