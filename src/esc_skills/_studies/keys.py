"""The key of a rating sheet, and what a cell of it may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

import attrs

from esc_skills.model.invariants import filled, one_of

KINDS: tuple[str, ...] = ("rate", "pair")
WARNING = "Do not hand this file to raters: it says which arm each conversation comes from."
FORMULA = re.compile(r"[\t\r\n]|[\s\"\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@＝＋－＠]")
"""First signs that make a spreadsheet take words for a formula, and what may hide them."""


@attrs.frozen(kw_only=True)
class Question:
    """What raters are asked about a row."""

    id: str = attrs.field(validator=filled)
    """Name of its column and of its score."""
    words: str = attrs.field(validator=filled)
    """The question, as raters read it."""
    least: int = 1
    """Lowest rating."""
    most: int = 5
    """Highest rating."""

    def title(self, kind: str) -> str:
        """Column title, with the scale."""
        scale = f"{self.least}-{self.most}" if kind == "rate" else "left/right/same"
        return f"{self.id} [{scale}]"


@attrs.frozen(kw_only=True)
class Talk:
    """A conversation behind a cell."""

    arm: str
    """Arm of the run or study."""
    profile: str
    """Profile id of the seeker."""
    repeat: int
    """Number of the repeat."""
    seed: str = ""
    """Seed of the shard, where the arm is one of a study's."""
    words: str
    """The trace's fingerprint: where stored ratings find it again."""
    signature: str = ""
    """The trace's signature."""

    @property
    def key(self) -> str:
        """Key of the item that it is, as studies pair them."""
        bare = f"{self.profile}#{self.repeat}"
        return f"{self.seed}/{bare}" if self.seed else bare


@attrs.frozen(kw_only=True)
class Line:
    """A row of the sheet."""

    id: str
    """What the sheet calls it."""
    cells: tuple[tuple[Talk, ...], ...]
    """Conversations behind each cell: one to rate, left and right of a pair. Arms that said the
    very same words share a cell."""
    hashes: tuple[str, ...]
    """Hash of each cell's text."""


@attrs.frozen(kw_only=True)
class Key:
    """Which row is which; stays with the researcher."""

    warning: str = WARNING
    """Stands at the top of the file."""
    kind: str = attrs.field(validator=one_of(*KINDS))
    """``rate`` or ``pair``."""
    seed: int
    """Seed of order, ids and sides."""
    arms: tuple[str, ...]
    """Arms on the sheet, in the order in which they are shown."""
    questions: tuple[Question, ...]
    """What is asked."""
    lines: tuple[Line, ...]
    """Rows, in the order of the first sheet."""
    left_out: Mapping[str, int]
    """Seats (seeker and repeat, over all arms) that are on no sheet, by reason."""


def titles(key: Key) -> tuple[str, ...]:
    """Column titles of a sheet: id, words, a column a question, room for a remark."""
    cells = ("conversation",) if key.kind == "rate" else ("left", "right")
    return ("id", *cells, *(item.title(key.kind) for item in key.questions), "remark")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before ``guarded``."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell.lstrip("'")) else cell


def cell_hash(cell: str) -> str:
    """Hash of a cell's words; line ends and a spreadsheet's apostrophe make no difference."""
    lines = cell.lstrip("'").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return sha256("\n".join(line.rstrip() for line in lines).strip().encode()).hexdigest()
