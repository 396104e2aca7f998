"""Rescaling by a baseline file, in the form that the authors of BERTScore publish."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import attrs

from esc_skills.errors import DataError
from esc_skills_bertscore.matching import Match


@attrs.frozen(kw_only=True)
class Baseline:
    """What unrelated sentences score: that becomes 0, and 1 stays 1."""

    level: Match
    """The row of the file."""
    sign: str
    """Hash of the file and the row's layer, for signatures."""

    @classmethod
    def read(cls, path: Path, layer: int | None) -> Baseline:
        """Read one row of a table ``LAYER,P,R,F``.

        Args:
            path: CSV or TSV file.
            layer: Value of ``LAYER``; None where the file has one row only.

        Raises:
            DataError: The file is no such table, or has no such row.
        """
        try:
            text = path.read_text("utf-8-sig")
            head, *body = text.strip().splitlines()
            comma = "\t" if "\t" in head else ","
            rows = [
                (int(row["LAYER"]), Match(float(row["P"]), float(row["R"]), float(row["F"])))
                for row in csv.DictReader([head, *body], delimiter=comma)
            ]
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise DataError(
                f"cannot read a baseline: {fault}",
                where=str(path),
                hint="give a table with the head LAYER,P,R,F",
            ) from fault
        fit = [one for one in rows if layer is None or one[0] == layer]
        if len(fit) != 1:
            known = ", ".join(str(one) for one, _ in rows)
            raise DataError(
                f"{len(fit)} rows fit baseline_layer = {layer}",
                where=str(path),
                hint=f"set baseline_layer to one of: {known}",
            )
        digest = hashlib.sha256(text.encode()).hexdigest()
        return cls(level=fit[0][1], sign=f"{digest[:12]},layer={fit[0][0]}")

    def applied(self, match: Match) -> Match:
        """The match on the rescaled scale; below 0 where it is worse than unrelated."""
        level = self.level
        return Match(
            _scaled(match.precision, level.precision),
            _scaled(match.recall, level.recall),
            _scaled(match.f1, level.f1),
        )


def _scaled(value: float, level: float) -> float:
    return (value - level) / (1 - level)
