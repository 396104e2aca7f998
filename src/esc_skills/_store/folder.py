"""The run folder: every file of a run, and the one way to write it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from esc_skills._codec.bankfiles import INDEX, SKILL, bank_from_files, bank_to_files, edited_skills
from esc_skills._codec.nouns import from_lines, rows, to_lines
from esc_skills._codec.strict import decode, parse_json, write_json
from esc_skills._store.files import (
    append_rows,
    disk_faults,
    make_folder,
    read_bytes,
    safe_name,
    write_file,
    write_folder,
)
from esc_skills._store.outlines import outlined
from esc_skills.errors import DataError, StoreError
from esc_skills.model import SkillsBank
from esc_skills.model.identity import SHORT

T = TypeVar("T")
_BANK = re.compile(r"(\d{4,})-[0-9a-f]{12}")


@attrs.frozen
class RunFolder:
    """One run on disk; only its owner can read it (X03)."""

    path: Path = attrs.field(converter=Path)
    """The folder itself."""

    @classmethod
    def create(cls, path: Path) -> RunFolder:
        """Make the folder, or take the one that is there."""
        make_folder(Path(path))
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Take an existing run folder.

        Raises:
            DataError: There is none, or it is no run.
        """
        folder = cls(path)
        if not folder.run.is_file():
            raise DataError(
                "not a run folder: no run.json",
                where=str(path),
                hint="make one with `esc-skills run --out DIR`",
            )
        return folder

    @property
    def run(self) -> Path:
        """Resolved experiment, versions, seeds: ``run.json``."""
        return self.path / "run.json"

    @property
    def journal(self) -> Path:
        """Completed model calls: ``journal.sqlite``."""
        return self.path / "journal.sqlite"

    @property
    def lock(self) -> Path:
        """Who writes now: ``lock``."""
        return self.path / "lock"

    @property
    def corpus(self) -> Path:
        """Preparation report: ``corpus.json``."""
        return self.path / "corpus.json"

    @property
    def units(self) -> Path:
        """Intervention Units, one a line."""
        return self.path / "units.jsonl"

    @property
    def prototypes(self) -> Path:
        """Prototypes, one a line."""
        return self.path / "prototypes.jsonl"

    @property
    def scores(self) -> Path:
        """Scores, one a line."""
        return self.path / "scores.jsonl"

    @property
    def ledger(self) -> Path:
        """Failure reports, proposals and verdicts, in order."""
        return self.path / "ledger.jsonl"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.path / "report.html"

    def traces(self, name: str) -> Path:
        """File of the conversations of one stage and arm, such as ``report-static``."""
        return self.path / "traces" / f"{safe_name(name)}.jsonl"

    def trace_files(self) -> tuple[Path, ...]:
        """All files of conversations, by name."""
        return tuple(sorted((self.path / "traces").glob("*.jsonl")))

    def banks(self) -> tuple[Path, ...]:
        """Folders of all banks, oldest first."""
        found = (self.path / "banks").glob("*-*")
        numbered = [(int(m[1]), path) for path in found if (m := _BANK.fullmatch(path.name))]
        return tuple(path for _, path in sorted(numbered))

    def has(self, relative: str | Path) -> bool:
        """Say whether a file of the run is there."""
        return (self.path / relative).is_file()

    def write_rows(self, relative: str | Path, rows: Iterable[Mapping[str, Any]]) -> Path:
        """Write a whole file of plain rows, atomically."""
        return self.write_text(relative, _row_lines(rows))

    def write_text(self, relative: str | Path, text: str) -> Path:
        """Write a whole text file, atomically."""
        write_file(self.path / relative, text.encode())
        return self.path / relative

    def write_json(self, relative: str | Path, data: Mapping[str, Any]) -> Path:
        """Write plain data as one JSON document, atomically."""
        text = write_json(data, str(relative), indent=1)
        return self.write_text(relative, text + "\n")

    def read_json(self, relative: str | Path) -> dict[str, Any]:
        """Read one JSON document, strictly.

        Raises:
            DataError: It is none, or not what a run writes under that name.
        """
        place = str(self.path / relative)
        found = parse_json(decode(read_bytes(self.path / relative), place), place)
        return outlined(found, str(relative), place)

    def write_nouns(self, relative: str | Path, nouns: Iterable[Any]) -> Path:
        """Write a whole JSONL file, atomically."""
        return self.write_text(relative, to_lines(nouns))

    def append(self, relative: str | Path, nouns: Iterable[Any]) -> Path:
        """Append rows; what a crash has torn is repaired first."""
        append_rows(self.path / relative, to_lines(nouns))
        return self.path / relative

    @property
    def experiment(self) -> dict[str, Any]:
        """The resolved experiment of the run, as ``run.json`` tells it.

        Raises:
            DataError: It is not there.
        """
        if (found := self.read_json(self.run.name).get("experiment")) is None:
            hint = "bring back the file as the run wrote it, or choose another --out"
            raise DataError("is missing", where=f"{self.run} $.experiment", hint=hint)
        return dict(found)

    def read_nouns(self, relative: str | Path, cls: type[T]) -> tuple[T, ...]:
        """Read a whole JSONL file; one that is not there yet has no rows.

        Raises:
            DataError: A row is wrong or torn; names file and line.
        """
        path = self.path / relative
        if not os.path.lexists(path):
            return ()
        return tuple(from_lines(decode(read_bytes(path), str(path)), cls, str(path)))

    def append_rows(self, relative: str | Path, rows: Iterable[Mapping[str, Any]]) -> Path:
        """Append plain rows, such as those of the ledger."""
        append_rows(self.path / relative, _row_lines(rows))
        return self.path / relative

    def read_rows(self, relative: str | Path) -> tuple[dict[str, Any], ...]:
        """Read plain rows; a file that is not there yet has none."""
        path = self.path / relative
        if not os.path.lexists(path):
            return ()
        lines = rows(decode(read_bytes(path), str(path)), str(path))
        return tuple(
            outlined(parse_json(line, str(path), number), str(relative), f"{path}:{number}")
            for number, line in lines
        )

    def write_bank(self, number: int, bank: SkillsBank) -> Path:
        """Write a bank into a folder of its own; the same bank twice is written once.

        Raises:
            StoreError: The disk refuses, or another bank has this number.
        """
        path = self.path / "banks" / f"{number:04d}-{bank.hash[:SHORT]}"
        if path.is_dir():
            return path
        if others := [old.name for old in self.banks() if old.name.startswith(f"{number:04d}-")]:
            raise StoreError(
                f"bank {number} is {others[0]}, not {path.name}",
                where=str(path.parent),
                hint="choose another folder with --out",
            )
        write_folder(path, bank_to_files(bank))
        return path


def read_bank(path: Path) -> tuple[SkillsBank, tuple[str, ...]]:
    """Read a bank folder of a run, or an exported one.

    Returns:
        The bank, and the names of skills that people edited, added or removed.

    Raises:
        DataError: There is no bank, or a file of it is wrong.
        StoreError: The disk refuses.
    """
    path = Path(path)
    with disk_faults(path):
        if not path.is_dir():
            hint = "give a folder under banks/ of a run, or an exported bank"
            raise DataError("no such bank", where=str(path), hint=hint)
        inner = sorted(folder for folder in path.iterdir() if folder.is_dir())
        found = [path / INDEX, *(folder / SKILL for folder in inner)]  # a glob passes over loops
        files = {
            one.relative_to(path).as_posix(): read_bytes(one)
            for one in found
            if os.path.lexists(one)
        }
    bank = bank_from_files(files, str(path))
    return bank, edited_skills(files, bank, str(path))


def _row_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(write_json(dict(row), "a row") + "\n" for row in rows)
