"""Lines, their sources, and who said yes."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model import Line, Origin, Review, Risk
from esc_skills.model.lineage import lines
from esc_skills.testing.samples import skill


def test_lines_are_every_text_that_a_supporter_reads() -> None:
    """Overview, conditions in words, guidance, risks, pitfalls, examples; empty ones are none."""
    one = skill(risks=(Risk(trigger="Late."),))
    assert [(line.part, line.text) for line in lines(one)] == [
        ("overview", "Listen before anything else."),
        ("guidance", "Ask how it feels."),
        ("guidance", "Wait for the answer."),
        ("risks", "Late."),
        ("pitfalls", "Asking twice in a row."),
        ("examples", "How has that been for you?"),
    ]


def test_key_follows_part_and_words_and_not_the_skill() -> None:
    """S10: a line keeps its key when it moves to another skill, and loses it in another part."""
    line = Line("one", "guidance", "Ask.")
    assert line.key == attrs.evolve(line, skill="two").key
    assert line.key != attrs.evolve(line, part="pitfalls").key
    assert line.key != attrs.evolve(line, text="Ask!").key
    assert len(line.key) == 12


@pytest.mark.parametrize("field", ["skill", "lines", "sources"])
def test_an_origin_without_a_part_is_none(field: str) -> None:
    """S10: no record without skill, lines or sources."""
    facts = {"skill": "one", "lines": ("a",), "sources": ("iu-1",)}
    assert Origin(**facts).patch == ""
    with pytest.raises(ValueError, match=field):
        Origin(**{**facts, field: type(facts[field])()})


@pytest.mark.parametrize("field", ["skill", "content", "by"])
def test_a_review_without_a_part_is_none(field: str) -> None:
    """S9: a yes names skill, content and person."""
    facts = {"skill": "one", "content": "0" * 64, "by": "human:Mira"}
    assert Review(**facts)
    with pytest.raises(ValueError, match=field):
        Review(**{**facts, field: " "})
