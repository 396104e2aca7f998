"""What every reader of a run's own files may rely on; a file that somebody changed is named.

Keys that are not told here are nobody's business: they may come and go between versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from esc_skills._codec.nouns import load
from esc_skills.errors import DataError

Table = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class _Plugin:
    role: str
    name: str
    distribution: str


@attrs.frozen(kw_only=True)
class _Running:
    seed: int = 0


@attrs.frozen(kw_only=True)
class _Experiment:
    run: _Running = attrs.field(factory=_Running)


@attrs.frozen(kw_only=True)
class _Run:
    experiment: _Experiment | None = None
    plugins: tuple[_Plugin, ...] = ()
    state: str = ""
    until: str = ""
    probed: tuple[str, ...] = ()
    seconds: float | None = None
    account: Table | None = None


@attrs.frozen(kw_only=True)
class _Finding:
    rule: str
    count: int


@attrs.frozen(kw_only=True)
class _Reading:
    corpus: str
    findings: tuple[_Finding, ...]


@attrs.frozen(kw_only=True)
class _Corpora:
    corpora: tuple[_Reading, ...]


@attrs.frozen(kw_only=True)
class _Item:
    score: tuple[str, ...]
    key: str
    cluster: str
    sums: tuple[float, ...]


@attrs.frozen(kw_only=True)
class _Row:
    event: str = ""
    hash: str = ""
    actor: str = ""


@attrs.frozen(kw_only=True)
class _Commit(_Row):
    patch: str = ""
    bank: str = ""


@attrs.frozen(kw_only=True)
class _Failure:
    trace: str


@attrs.frozen(kw_only=True)
class _Report:
    failures: tuple[_Failure, ...]


@attrs.frozen(kw_only=True)
class _Failures(_Row):
    round: int
    report: _Report


@attrs.frozen(kw_only=True)
class _Edit:
    evidence: tuple[str, ...]


@attrs.frozen(kw_only=True)
class _Proposal:
    bank: str
    edits: tuple[_Edit, ...]


@attrs.frozen(kw_only=True)
class _Ruling:
    decision: str


@attrs.frozen(kw_only=True)
class _Pair:
    profile: str
    repeat: int


@attrs.frozen(kw_only=True)
class _Verdict(_Row):
    round: int
    proposal_id: str
    proposal: _Proposal
    verdict: _Ruling
    pairs: tuple[_Pair, ...]


_EVENTS = {"commit": _Commit, "failures": _Failures, "verdict": _Verdict}
_OUTLINES: Mapping[str, Callable[[Table], type[Any]]] = {
    "run.json": lambda row: _Run,
    "corpus.json": lambda row: _Corpora,
    "items.jsonl": lambda row: _Item,
    "ledger.jsonl": lambda row: _EVENTS.get(str(row.get("event")), _Row),
}
"""By file name; a row of the ledger by its event."""


def outlined(found: Any, name: str, where: str) -> dict[str, Any]:
    """What was read from a file of a run, when it has the outline of such a file.

    Raises:
        DataError: It is no table, or lacks what every reader relies on.
    """
    if not isinstance(found, dict):
        kind = type(found).__name__
        hint = "bring back the file as the run wrote it, or choose another --out"
        raise DataError(f"expected a table, got {kind}", where=f"{where} $", hint=hint)
    if name in _OUTLINES:
        load(found, _OUTLINES[name](found), where, loose=True)
    return found
