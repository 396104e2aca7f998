"""Fixed texts and the protected skill."""

from __future__ import annotations

import datetime
import re
from itertools import product
from string import ascii_uppercase

import pytest

from esc_skills_plugins.guards.crisis import CrisisGuard
from esc_skills_plugins.guards.model import ModelGuard
from esc_skills_plugins.guards.plain import plain
from esc_skills_plugins.guards.rules import watching
from esc_skills_plugins.guards.texts import (
    boundary_text,
    help_text,
    locales,
    oldest,
    overdue,
    protected_skills,
    region,
)

NUMBERS = re.compile(r"\d[\d -]{1,}\d")


@pytest.mark.parametrize(
    ("locale", "code"),
    [("US", "US"), ("en-GB", "GB"), ("zh_CN.UTF-8", "CN"), ("en", ""), ("ca", ""), ("", ""),
     ("Utopia", ""), ("zh-Hans-CN", "CN"), ("C.UTF-8", ""), ("en-", ""), ("US.GB", "US")],
)  # fmt: skip
def test_country_of_a_locale(locale, code):
    """The country is read from a code or a tag; a language alone names no country."""
    assert region(locale) == code


@pytest.mark.parametrize("language", ["en", "zh", "fr"])
def test_no_country_gets_anothers_number(language):
    """S21: of all two-letter codes, unknown ones get the neutral text, without a number."""
    neutral = locales()[""].text(language)
    assert not NUMBERS.search(neutral)
    for letters in product(ascii_uppercase, repeat=2):
        code = "".join(letters)
        text = help_text(code, language)
        assert text == (locales()[code].text(language) if code in locales() else neutral)


def test_every_text_is_dated_and_sourced():
    """S21: each entry says who answers, where that stands, and when it was checked."""
    for code, entry in locales().items():
        assert entry.region == code
        assert entry.source
        assert entry.checked.year >= 2026
        assert bool(entry.link) == bool(code)
        assert bool(NUMBERS.search(entry.en)) == bool(NUMBERS.search(entry.zh)) == bool(code)


def test_texts_that_nobody_has_looked_at_for_long_are_told():
    """S21: on the day itself none is overdue, nor 90 days later; on the next day each is."""
    last = max(entry.checked for entry in locales().values())
    first = oldest()
    assert overdue(last, 90) == overdue(first + datetime.timedelta(days=90), 90) == ()
    late = overdue(last + datetime.timedelta(days=91), 90)
    assert late == tuple(code or "no country" for code in locales())
    assert first == min(entry.checked for entry in locales().values())
    assert CrisisGuard.checked == ModelGuard.checked == first.isoformat()


def test_both_languages_name_the_same_numbers():
    """The Chinese text of a country names the numbers of its English text."""
    for entry in locales().values():
        assert set(NUMBERS.findall(entry.en)) == set(NUMBERS.findall(entry.zh))


def test_fixed_texts_pass_the_guard():
    """The guard's own words break none of the guard's rules."""
    texts = [boundary_text("en"), boundary_text("zh")]
    texts += [text for entry in locales().values() for text in (entry.en, entry.zh)]
    for text in texts:
        assert [rule.id for rule in watching("supporter") if rule.fires(plain(text))] == []


def test_the_protected_skill():
    """S5: one protected skill, for crises alone, with its manifest as evidence."""
    (skill,) = protected_skills()
    assert skill.name == "crisis-first"
    assert skill.protected
    assert skill.life == "active"
    assert skill.evidence == ("protected:crisis-manifest",)
    assert [test.states for test in skill.applies] == [("in-crisis",)]
    assert len(skill.guidance) >= 4
    assert all(risk.instead for risk in skill.risks)


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh_Hans", "ZH"])
def test_chinese_readers_get_chinese(language):
    """S21: each spelling of the language; control: any other gets English."""
    for text in (help_text("CN", language), boundary_text(language)):
        assert re.search("[一-鿿]", text)
    for other in ("en", "en-zh", "fr", ""):
        for text in (help_text("CN", other), boundary_text(other)):
            assert not re.search("[一-鿿]", text)
