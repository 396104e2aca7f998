"""Conversations on a shelf: one file a bank, so that no conversation is held twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs

from esc_skills._store.folder import RunFolder
from esc_skills.model import Trace

NO_BANK = "none"
TRIAL = "trial-"
"""Beginning of the key of conversations with trial offers; they lie apart from all others."""


def arm_name(bank_hash: str) -> str:
    """Name of a bank's file and of its traces' arm: ``none`` or the first hash digits."""
    if bank_hash.startswith(TRIAL):
        return bank_hash[: len(TRIAL) + 12]
    return f"bank-{bank_hash[:12]}" if bank_hash else NO_BANK


@attrs.define(kw_only=True)
class Shelf:
    """Traces of a run by bank, profile and repeat."""

    folder: RunFolder
    """The run folder."""
    _held: dict[str, dict[tuple[str, int], Trace]] = attrs.field(factory=dict)

    def _file(self, bank_hash: str) -> str:
        return f"traces/{arm_name(bank_hash)}.jsonl"

    def traces(self, bank_hash: str) -> dict[tuple[str, int], Trace]:
        """All traces of a bank so far, by profile id and repeat."""
        if bank_hash not in self._held:
            stored: Sequence[Trace] = ()
            if self.folder.has(self._file(bank_hash)):
                self.folder.append(self._file(bank_hash), ())  # drops a row that a crash has torn
                stored = self.folder.read_nouns(self._file(bank_hash), Trace)
            self._held[bank_hash] = {(item.profile.id, item.repeat): item for item in stored}
        return self._held[bank_hash]

    def faults(self, bank_hash: str) -> tuple[Trace, ...]:
        """Conversations that ended in a fault when the bank's seekers were last met."""
        name = self._faults(bank_hash)
        return self.folder.read_nouns(name, Trace) if self.folder.has(name) else ()

    def _faults(self, bank_hash: str) -> str:
        return f"faults/{arm_name(bank_hash)}.jsonl"

    def _spoilt(
        self, bank_hash: str, seats: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], Trace]:
        """Stored faults of the seats, those of a provider left out."""
        stored = {(item.profile.id, item.repeat): item for item in self.faults(bank_hash)}
        held = self.traces(bank_hash)
        return {
            seat: stored[seat]
            for seat in seats
            if seat in stored and seat not in held and stored[seat].fault != "service"
        }

    def _count(self, bank_hash: str) -> None:
        """Write down what was lost, for the count; nothing is left once nothing is lost."""
        lost = [item for item in self.traces(bank_hash).values() if item.ending == "fault"]
        name = self._faults(bank_hash)
        if lost:
            self.folder.write_nouns(name, lost)
        elif self.folder.has(name):
            (self.folder.path / name).unlink()

    def keep(
        self, bank_hash: str, traces: Sequence[Trace], seats: Sequence[tuple[str, int]] = ()
    ) -> None:
        """Store finished traces; those that ended in a fault lie apart, to be counted.

        A fault is no result: the next run of the same command tries it again.

        Args:
            bank_hash: The bank.
            traces: What was played now.
            seats: What was asked for, in order. Where an interrupted run left some of it, the
                file is put into the order that an uninterrupted run would have written.
        """
        held = self.traces(bank_hash)
        asked = set(seats)
        left = [seat for seat in held if seat in asked]
        held.update({(trace.profile.id, trace.repeat): trace for trace in traces})
        if not left:
            sound = [trace for trace in traces if trace.ending != "fault"]
            self.folder.append(self._file(bank_hash), sound)
            self._count(bank_hash)
            return
        order = [seat for seat in held if seat not in asked]
        order += [seat for seat in seats if seat in held]
        self._held[bank_hash] = {seat: held[seat] for seat in order}
        sound = [trace for trace in self._held[bank_hash].values() if trace.ending != "fault"]
        self.folder.write_nouns(self._file(bank_hash), sound)
        self._count(bank_hash)

    async def fetch(
        self,
        bank_hash: str,
        seats: Sequence[tuple[str, int]],
        hold: Callable[[Sequence[tuple[str, int]]], Awaitable[Sequence[Trace]]],
        *,
        final: bool = False,
    ) -> tuple[Trace, ...]:
        """Traces of the seats, in order; ``hold`` is awaited with the missing ones.

        A seat that ``hold`` leaves empty, because the budget ended, is left out.

        Args:
            bank_hash: The bank.
            seats: Profile id and repeat.
            hold: Plays what is missing.
            final: Whether a conversation that a model or plug-in spoilt in an earlier walk stays
                spoilt: what verdicts rest on must not change under them.
        """
        held = self.traces(bank_hash)
        if final:
            held.update(self._spoilt(bank_hash, seats))
        missing = [seat for seat in seats if seat not in held]
        if missing:
            self.keep(bank_hash, await hold(missing), seats)
            held = self.traces(bank_hash)
        return tuple(held[seat] for seat in seats if seat in held)
