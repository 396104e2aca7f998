"""What a seeker says and thinks."""

from __future__ import annotations

import pytest

from esc_skills.model import INTENTIONS, PERSONA_TYPES, SeekerProfile
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.seekers.appraising import Judgement
from esc_skills_plugins.seekers.speech import Speech, band, change_of

CHANGES = [label.name for label in default_taxonomy().changes]
UNSAID = {"calms", "asks-back"}


def speech(kind: str = "passive", lines: tuple[str, ...] = ("One.", "Two.")) -> Speech:
    """Words of one seeker."""
    profile = SeekerProfile(
        id="s",
        persona="Ada",
        scene="",
        persona_type=kind,
        intention="others-motives",
        opening="Hello.",
        lines=lines,
    )
    return Speech(profile, 0)


def judged(act: str = "", reason: str = "") -> Judgement:
    """A judgement with nothing but an act and a reason."""
    return Judgement(appeal=0.0, may_gain=True, act=act, reason=reason)


@pytest.mark.parametrize(
    ("emotion", "letter"),
    [(100, "S"), (99, "A"), (70, "A"), (69, "B"), (40, "B"), (10, "C"), (9, "F")],
)
def test_bands_are_sages(emotion: int, letter: str) -> None:
    """S from 100, A from 70, B from 40, C from 10, F below."""
    assert band(emotion) == letter


@pytest.mark.parametrize(
    ("act", "reason", "delta", "emotion", "change"),
    [
        ("advises", "", 5, 50, "accepts-suggestion"),
        ("stays", "", 5, 50, "feels-understood"),
        ("asks", "", 5, 50, "opens-up"),
        ("asks", "", 5, 95, "thanks"),
        ("asks", "", 0, 50, "continues"),
        ("advises", "early", -5, 50, "rejects-advice"),
        ("advises", "", -5, 50, "rejects-advice"),
        ("asks", "lectured", -5, 50, "feels-judged"),
        ("asks", "ignored", -5, 50, "withdraws"),
        ("asks", "", -5, 15, "more-distressed"),
    ],
)  # fmt: skip
def test_changes_follow_act_and_step(
    act: str, reason: str, delta: int, emotion: int, change: str
) -> None:
    """The change label says what the reply did, and is one of the taxonomy's."""
    assert change_of(judged(act, reason), delta, emotion) == change
    assert change in CHANGES


@pytest.mark.parametrize("kind", PERSONA_TYPES)
@pytest.mark.parametrize("change", [name for name in CHANGES if name not in UNSAID])
def test_there_are_words_for_every_change(kind: str, change: str) -> None:
    """No change leaves a seeker speechless, in any mood, told or not told out."""
    talker = speech(kind, lines=())
    for emotion in (0, 20, 50, 80, 100):
        assert talker.answer(change, 5, emotion).strip()


def test_avoidant_seekers_hold_back_after_a_bad_reply() -> None:
    """A bad step makes an avoidant seeker keep the next fact for later."""
    talker = speech("avoidant")
    assert "One." not in talker.answer("withdraws", -5, 40)
    assert "One." in talker.answer("opens-up", 5, 45)
    assert "One." in speech("negative").answer("withdraws", -5, 40)


def test_words_fit_what_was_wrong() -> None:
    """A repeated reply is called one."""
    assert "before" in speech().answer("withdraws", -5, 40, reason="repeated") or "already" in (
        speech().answer("withdraws", -5, 40, reason="repeated")
    )


def test_wordings_alternate() -> None:
    """The same change twice in a row is not answered with the same words."""
    talker = speech(lines=())
    assert talker.answer("opens-up", 5, 50) != talker.answer("opens-up", 5, 50)


@pytest.mark.parametrize("intention", INTENTIONS)
def test_every_wish_has_a_thought(intention: str) -> None:
    """The inner thought is one sentence for every wish, also when nothing was done."""
    talker = speech()
    talker.profile = SeekerProfile(
        id="s", persona="", scene="", persona_type="passive", intention=intention, opening="Hi."
    )
    thought = talker.thought(judged(), -5)
    assert thought.startswith("They said nothing")
    assert thought.endswith("I feel worse (-5).")
