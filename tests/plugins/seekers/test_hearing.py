"""How a reply is heard: its acts, its manner, its touch with the seeker's words."""

from __future__ import annotations

import pytest

from esc_skills.model import Turn
from esc_skills_plugins.seekers.hearing import ACTS, contact, hear, repeats, stems

EXAMPLES = {
    "asks": "When did that start?",
    "guides": "What do you want for yourself, what matters to you?",
    "reflects": "It sounds like you feel let down.",
    "stays": "That hurts. I'm here, take your time.",
    "validates": "That makes sense, anyone would be shaken.",
    "praises": "I admire your courage, well done.",
    "encourages": "Cheer up, it will get better.",
    "takes-side": "It was not your fault, you did nothing wrong.",
    "informs": "Research says it tends to pass; there are counsellors for it.",
    "advises": "How about a small step: you could write it down.",
    "weighs": "On the one hand it is safe, on the other hand there is a price.",
    "explains-others": "Maybe she was afraid, and that was behind her silence.",
    "discloses": "When I was at school I went through the same.",
}


@pytest.mark.parametrize("act", ACTS)
def test_every_act_can_be_heard(act: str) -> None:
    """A plain example of each act is heard as that act, strongest or level with it."""
    heard = dict(hear(EXAMPLES[act]).acts)
    assert heard[act] >= 0.5
    assert heard[act] == max(heard.values()) or act == "guides"


def test_examples_cover_all_acts() -> None:
    """No act is without an example."""
    assert tuple(EXAMPLES) == ACTS


def test_nothing_is_heard_in_nothing() -> None:
    """Empty and wordless texts do nothing."""
    for text in ("", "   ", "...", "🙂"):
        assert hear(text).acts == ()
        assert hear(text).length == 0


def test_negation_turns_a_short_cue_off_but_not_a_side_taken() -> None:
    """``not proud`` is no praise; ``not your fault`` takes a side."""
    assert "praises" not in dict(hear("He was not brave.").acts)
    assert "takes-side" in dict(hear("It was not your fault.").acts)


def test_all_you_could_is_no_advice() -> None:
    """``you did all you could`` praises or sides, it tells nobody what to do."""
    assert dict(hear("You did all you could.").acts).get("advises", 0.0) < 0.3
    assert dict(hear("You could call a friend.").acts)["advises"] >= 0.5


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("You should sleep. You need to eat.", 2),
        ("Try a walk. Then call him, and write to her.", 3),
        ("1. Make a list\n2. Talk to your boss\n3. Set a limit", 3),
        ("It is important to rest.", 1),
        ("Take your time. Tell me more.", 0),
        ("You try so hard. I make sure to listen.", 0),
    ],
)
def test_directives_are_counted(text: str, count: int) -> None:
    """Imperatives and ``should`` count; invitations to talk and plain statements do not."""
    assert hear(text).directives == count


def test_contact_counts_the_seekers_own_words() -> None:
    """Names and topics of the last two messages count, common words do not."""
    history = (
        Turn(speaker="seeker", text="My sister Ellen took the violin."),
        Turn(speaker="supporter", text="?"),
    )
    assert contact(hear("Ellen took the violins from you."), history) == 1.0
    assert contact(hear("The violin!"), history) == 0.5
    assert contact(hear("I really feel that you are right."), history) == 0.0
    assert stems("really about them") == frozenset()


def test_repeats_looks_at_earlier_supporter_turns_alone() -> None:
    """The seeker's words may be said back; the supporter's own may not be said again."""
    text = "The violin was yours and she knew it."

    def history(first: str) -> tuple[Turn, ...]:
        return (
            Turn(speaker="seeker", text="Well."),
            Turn(speaker=first, text=text),  # type: ignore[arg-type]
            Turn(speaker="supporter", text=text),
        )

    assert repeats(hear(text), history("supporter"), 0.6)
    assert not repeats(hear(text), history("seeker"), 0.6)
