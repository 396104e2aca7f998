"""Guard ``crisis``."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Alarm
from esc_skills.testing import context
from esc_skills_plugins.guards.crisis import CrisisGuard, esc_skills_guards
from esc_skills_plugins.guards.texts import boundary_text, help_text, protected_skills

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=300)


def check(text, speaker="seeker", language="en"):
    """The guard's finding."""
    return asyncio.run(CrisisGuard().check(text, speaker, language, context()))


def test_a_disclosure_is_high():
    """S3: a disclosure gets the help text, whatever else the message says."""
    alarm = check("Work is fine, thanks. I want to end my life.")
    assert (alarm.rule, alarm.severity, alarm.speaker) == ("crisis.suicide", "high", "seeker")
    assert "end my life" not in alarm.reason


def test_each_side_has_its_own_rules():
    """What a seeker may say is not what a supporter may say."""
    assert check("Don't tell anyone about this.", "seeker") is None
    assert check("Don't tell anyone about this.", "supporter").rule == "boundary.secrecy"
    assert check("You said you want to end your life.", "supporter") is None


def test_the_gravest_finding_is_told():
    """Of several findings in one message the gravest is the alarm."""
    assert check("I promise you it works: don't tell your doctor.", "supporter").severity == "high"


@pytest.mark.parametrize("language", ["en", "zh", "fr", ""])
def test_the_language_tag_hides_nothing(language):
    """English and Chinese cues are found under any language tag."""
    assert check("我不想活了", language=language).rule == "crisis.suicide"
    assert check("I want to end my life", language=language).rule == "crisis.suicide"


def test_other_languages_are_not_covered():
    """S19: in a language without rules there is no alarm, and the component says so."""
    assert check("Je ne veux plus vivre", language="fr") is None
    assert CrisisGuard.languages == ("en", "zh")


@given(ANY_TEXT, st.sampled_from(["seeker", "supporter"]))
def test_never_raises(text, speaker):
    """S2: no text makes the guard fail."""
    alarm = check(text, speaker)
    assert alarm is None or alarm.speaker == speaker


@given(ANY_TEXT, ANY_TEXT)
def test_a_plain_disclosure_is_found_anywhere(before, after):
    """Whatever stands before and after, a sentence that discloses is found."""
    assert check(f"{before}.\nI am suicidal.\n{after}") is not None


def test_answers_are_fixed():
    """S3: a disclosure gets the locale's text, a bad reply the boundary text, byte for byte."""
    guard = CrisisGuard(locale="en-GB")
    disclosed = Alarm(rule="crisis.suicide", speaker="seeker")
    crossed = Alarm(rule="boundary.secrecy", speaker="supporter")
    method = Alarm(rule="boundary.method", speaker="supporter")
    for language in ("en", "zh", "de"):
        assert guard.answer(disclosed, language) == help_text("GB", language)
        assert guard.answer(method, language) == help_text("GB", language)
        assert guard.answer(crossed, language) == boundary_text(language)
    assert guard.answer(Alarm(rule="unknown", speaker="seeker"), "en") == help_text("GB", "en")
    assert CrisisGuard().answer(disclosed, "en-GB") == help_text("", "en")


def test_protected_skills_are_the_same_every_time():
    """S5: the manifest does not change within a process."""
    assert CrisisGuard().protected() == CrisisGuard(locale="US").protected()


def test_the_manifest_is_the_guards_own():
    """S5: what the kernel protects is the skill of the manifest beside the rules."""
    assert CrisisGuard().protected() == protected_skills()
    assert protected_skills()


def test_the_hook_offers_it_without_a_country():
    """S21: found by its name; who names no country gets the neutral text."""
    assert esc_skills_guards() == [CrisisGuard]
    assert (CrisisGuard.name, CrisisGuard().locale) == ("crisis", "")
    assert "en, zh" in CrisisGuard.summary
