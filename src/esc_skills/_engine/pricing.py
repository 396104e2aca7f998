"""What a token costs, from the offline table of ``genai-prices``, or from the user's own words."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata

import attrs

from esc_skills.spec import Completion

UNIT = 1000
"""Tokens for which a price is looked up; tiers for very long prompts are not followed."""


@attrs.frozen(kw_only=True)
class Rate:
    """US dollars a token."""

    usd_in: float
    """A prompt token."""
    usd_out: float
    """A completion token."""
    usd_cached: float
    """A prompt token that was read from the provider's cache."""
    usd_written: float
    """A prompt token that was written to it; dearer than a plain one at some providers."""

    def of(
        self,
        tokens_in: float,
        tokens_out: float,
        tokens_cached: float = 0,
        tokens_written: float = 0,
    ) -> float:
        """Price of a call; cached and written tokens are parts of ``tokens_in``."""
        fresh = max(0, tokens_in - tokens_cached - tokens_written)
        kept = tokens_cached * self.usd_cached + tokens_written * self.usd_written
        return fresh * self.usd_in + kept + tokens_out * self.usd_out


@attrs.define(kw_only=True)
class Prices:
    """Rates by model; what no table knows is unknown, never free (R40)."""

    own: Mapping[str, tuple[float, float]] = attrs.field(factory=dict)
    """By model name: US dollars for a million prompt and a million completion tokens."""
    _seen: dict[tuple[str, str, str], Rate | None] = attrs.field(factory=dict, init=False)

    def rate(self, model: str, backend: str, url: str = "") -> Rate | None:
        """Rate of a model; None when it is unknown.

        Args:
            model: Provider's model name.
            backend: Backend name, which is the provider's where ``url`` is empty.
            url: Address of another provider or an own server.
        """
        key = (model, backend, url)
        if key not in self._seen:
            mine = self.own.get(model)
            self._seen[key] = _own(*mine) if mine else _listed(model, backend, url)
        return self._seen[key]

    def of(self, completion: Completion, rate: Rate | None) -> float | None:
        """Price of an answer; None when the rate or the tokens are unknown (R25)."""
        if rate is None or not (completion.tokens_in or completion.tokens_out):
            return None
        return rate.of(
            completion.tokens_in,
            completion.tokens_out,
            completion.tokens_cached,
            completion.tokens_written,
        )

    @property
    def version(self) -> str:
        """Price table in use, for the ledger; empty without one."""
        try:
            return f"genai-prices {metadata.version('genai-prices')}"
        except metadata.PackageNotFoundError:
            return ""


def _own(usd_in: float, usd_out: float) -> Rate:
    """What a user states for a million tokens; nothing is said of caches, so nothing is saved."""
    each = usd_in / 1e6
    return Rate(usd_in=each, usd_out=usd_out / 1e6, usd_cached=each, usd_written=each)


def _listed(model: str, backend: str, url: str) -> Rate | None:
    try:
        from genai_prices import Usage, calc_price
    except ImportError:
        return None

    def usd(**tokens: int) -> float:
        usage = Usage(**tokens)
        if url:
            found = calc_price(usage, model, provider_api_url=url)
        else:
            found = calc_price(usage, model, provider_id=backend)
        return float(found.total_price) / UNIT

    try:
        return Rate(
            usd_in=usd(input_tokens=UNIT),
            usd_out=usd(output_tokens=UNIT),
            usd_cached=usd(input_tokens=UNIT, cache_read_tokens=UNIT),
            usd_written=usd(input_tokens=UNIT, cache_write_tokens=UNIT),
        )
    except (LookupError, ValueError):
        return None
