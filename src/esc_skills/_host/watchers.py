"""Those who are told what happened: they change nothing, and none can end a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pluggy

from esc_skills._host.blame import owner, said, spot
from esc_skills._host.catalogue import Entry
from esc_skills._host.hooks import WATCHER_HOOKS, manager, register
from esc_skills.errors import PluginContractError, PluginError

PRESSING = frozenset({"esc_skills_crisis"})
"""Hooks that nobody may hold up: each watcher is told on a thread of its own."""
PATIENCE = 2.0
"""Seconds that a watcher of a pressing hook has."""


def _in_time(tell: Callable[[], object]) -> None:
    """Call a watcher, and go on without it when it takes too long (S22).

    Raises:
        TimeoutError: It did.
    """
    faults: list[BaseException] = []

    def work() -> None:
        try:
            tell()
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        raise TimeoutError(f"no end within {PATIENCE:g} s")
    if faults:
        raise faults[0]


class Watchers:
    """A set of watchers; call it with a hook name and facts.

    Attributes:
        reports: What watchers did wrong, one error a watcher; the watcher was dropped.
    """

    def __init__(
        self,
        hooks: pluggy.PluginManager | None = None,
        *,
        tell: Callable[[PluginError], None] | None = None,
    ) -> None:
        """Start with the watchers that ``hooks`` holds, or with none.

        Args:
            hooks: A manager made by ``hooks.manager``.
            tell: Called once for every dropped watcher.
        """
        self._hooks = hooks or manager()
        self._tell = tell
        self._entries: dict[int, Entry] = {}
        self.reports: list[PluginError] = []

    def add(self, plugin: object, entry: Entry) -> None:
        """Take in a module or object that implements watcher hooks.

        Raises:
            PluginContractError: It implements none, or one of them wrongly.
        """
        register(self._hooks, plugin, entry)
        self._entries[id(plugin)] = entry
        if not any(self._implements(plugin, hook) for hook in WATCHER_HOOKS):
            self._hooks.unregister(plugin)
            raise PluginContractError(
                "implements no watcher hook",
                hint=f"implement one of {', '.join(WATCHER_HOOKS)} with @hookimpl",
                **owner(entry),
            )

    def _implements(self, plugin: object, hook: str) -> bool:
        callers = getattr(self._hooks.hook, hook).get_hookimpls()
        return any(caller.plugin is plugin for caller in callers)

    def __call__(self, hook: str, **facts: Any) -> None:
        """Tell every watcher; same as ``call``."""
        self.call(hook, **facts)

    def call(self, hook: str, **facts: Any) -> None:
        """Tell every watcher; one that raises is reported once and hears no more.

        Args:
            hook: A watcher hook, with its prefix.
            **facts: The hook's arguments.
        """
        for caller in getattr(self._hooks.hook, hook).get_hookimpls():
            given = [facts[name] for name in caller.argnames]
            try:
                if hook in PRESSING:
                    _in_time(partial(caller.function, *given))
                else:
                    caller.function(*given)
            except (Exception, SystemExit) as fault:
                self._drop(caller, hook, fault)

    def _drop(self, caller: pluggy.HookImpl, hook: str, fault: BaseException) -> None:
        self._hooks.unregister(caller.plugin)
        unnamed = Entry(role="watcher", name="unnamed", module="", distribution="this program")
        entry = self._entries.get(id(caller.plugin), unnamed)
        code = getattr(caller.function, "__code__", None)
        at = spot(fault, getattr(code, "co_filename", None))
        report = PluginError(
            f"watcher failed with {said(fault)}" + (f" in {at}" if at else "") + "; it was dropped",
            hint=f"the run goes on without it; report it to the authors of {entry.distribution}",
            hook=hook,
            **owner(entry),
        )
        self.reports.append(report)
        if self._tell:
            self._tell(report)
