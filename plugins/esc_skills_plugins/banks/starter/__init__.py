"""A bank to start with, evolved from the project's own sample dialogues; read its CARD.md."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "bank"
"""The bank's folder; ``python docs/starter.py`` makes it anew, to the byte."""
