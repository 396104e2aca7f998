"""Paired bootstrap, against sacrebleu and scipy on the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest
from scipy import stats as theirs

from esc_skills.stats import paired_bootstrap, resampled

REPEATS = 4000
WORDS = [first + second for first in "bdfgklmnprst" for second in ("a", "en", "il", "or", "us")]


def sentences(errors: float, chance: int) -> tuple[list[str], list[str]]:
    """Answers of a speaker who gets so many words wrong, and what was to be said."""
    rng = np.random.default_rng(chance)
    said = [list(rng.choice(WORDS, rng.integers(5, 14))) for _ in range(150)]
    rng = np.random.default_rng([chance, round(1000 * errors)])
    given = [[w if rng.random() > errors else rng.choice(WORDS) for w in one] for one in said]
    return [" ".join(one) for one in given], [" ".join(one) for one in said]


class Compared:
    """Two speakers under corpus BLEU: ours and what sacrebleu makes of the same sentences."""

    def __init__(self, errors: float) -> None:
        metric = BLEU()
        (old, said), (new, _) = sentences(0.30, 4), sentences(errors, 4)
        sums = [np.array(metric._extract_corpus_statistics(given, [said])) for given in (old, new)]

        def bleu(row) -> float:
            return metric._compute_score_from_stats(list(row)).score

        rows = [{f"{place:04d}": row for place, row in enumerate(one)} for one in sums]
        self.ours = paired_bootstrap(*rows, bleu, repeats=REPEATS)
        draws = np.random.default_rng(12345).choice(150, size=(REPEATS, 150))
        self.seen = [bleu(sums[1][draw].sum(0)) - bleu(sums[0][draw].sum(0)) for draw in draws]
        self.p, self.scores = {}, {}
        for kind in ("bs", "ar"):
            test = PairedTest([("a", old), ("b", new)], {"BLEU": BLEU()}, [said], kind, REPEATS)
            first, second = test()[1]["BLEU"]
            self.p[kind], self.scores[kind] = second.p_value, second.score - first.score


@pytest.fixture(scope="module", params=[0.34, 0.33, 0.335], ids=["p-0.04", "p-0.10", "p-0.20"])
def compared(request) -> Compared:
    """Speakers that are less and less surely different."""
    return Compared(request.param)


def error(p: float) -> float:
    """Four standard errors of the difference of two shares of the resamples."""
    return 4 * np.sqrt(2 * p * (1 - p) / REPEATS) + 2 / REPEATS


def test_the_difference_is_sacrebleus(compared):
    """Corpus BLEU through sums is corpus BLEU."""
    assert compared.ours.value == pytest.approx(compared.scores["bs"], abs=1e-9)
    assert compared.ours.n == 150


def test_the_interval_is_that_of_sacrebleus_resamples(compared):
    """Percentiles of the resamples that sacrebleu draws, a little further out, agree with ours."""
    share = theirs.norm.cdf(theirs.t.ppf(0.025, 149) * np.sqrt(150 / 149))
    ends = np.quantile(compared.seen, [share, 1 - share])
    spread = float(np.std(compared.seen))
    assert (compared.ours.low, compared.ours.high) == pytest.approx(ends, abs=0.24 * spread)


def test_p_is_sacrebleus_with_the_other_tail(compared):
    """On the resamples that sacrebleu draws: its count is the far tail, ours has both."""
    size, seen = abs(compared.ours.value), np.array(compared.seen)
    far = (abs(seen) - abs(seen).mean() > size).sum()
    assert compared.p["bs"] == pytest.approx((far + 1) / (REPEATS + 1), abs=2 / REPEATS)
    tails = ((abs(seen - seen.mean()) >= size).sum() + 1) / (REPEATS + 1)
    stretched = 2 * theirs.t.sf(theirs.norm.isf(tails / 2) * np.sqrt(149 / 150), 149)
    assert 0.001 < compared.p["bs"] < tails < 0.3
    assert compared.ours.p == pytest.approx(stretched, abs=error(stretched))


def test_p_is_near_the_randomisation_test(compared):
    """Sacrebleu's approximate randomisation, which has two tails, says about the same."""
    assert compared.ours.p == pytest.approx(compared.p["ar"], abs=0.02)


