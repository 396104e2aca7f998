"""One message of ESConv: labels belong to supporters, ratings to seekers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import DataError
from esc_skills_plugins._shared.esconvrecord import esconv_draft, read_turn
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


ODD = st.sampled_from([None, "", 3, [], {}, "Question", "question", "Others"])
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "speaker": st.sampled_from(["seeker", "supporter", "Seeker", "sys", "nobody", None, 1]),
        "content": st.sampled_from(
            ["Hello. \n", "", "\x00a", "é\ufeff", "\x1cb\r", None, 2, ["a"]]
        ),
        "annotation": st.one_of(
            ODD, st.dictionaries(st.sampled_from(["strategy", "feedback"]), ODD, max_size=2)
        ),
    },
)


def outcome(read: Any) -> Any:
    """What a reading gives, or the words in which it refuses."""
    try:
        return read()
    except DataError as fault:
        return str(fault)


@given(MESSAGES)
def test_the_short_way_through_a_message_changes_nothing(message: dict[str, Any]) -> None:
    """A dialogue's turn, count and complaint are those of a message read step by step."""
    short, long = Tally(), Tally()
    facts = {"emotion_type": "", "problem_type": "", "situation": "", "dialog": [message]}
    node = Node(message, "f:1", "dialogues[0].dialog[0]", long)
    found = outcome(lambda: esconv_draft(Node(facts, "f:1", "dialogues[0]", short), "c", 0).turns)
    expected = outcome(lambda: [read_turn(node)])
    assert found == expected
    counted = {rule: n for rule, n in short.counts.items() if "message" in rule or "→ l" in rule}
    assert counted == {rule: n for rule, n in long.counts.items() if rule in counted}
    missed = set(long.counts) - set(short.counts)
    assert not missed
