"""Conversations made ready for pages: named, covered where needed, put side by side by seeker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_uppercase

import attrs

from esc_skills.model import SkillsBank, Trace
from esc_skills.model.profile import INTENTIONS, PERSONA_TYPES, SeekerProfile
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports import covers, curves
from esc_skills_plugins.reports.figures import ARMS
from esc_skills_plugins.reports.naming import natural, safe

LEAST_BYTES, EACH_EXCHANGE = 2_000, 900
"""What a conversation and an exchange weigh on a page beside their words, about."""


@attrs.frozen(kw_only=True)
class Mark:
    """A skill in play at a point of a curve."""

    x: float
    """Place across."""
    y: float
    """Place downwards."""
    letters: str
    """Letters of the skills that shaped the reply."""


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
        return self.href if self.cover else f"{self.href}-e{index}"

    @property
    def spark(self) -> str:
        """Its curve, small."""
        return curves.spark(self.trace.curve)

    @property
    def blocks(self) -> str:
        """Its curve as a word of blocks."""
        return curves.blocks(self.trace.curve)

    @property
    def frame(self) -> curves.Frame:
        """Frame of its own curve."""
        return curves.frame(len(self.trace.curve) - 1)

    @property
    def letters(self) -> Mapping[str, str]:
        """A letter for each skill that shaped a reply, in order of appearance."""
        used = dict.fromkeys(name for item in self.trace.exchanges for name in item.reply.used)
        return {name: _letter(place) for place, name in enumerate(used)}

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every scored exchange as a point of the curve, with the skills in play."""
        frame, letters = self.frame, self.letters
        felt = [item for item in self.trace.exchanges if item.reaction]
        return tuple(
            Mark(
                x=frame.x(place),
                y=frame.y(item.reaction.emotion),
                letters="".join(letters[name] for name in dict.fromkeys(item.reply.used)),
            )
            for place, item in enumerate(felt, start=1)
            if item.reaction
        )


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
    return _named("talk", ((one, one.arm, _look(one.arm)) for one in record.traces))


def of_cases(record: RunRecord) -> tuple[Talk, ...]:
    """Conversations behind accepted edits, under the number of their bank."""
    return _named("case", ((one, *_bank_arm(one, record.banks)) for one in record.cases))


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
    seen: Counter[str] = Counter()
    made = []
    for trace, arm, look in told:
        name = f"{kind}-" + safe(f"{trace.arm}/{trace.profile.id}/{trace.repeat}")
        seen[name] += 1
        anchor = name if seen[name] == 1 else f"{name}.{seen[name]}"
        rules = covers.cover(trace)
        made.append(Talk(trace=trace, anchor=anchor, arm=arm, look=look, cover=rules))
    return tuple(made)


def grouped(talks: Sequence[Talk]) -> tuple[Cell, ...]:
    """Talks by persona type, hidden intention and seeker; arms of a seeker stand together."""
    by_seeker: dict[str, list[Talk]] = {}
    for talk in talks:
        by_seeker.setdefault(talk.trace.profile.id, []).append(talk)
    cells: dict[tuple[int, int], list[Seeker]] = {}
    for name in sorted(by_seeker, key=natural):
        inside = sorted(by_seeker[name], key=lambda one: (one.trace.repeat, one.look, one.anchor))
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


def weight(trace: Trace) -> int:
    """Bytes that a conversation takes on a page, about; never much too few."""
    total = LEAST_BYTES
    for item in trace.exchanges:
        total += EACH_EXCHANGE + len(item.seeker) + len(item.reply.text) + len(item.reply.why)
        total += len(item.reaction.thought) if item.reaction else 0
        total += sum(60 + len(match.skill) + len(match.why) for match in item.matches)
    return total
