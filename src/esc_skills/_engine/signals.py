"""What watchers are told, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from esc_skills.errors import PluginError
from esc_skills.model import Alarm, Exchange, Proposal, SkillsBank, Trace, Verdict
from esc_skills.spec import Usage

Call = Callable[..., None]
"""Takes a hook name and its arguments by keyword; never raises."""


@attrs.define(kw_only=True)
class Signals:
    """Tells every watcher of a run; a watcher can change nothing."""

    calls: Sequence[Call] = ()
    """The plug-ins' watchers, and the command line's own."""

    def _tell(self, hook: str, **facts: Any) -> None:
        for call in self.calls:
            call(f"esc_skills_{hook}", **facts)

    def call_done(self, role: str, place: str, outcome: str, usage: Usage) -> None:
        """Tell of a model call that has ended."""
        self._tell("call_done", role=role, place=place, outcome=outcome, usage=usage)

    def exchange_done(self, trace: str, exchange: Exchange) -> None:
        """Tell of an exchange of a running conversation."""
        self._tell("exchange_done", trace=trace, exchange=exchange)

    def crisis(self, trace: str, alarm: Alarm) -> None:
        """Tell of a high alarm at a seeker's message, in the same turn."""
        self._tell("crisis", trace=trace, alarm=alarm)

    def trace_done(self, trace: Trace) -> None:
        """Tell of a conversation that has ended."""
        self._tell("trace_done", trace=trace)

    def verdict(self, proposal: Proposal, verdict: Verdict) -> None:
        """Tell of a gate's decision."""
        self._tell("verdict", proposal=proposal, verdict=verdict)

    def bank_promoted(self, bank: SkillsBank, number: int) -> None:
        """Tell of a new bank."""
        self._tell("bank_promoted", bank=bank, number=number)

    def stage_started(self, stage: str, items: int) -> None:
        """Tell that a stage begins."""
        self._tell("stage_started", stage=stage, items=items)

    def watcher_dropped(self, fault: PluginError) -> None:
        """Tell the caller, not the plug-ins, that a watcher raised and hears no more."""
        self._tell("watcher_dropped", fault=fault)

    def walk_opened(self, **facts: Any) -> None:
        """Tell the caller, not the plug-ins, of a walk that begins, with what can be watched."""
        self._tell("walk_opened", **facts)

    def warned(self, line: str) -> None:
        """Tell the caller, not the plug-ins, of something doubtful; empty lines are kept back."""
        if line:
            self._tell("warned", line=line)

    def item_done(self, stage: str) -> None:
        """Tell that an item of a stage is complete."""
        self._tell("item_done", stage=stage)
