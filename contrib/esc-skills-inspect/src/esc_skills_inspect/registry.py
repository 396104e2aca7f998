"""What inspect_ai finds under ``esc_skills_inspect/NAME``."""

from __future__ import annotations

from esc_skills_inspect.scorers import final_emotion
from esc_skills_inspect.solver import esc_skills_agent

__all__ = ["esc_skills_agent", "final_emotion"]
