from __future__ import annotations

import asyncio
import sys
from typing import Any, ClassVar

import attrs

from esc_skills._host.calls import Call, running, waiting
from esc_skills._host.catalogue import Entry
from esc_skills._host.wrapping import wrap
from esc_skills.testing import context

ENTRY = Entry(role="guard", name="trial", module=__name__, distribution="dist", version="1.2")


@attrs.frozen(kw_only=True)
class Trial:
    """Looks at its own call."""

    name: ClassVar[str] = "trial"
    summary: ClassVar[str] = "looks"
    seen: list[Any] = attrs.field(factory=list, hash=False)

    def protected(self) -> tuple[Any, ...]:
        self.seen.append(running(sys._getframe()))
        return ()

    async def check(self, text: str, speaker: str, language: str, ctx: Any) -> None:
        await asyncio.sleep(60)


def test_a_running_call_is_found_with_hook_and_owner() -> None:
    """P05: a plain method on the stack; nothing where no plug-in is called."""
    trial = Trial()
    wrap("guard", ENTRY, trial).protected()
    (call,) = trial.seen
    assert isinstance(call, Call)
    assert (call.entry, call.hook, call.waits) == (ENTRY, "protected", False)
    assert running(sys._getframe()) is None


def test_a_waiting_call_is_found_with_its_place() -> None:
    """P05: through whatever stands between the task and the call."""

    async def between(pane: Any) -> None:
        await pane.check("Hi", "seeker", "en", context(place="talk/p1/0/guard"))

    async def found() -> Call | None:
        task = asyncio.create_task(between(wrap("guard", ENTRY, Trial())))
        await asyncio.sleep(0)
        call = waiting(task)
        task.cancel()
        return call

    call = asyncio.run(found())
    assert call is not None
    assert (call.entry, call.hook, call.place) == (ENTRY, "check", "talk/p1/0/guard")


def test_a_slow_import_is_a_call(author: Any) -> None:
    """P05: a plug-in that hangs while it is imported is named, too."""
    source = (
        "import sys\n"
        "from esc_skills._host.calls import running\n"
        "FOUND = running(sys._getframe())\n"
        "EXPERIMENT = {}\n"
    )
    host = author("esc-skills-looks", "preset.looks", source)
    from esc_skills._host.importing import load_module

    module = load_module(host.catalogue.choose("preset", "looks"))
    assert (module.FOUND.hook, module.FOUND.entry.key) == ("import", "preset.looks")
