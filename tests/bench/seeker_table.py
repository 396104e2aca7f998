"""Set released SAGE transcripts and conversations of the appraisal seeker side by side.

    python tests/bench/seeker_table.py FILE… [--per-cell N] [--variant fitted|reserved]
    python tests/bench/seeker_table.py FILE… --traces ARM=TRACES.jsonl …

Prints a Markdown table: one column for all released transcripts, one a scripted supporter, one an
arm of a finished run (``traces/*.jsonl`` of a run folder; report profiles alone).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
from fit_appraisal import read
from scripted import SUPPORTERS, talks

from esc_skills.model import INTENTIONS, PERSONA_TYPES
from esc_skills_plugins.seekers.appraisal import Appraisal


@attrs.frozen
class Row:
    """One conversation as the table sees it."""

    persona: str
    intention: str
    curve: tuple[int, ...]

    @property
    def steps(self) -> list[int]:
        """Emotion changes."""
        return [b - a for a, b in zip(self.curve, self.curve[1:], strict=False)]


def share(flags: Sequence[bool]) -> float:
    """Percent that is true."""
    return 100 * sum(flags) / len(flags) if flags else float("nan")


def mean_final(rows: Sequence[Row]) -> float:
    """Mean final emotion; NaN for none."""
    return statistics.fmean(row.curve[-1] for row in rows) if rows else float("nan")


def column(rows: Sequence[Row]) -> dict[str, float]:
    """All figures of one column."""
    finals = [row.curve[-1] for row in rows]
    steps = [step for row in rows for step in row.steps]
    pairs = [pair for row in rows for pair in zip(row.steps, row.steps[1:], strict=False)]
    varied = len({a for a, _ in pairs}) > 1 and len({b for _, b in pairs}) > 1
    figures = {
        "conversations": float(len(rows)),
        "mean final emotion": statistics.fmean(finals),
        "spread of final emotion (s.d.)": statistics.pstdev(finals),
        "ends at 100, %": share([end >= 100 for end in finals]),
        "ends below 10, %": share([end < 10 for end in finals]),
        "ends at 30-69, %": share([30 <= end < 70 for end in finals]),
        "mean step": statistics.fmean(steps),
        "s.d. of steps": statistics.pstdev(steps),
        "steps of 10 (of all that move), %": share([abs(s) == 10 for s in steps if s]),
        "steps up, %": share([step > 0 for step in steps]),
        "steps of 0, %": share([step == 0 for step in steps]),
        "next step like the last (r)": statistics.correlation(*map(list, zip(*pairs, strict=True)))
        if varied
        else float("nan"),
        "same sign as the last, %": share([(a > 0) == (b > 0) for a, b in pairs]),
        "scored replies": statistics.fmean(len(row.steps) for row in rows),
    }
    for low in (10, 30, 50, 70):
        near = [
            step
            for row in rows
            for emotion, step in zip(row.curve, row.steps, strict=False)
            if low <= emotion < low + 20
        ]
        figures[f"steps up from {low}-{low + 19}, %"] = share([step > 0 for step in near])
    for kind in PERSONA_TYPES:
        figures[f"mean final: {kind}"] = mean_final([row for row in rows if row.persona == kind])
    for name in INTENTIONS:
        figures[f"mean final: {name}"] = mean_final([r for r in rows if r.intention == name])
    return figures


def simulated(name: str, per_cell: int, seeker: Appraisal) -> list[Row]:
    """Conversations of a scripted supporter with the grid."""
    held = asyncio.run(talks(SUPPORTERS[name], seeker, per_cell=per_cell))
    return [Row(t.profile.persona_type, t.profile.intention, t.curve) for t in held]


def recorded(path: Path) -> list[Row]:
    """Conversations of a run folder with its report profiles."""
    rows = []
    for line in path.read_text("utf-8").splitlines():
        raw = json.loads(line)
        raw = raw.get("data", raw)
        if raw.get("ending") in (None, "fault"):
            continue
        felt = [item["reaction"]["emotion"] for item in raw["exchanges"] if item.get("reaction")]
        profile = raw["profile"]
        if profile.get("purpose", "report") != "report" or profile.get("safety"):
            continue
        curve = (profile.get("start_emotion", 40), *felt)
        rows.append(Row(profile["persona_type"], profile["intention"], curve))
    return rows


def markdown(columns: dict[str, dict[str, float]]) -> str:
    """The table."""
    names = list(columns)
    lines = ["| figure | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for figure in columns[names[0]]:
        cells = (f"{columns[name][figure]:.{2 if '(r)' in figure else 1}f}" for name in names)
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--per-cell", type=int, default=3)
    parser.add_argument("--variant", choices=("fitted", "reserved"), default="fitted")
    parser.add_argument("--traces", nargs="*", default=())
    parser.add_argument("--only", nargs="*", default=(), choices=list(SUPPORTERS))
    asked = parser.parse_args()
    released = [Row(talk.persona, talk.intention, talk.curve) for talk in read(asked.files)]
    columns = {"released": column(released)}
    for pair in asked.traces:
        arm, _, path = pair.partition("=")
        columns[arm] = column(recorded(Path(path)))
    wanted = asked.only or ([] if asked.traces else list(SUPPORTERS))
    for name in wanted:
        columns[name] = column(simulated(name, asked.per_cell, Appraisal(variant=asked.variant)))
    sys.stdout.write(markdown(columns) + "\n")


if __name__ == "__main__":
    main()
