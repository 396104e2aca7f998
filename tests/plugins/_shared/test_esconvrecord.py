"""One message of ESConv: labels belong to supporters, ratings to seekers."""

from __future__ import annotations

from esc_skills_plugins._shared.esconvrecord import read_turn
from esc_skills_plugins._shared.fields import Node
from esc_skills_plugins._shared.tally import Tally


def turn(**message):
    tally = Tally()
    return read_turn(
        Node({"content": "x", **message}, "f:1", "dialogues[0].dialog[0]", tally)
    ), tally


def test_labels_on_the_wrong_side_are_ignored_and_counted():
    """A seeker's strategy and a supporter's rating are slips of the data set."""
    both = {"strategy": "Question", "feedback": "3"}
    seeker, first = turn(speaker="seeker", annotation=both)
    assert (seeker.strategies, seeker.feedback) == ((), 3)
    assert first.counts["strategy on a seeker message ignored"] == 1
    supporter, second = turn(speaker="supporter", annotation=both)
    assert (supporter.strategies, supporter.feedback) == (("Question",), None)
    assert second.counts["feedback on a supporter message ignored"] == 1
