"""Prices: known or unknown, never free by mistake."""

from __future__ import annotations

import pytest

from esc_skills._engine.pricing import Prices
from esc_skills.spec import Completion


def test_what_no_table_knows_is_unknown() -> None:
    """R40: an unknown model has no rate, and its answers no price."""
    prices = Prices()
    assert prices.rate("model-of-nobody", "provider-of-nobody") is None
    assert prices.of(Completion(text="x", tokens_in=5), None) is None


def test_own_prices_go_before_the_table_and_cached_tokens_are_not_counted_twice() -> None:
    """Dollars for a million tokens, prompt and completion."""
    prices = Prices(own={"m": (2.0, 10.0)})
    rate = prices.rate("m", "anything", "http://127.0.0.1:1")
    assert rate is not None
    completion = Completion(text="x", tokens_in=500_000, tokens_out=100_000, tokens_cached=400_000)
    assert prices.of(completion, rate) == pytest.approx(2.0)


def test_an_answer_without_usage_has_no_price() -> None:
    """R25: no usage means an unknown price, not zero."""
    prices = Prices(own={"m": (2.0, 10.0)})
    assert prices.of(Completion(text="x"), prices.rate("m", "b")) is None


def test_the_offline_table_knows_common_models() -> None:
    """With ``genai-prices`` a known model has a rate, and the table's version can be told."""
    pytest.importorskip("genai_prices")
    rate = Prices().rate("gpt-4o-mini", "openai")
    assert rate is not None
    assert 0 < rate.usd_cached < rate.usd_in < rate.usd_out
    assert Prices().version.startswith("genai-prices ")
    assert Prices().rate("gpt-4o-mini", "openai", "http://127.0.0.1:1/v1") is None


def test_tokens_written_to_a_cache_have_their_own_price() -> None:
    """Anthropic asks more for a prompt token that it keeps, and less for one that it kept."""
    pytest.importorskip("genai_prices")
    prices = Prices()
    rate = prices.rate("claude-sonnet-4-5", "anthropic")
    assert rate is not None
    assert rate.usd_cached < rate.usd_in < rate.usd_written
    done = Completion(text="x", tokens_in=1000, tokens_cached=700, tokens_written=200)
    whole = 100 * rate.usd_in + 700 * rate.usd_cached + 200 * rate.usd_written
    assert prices.of(done, rate) == pytest.approx(whole)
