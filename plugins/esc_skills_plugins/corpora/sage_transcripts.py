"""SAGE's released transcripts: one simulated conversation a line, with every emotion step."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.errors import DataError
from esc_skills.model import Reading, Trace
from esc_skills.model.invariants import filled
from esc_skills.spec import Context, Corpus, hookimpl
from esc_skills_plugins._shared.fields import node
from esc_skills_plugins._shared.sagefiles import LICENCE
from esc_skills_plugins._shared.sagetranscript import sage_trace
from esc_skills_plugins._shared.strictjson import Row, line_rows
from esc_skills_plugins._shared.tally import Tally
from esc_skills_plugins._shared.textfile import load_text

RULES = (
    ("emotion", "the seeker's emotion-point; the last reply of a talk cut at ten is unscored"),
    ("ending", "success >= 100, failure < 10, then goodbye words, then the limit of ten replies"),
    ("state", "intensity = 100 - emotion; scenario and label unknown"),
)


@attrs.frozen(kw_only=True)
class SageTranscripts:
    """Reads ``*_result.jsonl`` of SAGE into traces."""

    name: ClassVar[str] = "sage-transcripts"
    summary: ClassVar[str] = "SAGE's released transcripts as traces, to score and to compare"

    simulator: str = attrs.field(default="unstated", validator=filled)
    """Model that played the seekers; the files do not say, and it goes into every signature."""
    skip_bad: bool = False
    """True leaves unusable lines out and counts them."""

    async def read(self, path: Path | None, ctx: Context) -> Reading:
        """Read the file.

        Raises:
            DataError: With file, line and field.
        """
        file = load_text(path, self.name)
        tally = Tally()
        traces: dict[str, Trace] = {}
        for row in line_rows(file):
            trace = self._trace(row, tally)
            if trace and trace.id in traces:
                raise DataError(
                    f"the seeker {trace.id!r} stands in an earlier line too",
                    where=row.where,
                    hint="read one agent's transcripts at a time",
                )
            if trace:
                traces[trace.id] = trace
        if not traces:
            raise DataError(
                "holds no usable transcript", where=file.where, hint="give a *_result.jsonl file"
            )
        return Reading(
            corpus=self.name,
            licence=LICENCE,
            traces=tuple(traces.values()),
            findings=tally.findings(),
            rules=(*RULES, ("simulator", self.simulator), ("licence", LICENCE)),
            sha256=file.sha256,
        )

    def _trace(self, row: Row, tally: Tally) -> Trace | None:
        """One transcript; None when it is skipped."""
        try:
            return sage_trace(node(row, tally), simulator=self.simulator)
        except DataError:
            if not self.skip_bad:
                raise
            tally.add("unusable record skipped", row.place)
            return None


@hookimpl
def esc_skills_corpora() -> list[type[Corpus]]:
    """Offer the reader of SAGE's transcripts."""
    return [SageTranscripts]
