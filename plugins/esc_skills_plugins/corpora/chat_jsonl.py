"""Any support dialogues, one a line, in a format that chat tools can write."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.model import Reading
from esc_skills.model.invariants import one_of
from esc_skills.spec import Context, Corpus, hookimpl
from esc_skills_plugins._shared.chatrecord import chat_draft
from esc_skills_plugins._shared.preparing import Preparation
from esc_skills_plugins._shared.splits import SPLIT_RULES, SplitRule
from esc_skills_plugins._shared.strictjson import line_rows
from esc_skills_plugins._shared.textfile import load_text

UNSTATED = "unstated"
"""Licence tag of data whose owner was not named; shown in all that is made from it."""


@attrs.frozen(kw_only=True)
class ChatJsonl:
    """Reads JSON Lines with ``messages`` of ``role`` and ``content`` (see ``chatrecord``)."""

    name: ClassVar[str] = "chat-jsonl"
    summary: ClassVar[str] = "JSON Lines, one dialogue a line: messages with role and content"

    licence: str = ""
    """Licence tag of the data, such as ``CC-BY-4.0``; empty is kept as ``unstated``."""
    merge: bool = False
    """True joins adjacent messages of one speaker; all their strategies are kept."""
    split: SplitRule = attrs.field(default="auto", validator=one_of(*SPLIT_RULES))
    """``auto`` or ``none`` (all train), or ``hash`` (seeded, 70/15/15). A ``split`` that a
    dialogue states itself goes first."""
    seed: int = 13
    """Seed of the split ``hash``."""
    skip_bad: bool = False
    """True leaves unusable lines out and counts them."""

    async def read(self, path: Path | None, ctx: Context) -> Reading:
        """Read the file.

        Raises:
            DataError: With file, line and field.
        """
        file = load_text(path, self.name)
        settings = attrs.asdict(self) | {"licence": self.licence.strip() or UNSTATED}
        preparation = Preparation(corpus=self.name, **settings)
        if preparation.licence == UNSTATED:
            preparation.tally.add("licence not stated: set licence for this corpus", "file")
        return preparation.reading(
            file, line_rows(file), lambda record, at: chat_draft(record, self.name)
        )


@hookimpl
def esc_skills_corpora() -> list[type[Corpus]]:
    """Offer the reader of chat lines."""
    return [ChatJsonl]
