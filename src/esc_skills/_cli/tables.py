"""Scores for people (a table) and for machines (JSON)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import click

from esc_skills._cli.streams import document
from esc_skills.model import Score, short_hash
from esc_skills.model.identity import plain


def clean(text: str) -> str:
    """Untrusted text with nothing that moves a terminal's cursor or turns its words around."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign == "\n" else " " if sign.isspace() else "�"
        for sign in text
    )


def flat(text: str) -> str:
    """The same in one line."""
    return clean(text).replace("\n", " ")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align rows of words in columns, two spaces apart."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    return [
        "  ".join(flat(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
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


def score_lines(scores: Iterable[Score]) -> list[str]:
    """A table of scores: a line a score, a column an arm, differences of arms below.

    Scores of unlike signatures never share a line; such lines say that they are not compared.
    """
    every = list(scores)
    differences = [item for item in every if item.evaluator == "paired"]
    main = [item for item in every if item.evaluator != "paired"]
    arms = list(dict.fromkeys(item.arm for item in main))
    rows = [("evaluator", "score", *arms, "n of")]
    kinds = dict.fromkeys((item.evaluator, item.name, item.signature) for item in main)
    signed = Counter((evaluator, name) for evaluator, name, _ in kinds)
    for evaluator, name, signature in kinds:
        kind = (evaluator, name, signature)
        found = {
            item.arm: item for item in main if (item.evaluator, item.name, item.signature) == kind
        }
        counts = dict.fromkeys(f"{item.n} of {item.of}" for item in found.values())
        # Arms that rest on unlike counts say so one by one.
        unlike = len(counts) > 1
        cells = (cell(found.get(arm), counted=unlike) for arm in arms)
        told = f"{name} (signature {short_hash(signature)[:6]}; compare with no other)"
        shown = told if signed[evaluator, name] > 1 else name
        rows.append((evaluator, shown, *cells, "" if unlike else next(iter(counts))))
    lines = columns(rows)
    if differences:
        pairs = [("difference", "points", "95 % interval", "pairs", "the later arm is")]
        pairs += [
            (item.arm, figure(item.value), interval(item), str(item.n), item.claim)
            for item in differences
        ]
        lines += ["", *columns(pairs)]
    return lines


def emit_json(value: Any) -> None:
    """Write one JSON document to stdout; signs that a terminal obeys are written as numbers."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False)
    lines = (line if line.isprintable() else _numbered(line) for line in text.split("\n"))
    click.echo("\n".join(lines), file=document())


def _numbered(text: str) -> str:
    """A line of JSON with its unprintable signs, which stand in strings only, escaped."""
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)
