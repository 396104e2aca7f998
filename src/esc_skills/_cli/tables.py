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


def cell(score: Score | None, *, counted: bool) -> str:
    """Value and interval of a score; empty when an arm has none."""
    if score is None:
        return ""
    count = f"({score.n} of {score.of})" if counted else ""
    return " ".join(part for part in (figure(score.value), interval(score), count) if part)


def claim(score: Score) -> str:
    """What a paired difference allows to say; silence of the data is said, too."""
    if score.low is None or score.high is None:
        return "not measured"
    if score.low > 0:
        return "better"
    return "worse" if score.high < 0 else "not distinguishable"


def score_lines(scores: Iterable[Score]) -> list[str]:
    """A table of scores: a line a score, a column an arm, differences of arms below."""
    every = list(scores)
    differences = [item for item in every if item.evaluator == "paired"]
    main = [item for item in every if item.evaluator != "paired"]
    arms = list(dict.fromkeys(item.arm for item in main))
    rows = [("evaluator", "score", *arms, "n of")]
    for evaluator, name in dict.fromkeys((item.evaluator, item.name) for item in main):
        found = {
            item.arm: item for item in main if (item.evaluator, item.name) == (evaluator, name)
        }
        counts = dict.fromkeys(f"{item.n} of {item.of}" for item in found.values())
        # Arms that rest on unlike counts say so one by one.
        unlike = len(counts) > 1
        cells = (cell(found.get(arm), counted=unlike) for arm in arms)
        rows.append((evaluator, name, *cells, "" if unlike else next(iter(counts))))
    lines = columns(rows)
    if differences:
        pairs = [("difference", "points", "95 % interval", "pairs", "the later arm is")]
        pairs += [
            (item.arm, figure(item.value), interval(item), str(item.n), claim(item))
            for item in differences
        ]
        lines += ["", *columns(pairs)]
    return lines


def emit_json(value: Any) -> None:
    """Write one JSON document to stdout."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))
