"""Scores for people (a table) and for machines (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from esc_skills.model import Score
from esc_skills.model.identity import plain


def clean(text: str) -> str:
    """Strip terminal control characters from untrusted text."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align rows of words in columns, two spaces apart."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    return [
        "  ".join(
            clean(cell).ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def figure(value: float | None) -> str:
    """A figure with as many digits as it can bear."""
    if value is None:
        return "—"
    return f"{value:.3f}" if abs(value) < 2 else f"{value:.2f}"


def interval(score: Score) -> str:
    """The 95 % interval in brackets; empty when there is none."""
    if score.low is None or score.high is None:
        return ""
    return f"[{figure(score.low)}, {figure(score.high)}]"


def score_lines(scores: Iterable[Score]) -> list[str]:
    """A table of scores, one line each."""
    rows = [("arm", "evaluator", "score", "value", "95 % interval", "n of")]
    rows += [
        (
            item.arm,
            item.evaluator,
            item.name,
            figure(item.value),
            interval(item),
            f"{item.n} of {item.of}",
        )
        for item in scores
    ]
    return columns(rows)


def emit_json(value: Any) -> None:
    """Write one JSON document to stdout."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))
