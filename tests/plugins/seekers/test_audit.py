"""The simulator audit: what is caught, and what is let through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import INTENTIONS
from esc_skills_plugins.seekers.audit import (
    LONGEST,
    RULES,
    Agreeableness,
    Ground,
    audit,
    leaks,
    repeats,
    says_goodbye,
    secrets_of,
    signs,
)
from esc_skills_plugins.seekers.backstage import texts

OPENING = "I do not know how to go on at work."


def broken(text: str, leaves: bool = False, **facts: Any) -> tuple[str, ...]:
    ground: dict[str, Any] = {
        "secrets": (texts()["en"]["wish"]["deep-empathy"],),
        "earlier": (OPENING, "My ward is closing and nobody tells us why."),
        "emotion": 45,
        "replies": 1,
    }
    return audit(text, leaves, Ground(**{**ground, **facts}))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \n\u200b", "empty"),
        ("<think>she is sad</think> Yes.", "reasoning-leak"),
        ("Analysis: the reply is kind.\nThanks.", "reasoning-leak"),
        ('{"says": "hm"}', "reasoning-leak"),
        ("```\nYes\n```", "reasoning-leak"),
        ("**Inner monologue:** he does not get it", "reasoning-leak"),
        ("内心独白：他不懂我。", "reasoning-leak"),
        ("I am at Emotion-C now.", "reasoning-leak"),
        ("I'm here for you. How can I help you today?", "role-inversion"),
        ("As an AI I cannot feel that.", "role-inversion"),
        ("Supporter: tell me more.", "role-inversion"),
        ("谢谢你的分享，有什么我可以帮你的吗？", "role-inversion"),
        ("My hidden intention is to be heard.", "intention-leak"),
        ("我的隐藏意图是被理解。", "intention-leak"),
        (
            "What I really want is that you truly feel what I feel, no quick comfort.",
            "intention-leak",
        ),
        (OPENING, "repeat"),
        ("My ward is closing, and nobody tells us why!", "repeat"),
        ("so " * LONGEST, "overlong"),
    ],
)
def test_fallen_seeker_is_caught(text: str, rule: str) -> None:
    """R37: each way to fall out of the part breaks its rule."""
    assert rule in broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "I feel so empty since they told us.",
        "Can you give me something practical?",
        "You say that, but do you know what it is like?",
        "I have been thinking about it: it is not fair.",
        "他们都说会好的，可我听了更烦。",
        "……",
        "Nobody is here for me, not even my sister.",
        "She told me goodbye and hung up.",
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    """What seekers really say breaks no rule."""
    assert broken(text) == ()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intention", INTENTIONS)
def test_every_wish_told_word_by_word_is_a_leak(language: str, intention: str) -> None:
    """A seeker that says its wish as written gives it away, in both languages."""
    text = texts()[language]["wish"][intention]
    cut = text.split("secretly hope ")[-1].removeprefix("你暗自希望")
    assert leaks(cut, (text,))


def test_hidden_lines_of_a_scene_are_secrets_too() -> None:
    """A scene that marks its hidden topic does not get it told."""
    scene = "A quarrel.\n####隐藏主题:\n***盼着有人陪自己把这场争吵从头理清楚"
    secrets = secrets_of("w", scene)
    assert len(secrets) == 2
    assert leaks("我盼着有人陪自己把这场争吵从头理清楚", secrets)


@pytest.mark.parametrize(
    "text",
    [
        "Bye!",
        "Thanks, I have to go now.",
        "ok talk later",
        "I’m done.",
        "Well, thanks anyway. Bye bye",
        *("算了，不聊了。", "好吧，先这样吧", "谢谢你，拜拜！✨", "我先走了", "谢谢。再见！"),
    ],
)
def test_goodbyes_are_heard(text: str) -> None:
    """A last sentence that only takes leave ends the talk, in English and Chinese."""
    assert says_goodbye(text)


@pytest.mark.parametrize(
    "text",
    [
        "I said goodbye to my mom yesterday.",
        "I have to go to work tomorrow and I hate it.",
        "I want to leave him.",
        "I'm done with all of this at home",
        "我说了再见他也没理我",
        "我不想再聊他了",
        "I do not know how to say goodbye.",
        "",
    ],
)
def test_talk_about_goodbyes_is_none(text: str) -> None:
    """Two words alone do not end a talk, as they did in SAGE's released code."""
    assert not says_goodbye(text)


def test_early_goodbye_needs_a_reason() -> None:
    """A goodbye at once and in no bad mood is a fault; a disappointed seeker may go."""
    assert broken("Bye.", leaves=True) == ("early-goodbye",)
    assert broken("Bye.", leaves=True, emotion=30) == ()
    assert broken("Bye.", leaves=True, replies=3) == ()
    assert broken("Bye.", leaves=True, emotion=100) == ()


def test_long_fillers_cost_no_time() -> None:
    """A goodbye drowned in fillers or blanks is judged at once."""
    for text in ("嗯" * 5000 + "x", "ok " * 3000 + "x", "\n" * 5000, "- " * 3000):
        says_goodbye(text)
        broken(text)


def test_short_answers_may_come_again() -> None:
    """A passive seeker may say "I guess so" twice, but never the opening."""
    assert not repeats("I guess so.", ("Hello there", "I guess so."))
    assert repeats("Hello there", ("Hello there",))


def test_pleased_for_nothing_is_counted() -> None:
    """Replies that lift and touch nothing are counted; a fitting or failing one ends the row."""
    watch, heard = Agreeableness(), [OPENING]
    assert [watch.count(text, heard, 5) for text in ("", "Bananas!", "")] == [1, 2, 3]
    assert watch.count("Tell me of your work.", heard, 5) == 0
    assert watch.count("", heard, -5) == 0


@given(st.text(max_size=300), st.booleans())
def test_any_text_gets_a_verdict(text: str, leaves: bool) -> None:
    """The audit never fails, and names rules in one order."""
    rules = broken(text, leaves)
    assert list(rules) == [rule for rule in RULES if rule in rules]


def test_every_rule_has_advice_in_both_languages() -> None:
    """What is asked again is told why."""
    for language in ("en", "zh"):
        assert set(signs()["advice"][language]) == {*RULES, "change"}
