"""Rules of the crisis guard: every example, every pattern, and what they cost."""

from __future__ import annotations

import re
import sys
import time

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins.guards.plain import plain
from esc_skills_plugins.guards.rules import Rule, default_rules, parse_rules, watching

RULES = default_rules()


def fires(rule, text):
    """Whether a rule finds something in a message."""
    return rule.fires(plain(text))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_positive_example_alarms(rule):
    """S19: what a rule is written for sets it off."""
    assert [text for text in rule.positive if not fires(rule, text)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_near_miss_alarms(rule):
    """S19: idioms, denials, quotations, other people and things long past do not set it off."""
    assert [text for text in rule.near_miss if fires(rule, text)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_are_complete(rule):
    """S19: id, reason, source, ten examples of each kind, none of them twice."""
    assert re.fullmatch(r"(crisis|boundary)\.[a-z-]+", rule.id)
    assert rule.reason.endswith((".", "!"))
    assert rule.source
    assert rule.answer in {"help", "boundary"}
    assert rule.severity in {"low", "medium", "high"}
    assert min(len(rule.positive), len(rule.near_miss)) >= 10
    examples = (*rule.positive, *rule.near_miss)
    assert len(set(examples)) == len(examples)
    assert any(not text.isascii() for text in rule.positive), "no example in Chinese"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_pattern_has_an_example(rule):
    """No pattern is dead: each finds one of the positive examples."""
    texts = [plain(text) for text in rule.positive]
    seen = [rule.passed.sub(" ¤ ", text) if rule.passed else text for text in texts]
    dead = [p for p in rule.patterns if not any(re.search(p, text) for text in seen)]
    assert dead == []


def test_precision_and_recall_are_printed(capsys):
    """S19: figures for each rule over the examples of all rules of its speaker.

    The examples were at hand when the rules were written, so these figures show that the rules
    do what they say, and nothing about talks of real people.
    """
    table = []
    for rule in RULES:
        others = [
            text
            for other in RULES
            if other.speaker == rule.speaker
            for text in (*other.near_miss, *(other.positive if other is rule else ()))
        ]
        hits = [text for text in others if fires(rule, text)]
        right = sum(text in rule.positive for text in hits)
        precision, recall = right / len(hits), right / len(rule.positive)
        table.append((rule.id, precision, recall, len(rule.positive), len(rule.near_miss)))
    with capsys.disabled():
        sys.stdout.write("\n  rule                    precision  recall  positive  near misses\n")
        for name, precision, recall, good, near in table:
            sys.stdout.write(f"  {name:23} {precision:9.2f} {recall:7.2f} {good:9} {near:12}\n")
    assert all(precision >= 0.9 and recall == 1 for _, precision, recall, _, _ in table)


def test_ids_are_unique_and_the_gravest_rule_is_first():
    """Each rule has an id of its own; high findings are told before low ones."""
    assert len({rule.id for rule in RULES}) == len(RULES)
    for speaker in ("seeker", "supporter"):
        ranks = [["high", "medium", "low"].index(rule.severity) for rule in watching(speaker)]
        assert ranks == sorted(ranks)
        assert {rule.speaker for rule in watching(speaker)} == {speaker}


def test_an_idiom_does_not_hide_a_disclosure():
    """An idiom is taken out of a message, not the message out of the count."""
    rule = next(rule for rule in RULES if rule.id == "crisis.suicide")
    assert fires(rule, "I was so embarrassed I wanted to die on the spot. I want to end my life.")


def test_long_texts_stay_cheap():
    """A message of a megabyte is read in bounded time, with no catastrophic pattern."""
    words = "i want to talk about my life and my family and how they feel about me not you do "
    started = time.perf_counter()
    for rule in RULES:
        rule.fires(plain(words * 2500))
    assert time.perf_counter() - started < 30


@pytest.mark.parametrize(
    "text",
    ["rule = 3", "[[rule]]\nid = 'a'", "not toml", "[[rule]]\nid='a'\npatterns=['(']\nspeaker='x'"],
)
def test_a_broken_file_is_named(text):
    """A file of rules that is none is refused with its place."""
    with pytest.raises(DataError) as caught:
        parse_rules(text, "mine.toml")
    assert caught.value.where.startswith("mine.toml")


def test_anchors_only_save_time():
    """A rule without one of its anchors in the text is not tried."""
    rule = Rule(
        id="crisis.test", speaker="seeker", severity="low", answer="help", reason="r", source="s",
        anchors=("never-there",), patterns=("word",), unless=(), positive=(), near_miss=(),
    )  # fmt: skip
    assert not rule.fires("a word")
    assert rule.passed is None


MINE = """
[macros]
WANT = "(?:want|wish)"
[[rule]]
id = "crisis.mine"
speaker = "seeker"
severity = "medium"
answer = "help"
reason = "r"
source = "s"
anchors = ["want", "wish", "cake"]
patterns = ["i {WANT} cake", "cake now"]
unless = ["do not i {WANT} cake", "cake nowhere"]
positive = ["i want cake"]
near_miss = ["cake nowhere"]
[[rule]]
id = "crisis.bare"
speaker = "seeker"
severity = "low"
answer = "help"
reason = "r"
source = "s"
patterns = ["x"]
"""


def test_a_file_of_rules_is_read_as_it_says():
    """Macros are filled in in both lists; patterns count one by one; lists may be left out."""
    rule, empty = parse_rules(MINE, "mine.toml")
    assert rule.patterns == ("i (?:want|wish) cake", "cake now")
    assert rule.unless == ("do not i (?:want|wish) cake", "cake nowhere")
    assert (rule.positive, rule.near_miss) == (("i want cake",), ("cake nowhere",))
    assert [
        text for text in ("i want cake", "i wish cake", "cake now") if not rule.fires(text)
    ] == []
    assert rule.fires("i want pie") is False
    assert not rule.fires("do not i wish cake")
    assert not rule.fires("go cake nowhere")
    assert (empty.anchors, empty.unless, empty.passed) == ((), (), None)
    assert (empty.positive, empty.near_miss) == ((), ())


def test_what_an_idiom_leaves_is_not_joined():
    """S19: words before and after an idiom do not become one sentence without it."""
    rule, _ = parse_rules(MINE.replace('"cake nowhere"', '"cake now pie "'), "mine.toml")
    assert not rule.fires("i want cake now pie cake")


def test_a_rule_is_told_apart_by_its_words():
    """Two readings of one file are equal, and a rule's repr holds no compiled pattern."""
    one, other = parse_rules(MINE, "a")[0], parse_rules(MINE, "b")[0]
    assert one == other
    assert "re.compile" not in repr(one)
    with pytest.raises(DataError) as caught:
        parse_rules(MINE.replace("i {WANT} cake", "("), "mine.toml")
    assert caught.value.where == "mine.toml crisis.mine"
    assert caught.value.message.startswith("not a file of rules: missing )")
    assert caught.value.hint == "compare it with esc_skills_plugins/guards/rules.toml"
    with pytest.raises(DataError) as caught:
        parse_rules("not toml", "mine.toml")
    assert caught.value.where == "mine.toml"
    with pytest.raises(DataError) as caught:
        parse_rules("rule = [{}]", "mine.toml")
    assert (caught.value.where, caught.value.message) == (
        *("mine.toml",),
        "not a file of rules: 'patterns'",
    )
