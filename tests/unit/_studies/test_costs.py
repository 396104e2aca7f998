"""What variants asked, whoever paid for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine.walking import QUESTIONS
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills._studies.costs import costs
from esc_skills._studies.shards import Played


@pytest.fixture
def play(tmp_path: Path) -> Any:
    """A shard that asked these questions and took so long."""

    def made(variant: str, seed: int, *keys: str, seconds: float | None = 1.0) -> Played:
        folder = RunFolder.create(tmp_path / variant / str(seed))
        folder.write_rows(QUESTIONS, [{"key": key} for key in keys])
        if seconds is not None:
            folder.write_json("run.json", {"seconds": seconds})
        return Played(variant=variant, seed=seed, path=folder.path)

    return made


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """Costs where the journal has these sends, as key, state, tokens and price."""

    def found(sends: Sequence[tuple[Any, ...]], *played: Played) -> Any:
        journal = Journal(tmp_path / "journal.sqlite")
        rows = journal.write([Intent(key=one[0], role="r", place="p", model="m") for one in sends])
        journal.write(
            [],
            [
                Ending(id=row, state=state, tokens_in=tokens, tokens_out=tokens // 10, usd=usd)
                for row, (_, state, tokens, usd) in zip(rows, sends, strict=True)
                if state != "killed"
            ],
        )
        journal.close()
        return {cost.arm: cost for cost in costs(played, tmp_path / "journal.sqlite")}

    return found


SENDS = (("a", "done", 10, 0.5), ("b", "done", 20, 0.25), ("c", "done", 40, None))


def test_a_shared_question_costs_every_variant_that_asked_it(play: Any, told: Any) -> None:
    """A variant costs the same whether it was first or found the answer of another."""
    found = told(SENDS, play("one", 1, "a", "b"), play("two", 1, "b"))
    one, two = found["one"], found["two"]
    assert (one.questions, one.tokens_in, one.tokens_out, one.usd) == (2, 30, 3, 0.75)
    assert (two.questions, two.tokens_in, two.tokens_out, two.usd) == (1, 20, 2, 0.25)


def test_seeds_are_added_up(play: Any, told: Any) -> None:
    """Questions, tokens, money and seconds of all shards of a variant."""
    found = told(SENDS, play("one", 1, "a"), play("one", 2, "b", seconds=2.5))
    assert (found["one"].questions, found["one"].usd, found["one"].seconds) == (2, 0.75, 3.5)


def test_an_unknown_price_makes_the_sum_unknown(play: Any, told: Any) -> None:
    """Tokens are still counted; a question that was never answered has none."""
    found = told(SENDS, play("one", 1, "a", "c", "lost"))
    assert (found["one"].questions, found["one"].tokens_in, found["one"].usd) == (3, 50, None)


def test_time_is_known_only_where_every_shard_knows_it(play: Any, told: Any) -> None:
    """Half of it would look like a variant that is quick."""
    found = told((), play("one", 1), play("one", 2, seconds=None))
    assert (found["one"].seconds, found["one"].questions, found["one"].usd) == (None, 0, 0)


def test_what_a_fault_or_a_kill_repeated_is_no_cost_of_the_variant(play: Any, told: Any) -> None:
    """The same study costs the same in any weather; an answer of no use is paid for, once."""
    weather = (
        ("a", "server", 0, None),
        ("a", "killed", 0, None),
        ("b", "unusable", 30, 0.125),
        ("b", "unusable", 30, 0.125),
    )
    found = told((*weather, *SENDS), play("one", 1, "a", "b"))
    assert (found["one"].tokens_in, found["one"].usd) == (60, 0.875)
