"""Conversations made ready for pages: named, covered where needed, put side by side by seeker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from string import ascii_uppercase

import attrs

from esc_skills.model import SkillsBank, Trace
from esc_skills.model.profile import INTENTIONS, PERSONA_TYPES, SeekerProfile
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports import covers, curves
from esc_skills_plugins.reports.figures import ARMS
from esc_skills_plugins.reports.naming import natural

LEAST_BYTES, EACH_EXCHANGE = 1_500, 400
"""What a conversation and an exchange weigh on a page beside their words, about."""
WIDE = 5.0
"""How far apart two letters over one point stand."""


@attrs.frozen(kw_only=True)
class Lettering:
    """Letters of the skills in play along a curve, as one text with a place for each letter."""

    x: str
    """Places across."""
    y: str
    """Places downwards."""
    text: str
    """The letters."""


@attrs.frozen(kw_only=True)
class Talk:
    """One conversation and where it stands."""

    trace: Trace
    """What happened."""
    anchor: str
    """Its id on the page."""
    arm: str
    """Arm in words that a reader knows, such as ``static`` or ``bank 0``."""
    look: str
    """Class of the arm's line: ``a0`` to ``a3``."""
    file: str = ""
    """Page that holds it, beside the report; empty for the report itself."""
    cover: tuple[str, ...] = ()
    """Rules for which it is covered; none for an open one."""

    @property
    def href(self) -> str:
        """Link from the report itself."""
        return f"{self.file}#{self.anchor}"

    def exchange(self, index: int) -> str:
        """Link to an exchange; to the whole talk where that is covered."""
        return self.href if self.cover else f"{self.href}.{index}"

    @property
    def blocks(self) -> str:
        """Its curve as a word of blocks."""
        return curves.blocks(self.trace.curve)

    @property
    def frame(self) -> curves.Frame:
        """Frame of its own curve."""
        return curves.small(self.trace.curve)

    @property
    def path(self) -> str:
        """Its curve, drawn once for the line that is always in sight and the plot below."""
        return self.frame.line(self.trace.curve)

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """A letter for each skill, in order of appearance: those that shaped a reply, the rest."""
        told = self.trace.exchanges
        used = [name for item in told for name in item.reply.used]
        offered = [match.skill for item in told for match in item.matches]
        return {name: _letter(place) for place, name in enumerate(dict.fromkeys((*used, *offered)))}

    @property
    def lettering(self) -> Lettering | None:
        """The skills in play, above the points of the exchanges that they shaped."""
        frame, letters = self.frame, self.letters
        felt = [item for item in self.trace.exchanges if item.reaction]
        spots = []
        for place, (item, value) in enumerate(zip(felt, self.trace.curve[1:], strict=True), 1):
            text = "".join(letters[name] for name in dict.fromkeys(item.reply.used))
            # Where there is no room above a point, the letters stand below it.
            down = frame.y(value) - 6 if value < 91 else frame.y(value) + 12
            left = frame.x(place) - (len(text) - 1) * WIDE / 2
            spots += [(left + WIDE * n, down, letter) for n, letter in enumerate(text)]
        if not spots:
            return None
        across, downwards, word = zip(*spots, strict=True)
        return Lettering(x=curves.listed(across), y=curves.listed(downwards), text="".join(word))


def _letter(place: int) -> str:
    return ascii_uppercase[place] if place < len(ascii_uppercase) else f"({place + 1})"


@attrs.frozen(kw_only=True)
class Seeker:
    """One seeker and all talks with them, arms next to each other."""

    profile: SeekerProfile
    """Who is played."""
    talks: tuple[Talk, ...]
    """By arm and repeat."""

    @property
    def cover(self) -> tuple[str, ...]:
        """Rules for which the seeker's story is covered."""
        return tuple(dict.fromkeys(rule for talk in self.talks for rule in talk.cover))


