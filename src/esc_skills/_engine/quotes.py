"""What a plan says: calls, tokens and money by model role, and what the caps make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Line:
    """What one role will ask, the whole run through."""

    role: str
    """Model role."""
    model: str
    """Provider's model name; empty when no model is configured."""
    backend: str
    """Backend name."""
    calls: int
    """Calls when all goes well."""
    most: int
    """Most calls that come to an answer, repairs and questions asked again included."""
    tokens_in: int
    """Prompt tokens when all goes well, by estimate."""
    tokens_out: int
    """Completion tokens when all goes well, by estimate."""
    most_tokens: int
    """Prompt and completion tokens at most, by estimate: longest talks, fullest answers."""
    usd: float | None
    """Price when all goes well, without cache discounts; None when the model's is unknown."""
    most_usd: float | None
    """Price at most; None when the model's is unknown."""
    held: int
    """Answers that the run folder's journal holds already."""

    @property
    def share(self) -> float:
        """Part of the likely calls that are answered already, 0-1."""
        return min(1.0, self.held / self.calls) if self.calls else 0.0


@attrs.frozen(kw_only=True)
class Cap:
    """A cap of the budget, beside what the plan needs of it."""

    name: str
    """Key under ``run.budget``."""
    cap: float
    """Where the run ends."""
    spent: float
    """What earlier processes of the run have spent."""
    likely: float | None
    """Still to be spent when all goes well; None when unknown."""
    most: float | None
    """Still to be spent at most; None when unknown."""

    @property
    def verdict(self) -> str:
        """``fits``, ``may end early``, ``ends early`` or ``cannot be planned``."""
        if self.likely is None:
            return "cannot be planned"
        if self.most is not None and self.spent + self.most <= self.cap:
            return "fits"
        return "may end early" if self.spent + self.likely <= self.cap else "ends early"


@attrs.frozen(kw_only=True)
class Plan:
    """What a run will ask and pay."""

    folder: Path
    """Run folder."""
    begun: bool
    """True when the folder holds a part of this run."""
    lines: tuple[Line, ...]
    """By role, sorted."""
    caps: tuple[Cap, ...]
    """Caps of the budget."""
    missing: tuple[str, ...]
    """Roles that are asked and have no model: the run would stop."""
    table: str
    """Price table in use; empty without one."""
    tries: int
    """Most requests for one question; those that fail come on top of every figure."""
    warnings: tuple[str, ...]
    """What is worth a second look."""
    notes: tuple[str, ...]
    """What the figures rest on."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Roles whose price is unknown."""
        return tuple(line.role for line in self.lines if line.usd is None)

    @property
    def usd(self) -> float:
        """Price when all goes well, as far as it is known."""
        return round(sum(line.usd or 0.0 for line in self.lines), 6)

    @property
    def most_usd(self) -> float:
        """Price at most, as far as it is known."""
        return round(sum(line.most_usd or 0.0 for line in self.lines), 6)

    def plain(self) -> dict[str, Any]:
        """The plan as plain data, for scripts."""
        return {
            "run": str(self.folder),
            "begun": self.begun,
            "roles": [{**attrs.asdict(line), "share": line.share} for line in self.lines],
            "usd": self.usd,
            "most_usd": self.most_usd,
            "unknown_price": list(self.unknown),
            "prices": self.table,
            "caps": [{**attrs.asdict(cap), "verdict": cap.verdict} for cap in self.caps],
            "missing": list(self.missing),
            "tries": self.tries,
            "warnings": list(self.warnings),
            "notes": list(self.notes),
        }
