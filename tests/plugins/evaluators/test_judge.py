"""The evaluator ``judge``: means with what they rest on, and nothing invented."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import parse_json
from esc_skills.errors import BackendError, DataError, ReplyError
from esc_skills.model import Evidence, Score
from esc_skills.spec import Evaluator, Prompt
from esc_skills.stats import mean_interval
from esc_skills.testing import DeskContext, conformance, context
from esc_skills.testing.conformance.scenes import fault_trace, trace, traces
from esc_skills.testing.samples import profile
from esc_skills_plugins.evaluators.judge import Judge, esc_skills_evaluators
from esc_skills_plugins.evaluators.marking import Mark
from esc_skills_plugins.evaluators.rubric import shipped_rubric

ITEMS = tuple(item.id for item in shipped_rubric().items)
ONE = ("understanding",)
DOWN = BackendError("m", hint="h", retryable=True)


@attrs.define(kw_only=True)
class Desk(DeskContext):
    """A desk whose model answers by what it is asked; an exception is raised."""

    say: Callable[[Prompt, int], Any]

    async def ask(self, role: str, prompt: Prompt, *, into: type[Any]) -> Any:
        """Answer as the gateway would: texts are read strictly, nouns are passed on."""
        self.asked.append((role, prompt))
        said = self.say(prompt, len(self.asked))
        if isinstance(said, Exception):
            raise said
        if not isinstance(said, str):
            return said
        try:
            return load(parse_json(said, "judge"), into, "judge")
        except DataError as fault:
            raise ReplyError(fault.message, hint=fault.hint) from fault


def echo(prompt: Prompt) -> tuple[str, str]:
    """Labels of a question, as an honest judge copies them."""
    trace_label = re.search(r"t-[0-9a-f]{12}", prompt.task)
    item = re.search(r"(?:Item: |条目：)(\S+)", prompt.task)
    assert trace_label
    assert item
    return trace_label[0], item[1]


def mark(prompt: Prompt, value: Any) -> Mark:
    """An honest answer with any value."""
    told, item = echo(prompt)
    return Mark(trace=told, item=item, reason="Because.", value=value)


def desk(say: Callable[[Prompt, int], Any]) -> Desk:
    """A desk that answers with a function."""
    return Desk(rng=context().rng, say=say)


def scores(say: Callable[[Prompt, int], Any], *talks: Any, **facts: Any) -> dict[str, Score]:
    """Scores by name."""
    judge = Judge(**{"items": ONE, **facts})
    found = asyncio.run(judge.score(Evidence(traces=talks), desk(say)))
    return {score.name: score for score in found}


def talks(count: int) -> list[Any]:
    """Conversations of as many seekers of all kinds."""
    kinds = ("negative", "passive", "avoidant")
    return [
        trace(
            profile(f"p{at}", persona_type=kinds[at % 3], opening=f"It is case {at}."), at % 5, -1
        )
        for at in range(count)
    ]


def part(score: Score, group: str) -> float | None:
    """A figure of the breakdown."""
    return next((one.value for one in score.breakdown if one.group == group), None)


def test_keeps_the_promises_of_its_role() -> None:
    """The component passes every law of evaluators with an honest scripted judge."""
    assert esc_skills_evaluators() == [Judge]
    assert isinstance(Judge(), Evaluator)

    def lend(seed: int) -> Desk:
        return desk(lambda prompt, _: mark(prompt, 1 + len(prompt.data[0][1]) % 5))

    for law in conformance.laws("evaluator"):
        for judge in (Judge(), Judge(items=ONE, repeats=2)):
            fault = law.fault(conformance.on_trial("evaluator", judge, lend=lend))
            assert not fault, fault


def test_a_mean_stands_with_what_it_rests_on() -> None:
    """Mean and interval are clustered by seeker; kinds of seeker are broken out."""
    given_marks = [1, 2, 3, 4, 5, 3]
    found = scores(lambda p, at: mark(p, given_marks[at - 1]), *talks(6))["understanding"]
    even = mean_interval([float(one) for one in given_marks], [f"p{at}" for at in range(6)])
    assert (found.value, found.low, found.high) == (
        even.rounded().value,
        even.rounded().low,
        even.rounded().high,
    )
    assert (found.n, found.of) == (6, 6)
    assert part(found, "persona_type=negative") == 2.5
    assert part(found, "intention=deep-empathy") == 3.0


def test_every_item_is_asked_of_every_talk() -> None:
    """Without a choice all items are asked, one question an item and conversation."""
    room = desk(lambda p, _: mark(p, 3))
    found = asyncio.run(Judge().score(Evidence(traces=tuple(talks(2))), room))
    assert [score.name for score in found] == list(ITEMS)
    assert sorted(echo(p)[1] for _, p in room.asked) == sorted(ITEMS * 2)
    assert {role for role, _ in room.asked} == {"judge"}


ECHO = '"trace": "T", "item": "I", "reason": "r"'
VALUES = (
    '"0.8"', "0.8", "11", "0", "6", "-1", "NaN", "Infinity", "-Infinity", "1e999", "1e400", "[4]",
    "[]", "{}", '{"value": 4}', "null", '"4"', '"four"', '"4/5"', '"4 out of 5"', "4.0", "4.5",
    "true", "false", '""', '" "', '"四"', '"N/A"', "99999999999999999999", '"5 "', "5e0", "0x4",
    "04", "+4", "4,5", '"★★★★"', "[4, 5]", '["4"]', '"null"', "undefined",
)  # fmt: skip
WHOLE = (
    "", " ", "{", "{}", "[]", "4", '"4"', "null", "value: 4", "The value is 4.", "4/5",
    "{'trace': 'T', 'item': 'I', 'reason': 'r', 'value': 4}",
    "{" + ECHO + "}",
    "{" + ECHO + ', "score": 4}',
    "{" + ECHO + ', "value": 4, "value": 5}',
    "{" + ECHO + ', "value": 4, "extra": 1}',
    "[{" + ECHO + ', "value": 4}]',
    "{" + ECHO + ', "value": 4',
    '{"item": "I", "reason": "r", "value": 4}',
    '{"trace": "T", "reason": "r", "value": 4}',
    '{"trace": "T", "item": "I", "value": 4}',
    '{"trace": "other", "item": "I", "reason": "r", "value": 4}',
    '{"trace": "T", "item": "warmth", "reason": "r", "value": 4}',
    '{"trace": "", "item": "", "reason": "", "value": 4}',
    '{"trace": null, "item": "I", "reason": "r", "value": 4}',
    '{"trace": "T ", "item": "I", "reason": "r", "value": 4}',
    '{"trace": "T", "item": "I", "reason": 5, "value": 4}',
    '{"trace": ["T"], "item": "I", "reason": "r", "value": 4}',
    "<html>502</html>", "I can't help with that.", "\x00", "\ud800", "[" * 1000,
)  # fmt: skip
SHAPES = tuple("{" + ECHO + f', "value": {value}' + "}" for value in VALUES) + WHOLE


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_no_shape_invents_a_score(shape: str) -> None:
    """R34, R35, R36: an odd answer is unscored with a reason, and counted; it is never 0."""

    def say(prompt: Prompt, _: int) -> str:
        told, item = echo(prompt)
        return shape.replace('"T"', json.dumps(told)).replace('"I"', json.dumps(item))

    found = scores(say, *talks(2), repeats=2)
    mean = found["understanding"]
    assert (mean.value, mean.low, mean.high, mean.n, mean.of) == (None, None, None, 0, 2)
    lost = [one for one in mean.breakdown if one.group.startswith("unscored=")]
    assert sum(one.value for one in lost) == 4
    assert found["understanding-agreement"].value is None


def test_there_are_enough_shapes() -> None:
    """The list of odd answers holds at least sixty different ones."""
    assert len(set(SHAPES)) == len(SHAPES) >= 60


@pytest.mark.parametrize(
    "value",
    ["0.8", "4", 0.8, 4.0, 11, 0, -1, True, False, float("nan"), float("inf"), [], [4], (), {},
     {"value": 4}, None, b"4", object(), 10**30],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_no_loose_value_becomes_a_score(value: Any) -> None:
    """R35: also where a gateway lets a wrong type through, only a whole number counts."""
    found = scores(lambda p, _: mark(p, value), *talks(1))["understanding"]
    assert (found.value, found.n, found.of) == (None, 0, 1)


def test_an_answer_to_another_question_is_unscored() -> None:
    """R36: answers that come back crosswise are seen by their labels, all of them."""
    told: list[Mark] = []

    def crossed(prompt: Prompt, at: int) -> Mark:
        told.append(mark(prompt, 5))
        return told[-2] if at > 1 else mark(prompt, 1)

    found = scores(crossed, *talks(4))["understanding"]
    assert (found.value, found.n, found.of) == (1.0, 1, 4)
    assert part(found, "unscored=mismatch") == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([1, 5, None, 9, "x", DOWN]), min_size=6, max_size=6))
def test_every_reading_is_in_the_count(said: list[Any]) -> None:
    """Numbers and reasons together are all readings that were due, whatever was answered."""
    if all(one is DOWN for one in said):
        return

    def say(prompt: Prompt, at: int) -> Any:
        return DOWN if said[at - 1] is DOWN else mark(prompt, said[at - 1])

    found = scores(say, *talks(3), fault_trace(), repeats=2)["understanding"]
    lost = sum(one.value for one in found.breakdown if one.group.startswith("unscored="))
    good = sum(one in {1, 5} for one in said if one is not DOWN)
    assert good + lost == 8
    assert (found.of, part(found, "unscored=fault")) == (4, 2)
    assert found.value is None or 1 <= found.value <= 5


def test_what_is_missing_bounds_the_mean() -> None:
    """The mean is shown as it would be if all unscored talks were the worst, and the best."""
    found = scores(lambda p, at: mark(p, 4 if at < 3 else None), *talks(4))["understanding"]
    assert (found.value, found.n, found.of) == (4.0, 2, 4)
    assert (part(found, "bound=worst"), part(found, "bound=best")) == (2.5, 4.5)
    assert part(scores(lambda p, _: mark(p, 4), *talks(4))["understanding"], "bound=worst") is None


def test_items_are_the_conversations_that_have_a_mark() -> None:
    """The mean of a talk's readings, by seat; agreement of readings is no sum."""
    found = scores(lambda p, at: mark(p, 4 if at < 4 else None), *talks(3), repeats=2)
    items = found["understanding"].items
    assert [(one.key, one.sums) for one in items] == [("p0#0", (4.0, 1.0)), ("p1#0", (4.0, 1.0))]
    assert found["understanding-agreement"].items == ()
    assert {one.better for one in found.values()} == {"higher"}


