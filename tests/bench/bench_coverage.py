"""Do intervals hold what they say, and do families err as seldom as they say? ``make bench``.

    python tests/bench/bench_coverage.py

prints the tables. Truth is known by construction (closed forms; see ``simulated``): final emotions
0-100 with two humps, spread 31-39 within an arm and about 45 between two; seekers with a level and
with leanings of their own, two repeats, one conversation in twenty lost. Shares: right replies of
dialogues of 4 or 12 replies, the long ones easier. Alpha: marks 1-5 of three readers, the truth
from 200,000 units.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
if str(SUPPORT) not in sys.path:
    sys.path.append(str(SUPPORT))

from simulated import (  # noqa: E402
    Counted,
    Design,
    errors,
    held,
    held_alpha,
    held_share,
    ratio,
    replies,
    share_errors,
)

from esc_skills.stats import paired_bootstrap  # noqa: E402

SEED = 13
COVERAGE: Mapping[str, Callable[[], Counted]] = {
    "mean, 24 seekers, 2 arms": partial(held, Design(seekers=24, shifts=(0.0, 0.3)), 5000, SEED),
    "mean, 72 seekers, 4 arms": partial(
        held, Design(seekers=72, shifts=(-0.2, -0.2, 0.1, 0.4)), 2000, SEED
    ),
    "mean, 100 seekers, 6 arms": partial(
        held, Design(seekers=100, shifts=(0.0, 0.0, 0.1, 0.2, 0.4, -0.3)), 1000, SEED
    ),
    "share, 24 dialogues": partial(held_share, (0.0, 0.3), 24, 3000, SEED),
    "share, 72 dialogues": partial(held_share, (0.0, 0.3), 72, 3000, SEED),
    "share, 195 dialogues": partial(held_share, (0.0, 0.3), 195, 3000, SEED),
}
FAMILY: Mapping[str, Callable[[], Counted]] = {
    f"mean, {seekers} seekers, {arms} arms against a baseline": partial(
        errors, Design(seekers=seekers, shifts=(0.0,) * (arms + 1)), 10_000, SEED
    )
    for seekers in (24, 72, 100)
    for arms in (5, 6)
} | {
    f"share, {dialogues} dialogues, 5 arms against a baseline": partial(
        share_errors, 6, dialogues, 2000, SEED
    )
    for dialogues in (24, 72, 195)
}


def told(name: str, found: Counted) -> str:
    """One line of the table."""
    return f"| {name} | {found.rate:.4f} | {found.upper:.4f} | {found.of:,} |"


def show(line: str) -> None:
    """Print at once: some rows take a minute."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def test_intervals_hold_93_to_97_of_100() -> None:
    """Every size and both kinds of figure."""
    show("\n| 95 % interval of | holds the truth | at most | intervals |\n|---|---|---|---|")
    for name, count in COVERAGE.items():
        found = count()
        show(told(name, found))
        assert 0.93 <= found.rate <= 0.97, name


def test_intervals_of_alpha_hold_93_to_97_of_100() -> None:
    """Bootstrap over units; with twenty of them one in a hundred may be missing."""
    for units, least in ((20, 0.92), (50, 0.93), (150, 0.93)):
        found = held_alpha(units, 2000, SEED)
        show(told(f"alpha, {units} units", found))
        assert least <= found.rate <= 0.97


def test_families_err_in_at_most_5_of_100_studies() -> None:
    """After Holm, at 0.05, with all arms equal."""
    show("\n| any arm called different | studies | at most | of |\n|---|---|---|---|")
    for name, count in FAMILY.items():
        found = count()
        show(told(name, found))
        assert found.rate <= 0.05, name
        assert found.upper <= 0.065, name


def ways(dialogues: int, studies: int) -> list[float]:
    """Errors at 0.05 of one contrast of equal arms: sacrebleu's p, two tails, and ours."""
    rng = np.random.default_rng([SEED, dialogues])
    wrong = np.zeros(3)
    for study in range(studies):
        arms = replies(rng, (0.0, 0.0), dialogues)
        old, new = (np.array(list(arm.values()), dtype=float) for arm in arms)
        drawn = rng.multinomial(dialogues, [1 / dialogues] * dialogues, size=1000)
        before, after = drawn @ old, drawn @ new
        seen = after[:, 0] / after[:, 1] - before[:, 0] / before[:, 1]
        size = abs(ratio(new.sum(0)) - ratio(old.sum(0)))
        far = (abs(seen) - abs(seen).mean() > size).sum()
        both = (abs(seen - seen.mean()) >= size).sum()
        ours = paired_bootstrap(*arms, ratio, seed=study).p
        wrong += np.array([(far + 1) / 1001, (both + 1) / 1001, ours]) < 0.05
    return [float(one) for one in wrong / studies]


def test_sacrebleus_p_errs_too_often_and_ours_does_not() -> None:
    """One tail of two, and few clusters: what the head of ``stats/resampled.py`` says."""
    show("\n| errors at 0.05 | sacrebleu's p | two tails | ours |\n|---|---|---|---|")
    for dialogues in (15, 24, 72, 200):
        rates = ways(dialogues, 2000)
        show(f"| {dialogues} dialogues | " + " | ".join(f"{rate:.3f}" for rate in rates) + " |")
        assert rates[0] > 0.08
        assert rates[2] <= 0.065


if __name__ == "__main__":
    test_intervals_hold_93_to_97_of_100()
    test_intervals_of_alpha_hold_93_to_97_of_100()
    test_families_err_in_at_most_5_of_100_studies()
    test_sacrebleus_p_errs_too_often_and_ours_does_not()
