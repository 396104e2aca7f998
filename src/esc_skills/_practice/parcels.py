"""Taking a bank home: folders of Agent Skills, a zip of them, one JSON file, or messages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from esc_skills._codec.bankfiles import bank_to_files
from esc_skills._codec.nouns import dump
from esc_skills._codec.strict import write_json
from esc_skills._practice.admission import CARD, admit
from esc_skills._practice.cards import PURPOSE, card, duties
from esc_skills._practice.leaks import check_leaks
from esc_skills._practice.snippets import SNIPPETS
from esc_skills._store.files import write_file, write_folder
from esc_skills.errors import UsageError
from esc_skills.model import SkillsBank

FORMS = ("skills", "json", *SNIPPETS)
NOTICE = "NOTICE"
PARCEL = "skills-bank-parcel"
"""Kind of the one JSON file that holds a whole bank."""
_OLDEST = (1980, 1, 1, 0, 0, 0)


def export(
    bank: SkillsBank,
    out: Path,
    *,
    form: str = "skills",
    unreviewed: bool = False,
    installed: bool = False,
    told: str = "",
) -> tuple[Path, ...]:
    """Write a bank so that it can be used elsewhere.

    Args:
        bank: The bank.
        out: Folder, or ``.zip``, for ``skills``; a file for the other forms. It must not exist.
        form: ``skills``, ``json``, ``openai`` or ``anthropic``.
        unreviewed: Whether somebody said that skills which nobody reviewed may leave.
        installed: Whether a distribution brought the bank.
        told: The card that came with it; by default one is written from its own lines.

    Returns:
        Files written.

    Raises:
        BankRuleError: S4 or S9: the bank may not leave.
        DataError: X07: a path, a machine's name or personal data would leave with it.
        StoreError: The disk refuses.
        UsageError: ``out`` exists (O08), or there is no such form.
    """
    if form not in FORMS:
        raise UsageError(f"no form {form!r}", hint=f"forms: {', '.join(FORMS)}")
    out = Path(out)
    admit(bank, unreviewed=unreviewed, installed=installed, to="export")
    check_leaks(bank)
    if out.exists() or out.is_symlink():
        raise UsageError(
            "exists, and is not written over", where=str(out), hint="choose another name"
        )
    files = packed(bank, form, told)
    if form != "skills":
        write_file(out, next(iter(files.values())))
        return (out,)
    if out.suffix.lower() == ".zip":
        write_file(out, zipped(files))
        return (out,)
    write_folder(out, files)
    return tuple(out / name for name in files)


def packed(bank: SkillsBank, form: str, told: str = "") -> dict[str, bytes]:
    """Names and bytes of a parcel; they depend on the bank alone.

    Raises:
        DataError: The bank holds a text or a number that no file can hold.
    """
    skills = bank_to_files(bank)
    if form == "skills":
        return {**skills, CARD: (told or card(bank)).encode(), NOTICE: notice(bank).encode()}
    if form == "json":
        row = {"kind": PARCEL, **dump(bank), "card": told or card(bank), "notice": notice(bank)}
    else:
        row = SNIPPETS[form](bank)
    return {f"{form}.json": (write_json(row, "a parcel", indent=1) + "\n").encode()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on names and content alone: nothing is packed, nothing is dated."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _OLDEST)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, files[name])
    return made.getvalue()


def notice(bank: SkillsBank) -> str:
    """The licence notice that lies beside the skills (S15)."""
    lines = [f"Skills bank {bank.hash}", "", PURPOSE.replace("**", ""), ""]
    lines += [f"Licences of what it was made from: {', '.join(bank.licences) or 'none stated'}", ""]
    return "\n".join([*lines, *(f"- {line}" for line in duties(bank)), ""])