def test_readings_that_agree_and_that_do_not() -> None:
    """With repeats, Krippendorff's alpha is a score of its own, over talks read twice."""

    def same(prompt: Prompt, _: int) -> Mark:
        return mark(prompt, 2 if "case 1" in prompt.data[0][1] else 5)

    assert scores(same, *talks(3), repeats=2)["understanding-agreement"].value == 1.0
    split = scores(lambda p, _: mark(p, 1 + p.repeat), *talks(2), repeats=2)
    assert split["understanding-agreement"].value == -0.5
    assert split["understanding"].value == 1.5
    lone = scores(lambda p, _: mark(p, None if p.repeat else 3), *talks(2), repeats=2)
    assert (lone["understanding-agreement"].n, lone["understanding-agreement"].of) == (0, 2)
    assert set(scores(same, *talks(2))) == {"understanding"}


def test_a_dead_provider_ends_the_run_instead_of_a_score() -> None:
    """When not one question was answered for want of service, nothing is kept as a score."""
    with pytest.raises(BackendError):
        scores(lambda p, _: DOWN, *talks(3))
    partly = scores(lambda p, at: DOWN if at == 1 else mark(p, 2), *talks(3))["understanding"]
    assert (partly.n, part(partly, "unscored=service")) == (2, 1)


