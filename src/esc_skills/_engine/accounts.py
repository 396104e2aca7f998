"""What a run has asked and paid, by model role, from its journal; failed requests included."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.pricing import Prices
from esc_skills._engine.provenance import FILE
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal, Spend

UNUSABLE = frozenset({"empty", "truncated", "unusable"})
"""States of answers that came and could not be used; each is asked once more."""
UNSURE = frozenset({"cancelled", "protocol", "sent", "stalled"})
"""States after which nobody knows whether the provider counted tokens."""
REUSED = ("replayed", "shared")
"""Outcomes of questions that cost nothing: from the journal, or asked by two at once."""
MENDED = ("repaired", "shortened")
"""Outcomes of questions that were answered at the second wording."""
PROBE = "probe"
"""Place of the question that only tries a model out."""
CHUNK = 512
"""Bytes in which prefixes are compared, about 128 tokens as in providers' caches; a shorter rest
counts as not sent before."""


@attrs.define
class Outcomes:
    """Counts the questions of this process by role and outcome; a watcher of ``call_done``."""

    counted: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    """Questions by role and outcome, trials of models left out."""

    def __call__(self, hook: str, **facts: Any) -> None:
        """Look at questions only."""
        if hook == "esc_skills_call_done" and facts["place"] != PROBE:
            self.counted[facts["role"], facts["outcome"]] += 1

    def of(self, role: str, names: Iterable[str]) -> int:
        """Questions of a role with one of some outcomes."""
        return sum(self.counted[role, name] for name in names)

    @property
    def roles(self) -> frozenset[str]:
        """Roles that were asked."""
        return frozenset(role for role, _ in self.counted)


@attrs.frozen(kw_only=True)
class Row:
    """What one role has cost, by all processes of the run."""

    role: str
    """Model role."""
    models: tuple[str, ...]
    """Provider's model names, sorted."""
    sent: int
    """Requests that went out, repeated ones too."""
    answered: int
    """Requests whose answer was used."""
    ended: Mapping[str, int]
    """The other requests by what became of them, such as ``refused`` or ``rate-limit``."""
    reused: int | None
    """Questions answered without a request, in this process; None when nobody counted."""
    repaired: int | None
    """Questions answered at the second wording, in this process; None when nobody counted."""
    tokens_in: int
    """Prompt tokens, by the provider's word."""
    tokens_out: int
    """Completion tokens."""
    tokens_cached: int
    """Prompt tokens that the provider read from its cache."""
    usd: float
    """US dollars, as far as prices are known."""
    unpriced: int
    """Requests that may have cost something nobody knows."""


@attrs.frozen(kw_only=True)
class Account:
    """What a run has asked and paid."""

    rows: tuple[Row, ...]
    """By role, sorted."""
    table: str
    """Price table in use; empty without one."""
    prefix: Mapping[str, float]
    """By model: share of the prompts' bytes that lay in a prefix sent to it before."""
    chunk: int = CHUNK
    """Bytes in which prefixes were compared."""
    undeclared: tuple[str, ...] = ()
    """Roles that were asked although no component of the experiment declares it."""

    @property
    def usd(self) -> float:
        """US dollars of all roles, as far as prices are known."""
        return round(sum(row.usd for row in self.rows), 6)

    @property
    def unpriced(self) -> int:
        """Requests that may have cost something nobody knows."""
        return sum(row.unpriced for row in self.rows)

    def plain(self) -> dict[str, Any]:
        """The account as plain data, for run.json and scripts."""
        made = attrs.asdict(self)
        made["rows"] = list(made["rows"])
        return {**made, "usd": self.usd, "unpriced": self.unpriced}


