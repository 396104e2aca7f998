from __future__ import annotations

import importlib
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine.oath import Oath
from esc_skills._host.wrapping import pane
from esc_skills._stages import commit, converse, guarding, rules, veto
from esc_skills.errors import PluginError
from esc_skills.testing.doubles import WordGuard
from esc_skills.testing.sites import Site


async def other(*facts: object) -> None:
    """Do nothing."""


def test_an_untouched_house_keeps_its_oath() -> None:
    """Checking again and again finds nothing, also after a trip through pickle."""
    oath = Oath.on([WordGuard])
    for _ in range(3):
        oath.check()
    pickle.loads(pickle.dumps(oath)).check()


@pytest.mark.parametrize(
    ("holder", "name"),
    [
        (guarding, "look"),
        (guarding, "FALLBACK"),
        (guarding, "FAILED_RULE"),
        (converse, "watch"),
        (converse, "speak"),
        (veto.Veto, "events"),
        (commit, "commit"),
        (rules, next(name for name in vars(rules) if name.isupper() or name[0].islower())),
        (pane("guard"), "check"),
        (WordGuard, "check"),
        (WordGuard, "answer"),
    ],
    ids=lambda thing: getattr(thing, "__name__", str(thing)),
)
def test_whatever_is_replaced_is_found(
    monkeypatch: pytest.MonkeyPatch, holder: Any, name: str
) -> None:
    """P14: guards, their fixed words, bank rules, the veto and the panes; exit 5."""
    oath = Oath.on([WordGuard])
    monkeypatch.setattr(holder, name, other)
    with pytest.raises(PluginError, match=rf"\.{name} was replaced") as caught:
        oath.check()
    assert caught.value.exit_code == 5
    monkeypatch.undo()
    oath.check()


def test_other_code_in_the_same_function_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """P14: a function that keeps its name and runs something else."""
    oath = Oath.on()
    monkeypatch.setattr(guarding.look, "__code__", other.__code__)
    with pytest.raises(PluginError, match="look was replaced"):
        oath.check()


def test_who_did_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P14: plug-in and distribution, where the new code is theirs."""
    source = "async def look(*facts): ...\n"
    Site(tmp_path).write("esc-skills-sly", {"preset.sly": "esc_skills_sly"}, source)
    monkeypatch.syspath_prepend(tmp_path)
    oath = Oath.on()
    monkeypatch.setattr(guarding, "look", importlib.import_module("esc_skills_sly").look)
    with pytest.raises(PluginError) as caught:
        oath.check()
    assert (caught.value.plugin, caught.value.distribution) == ("preset.sly", "esc-skills-sly")
    del sys.modules["esc_skills_sly"]