def test_the_signature_holds_what_must_be_equal() -> None:
    """Rubric, item, prompt, repeats and the traces' own signature stand in it, each counting."""
    say = lambda p, _: mark(p, 3)  # noqa: E731 - one line says it
    one = scores(say, *talks(1))["understanding"].signature
    assert f"rubric:esc-judge-1:{shipped_rubric().hash}|item:understanding|scale:1-5" in one
    assert one.endswith("|conformance")
    assert scores(say, *talks(1), repeats=3)["understanding"].signature != one
    other = attrs.evolve(talks(1)[0], signature="sage:v2")
    found = asyncio.run(Judge(items=ONE).score(Evidence(traces=(*talks(1), other)), desk(say)))
    assert [score.of for score in found] == [1, 1]
    assert len({score.signature for score in found}) == 2


def test_safety_profiles_and_silent_talks_are_not_asked() -> None:
    """Safety profiles are set aside; a talk without an exchange is counted as unscored."""
    safe = trace(profile("s", safety=True), 3)
    found = scores(lambda p, _: mark(p, 3), safe, trace(profile("e")), *talks(1))["understanding"]
    assert (found.n, found.of) == (1, 2)
    assert part(found, "count=safety-profiles") == 1
    assert part(found, "unscored=no-exchange") == 1


def test_wrong_settings_are_refused_before_any_call() -> None:
    """An unknown item, a rubric that is not there, and no repeat at all cost nothing."""
    with pytest.raises(ValueError, match="no rubric item 'humour'"):
        Judge(items=("humour",))
    with pytest.raises(DataError):
        Judge(rubric="absent.toml")
    with pytest.raises(ValueError, match="repeats"):
        Judge(repeats=0)


def test_untrusted_text_never_leaves_the_data() -> None:
    """S16: marker words of seeker, supporter and profile stand in data only."""
    room = desk(lambda p, _: mark(p, 3))
    marked = profile("m", opening="MARKER one", persona="MARKER two", scene="MARKER three")
    asyncio.run(Judge().score(Evidence(traces=(trace(marked, 1, 2), *traces())), room))
    assert not [1 for _, p in room.asked if "MARKER" in p.system + p.task + p.id]
    assert any("MARKER one" in text for _, p in room.asked for _, text in p.data)


def test_its_questions_can_be_put_to_people() -> None:
    """Id, words and scale of every chosen item, in the language that is asked for."""
    every = Judge().questions()
    assert [item for item, *_ in every] == [item.id for item in shipped_rubric().items]
    ((name, words, least, most),) = Judge(items=("warmth",)).questions()
    assert (name, least, most) == ("warmth", 1, 5)
    assert words.endswith("?")
    assert Judge(items=("warmth",)).questions("zh")[0][1] != words
