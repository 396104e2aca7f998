from __future__ import annotations

from esc_skills.testing.conformance import scenes


def test_scenes_hold_what_breaks_careless_code() -> None:
    """Empty, Chinese and very long texts; a moment before any word; broken conversations."""
    assert "" in scenes.TEXTS
    assert any("\u4e00" <= sign <= "\u9fff" for text in scenes.TEXTS for sign in text)
    assert max(map(len, scenes.TEXTS)) >= 50_000
    assert any(not now.history for now in scenes.moments())
    assert {item.ending for item in scenes.traces()} >= {"success", "failure", "fault"}
    assert any(item.reply is None for item in scenes.responses())


def test_scenes_are_the_same_at_every_call() -> None:
    """A law can ask twice and compare."""
    for made in (scenes.moments, scenes.units, scenes.traces, scenes.responses, scenes.mixed_bank):
        assert made() == made()


def test_the_bank_has_every_life_cycle() -> None:
    """Active, candidate, quarantined, retired, and one protected skill."""
    skills = scenes.mixed_bank().skills
    assert {item.life for item in skills} == {"active", "candidate", "quarantined", "retired"}
    assert any(item.protected for item in skills)


def test_units_tell_many_stories_in_order() -> None:
    """Sixty units of six dialogues, each different."""
    found = scenes.units()
    assert len({item.id for item in found}) == 60
    assert len({item.source.dialogue for item in found}) == 6


def test_pairs_have_the_wanted_gain() -> None:
    """The mean difference is what was asked for."""
    found = scenes.pairs(40, 20)
    assert sum(pair.difference for pair in found) / 40 == 20
