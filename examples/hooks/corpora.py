"""A text file as one dialogue: a turn a line, the seeker first."""

import hashlib

import attrs

from esc_skills.errors import DataError
from esc_skills.model import Dialogue, Reading, Turn
from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Lines:
    name = "lines"
    summary = "a text file as one dialogue, a turn a line, the seeker first"
    licence: str = "unstated"

    async def read(self, path, ctx):
        try:
            raw = path.read_bytes() if path else b""
            lines = [line.strip() for line in raw.decode().splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as fault:
            raise DataError(str(fault), hint="give a text file in UTF-8") from fault
        if not lines:
            raise DataError("no turns", where=str(path), hint="write corpus = ['lines:FILE']")
        turns = tuple(
            Turn(speaker="supporter" if number % 2 else "seeker", text=line)
            for number, line in enumerate(lines)
        )
        talk = Dialogue(id="lines-1", turns=turns, corpus=self.name, licence=self.licence)
        sha256 = hashlib.sha256(raw).hexdigest()
        return Reading(corpus=self.name, licence=self.licence, dialogues=(talk,), sha256=sha256)


@hookimpl
def esc_skills_corpora():
    return [Lines]
