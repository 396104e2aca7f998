"""X07: what belongs to one machine or one person does not leave with a bank."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._practice.leaks import check_leaks, leaks
from esc_skills.errors import DataError
from esc_skills.model import Condition, Label, Review, Skill, SkillsBank, Table, Taxonomy

SKILL = Skill(name="a", overview="Helps.", guidance=("Wait.",), evidence=("iu-1", "arm/seeker/0"))


def bank(**changes: object) -> SkillsBank:
    return SkillsBank(skills=(attrs.evolve(SKILL, **changes),))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("See /srv/mira/notes.txt for it.", "an absolute path"),
        ("See C:\\Users\\mira.", "an absolute path"),
        ("See ~/notes.", "an absolute path"),
        ("See file:///etc/x.", "an absolute path"),
        ("Made on Desk-17.", "the name of this machine"),
        ("Write to mira@example.org.", "a mail address"),
        ("Call +49 151 2345 6789.", "a phone number"),
    ],
    ids=["home", "drive", "tilde", "file", "host", "mail", "phone"],
)
def test_a_line_is_found_wherever_it_stands(text: str, kind: str) -> None:
    """In guidance, in a condition, in a table's note: named by place and kind, never repeated."""
    for one in (
        bank(guidance=(text,)),
        bank(applies=(Condition(words=text),)),
        attrs.evolve(bank(), tables=(Table(name="t", note=text),)),
    ):
        assert kind in {found for _, found in leaks(one, "desk-17")}
        with pytest.raises(DataError) as caught:
            check_leaks(one, "desk-17")
        assert caught.value.exit_code == 2
        assert text not in caught.value.line


def test_names_of_people_are_no_leak_but_their_addresses_are() -> None:
    """Who said yes stands in the bank; by a mail address nobody signs what leaves."""
    yes = Review(skill="a", content="0" * 64, by="human:Mira")
    assert list(leaks(attrs.evolve(bank(), reviews=(yes,)), "host-1")) == []
    mail = attrs.evolve(yes, by="human:mira@example.org")
    assert list(leaks(attrs.evolve(bank(), reviews=(mail,)), "host-1")) != []


def test_ordinary_words_are_no_leak() -> None:
    """Control: slashes, ids, ratios, and a machine whose name is a word of the language."""
    label = Label(name="sad", definition="He/she is sad; 24/7, and/or.")
    quiet = bank(guidance=("Say yes and/or no; 3/4 of them; home/work; support them.",))
    quiet = attrs.evolve(quiet, taxonomy=Taxonomy(name="t", states=(label,)))
    assert list(leaks(quiet, "support")) == []
    check_leaks(quiet)


def test_a_guards_help_text_keeps_its_numbers() -> None:
    """A protected skill may name a telephone number."""
    skill = attrs.evolve(SKILL, protected=True, guidance=("Call 0800 111 0 111.",))
    assert list(leaks(SkillsBank(skills=(skill,)), "host-1")) == []
