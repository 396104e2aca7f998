"""A bank to start with, evolved from the project's own sample dialogues; read its CARD.md.

Enters: nothing; ``python docs/starter.py`` makes the bank anew, to the byte.
Leaves: the folder ``bank`` beside this file.
Door: entry point ``bank.starter``.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "bank"
"""The bank's folder."""
