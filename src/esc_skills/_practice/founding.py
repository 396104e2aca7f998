"""A run for skills that come from elsewhere: its bank 0 holds what the guards bring, no more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine import provenance
from esc_skills._engine.crew import hire
from esc_skills._engine.ledger import Ledger
from esc_skills._engine.running import resolve
from esc_skills._stages.assemble import assemble
from esc_skills._stages.commit import assembled
from esc_skills._store.folder import RunFolder
from esc_skills._store.lock import take
from esc_skills.errors import UsageError
from esc_skills.model import SkillsBank
from esc_skills.spec import Distillate


@attrs.frozen(kw_only=True)
class Founding:
    """A run that is about to be made, with the default experiment."""

    bank: SkillsBank
    """Its bank 0."""
    description: Mapping[str, Any]
    """What its run.json says."""

    @classmethod
    def begin(cls) -> Founding:
        """Ask the default guards for their skills; nothing is written yet."""
        experiment, catalogue = resolve(None)
        crew = hire(experiment, catalogue, "bank import")
        bank = assemble(Distillate(), (), taxonomy=crew.extractor.taxonomy, guards=crew.guards)
        return cls(bank=bank, description=provenance.described(experiment, crew))

    def settle(self, path: Path) -> None:
        """Write the run: run.json, bank 0 and the first row of the ledger.

        Raises:
            UsageError: The folder holds other things.
        """
        folder = RunFolder.create(path)
        book = provenance.Book(
            folder=folder, description=self.description, started=provenance.now()
        )
        try:
            provenance.check_same(folder, self.description)  # what is refused is not touched
        except UsageError as no:
            hint = "give a run with --into, or a new or an empty folder"
            raise UsageError(no.message, where=no.where, hint=hint) from None
        with take(folder.lock, book.started):
            book.open()
            folder.write_bank(0, self.bank)
            Ledger.open(folder).note("commit", assembled(self.bank))
            book.write("done", until="distil")
