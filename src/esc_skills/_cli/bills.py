"""Plans and accounts for people: calls, tokens and money, a line a model role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from esc_skills._cli.tables import columns

if TYPE_CHECKING:
    from esc_skills._engine.quotes import Cap, Plan


def count(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,.0f}"


def dollars(value: float | None, *, lower: bool = False) -> str:
    """US dollars; an unknown price is said, and a sum that lacks a part is a lower bound."""
    if value is None:
        return "unknown"
    shown = f"{value:,.2f}" if value >= 1 or value == 0 else f"{max(value, 1e-4):.4f}"
    return f"≥ {shown}" if lower else shown


def plan_lines(made: Plan) -> list[str]:
    """A plan: a line a model role, the sum, the caps, and what the figures rest on."""
    if not made.lines:
        return ["no component asks a model: 0 calls, 0 US dollars"]
    rows: list[tuple[str, ...]] = [
        ("role", "model", "calls", "at most", "tokens in", "out", "US$", "at most", "answered")
    ]
    rows += [
        (
            line.role,
            line.model or (line.backend or "none configured"),
            *(count(figure) for figure in (line.calls, line.most, line.tokens_in, line.tokens_out)),
            *(dollars(figure) for figure in (line.usd, line.most_usd)),
            f"{line.share:.0%}",
        )
        for line in made.lines
    ]
    sums = [
        sum(getattr(line, name) for line in made.lines)
        for name in ("calls", "most", "tokens_in", "tokens_out")
    ]
    lower = bool(made.unknown)
    money = (dollars(figure, lower=lower) for figure in (made.usd, made.most_usd))
    held = sum(line.held for line in made.lines)
    rows.append(("all", "", *map(count, sums), *money, f"{count(held)} calls"))
    lines = [*columns(rows), ""]
    if lower:
        lines.append(f"price unknown: {', '.join(made.unknown)}; prices: {made.table or 'none'}")
    else:
        lines.append(f"prices: {made.table or 'those of the experiment'}")
    lines += [cap_line(cap) for cap in made.caps] or ["no cap is set: [run] budget = { usd = … }"]
    lines.append(f"a failed request is sent again, up to {made.tries} times; that comes on top")
    lines += [f"note: {note}" for note in made.notes]
    lines += [f"warning: {warning}" for warning in made.warnings]
    lines += [f"no model for role {role}: the run would stop" for role in made.missing]
    return lines


def cap_line(cap: Cap) -> str:
    """A cap, what is needed of it, and whether that fits."""
    parts = [f"cap run.budget.{cap.name} = {cap.cap:g}: {cap.verdict}"]
    if cap.likely is not None:
        most = "unknown" if cap.most is None else f"{cap.most:,.2f}".removesuffix(".00")
        likely = f"{cap.likely:,.2f}".removesuffix(".00")
        parts.append(f"spent {cap.spent:g}, still about {likely}, at most {most}")
    return "; ".join(parts)


def account_lines(account: Mapping[str, Any]) -> list[str]:
    """An account in its plain form: a line a model role, the sum, and the prompts' prefixes."""
    rows: list[tuple[str, ...]] = [
        ("role", "sent", "used", "reused", "repaired", "tokens in", "cached", "out", "US$", "")
    ]
    for row in account["rows"]:
        ended = ", ".join(f"{number} {state}" for state, number in row["ended"].items())
        rows.append(
            (
                row["role"],
                *(count(row[name]) for name in ("sent", "answered")),
                *(
                    "?" if row[name] is None else count(row[name])
                    for name in ("reused", "repaired")
                ),
                *(count(row[name]) for name in ("tokens_in", "tokens_cached", "tokens_out")),
                _paid(row),
                ended,
            )
        )
    table = account["table"] or "no price table"
    lines = [*columns(rows), f"paid: {_paid(account)} US dollars ({table})"]
    if account["unpriced"]:
        lines.append(f"{count(account['unpriced'])} requests have no known price")
    for model, share in account["prefix"].items():
        part = f"{share:.0%} of the prompts lay in a prefix sent before"
        lines.append(f"{model}: {part} (in steps of {account['chunk']} bytes)")
    lines += [f"role {role} was asked and is declared nowhere" for role in account["undeclared"]]
    return lines


def _counted(value: int | None) -> str:
    return "?" if value is None else count(value)


def _paid(part: Mapping[str, Any]) -> str:
    """Money of a row or of all; nothing known is said to be unknown."""
    if part["unpriced"] and not part["usd"]:
        return "unknown"
    return dollars(part["usd"], lower=bool(part["unpriced"]))
