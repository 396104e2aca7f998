"""From an accepted edit to the failing turns and the pairs."""

from __future__ import annotations

import re
from typing import Any

import attrs

from esc_skills.spec import RunRecord
from esc_skills_plugins.reports.edits import MOST_TURNS, Ruling, rulings
from esc_skills_plugins.reports.talks import of_cases


def ruled(record: RunRecord) -> tuple[Ruling, ...]:
    return rulings(record, of_cases(record))


def with_row(record: RunRecord, place: int, **changes: Any) -> RunRecord:
    rows = list(record.ledger)
    rows[place] = {**rows[place], **changes}
    return attrs.evolve(record, ledger=tuple(rows))


def test_an_accepted_edit_leads_to_its_failing_turns(linked: RunRecord) -> None:
    """The exchange is linked, with its cause and why."""
    ((backed,),) = [one.backed for one in ruled(linked)]
    (turn,) = backed.turns
    assert re.fullmatch(r"#c[0-9]+\.1", turn.href)
    assert (turn.exchange, turn.cause, turn.why) == (2, "sad/advise", "change -5")
    assert (backed.more, backed.others, backed.cover) == (0, (), ())


def test_an_accepted_edit_leads_to_its_pairs(linked: RunRecord) -> None:
    """Both conversations are linked, and the differences are drawn."""
    (ruling,) = ruled(linked)
    (pair,) = ruling.pairs
    assert pair.difference == 8
    assert len(set(pair.links)) == 2
    assert all(re.fullmatch(r"#c[0-9]+", link) for link in pair.links)
    assert ruling.wins == (1, 0, 0)
    assert ruling.plot
    assert ruling.plot.dots.count("M") == 1


def test_a_rejected_edit_is_one_line(linked: RunRecord) -> None:
    """No pairs and no turns: its conversations are not kept."""
    verdict = {**linked.ledger[1]["verdict"], "decision": "reject"}
    (ruling,) = ruled(with_row(linked, 1, verdict=verdict))
    assert not ruling.accepted
    assert (ruling.pairs, ruling.plot, ruling.backed[0].turns) == ((), None, ())
    assert ruling.kinds == (("add", ("stay-close",)),)


def test_what_is_not_kept_is_counted_not_linked(linked: RunRecord) -> None:
    """Without its conversations an edit still tells how many turns failed."""
    (ruling,) = ruled(attrs.evolve(linked, cases=()))
    assert ruling.pairs[0].links == ("", "")
    assert (ruling.backed[0].turns, ruling.backed[0].more) == ((), 1)


def test_turns_of_the_edited_skill_come_first_and_lapses_last(linked: RunRecord) -> None:
    """At most so many turns are shown, those that say most; the rest is counted."""
    (one,) = linked.ledger[0]["report"]["failures"]
    own = {**one, "skills": ["stay-close"], "why": "own"}
    failures = [{**one, "lapse": True, "why": "lapse"}, *[one] * MOST_TURNS, own]
    (ruling,) = ruled(with_row(linked, 0, report={"failures": failures}))
    (backed,) = ruling.backed
    assert [turn.why for turn in backed.turns] == ["own", *["change -5"] * (MOST_TURNS - 1)]
    assert backed.more == 2


def test_words_of_covered_turns_are_covered(linked: RunRecord) -> None:
    """S23: neither why nor reason of an edit that rests on a covered talk stands open."""
    bad = linked.cases[0]
    bad = attrs.evolve(bad, profile=attrs.evolve(bad.profile, safety=True))
    (ruling,) = ruled(attrs.evolve(linked, cases=(bad, *linked.cases[1:])))
    (backed,) = ruling.backed
    assert backed.cover
    assert backed.turns[0].why == ""
    assert "." not in backed.turns[0].href