def of(
    journal: Journal,
    prices: Prices,
    outcomes: Outcomes | None = None,
    asked: Iterable[str] | None = None,
    before: Mapping[str, Any] | None = None,
) -> Account:
    """Make the account of a run.

    Args:
        journal: The run's journal; a file that is not there makes an empty account.
        prices: Whose table is named.
        outcomes: What this process counted; None leaves ``reused`` and ``repaired`` open.
        asked: Roles that the components declare, to find undeclared ones; None does not look.
        before: Account of an earlier walk over the same journal, in its plain form; while nothing
            was sent since, its prefix shares stand and the requests are not read again.
    """
    by_role: dict[str, list[Spend]] = defaultdict(list)
    for spend in journal.spend():
        by_role[spend.role].append(spend)
    seen = outcomes.roles if outcomes else frozenset(by_role) - {"default"}  # probes ask it
    rows = tuple(
        _row(role, by_role.get(role, []), outcomes)
        for role in sorted({*by_role, *(outcomes.roles if outcomes else ())})
    )
    return Account(
        rows=rows,
        table=prices.version,
        prefix=_prefix(journal, sum(row.sent for row in rows), before),
        undeclared=() if asked is None else tuple(sorted(seen - set(asked))),
    )


def _prefix(journal: Journal, sent: int, before: Mapping[str, Any] | None) -> Mapping[str, float]:
    if not sent:
        return {}
    if before is not None:
        stood = sum(row["sent"] for row in before["rows"])
        if (before["chunk"], stood) == (CHUNK, sent):
            return dict(before["prefix"])
    return prefixes(request for _, request, _ in journal.rows())


def stored(path: Path) -> Mapping[str, Any] | None:
    """The account in a run's own record; None for a run that asked no model."""
    found: Mapping[str, Any] | None = RunFolder.open(path).read_json(FILE).get("account")
    return found


def _row(role: str, spent: list[Spend], outcomes: Outcomes | None) -> Row:
    ended = Counter[str]()
    for spend in spent:
        if spend.state != "done":
            ended[spend.state] += spend.sends
    return Row(
        role=role,
        models=tuple(sorted({spend.model for spend in spent})),
        sent=sum(spend.sends for spend in spent),
        answered=sum(spend.sends for spend in spent if spend.state == "done"),
        ended=dict(sorted(ended.items())),
        reused=outcomes.of(role, REUSED) if outcomes else None,
        repaired=outcomes.of(role, MENDED) if outcomes else None,
        tokens_in=sum(spend.tokens_in for spend in spent),
        tokens_out=sum(spend.tokens_out for spend in spent),
        tokens_cached=sum(spend.tokens_cached for spend in spent),
        usd=round(sum(spend.usd for spend in spent), 6),
        unpriced=sum(spend.unpriced for spend in spent if _may_cost(spend)),
    )


def _may_cost(spend: Spend) -> bool:
    """Whether such requests may have been paid; one that was turned away was not (R40)."""
    answered = spend.state in {"done", "refused"} or spend.state in UNUSABLE
    return answered or spend.state in UNSURE


def prefixes(requests: Iterable[str]) -> dict[str, float]:
    """Share of the prompts that lay in a prefix sent to the same model before, by model.

    Prompts are compared in chunks of ``CHUNK`` bytes from their beginning, each chunk under
    a hash of all before it, so the work is linear. The order of sending changes nothing: of equal
    beginnings all but one were sent before. Only requests with a used answer are kept, so only
    those are counted.

    Args:
        requests: As JSON, from the journal.
    """
    known: dict[str, set[bytes]] = defaultdict(set)
    whole: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for text in requests:
        request = json.loads(text)
        model = str(request["model"])
        prompt = _rendered(request)
        whole[model] += len(prompt)
        seen = known[model]
        link = b""
        for start in range(0, len(prompt) - CHUNK + 1, CHUNK):
            link = blake2b(link + prompt[start : start + CHUNK], digest_size=12).digest()
            if link in seen:
                again[model] += CHUNK
            else:
                seen.add(link)
    return {name: round(again[name] / size, 6) for name, size in sorted(whole.items()) if size}


def _rendered(request: Mapping[str, Any]) -> bytes:
    """A prompt as one text: schema and system first, as providers put them, then the messages."""
    parts = [request["schema"], request["system"]]
    whole = "\0".join([*parts, *(f"{side}\0{text}" for side, text in request["messages"])])
    return whole.encode("utf-8", "surrogatepass")
