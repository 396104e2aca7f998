"""ESC-Skills: discover, evolve and measure skills for emotional support conversations.

The front door: ``run``, ``open_run``, ``load_bank``, ``component``, ``hookimpl`` and the nouns.
Names are looked up when they are used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from esc_skills._engine.banks import load_bank
    from esc_skills._engine.doors import component, open_run
    from esc_skills._engine.running import Run, run
    from esc_skills._practice.agent import Agent, Guidance, open_agent
    from esc_skills.errors import EscSkillsError
    from esc_skills.model import Dialogue, InterventionUnit, Score, Skill, SkillsBank, Trace
    from esc_skills.spec import hookimpl

_HOMES = {
    "Agent": "esc_skills._practice.agent",
    "Dialogue": "esc_skills.model",
    "EscSkillsError": "esc_skills.errors",
    "Guidance": "esc_skills._practice.agent",
    "InterventionUnit": "esc_skills.model",
    "Run": "esc_skills._engine.running",
    "Score": "esc_skills.model",
    "Skill": "esc_skills.model",
    "SkillsBank": "esc_skills.model",
    "Trace": "esc_skills.model",
    "component": "esc_skills._engine.doors",
    "hookimpl": "esc_skills.spec",
    "load_bank": "esc_skills._engine.banks",
    "open_agent": "esc_skills._practice.agent",
    "open_run": "esc_skills._engine.doors",
    "run": "esc_skills._engine.running",
}

__all__ = [
    "Agent",
    "Dialogue",
    "EscSkillsError",
    "Guidance",
    "InterventionUnit",
    "Run",
    "Score",
    "Skill",
    "SkillsBank",
    "Trace",
    "component",
    "hookimpl",
    "load_bank",
    "open_agent",
    "open_run",
    "run",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