@pytest.mark.parametrize("n", [10, 15, 200])
def test_a_mean_agrees_with_scipy(n):
    """Few or many pairs: p is that of the paired t test, the interval its and scipy's."""
    rng = np.random.default_rng(n)
    old = rng.normal(50, 30, n)
    new = old + rng.normal(30 / np.sqrt(n), 20, n)
    found = paired_bootstrap(
        *({f"{i:03d}": [value, 1.0] for i, value in enumerate(arm)} for arm in (old, new)),
        lambda row: row[0] / row[1],
        repeats=10_000,
    )
    share = theirs.norm.cdf(theirs.t.ppf(0.025, n - 1) * np.sqrt(n / (n - 1)))
    resampled = theirs.bootstrap(
        (new, old),
        lambda x, y, axis: (x - y).mean(axis=axis),
        paired=True,
        method="percentile",
        confidence_level=1 - 2 * share,
        n_resamples=10_000,
        rng=np.random.default_rng(1),
    )
    exact = theirs.ttest_rel(new, old)
    assert found.value == pytest.approx((new - old).mean())
    assert found.p == pytest.approx(exact.pvalue, abs=0.015)
    width = found.high - found.low
    assert (found.low, found.high) == pytest.approx(resampled.confidence_interval, abs=width / 30)
    assert (found.low, found.high) == pytest.approx(exact.confidence_interval(), abs=width / 10)


def test_names_in_any_order_give_the_same():
    """The order in which clusters were met has no effect, nor has the other arm's."""
    rng = np.random.default_rng(3)
    old = {f"s{i}": [float(rng.integers(9)), 9.0] for i in range(30)}
    new = {f"s{i}": [float(rng.integers(9)), 9.0] for i in range(30)}
    found = paired_bootstrap(old, new, lambda row: row[0] / row[1])
    turned = {name: old[name] for name in reversed(old)}
    assert paired_bootstrap(turned, new, lambda row: row[0] / row[1]) == found
    assert 0 < found.p <= 1


def test_an_arm_against_itself_is_no_difference():
    """Equal arms: 0, without width, p = 1; so too where they differ in the last bit alone."""
    rows = {f"s{i}": [i / 7, 1.0] for i in range(12)}
    noisy = {name: [value + 1e-16, n] for name, (value, n) in rows.items()}
    for other in (rows, noisy):
        found = paired_bootstrap(rows, other, lambda row: row[0] / row[1])
        assert found == resampled.Tested(value=0.0, low=0.0, high=0.0, n=12, p=1.0)


def test_the_level_widens():
    """The interval grows with the level, p does not change."""
    rng = np.random.default_rng(5)
    old, new = ({f"{i}": [one] for i, one in enumerate(rng.normal(0, 1, 40))} for _ in range(2))
    narrow, wide = (paired_bootstrap(old, new, sum, level=level) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert narrow.p == wide.p


def test_too_little_to_test():
    """Nothing: all None. One cluster: a difference of unknown certainty. Two: hardly any."""
    assert paired_bootstrap({}, {}, sum) == resampled.Tested(
        value=None, low=None, high=None, n=0, p=None
    )
    alone = paired_bootstrap({"a": [1.0]}, {"a": [3.0]}, sum)
    assert alone == resampled.Tested(value=2.0, low=None, high=None, n=1, p=None)
    two = paired_bootstrap({"a": [0.0], "b": [0.0]}, {"a": [1.0], "b": [2.0]}, sum)
    assert two.p > 0.05


def test_clusters_of_one_arm_are_refused():
    """A pair that lacks a side is named."""
    with pytest.raises(ValueError, match="'b' has one arm only"):
        paired_bootstrap({"a": [1.0]}, {"a": [1.0], "b": [2.0]}, sum)
