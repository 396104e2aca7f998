"""What a named person does to the bank of a run: through ``commit``, with a row of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from esc_skills._engine import provenance
from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import hire
from esc_skills._engine.ledger import Ledger, commit_row
from esc_skills._engine.loop import complete
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.preparation import read_corpora
from esc_skills._engine.signals import Signals
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._stages.commit import Commit, commit
from esc_skills._stages.patch import HUMAN, Patch, Rules, Waiver
from esc_skills._stages.ratchet import cautions, words
from esc_skills._stages.sayings import Sayings, spoken
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills._store.lock import take
from esc_skills.errors import BankRuleError, DataError, UsageError
from esc_skills.model import Edit, InterventionUnit, Skill, SkillsBank, Trace, content_hash

FEW = 5
"""Skills that wait for a person and are named where another was meant."""
Wish = Callable[[SkillsBank], Patch]
"""Makes a patch for the bank as it is."""


def change(run: Path, wish: Wish, *, words_too: bool = False) -> Commit:
    """Change the last bank of a run by hand; the next version stands beside it.

    Args:
        run: Run folder.
        wish: Makes the patch for the bank as it is.
        words_too: Hold new words against what people said in the run's corpora (S14).

    Raises:
        BankRuleError: A rule of the bank refuses it.
        DataError: The run has no bank, or files of it were changed by other hands.
        UsageError: The run is under way (R08).
    """
    folder = RunFolder.open(run)
    with take(folder.lock, provenance.now()):
        bank, number = last_bank(folder)
        ledger = Ledger.open(folder)
        said = sayings(folder) if words_too else None
        head = ledger.rows[-1]["hash"] if ledger.rows else ""
        done = commit(bank, wish(bank), Rules(said=said, voices=voices(folder)), head=head)
        folder.write_bank(number + 1, done.bank)
        ledger.add(commit_row(done.entry))
    return done


def last_bank(folder: RunFolder) -> tuple[SkillsBank, int]:
    """The last bank of a run and its number.

    Raises:
        DataError: There is none, or it was edited where it stands.
    """
    found = folder.banks()
    if not found:
        raise DataError("this run has no bank yet", hint=f"esc-skills distil {folder.path}")
    bank, edited = read_bank(found[-1])
    if edited:
        raise DataError(
            f"{', '.join(edited)}: edited where the bank stands",
            where=str(found[-1]),
            hint="copy the bank out, undo the change here, then `esc-skills bank edit`",
        )
    return bank, int(found[-1].name.partition("-")[0])


def voices(folder: RunFolder) -> dict[str, str]:
    """Every unit and conversation of a run with the dialogue or seeker behind it."""
    units = folder.read_nouns("units.jsonl", InterventionUnit)
    told = {unit.id: unit.source.dialogue for unit in units}
    for path in folder.trace_files():
        for trace in folder.read_nouns(path.relative_to(folder.path), Trace):
            told[trace.id] = trace.profile.id
    return told


def sayings(folder: RunFolder) -> Sayings:
    """What people said in the corpora of a run."""
    raw = folder.experiment
    catalogue = Catalogue.read()
    experiment = make_experiment(raw, preset(catalogue, "default"), f"{folder.run} $.experiment")
    crew = hire(experiment, catalogue, "bank edit")
    lender = Lender(
        seed=experiment.run.seed,
        gateway=open_gateway(experiment, crew, Signals()),
        note=lambda place, kind, facts: None,
    )
    readings = complete(read_corpora(crew, lender, scrub=experiment.run.scrub))
    dialogues = [dialogue for reading in readings for dialogue in reading.dialogues]
    traces = [trace for reading in readings for trace in reading.traces]
    return Sayings(lambda: spoken(dialogues, traces))


def acceptance(by: str, wanted: Sequence[str], *, pin: bool = False) -> Wish:
    """A yes to skills, each named by its content hash or the first twelve digits of it.

    Args:
        by: Name of the person.
        wanted: Content hashes.
        pin: Whether nobody but a person may change them from now on.
    """

    def wish(bank: SkillsBank) -> Patch:
        accepts = tuple(content_hash(bank.skills[_at(bank, one)]) for one in wanted)
        actor = HUMAN + by
        return Patch(kind="accept", actor=actor, base=bank.hash, accepts=accepts, pins=pin)

    return wish


def rejection(by: str, wanted: str, reason: str) -> Wish:
    """A no to a skill: it is set aside, and stays to be seen."""

    def wish(bank: SkillsBank) -> Patch:
        name = bank.skills[_at(bank, wanted)].name
        edit = Edit(kind="quarantine", targets=(name,), reason=reason)
        return Patch(actor=HUMAN + by, base=bank.hash, edits=(edit,), reason=reason)

    return wish


def _at(bank: SkillsBank, wanted: str) -> int:
    found = [
        place
        for place, skill in enumerate(bank.skills)
        if len(wanted) >= 12 and content_hash(skill).startswith(wanted)
    ]
    if len(found) != 1:
        short = "" if len(wanted) >= 12 else " (12 digits or more)"
        raise UsageError(
            f"no skill has the content {wanted!r}{short}", hint=_waiting(bank), where="S9"
        )
    return found[0]


def waiting(bank: SkillsBank) -> tuple[Skill, ...]:
    """Skills that no named person has read yet, active ones first."""
    seen = {review.skill for review in bank.reviews}
    left = [one for one in bank.skills if not one.protected and one.name not in seen]
    return tuple(sorted(left, key=lambda one: one.life != "active"))


def _waiting(bank: SkillsBank) -> str:
    """A few that wait, by hash and name, and where to see all of them."""
    left = waiting(bank)
    some = ", ".join(f"{content_hash(one)[:12]} {one.name}" for one in left[:FEW])
    more = f" and {len(left) - FEW} more" if len(left) > FEW else ""
    shown = "look at the skills as they are now: esc-skills bank accept RUN"
    return f"{shown}; for review wait {some}{more}" if left else shown


def edition(by: str, folder: Path, reason: str) -> Wish:
    """What a person changed in a copy of the last bank."""

    def wish(bank: SkillsBank) -> Patch:
        copy, edited = read_bank(folder)
        if attrs.evolve(copy, skills=bank.skills) != bank:
            raise BankRuleError(
                "the copy was not made from the last bank of this run",
                hint="copy the last bank again, and bring the change in there",
                where="bank.parent",
            )
        if not edited:
            raise UsageError("nothing was edited in this copy", hint="edit a SKILL.md first")
        edits = tuple(_edit(bank, copy, name, reason) for name in edited)
        return Patch(actor=HUMAN + by, base=bank.hash, edits=edits, reason=reason)

    return wish


def _edit(bank: SkillsBank, copy: SkillsBank, name: str, reason: str) -> Edit:
    before, after = bank.skill(name), copy.skill(name)
    if after is None:
        return Edit(kind="retire", targets=(name,), reason=reason)
    if before is None:
        return Edit(kind="add", skills=(after,), reason=reason)
    return Edit(kind="revise", targets=(name,), skills=(after,), reason=reason)


def return_to(run: Path, by: str, version: str, waive: Sequence[str], reason: str) -> Wish:
    """Back to a version of the run, by its number or the beginning of its hash."""

    def wish(bank: SkillsBank) -> Patch:
        folder = RunFolder.open(run)
        fits = [
            path
            for path in folder.banks()
            if path.name.partition("-")[0].lstrip("0") == version.lstrip("0")
            or (len(version) >= 6 and path.name.partition("-")[2].startswith(version))
        ]
        if len(fits) != 1:
            known = ", ".join(path.name for path in folder.banks())
            raise UsageError(f"no version {version!r} in this run", hint=f"versions: {known}")
        old, edited = read_bank(fits[0])
        if edited:
            raise DataError(
                f"{', '.join(edited)}: edited since it was written", where=str(fits[0]), hint="undo"
            )
        return Patch(
            kind="rollback",
            actor=HUMAN + by,
            base=bank.hash,
            version=old,
            waivers=_waivers(bank, old, HUMAN + by, waive, reason) if waive else (),
            reason=reason,
        )

    return wish


def _waivers(
    bank: SkillsBank, old: SkillsBank, by: str, traces: Sequence[str], reason: str
) -> tuple[Waiver, ...]:
    """Leave for every risk that the older version does not know."""
    lost = [
        (skill.name, words(caution))
        for skill in bank.skills
        if (held := old.skill(skill.name)) is not None
        for caution in cautions(skill)
        if caution not in cautions(held)
    ]
    return tuple(
        Waiver(skill=name, line=line, by=by, traces=tuple(traces), reason=reason)
        for name, line in lost
    )
