from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from esc_skills._host.catalogue import Entry
from esc_skills._host.hooks import manager
from esc_skills._host.watchers import PATIENCE, Watchers
from esc_skills.errors import ConfigError, PluginContractError, PluginError, UnknownPluginError
from esc_skills.model import Alarm
from esc_skills.spec import hookimpl

ENTRY = Entry(role="watcher", name="log", module="m", distribution="d", version="1")


class Log:
    """Writes down what it hears; raises when told to."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.heard: list[Any] = []
        self.fault = fault

    @hookimpl
    def esc_skills_item_done(self, stage: str) -> str:
        self.heard.append(stage)
        if self.fault:
            raise self.fault
        return "ignored"


def entry(name: str) -> Entry:
    return Entry(role="watcher", name=name, module="m", distribution="d", version="1")


def test_everyone_is_told() -> None:
    """A call reaches all watchers; hooks that nobody implements reach none."""
    watchers, one, two = Watchers(), Log(), Log()
    watchers.add(one, entry("one"))
    watchers.add(two, entry("two"))
    watchers.call("esc_skills_item_done", stage="extract")
    watchers("esc_skills_stage_started", stage="distil", items=1)
    assert one.heard == two.heard == ["extract"]
    assert watchers.reports == []


@pytest.mark.parametrize("fault", [ValueError("no"), SystemExit(1)])
def test_a_raising_watcher_is_reported_once_and_dropped(fault: BaseException) -> None:
    """P04: the others hear on, the run goes on, the owner is named once."""
    told: list[PluginError] = []
    watchers, bad, good = Watchers(tell=told.append), Log(fault), Log()
    watchers.add(bad, entry("bad"))
    watchers.add(good, entry("good"))
    for _ in range(3):
        watchers.call("esc_skills_item_done", stage="extract")
    assert (len(bad.heard), len(good.heard)) == (1, 3)
    assert watchers.reports == told
    assert "watcher.bad (d 1) esc_skills_item_done" in told[0].line
    assert "test_watchers.py:" in told[0].message


def test_an_interrupt_is_not_swallowed() -> None:
    """Ctrl-C while a watcher works still ends the run."""
    watchers = Watchers()
    watchers.add(Log(KeyboardInterrupt()), ENTRY)
    with pytest.raises(KeyboardInterrupt):
        watchers.call("esc_skills_item_done", stage="extract")


def test_a_watcher_without_hooks_is_refused() -> None:
    """A module that hears nothing was chosen by mistake."""
    with pytest.raises(PluginContractError, match="implements no watcher hook"):
        Watchers().add(object(), ENTRY)


def test_watchers_of_a_manager_are_told_too() -> None:
    """A ready pluggy manager can be taken over."""
    hooks, log = manager(), Log(ValueError())
    hooks.register(log)
    watchers = Watchers(hooks)
    watchers.call("esc_skills_item_done", stage="x")
    assert log.heard == ["x"]
    assert "this program" in watchers.reports[0].line


def test_installed_watchers_are_loaded_by_name(author) -> None:
    """An entry point ``watcher.NAME`` is loaded when an experiment names it, and only then."""
    source = (
        "from esc_skills.spec import hookimpl\nheard = []\n"
        "@hookimpl\ndef esc_skills_item_done(stage): heard.append(stage)\n"
    )
    host = author("esc-skills-ear", "watcher.ear", source)
    host.watchers(["ear"]).call("esc_skills_item_done", stage="distil")
    import esc_skills_ear

    assert esc_skills_ear.heard == ["distil"]
    with pytest.raises(UnknownPluginError, match="did you mean 'ear'"):
        host.watchers(["eat"])


def test_a_watcher_with_a_wrong_argument_is_refused(author) -> None:
    """P03: an unknown argument is told before the run, with a guess."""
    source = (
        "from esc_skills.spec import hookimpl\n@hookimpl\ndef esc_skills_item_done(stages): pass\n"
    )
    host = author("esc-skills-deaf", "watcher.deaf", source)
    with pytest.raises(PluginContractError, match="did you mean 'stage'"):
        host.watchers(["deaf"])


MADE = """
import attrs
from esc_skills.spec import hookimpl

@attrs.define(eq=False)
class Watcher:
    loud: bool = False
    heard: list[str] = attrs.field(factory=list, init=False)

    @hookimpl
    def esc_skills_item_done(self, stage):
        made.append((self.loud, stage))

made = []
"""


def test_a_watcher_may_have_settings(author) -> None:
    """The attrs class ``Watcher`` of a module is made with the experiment's settings, and hears."""
    host = author("esc-skills-lark", "watcher.lark", MADE)
    host.watchers(["lark"]).call("esc_skills_item_done", stage="a")
    host.watchers(["lark"], settings={"lark": {"loud": True}})("esc_skills_item_done", stage="b")
    import esc_skills_lark

    assert esc_skills_lark.made == [(False, "a"), (True, "b")]
    with pytest.raises(ConfigError, match=r"x\.toml: \[watchers\] lark.*lound"):
        host.watchers(["lark"], settings={"lark": {"lound": True}}, where="x.toml")


def test_settings_of_a_watcher_that_takes_none_are_refused(author) -> None:
    """A setting is never ignored in silence."""
    source = (
        "from esc_skills.spec import hookimpl\n@hookimpl\ndef esc_skills_item_done(stage): pass\n"
    )
    host = author("esc-skills-owl", "watcher.owl", source)
    with pytest.raises(ConfigError, match="takes no settings"):
        host.watchers(["owl"], settings={"owl": {"loud": True}})


class Duty:
    """Hears of a crisis; hangs or raises when told to."""

    def __init__(self, wait: float = 0.0, fault: Exception | None = None) -> None:
        self.heard: list[str] = []
        self.wait, self.fault = wait, fault

    @hookimpl
    def esc_skills_crisis(self, trace: str, alarm: Alarm) -> None:
        self.heard.append(f"{trace} {alarm.rule}")
        time.sleep(self.wait)
        if self.fault:
            raise self.fault


def test_nobody_keeps_another_from_hearing_of_a_crisis() -> None:
    """S22: one that hangs and one that raises are dropped; the third is told, once, in time."""
    watchers, slow, bad, good = Watchers(), Duty(wait=30.0), Duty(fault=ValueError("no")), Duty()
    for name, one in (("slow", slow), ("bad", bad), ("good", good)):
        watchers.add(one, entry(name))
    alarm = Alarm(rule="crisis.self-harm", speaker="seeker")
    begun = time.monotonic()
    watchers.call("esc_skills_crisis", trace="t", alarm=alarm)
    assert time.monotonic() - begun < PATIENCE + 2
    assert good.heard == bad.heard == slow.heard == ["t crisis.self-harm"]
    said = " ".join(report.line for report in watchers.reports)
    assert "watcher.slow" in said
    assert "watcher.bad" in said
    assert "watcher.good" not in said
    watchers.call("esc_skills_crisis", trace="u", alarm=alarm)
    assert (len(good.heard), len(slow.heard), len(bad.heard)) == (2, 1, 1)


def test_other_hooks_stay_on_the_runs_own_thread() -> None:
    """S22, negative control: only a crisis is worth a thread a watcher."""
    threads: list[int] = []

    class Where:
        @hookimpl
        def esc_skills_item_done(self, stage: str) -> None:
            threads.append(threading.get_ident())

    watchers = Watchers()
    watchers.add(Where(), entry("where"))
    watchers.call("esc_skills_item_done", stage="extract")
    assert threads == [threading.get_ident()]