@attrs.frozen(kw_only=True)
class Cell:
    """Seekers of one persona type and hidden intention."""

    persona_type: str
    """``negative``, ``passive`` or ``avoidant``."""
    intention: str
    """Hidden intention."""
    seekers: tuple[Seeker, ...]
    """By id."""

    @property
    def means(self) -> tuple[tuple[str, str, float], ...]:
        """Arm, its class, and its mean final emotion over the talks that came to an end."""
        found: dict[tuple[str, str], list[int]] = {}
        for seeker in self.seekers:
            for talk in seeker.talks:
                if talk.trace.ending != "fault":
                    found.setdefault((talk.arm, talk.look), []).append(talk.trace.emotion)
        ordered = sorted(found.items(), key=lambda item: (item[0][1], item[0][0]))
        return tuple((*arm, round(sum(all_) / len(all_), 1)) for arm, all_ in ordered)

    @property
    def talks(self) -> int:
        """Conversations inside."""
        return sum(len(seeker.talks) for seeker in self.seekers)


def of_record(record: RunRecord) -> tuple[Talk, ...]:
    """Every conversation of the three arms; no two share an anchor."""
    return _named("t", ((one, one.arm, _look(one.arm)) for one in record.traces))


def of_cases(record: RunRecord) -> tuple[Talk, ...]:
    """Conversations behind accepted edits, under the number of their bank."""
    return _named("c", ((one, *_bank_arm(one, record.banks)) for one in record.cases))


def _look(arm: str) -> str:
    return f"a{ARMS.index(arm)}" if arm in ARMS else "a3"


def _bank_arm(trace: Trace, banks: Sequence[SkillsBank]) -> tuple[str, str]:
    places = [place for place, bank in enumerate(banks) if bank.behaviour == trace.bank]
    if not places:
        return trace.arm, "a3"
    if trace.arm.startswith("trial"):
        return f"bank {places[0]} with trial offers", "a3"
    return f"bank {places[0]}", "a1" if places[0] == 0 else "a2"


def _named(kind: str, told: Iterable[tuple[Trace, str, str]]) -> tuple[Talk, ...]:
    # Numbers, not names: an anchor stands on the page once for each exchange. By name all the
    # same, because a run that was killed and resumed may have kept its talks in another order.
    rows = list(told)
    names = [(trace.arm, natural(trace.profile.id), trace.repeat, trace.id) for trace, *_ in rows]
    order = sorted(range(len(rows)), key=names.__getitem__)
    anchors = {place: f"{kind}{number}" for number, place in enumerate(order)}
    return tuple(
        Talk(trace=trace, anchor=anchors[n], arm=arm, look=look, cover=covers.cover(trace))
        for n, (trace, arm, look) in enumerate(rows)
    )


def grouped(talks: Sequence[Talk]) -> tuple[Cell, ...]:
    """Talks by persona type, hidden intention and seeker; arms of a seeker stand together."""
    by_seeker: dict[str, list[Talk]] = {}
    for talk in talks:
        by_seeker.setdefault(talk.trace.profile.id, []).append(talk)
    cells: dict[tuple[int, int], list[Seeker]] = {}
    for name in sorted(by_seeker, key=natural):
        inside = sorted(
            by_seeker[name], key=lambda one: (one.trace.repeat, one.look, natural(one.anchor))
        )
        who = inside[0].trace.profile
        place = PERSONA_TYPES.index(who.persona_type), INTENTIONS.index(who.intention)
        cells.setdefault(place, []).append(Seeker(profile=who, talks=tuple(inside)))
    return tuple(
        Cell(
            persona_type=PERSONA_TYPES[place[0]],
            intention=INTENTIONS[place[1]],
            seekers=tuple(cells[place]),
        )
        for place in sorted(cells)
    )


def widths(talks: Iterable[Talk]) -> tuple[int, ...]:
    """How many exchanges the plots of these talks are wide, each number once."""
    return tuple(sorted({talk.frame.across for talk in talks}))


def weight(trace: Trace) -> int:
    """Bytes that a conversation takes on a page, about; never much too few."""
    total = LEAST_BYTES
    for item in trace.exchanges:
        total += EACH_EXCHANGE + len(item.seeker) + len(item.reply.text) + len(item.reply.why)
        total += len(item.reaction.thought) if item.reaction else 0
        total += sum(30 + len(match.why) for match in item.matches)
    return total
