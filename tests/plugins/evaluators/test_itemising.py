"""Keys, clusters and sums of items."""

from __future__ import annotations

import attrs

from esc_skills.model import Item, Response, Turn
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.evaluators.itemising import itemised, seat, talk


def test_a_seat_is_the_same_in_every_arm() -> None:
    """Profile and repeat make the key; arm, bank and course of the talk do not."""
    one = trace(profile("p7"), 3, -1)
    other = attrs.evolve(trace(profile("p7"), 9, ending="success"), arm="evolved", id="x")
    assert seat(one) == seat(other) == ("p7#0", "p7")
    assert seat(attrs.evolve(one, repeat=2)) == ("p7#2", "p7")


def test_replies_of_a_dialogue_are_one_item() -> None:
    """Corpus and dialogue make both key and cluster, so that two corpora cannot collide."""
    response = Response(
        dialogue="d1", turn=3, gold=Turn(speaker="supporter", text="x"), reply=None, corpus="c"
    )
    assert talk(response) == ("c/d1", "c/d1")


def test_rows_of_an_owner_are_added_up_in_any_order() -> None:
    """One item a key, sorted, with six digits."""
    rows = [(("b", "b"), (1, 1)), (("a#0", "a"), (1 / 3, 1)), (("b", "b"), (2, 1))]
    wanted = (
        Item(key="a#0", cluster="a", sums=(0.333333, 1.0)),
        Item(key="b", cluster="b", sums=(3.0, 2.0)),
    )
    assert itemised(rows) == itemised(rows[::-1]) == wanted
    assert itemised([]) == ()
