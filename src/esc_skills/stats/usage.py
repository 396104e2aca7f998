"""What a bank offered, what was used of it, and whether unused offers stood in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from esc_skills.model import Exchange, Trace
from esc_skills.stats.contrast import contrast_interval
from esc_skills.stats.means import Interval


@attrs.frozen(kw_only=True)
class Asked:
    """One reply that the supporter itself gave."""

    profile: str
    """Profile id: replies to one seeker are not independent."""
    purpose: str
    """What the seeker's profile is for: ``refine``, ``verify`` or ``report``."""
    offered: tuple[str, ...]
    """Skills that were offered, each once."""
    used: tuple[str, ...]
    """Skills that shaped the reply."""
    exchange: Exchange
    """The exchange itself."""

    @property
    def idle(self) -> tuple[str, ...]:
        """Skills that were offered and not used."""
        return tuple(name for name in self.offered if name not in self.used)


def asked(traces: Iterable[Trace]) -> list[Asked]:
    """Replies in conversations that no fault ended; those that a guard gave are left out."""
    return [
        Asked(
            profile=trace.profile.id,
            purpose=trace.profile.purpose,
            offered=tuple(dict.fromkeys(match.skill for match in item.matches)),
            used=tuple(dict.fromkeys(item.reply.used)),
            exchange=item,
        )
        for trace in traces
        if trace.ending != "fault"
        for item in trace.exchanges
        if not item.reply.fixed
    ]


def contrast(events: Sequence[Asked], marks: Sequence[bool]) -> Interval:
    """Mean emotion change of the marked replies minus that of the others, by seeker.

    Args:
        events: Replies that were read.
        marks: Whether each belongs to the first group.
    """
    values = [float(one.exchange.reaction.delta) for one in events if one.exchange.reaction]
    return contrast_interval(values, marks, [one.profile for one in events])


def interference(events: Sequence[Asked]) -> Interval:
    """Mean emotion change with an idle offer beside the used skill, minus that without one.

    Below 0 the bank's size hurts. ``n`` counts the replies that a skill shaped.
    """
    helped = [one for one in events if one.exchange.reaction and one.used]
    return attrs.evolve(contrast(helped, [bool(one.idle) for one in helped]), n=len(helped))
