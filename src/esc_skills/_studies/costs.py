"""What every variant asked and took, whoever paid for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from esc_skills._engine import provenance
from esc_skills._engine.walking import QUESTIONS
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal
from esc_skills._studies.shards import Played
from esc_skills.model import Cost


def costs(played: Sequence[Played], journal: Path) -> tuple[Cost, ...]:
    """One cost a variant, in the order of the shards.

    Questions are counted by what is asked, so that a variant costs the same whether it was the
    first to ask or found the answer of another.
    """
    book = Journal(journal)
    try:
        prices = book.costs()
    finally:
        book.close()
    names = list(dict.fromkeys(one.variant for one in played))
    return tuple(
        _cost(name, [one for one in played if one.variant == name], prices) for name in names
    )


def _cost(
    variant: str,
    shards: Sequence[Played],
    prices: dict[str, tuple[int, int, float | None]],
) -> Cost:
    folders = [RunFolder(one.path) for one in shards]
    keys = {row["key"] for folder in folders for row in folder.read_rows(QUESTIONS)}
    found = [prices[key] for key in sorted(keys) if key in prices]
    usd = [price for _, _, price in found]
    times = [
        folder.read_json(provenance.FILE).get("seconds")
        for folder in folders
        if folder.has(provenance.FILE)
    ]
    known = [seconds for seconds in times if seconds is not None]
    return Cost(
        arm=variant,
        questions=len(keys),
        tokens_in=sum(one for one, _, _ in found),
        tokens_out=sum(two for _, two, _ in found),
        usd=None if None in usd else round(sum(price or 0.0 for price in usd), 6),
        seconds=round(sum(known), 3) if len(known) == len(shards) else None,
    )
