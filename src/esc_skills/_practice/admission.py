"""Which banks may meet people, and which may leave: opened by path or name, then let in or not."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from esc_skills._engine.banks import open_bank
from esc_skills._host.banks import bank_folder
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.nearest import listed
from esc_skills._stages.commit import IMPORTED, UNREVIEWED, stamped
from esc_skills._stages.patch import refusal
from esc_skills._store.folder import RunFolder
from esc_skills.errors import UsageError
from esc_skills.model import InterventionUnit, SkillsBank

CARD = "CARD.md"
"""Name of a bank's card, beside ``bank.json``."""
NO_GUARD = "no-guard"
SHOWN = (IMPORTED, UNREVIEWED)
"""Stamps that go with all that is done with a bank."""
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@attrs.frozen(kw_only=True)
class Found:
    """A bank, and where it was."""

    bank: SkillsBank
    """With the stamps that it deserves as it lies there."""
    where: str
    """For people: a path, or a name with who brought it."""
    installed: bool = False
    """Whether a distribution brought it: it was chosen as code is."""
    units: tuple[InterventionUnit, ...] = ()
    """What it was made from, where it lies in a run."""
    card: str = ""
    """The card that an installed bank brings; it may tell of more than the bank's own lines do."""


def find(bank: str | Path, catalogue: Catalogue | None = None) -> Found:
    """Open a bank by its name among those installed, else by its path.

    Args:
        bank: Name, or folder of a bank, an export or a run; ``./NAME`` is always a folder.
        catalogue: What is installed; read where it is not given.

    Raises:
        UsageError: There is neither such a name nor such a folder.
        DataError: What lies there is no bank.
        PluginError: The distribution that brings it is broken.
    """
    catalogue = catalogue or Catalogue.read()
    path = Path(bank)
    if isinstance(bank, str) and _NAME.fullmatch(bank):
        if catalogue.has("bank", bank):
            path = bank_folder(catalogue, bank)
            owner = catalogue.choose("bank", bank).owner
            told = path / CARD
            return Found(
                bank=_opened(path),
                where=f"{bank} ({owner})",
                installed=True,
                card=told.read_text("utf-8") if told.is_file() else "",
            )
        if not path.is_dir():
            known = listed(catalogue.names("bank"))
            raise UsageError(
                f"no bank is called {bank!r}, and there is no such folder; installed: {known}",
                hint="give a run folder, a folder under its banks/, or a name: esc-skills plugins",
            )
    return Found(bank=_opened(path), where=str(bank), units=_units(path))


def _opened(path: Path) -> SkillsBank:
    """The bank of a folder; a yes to words that were edited since counts for nothing (B15)."""
    bank, _ = open_bank(path)
    return stamped(bank)


def _units(path: Path) -> tuple[InterventionUnit, ...]:
    run = path if (path / "run.json").is_file() else path.resolve().parent.parent
    if not (run / "run.json").is_file():
        return ()
    folder = RunFolder.open(run)
    return folder.read_nouns(folder.units.relative_to(folder.path), InterventionUnit)


def open_named(bank: str | Path) -> tuple[SkillsBank, str]:
    """Open a bank by name or path; see ``find``.

    Returns:
        The bank, and where it was, for people.
    """
    found = find(bank)
    return found.bank, found.where


def admit(bank: SkillsBank, *, unreviewed: bool, installed: bool, to: str) -> tuple[str, ...]:
    """Let a bank in to what is done with it outside of runs, or refuse.

    Args:
        bank: The bank.
        unreviewed: Whether somebody said that skills which nobody reviewed may be used.
        installed: Whether a distribution brought the bank.
        to: What it is wanted for, such as ``chat``; for the message.

    Returns:
        Stamps that must be shown with whatever it is used for, sorted.

    Raises:
        BankRuleError: ``S4``: it was made where no guard looked on. ``S9``: nobody has reviewed
            it, and nobody said that this is known.
    """
    if NO_GUARD in bank.notes:
        raise refusal(
            "S4",
            f"the bank is stamped {NO_GUARD}: it was made without guards, and {to} refuses it",
            "make it again with guards; no flag lets this one in",
        )
    if UNREVIEWED in bank.notes and not (unreviewed or installed):
        raise refusal(
            "S9",
            f"the bank holds skills that no named person has reviewed, and {to} refuses it unasked",
            "have it reviewed (esc-skills bank accept RUN --by NAME), or say --unreviewed",
        )
    return tuple(stamp for stamp in SHOWN if stamp in bank.notes)
