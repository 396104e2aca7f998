"""``markdown``: the tables of a run or study as text that a paper's draft or an issue can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.model import Score, StudyRecord, StudyTable
from esc_skills.spec import RunRecord, hookimpl
from esc_skills_plugins.reports import cells, figures, promises

BEGINNING = re.compile(r"^(\d*)([-+=.)])")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")


def escaped(text: str) -> str:
    """Make text inert in Markdown, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def paragraph(text: str) -> str:
    """Inert text for the beginning of a line, where more signs mean something."""
    return BEGINNING.sub(r"\1\\\2", escaped(text))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in rows]


def score_row(score: Score) -> tuple[str, ...]:
    """Cells of one score."""
    return (
        score.arm,
        score.evaluator,
        score.name,
        figures.figure(score.value),
        figures.interval(score.low, score.high),
        f"{score.n} of {score.of}",
    )


def learned(record: RunRecord) -> list[str]:
    """Sections on causes and on promises; a run that evolved nothing has none."""
    lines: list[str] = []
    causes, kept = promises.cause_lines(record), promises.promise_lines(record)
    if causes:
        head = ("round", "cause", "kind", "failures", "seekers", "lapses", "skills in play")
        lines += ["", "## Causes of failures", ""]
        lines += table(
            head,
            (
                (
                    str(one.round),
                    one.cause,
                    one.kind,
                    str(one.n),
                    str(one.seekers),
                    one.lapses,
                    one.skills,
                )
                for one in causes
            ),
        )
    if kept:
        lines += ["", "## Promises", "", escaped(promises.looked_at(record)), ""]
        lines += table(
            ("skill", "promises", "uses", "kept", "risks"),
            (
                (one.skill, one.promised, str(one.uses), one.kept, "; ".join(one.risks))
                for one in kept
            ),
        )
    return lines


def study_table(shown: StudyTable) -> list[str]:
    """A section with one table of a study, its legend and its notes."""
    lines = [f"## {escaped(shown.name)}", "", paragraph(shown.caption), ""]
    lines += table(
        [escaped(title) for title in shown.head],
        ([cells.line(cell) for cell in row] for row in shown.rows),
    )
    legend = cells.legend_line(shown, cells.PLAIN_SIGNS)
    notes = [*shown.notes, *([f"Signs: {legend}."] if legend else [])]
    return [*lines, "", *bullets(notes)]


def bullets(lines: Iterable[str]) -> list[str]:
    """A list, and an empty line after it; nothing for no lines."""
    made = [f"- {paragraph(line)}" for line in lines]
    return [*made, ""] if made else []


@attrs.frozen(kw_only=True)
class Markdown:
    """Scores with intervals, verdicts and signatures as Markdown."""

    name: ClassVar[str] = "markdown"
    summary: ClassVar[str] = "Tables of scores, verdicts and signatures as Markdown."

    def text(self, record: RunRecord) -> str:
        """The file's text; equal records give equal text."""
        head = ("arm", "evaluator", "score", "value", "95 % interval", "n of")
        lines = [f"# {escaped(record.name)}", "", "## Scores", ""]
        lines += table(head, map(score_row, record.scores))
        lines += ["", "## Verdicts", ""]
        lines += table(
            ("round", "decision", "edits", "pairs", "effect", "interval", "reason"),
            (
                (
                    str(row["round"]),
                    row["verdict"]["decision"],
                    ", ".join(edit["kind"] for edit in row["proposal"]["edits"]),
                    str(row["verdict"]["pairs"]),
                    figures.figure(row["verdict"]["effect"]),
                    figures.interval(row["verdict"]["low"], row["verdict"]["high"]),
                    row["verdict"]["reason"],
                )
                for row in record.ledger
                if row.get("event") == "verdict"
            ),
        )
        lines += learned(record)
        lines += ["", "## Signatures", ""]
        lines += [f"- {escaped(signature)}" for signature in cells.signatures(record.scores)]
        return "\n".join(lines) + "\n"

    def study_text(self, study: StudyRecord) -> str:
        """The text of a study's file; equal studies give equal text."""
        lines = [f"# {escaped(study.name)}", "", paragraph(study.methods), ""]
        for shown in cells.all_tables(study):
            lines += study_table(shown)
        if study.lost:
            lines += ["## What came to nothing", "", *bullets(study.lost)]
        if signatures := cells.signatures(study.scores):
            lines += ["## Signatures", "", *bullets(signatures)]
        return "\n".join(lines).rstrip("\n") + "\n"

    async def tabulate(self, study: StudyRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``study.md``."""
        return (cells.written(folder / "study.md", self.study_text(study)),)

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``report.md``."""
        path = folder / "report.md"
        path.write_text(self.text(record), encoding="utf-8", newline="\n")
        return (path,)


@hookimpl
def esc_skills_reports() -> list[type[Markdown]]:
    """Bring the tables."""
    return [Markdown]
