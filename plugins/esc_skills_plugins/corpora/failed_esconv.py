"""FailedESConv (Liu et al., ACL 2021): 196 dialogues that their makers did not accept."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.model import Reading
from esc_skills.model.invariants import one_of
from esc_skills.spec import Context, Corpus, hookimpl
from esc_skills_plugins._shared.esconvrecord import LICENCE, esconv_draft
from esc_skills_plugins._shared.preparing import Preparation
from esc_skills_plugins._shared.splits import SPLIT_RULES, SplitRule
from esc_skills_plugins._shared.strictjson import array_rows
from esc_skills_plugins._shared.textfile import load_text


@attrs.frozen(kw_only=True)
class FailedESConv:
    """Reads FailedESConv.json, whose speakers are ``speaker`` and ``listener``."""

    name: ClassVar[str] = "failed-esconv"
    summary: ClassVar[str] = "FailedESConv.json: rejected dialogues, good and bad turns mixed"
    failed: ClassVar[bool] = True
    """Its dialogues failed: an ablation may leave it out."""

    merge: bool = False
    """True joins adjacent messages of one speaker; all their strategies are kept."""
    split: SplitRule = attrs.field(default="auto", validator=one_of(*SPLIT_RULES))
    """``auto`` or ``none`` (all train; this corpus has no official split), or ``hash``."""
    seed: int = 13
    """Seed of the split ``hash``."""
    skip_bad: bool = False
    """True leaves unusable dialogues out and counts them."""

    async def read(self, path: Path | None, ctx: Context) -> Reading:
        """Read the file.

        Raises:
            DataError: With file, line and field.
        """
        file = load_text(path, self.name)
        preparation = Preparation(corpus=self.name, licence=LICENCE, **attrs.asdict(self))
        return preparation.reading(
            file, array_rows(file), lambda record, at: esconv_draft(record, self.name, at)
        )


@hookimpl
def esc_skills_corpora() -> list[type[Corpus]]:
    """Offer the reader of FailedESConv."""
    return [FailedESConv]
