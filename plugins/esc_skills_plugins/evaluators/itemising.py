"""Which item a conversation or a reply belongs to, and what an item adds up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from esc_skills.model import Item, Response, Trace

Owner = tuple[str, str]
"""Key and cluster of an item."""


def seat(trace: Trace) -> Owner:
    """The seeker's repeat is the item, the seeker is the cluster: equal in every arm."""
    return f"{trace.profile.id}#{trace.repeat}", trace.profile.id


def talk(response: Response) -> Owner:
    """The dialogue is both: replies of one dialogue are added up."""
    place = f"{response.corpus}/{response.dialogue}"
    return place, place


def itemised(rows: Iterable[tuple[Owner, Sequence[float]]]) -> tuple[Item, ...]:
    """Add up what each owner has; by key, to six digits, so that equal runs write equal bytes."""
    sums: dict[Owner, list[float]] = {}
    for owner, row in rows:
        kept = sums.setdefault(owner, [0.0] * len(row))
        for place, value in enumerate(row):
            kept[place] += value
    return tuple(
        Item(key=key, cluster=cluster, sums=tuple(round(value, 6) for value in kept))
        for (key, cluster), kept in sorted(sums.items())
    )
