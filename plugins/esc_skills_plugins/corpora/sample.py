"""Short dialogues written for this project, so that everything runs with nothing at hand."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.errors import DataError
from esc_skills.model import Reading
from esc_skills.model.invariants import one_of
from esc_skills.spec import Context, Corpus, hookimpl
from esc_skills_plugins._shared.chatrecord import chat_draft
from esc_skills_plugins._shared.preparing import Preparation
from esc_skills_plugins._shared.splits import SPLIT_RULES, SplitRule
from esc_skills_plugins._shared.strictjson import line_rows
from esc_skills_plugins._shared.textfile import TextFile

LICENCE = "Apache-2.0"


@attrs.frozen(kw_only=True)
class Sample:
    """Reads the embedded dialogues: good and bad ones, several problems, invented people."""

    name: ClassVar[str] = "sample"
    summary: ClassVar[str] = "embedded dialogues written for this project; needs no file"

    merge: bool = False
    """True joins adjacent messages of one speaker; all their strategies are kept."""
    split: SplitRule = attrs.field(default="auto", validator=one_of(*SPLIT_RULES))
    """``auto`` or ``none`` (all train), or ``hash`` (seeded, 70/15/15)."""
    seed: int = 13
    """Seed of the split ``hash``."""

    async def read(self, path: Path | None, ctx: Context) -> Reading:
        """Read the embedded file.

        Raises:
            DataError: A path was given.
        """
        if path is not None:
            raise DataError(
                "the corpus sample is embedded and takes no path",
                where=str(path),
                hint='write corpus = "sample", or read a file of your own with chat-jsonl:PATH',
            )
        text = files("esc_skills_plugins.corpora").joinpath("sample.jsonl").read_text("utf-8")
        file = TextFile(where="sample.jsonl", text=text)
        preparation = Preparation(corpus=self.name, licence=LICENCE, **attrs.asdict(self))
        return preparation.reading(
            file, line_rows(file), lambda record, at: chat_draft(record, self.name)
        )


@hookimpl
def esc_skills_corpora() -> list[type[Corpus]]:
    """Offer the embedded dialogues."""
    return [Sample]
