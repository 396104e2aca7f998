"""The bench of gates: rounds with a known truth."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev

from esc_skills._engine.running import resolve
from esc_skills._studies.tasks.gating import GROUPS, Sizes, bench_gates, pairs_of
from esc_skills.model import StudyRecord

SMALL = Sizes(rounds=25, gains=(0.0, 10.0))


def bench(names: Sequence[str] = (), sizes: Sizes = SMALL) -> StudyRecord:
    return bench_gates(*resolve({"corpus": ["sample"]}), names=names, sizes=sizes)


def test_pairs_have_the_gain_and_spread_that_they_say() -> None:
    """Over many rounds; the same chance under every gain, another one in every round."""
    sizes = Sizes()
    none, ten = ([p for at in range(40) for p in pairs_of("plain", at, g, sizes)] for g in (0, 10))
    gaps = [pair.difference for pair in ten]
    assert abs(fmean(gaps) - 10) < 1.5
    assert abs(stdev(gaps) - 42) < 1.5
    assert all(abs(b.difference - a.difference - 10) < 1e-9 for a, b in zip(none, ten, strict=True))
    assert pairs_of("plain", 1, 0, sizes) != pairs_of("plain", 2, 0, sizes)


def test_seekers_are_fresh_or_come_again() -> None:
    """``repeats`` has one seeker a group; no seeker's repeat is met twice."""
    for world, people in (("plain", 200), ("repeats", len(GROUPS))):
        pairs = pairs_of(world, 0, 0, Sizes())
        assert len({pair.profile for pair in pairs}) == people
        assert len({(pair.profile, pair.repeat) for pair in pairs}) == 200
        for name in {pair.profile for pair in pairs}:
            assert len({pair.group for pair in pairs if pair.profile == name}) == 1


def test_a_gate_without_test_takes_noise_for_gain_and_one_with_a_test_does_not() -> None:
    """Error rate and power, told apart by true gain; always is wrong whenever nothing is gained."""
    made = bench()
    rate = {(score.arm, score.name): score for score in made.scores}
    assert rate["always", "accepted-plain-gain-0"].value == 1
    loose, strict = (rate[name, "accepted-plain-gain-0"].value for name in ("greater", "paired"))
    assert loose is not None
    assert strict is not None
    assert strict <= 0.2 < loose
    assert (rate["paired", "accepted-plain-gain-10"].value or 0) >= 0.7
    assert rate["paired", "accepted-plain-gain-0"].better == "lower"
    assert rate["paired", "accepted-plain-gain-10"].better == "higher"


def test_shares_of_a_row_make_one_and_rows_are_sorted() -> None:
    """Accepted, rejected and inconclusive are all that a round can end with."""
    rows = bench().tables[0].rows
    keys = [(row[0].text, row[1].text, row[2].value) for row in rows]
    assert keys == sorted(keys, key=str)
    for row in rows:
        assert abs(sum(cell.value or 0 for cell in row[3:6]) - 1) < 1e-5
        assert all(cell.low is not None and cell.high is not None for cell in row[3:6])
        assert 0 <= (row[6].value or 0) <= SMALL.pairs


def test_equal_seeds_give_equal_tables_and_a_budget_is_kept() -> None:
    """Fixed seeds; with few pairs nothing is played beyond them."""
    short = Sizes(rounds=4, pairs=12, batch=5, gains=(5.0,))
    one, two = bench(["greater"], short), bench(["greater"], short)
    assert (one.tables, one.scores) == (two.tables, two.scores)
    assert all((row[6].value or 0) <= 12 for row in one.tables[0].rows)
    assert one.facts["simulation"]["pairs"] == 12


def test_gates_see_the_same_rounds_so_that_they_can_be_contrasted() -> None:
    """Items are rounds, with equal keys and signatures for all gates."""
    made = [score for score in bench().scores if score.name == "accepted-repeats-gain-10"]
    assert len({score.signature for score in made}) == 1
    assert len({tuple(item.key for item in score.items) for score in made}) == 1
