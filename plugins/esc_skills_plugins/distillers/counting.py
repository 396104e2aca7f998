"""Units counted by what was done in which state, and rare keys folded into near ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import attrs

from esc_skills.model import InterventionUnit, Polarity, Prototype
from esc_skills.stats import wilson
from esc_skills_plugins.distillers.wording import Wording

Pair = tuple[str, str]
"""State label and action label."""
Key = tuple[str, str, Polarity]
"""State label, action label, polarity."""


@attrs.frozen(kw_only=True)
class Cell:
    """All units of one state and action, whatever came of them."""

    positive: tuple[InterventionUnit, ...] = ()
    """Units after which the seeker was better off."""
    neutral: tuple[InterventionUnit, ...] = ()
    """Units that changed nothing."""
    negative: tuple[InterventionUnit, ...] = ()
    """Units after which the seeker was worse off."""

    @property
    def tried(self) -> int:
        """How many units it has."""
        return len(self.positive) + len(self.neutral) + len(self.negative)

    @property
    def units(self) -> tuple[InterventionUnit, ...]:
        """All units, the good ones first."""
        return self.positive + self.neutral + self.negative

    def __add__(self, other: Cell) -> Cell:
        return Cell(
            positive=self.positive + other.positive,
            neutral=self.neutral + other.neutral,
            negative=self.negative + other.negative,
        )


def cells(units: Iterable[InterventionUnit]) -> dict[Pair, Cell]:
    """Sort units into cells, in the order of their labels."""
    sorted_in: dict[Pair, dict[str, list[InterventionUnit]]] = defaultdict(
        lambda: {"positive": [], "neutral": [], "negative": []}
    )
    for unit in units:
        sorted_in[unit.before.label, unit.action.label][unit.change.polarity].append(unit)
    return {
        pair: Cell(
            positive=tuple(by["positive"]),
            neutral=tuple(by["neutral"]),
            negative=tuple(by["negative"]),
        )
        for pair, by in sorted(sorted_in.items())
    }


def prototypes(
    table: Mapping[Pair, Cell], wording: Wording, min_units: int
) -> tuple[tuple[Prototype, ...], int]:
    """Count key units into prototypes; keys with fewer than ``min_units`` are folded.

    Returns:
        Prototypes sorted by key, and how many keys were folded.
    """
    ids: dict[Key, list[str]] = {}
    for (state, action), cell in table.items():
        if cell.positive:
            ids[state, action, "positive"] = [unit.id for unit in cell.positive]
        if cell.negative:
            ids[state, action, "negative"] = [unit.id for unit in cell.negative]
    homes = _homes({key: len(found) for key, found in ids.items()}, wording, min_units)
    members: dict[Key, list[Key]] = defaultdict(list)
    for key in ids:
        members[_home(key, homes)].append(key)
    made = (_prototype(home, keys, ids, table) for home, keys in sorted(members.items()))
    return tuple(sorted(made, key=lambda item: item.key)), len(homes)


def _prototype(
    home: Key,
    keys: Sequence[Key],
    ids: Mapping[Key, Sequence[str]],
    table: Mapping[Pair, Cell],
) -> Prototype:
    state, action, polarity = home
    found = sorted({unit for key in keys for unit in ids[key]})
    tried = sum(table[key[0], key[1]].tried for key in keys)
    low, high = wilson(len(found), tried)
    return Prototype(
        state=state,
        action=action,
        polarity=polarity,
        units=tuple(found),
        tried=tried,
        rate=round(len(found) / tried, 6),
        low=round(low, 6),
        high=round(high, 6),
        folded=tuple(sorted("/".join(key) for key in keys if key != home)),
    )


def _homes(counts: Mapping[Key, int], wording: Wording, min_units: int) -> dict[Key, Key]:
    """Where each rare key goes, rarest first; a key without a neighbour stays where it is."""
    sizes = dict(counts)
    homes: dict[Key, Key] = {}
    for key in sorted(counts, key=lambda item: (counts[item], item)):
        if sizes[key] >= min_units:
            continue
        home = _nearest(key, sizes, wording)
        if home is not None:
            homes[key] = home
            sizes[home] += sizes.pop(key)
    return homes


def _nearest(key: Key, sizes: Mapping[Key, int], wording: Wording) -> Key | None:
    """The neighbour of the same polarity: a related state first, then a related action."""
    state, action, polarity = key
    near: list[Key] = [(other, action, polarity) for other in wording.state(state).related]
    near += [(state, other, polarity) for other in wording.action(action).related]
    return next((other for other in near if other in sizes), None)


def _home(key: Key, homes: Mapping[Key, Key]) -> Key:
    while key in homes:
        key = homes[key]
    return key


def dialogues(units: Iterable[InterventionUnit]) -> int:
    """How many dialogues the units come from."""
    return len(Counter((unit.source.corpus, unit.source.dialogue) for unit in units))
