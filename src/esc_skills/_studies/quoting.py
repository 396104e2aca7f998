"""What a study will ask and pay, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.planning import plan
from esc_skills._store.files import is_folder
from esc_skills._store.folder import RunFolder
from esc_skills._studies import book
from esc_skills._studies.running import default_out, prepared
from esc_skills._studies.studyfile import Study

NOTES = (
    "a question that two variants share is sent once, and counted here for each of them",
    "every seed asks anew: answers are shared within a seed only",
)


@attrs.frozen(kw_only=True)
class Quote:
    """One variant, all seeds together."""

    variant: str
    """Its name."""
    calls: int
    """Calls when all goes well."""
    most: int
    """Calls at most."""
    tokens: int
    """Prompt and completion tokens when all goes well."""
    usd: float | None
    """Price when all goes well; None when a price is unknown."""
    missing: tuple[str, ...] = ()
    """Model roles that nobody answers for."""


@attrs.frozen(kw_only=True)
class StudyPlan:
    """What a study will ask and pay."""

    folder: Path
    """Study folder."""
    shards: int
    """Runs: variants x seeds."""
    done: int
    """Runs that are there already; they ask nothing."""
    quotes: tuple[Quote, ...]
    """By variant; runs that are done are left out."""
    notes: tuple[str, ...] = NOTES
    """What the figures rest on."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Model roles that nobody answers for, sorted."""
        return tuple(sorted({role for quote in self.quotes for role in quote.missing}))

    def plain(self) -> dict[str, Any]:
        """Plain data, for scripts."""
        made = attrs.asdict(self)
        return {**made, "folder": str(self.folder), "missing": list(self.missing)}


def plan_study(
    study: Study, out: Path | None = None, disable: Sequence[str] = (), *, kind: str = "ablate"
) -> StudyPlan:
    """Plan every variant once and multiply by the seeds that are left; nothing is sent.

    Args:
        study: What is asked.
        out: Study folder.
        disable: Plug-ins that are never imported.
        kind: ``ablate``, ``bench`` or ``reproduce``: what the folder must hold, if anything.

    Raises:
        UsageError: A variant is no experiment, or the folder holds something else.
        PluginError: A chosen plug-in is broken.
    """
    home = Path(out) if out is not None else default_out(study)
    cast = prepared(study, home, disable, check=False)
    if is_folder(home):
        book.check_same(RunFolder(home), study, kind)
    quotes = []
    for variant in cast.variants:
        left = [one for one in cast.shards if one.variant == variant.name and not one.done]
        if not left:
            continue
        made = plan(left[0].experiment, out=left[0].path, disable=disable)
        times = len(left)
        quotes.append(
            Quote(
                variant=variant.name,
                calls=times * sum(line.calls for line in made.lines),
                most=times * sum(line.most for line in made.lines),
                tokens=times * sum(line.tokens_in + line.tokens_out for line in made.lines),
                usd=None if made.unknown else round(times * made.usd, 6),
                missing=made.missing,
            )
        )
    done = sum(shard.done for shard in cast.shards)
    return StudyPlan(folder=home, shards=len(cast.shards), done=done, quotes=tuple(quotes))
