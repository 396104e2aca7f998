"""Three hundred shapes of a judge's answer: what is plain is read, nothing else becomes a score."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from esc_skills._engine.contexts import Lender
from esc_skills._engine.gateway import Gateway, Model
from esc_skills._store.journal import Journal
from esc_skills.model import Evidence, Score, Trace
from esc_skills.testing import faults
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received
from esc_skills.testing.samples import profile
from esc_skills_plugins.backends.openai import OpenAIBackend
from esc_skills_plugins.evaluators.judge import Judge
from esc_skills_plugins.evaluators.marking import Marked, panel
from esc_skills_plugins.evaluators.rubric import shipped_rubric

ITEM = shipped_rubric().items[0]
Said = Callable[[str, int], str | Fault]
"""Takes the conversation's label and the mark that is meant; gives the answer."""

BESIDE: tuple[str, ...] = (
    *('"4"', '"4 "', '"0.8"', '"80%"', '"four"', '"四"', '""', '"N/A"', '"4/5"', '"NaN"'),
    *("0", "6", "-1", "11", "99999999999999999999", "0.8", "4.5", "1e400", "1e999"),
    *("NaN", "Infinity", "-Infinity", "true", "false", "null", "None", "[4]", "[]", "{}"),
    *('{"score": 4}', "80%", "4/5", "4 of 5", "~4", "3-4", "...", "04", "4;", "４", "4 or 5"),
    *("3+4j", "b'4'", "{1, 2}", "4 points", "<4>", "four", '4, "value": 2', "", "?", "--4"),
)
"""What stands behind ``"value":`` and is no whole number of the scale."""


def plain(label: str, value: object, **more: object) -> str:
    """The answer that was asked for."""
    told = {"trace": label, "item": ITEM.id, "reason": "It fits.", "value": value}
    return json.dumps({**told, **more}, ensure_ascii=False)


def raw(label: str, value: str) -> str:
    """The same with any text for a value."""
    return plain(label, 0)[:-2] + value + "}"


def fenced(text: str) -> str:
    """Between fences."""
    return f"```json\n{text}\n```"


WRAPS: dict[str, Callable[[str], str]] = {
    "bare": lambda text: text,
    "fence": fenced,
    "prose": lambda text: f"Here is my judgement:\n{text}\nI hope that it helps.",
    "thoughts": lambda text: f'<think>Is it {{"value": 1}}? No.</think>\n{text}',
    "chinese": lambda text: f"以下是我的评分：{text}。",
}
"""Wrappings that are forgiven."""

CLEAR: dict[str, Said] = {
    "indented": lambda label, value: json.dumps(json.loads(plain(label, value)), indent=2),
    "single quotes": lambda label, value: repr(json.loads(plain(label, value))),
    "more keys": lambda label, value: plain(label, value, confidence=0.25, notes=["a", {"b": 9}]),
    "twice the same": lambda label, value: f"{plain(label, value)}\n{plain(label, value)}",
    "in a list": lambda label, value: f"[{plain(label, value)}]",
    "braces in the reason": lambda label, value: plain(label, value, reason='{"value": 9} }{'),
    "chinese reason": lambda label, value: plain(label, value, reason="支持者听懂了。“好”"),
    "trailing comma": lambda label, value: raw(label, f"{value},"),
    "bare fence": lambda label, value: f"```\n{plain(label, value)}\n```",
    "white space": lambda label, value: f"\n\n \t{plain(label, value)}\r\n\n",
}
"""Forms that leave no doubt about the mark."""

DOUBTFUL: dict[str, Said] = {
    "empty": lambda label, value: "",
    "blank": lambda label, value: " \n\t ",
    "a bare number": lambda label, value: str(value),
    "a phrase": lambda label, value: f"Score: {value} out of 5",
    "a refusal in words": lambda label, value: "I am sorry, I cannot judge this conversation.",
    "chinese words": lambda label, value: "我给四分。",
    "null": lambda label, value: "null",
    "an empty object": lambda label, value: "{}",
    "the value alone": lambda label, value: json.dumps({"value": value}),
    "no value": lambda label, value: json.dumps({"trace": label, "item": ITEM.id, "reason": "r"}),
    "no label": lambda label, value: json.dumps({"item": ITEM.id, "reason": "r", "value": value}),
    "another talk": lambda label, value: plain("t-000000000000", value),
    "another item": lambda label, value: plain(label, value).replace(ITEM.id, "other"),
    "two marks": lambda label, value: f"{plain(label, value)} {plain(label, value % 5 + 1)}",
    "two fences": lambda label, value: (
        f"{fenced(plain(label, value))}\n{fenced(plain(label, value % 5 + 1))}"
    ),
    "a list of two": lambda label, value: f"[{plain(label, value)}, {plain(label, value % 5 + 1)}]",
    "a list of numbers": lambda label, value: f"[{value}, {value}]",
    "a web page": lambda label, value: f"<html><body>{value}</body></html>",
    "control characters": lambda label, value: "\x00\x1b[2J\x07" + str(value),
    "deep": lambda label, value: '{"value":' * 5000 + str(value) + "}" * 5000,
    "huge": lambda label, value: "x" * 400_000 + plain(label, value),
    "half a character": lambda label, value: '{"trace": "\\ud800", "value": ' + str(value) + "}",
    "the question": lambda label, value: '{"trace": …, "item": …, "reason": …, "value": …}',
    "a table": lambda label, value: f"| trace | value |\n| {label} | {value} |",
    "yaml": lambda label, value: f"trace: {label}\nitem: {ITEM.id}\nreason: r\nvalue: {value}",
    "refused": lambda label, value: faults.refused(),
    "filtered": lambda label, value: faults.filtered(),
    "truncated": lambda label, value: faults.truncated(plain(label, value)),
    "no content": lambda label, value: faults.null_content(),
    "no choices": lambda label, value: faults.no_choices(),
}
"""Forms that no mark can be taken from."""


@attrs.frozen
class Shape:
    """An answer, and what it is worth."""

    name: str
    """For messages."""
    said: Said
    """What the server answers."""
    mark: int
    """What the judge meant."""
    clear: bool
    """True when the mark must be taken; else none may be."""


def shapes() -> Iterator[Shape]:
    """All of them."""
    for mark in range(1, 6):
        for name, wrap in WRAPS.items():
            yield Shape(name, lambda at, value, wrap=wrap: wrap(plain(at, value)), mark, True)
        for name, said in CLEAR.items():
            yield Shape(name, said, mark, True)
    for text in BESIDE:
        for name, wrap in WRAPS.items():
            said = lambda at, _, text=text, wrap=wrap: wrap(raw(at, text))  # noqa: E731
            yield Shape(f"{name} {text}", said, 4, False)
    for name, said in DOUBTFUL.items():
        yield Shape(name, said, 3, False)
    for cut in range(1, len(plain("t-000000000000", 4)), 4):
        yield Shape(f"cut at {cut}", lambda at, value, cut=cut: plain(at, value)[:cut], 4, False)


SHAPES = tuple(shapes())


@attrs.frozen
class Judged:
    """What came of all shapes."""

    readings: tuple[Marked, ...]
    """One for each shape, in order."""
    scores: tuple[Score, ...]
    """What the evaluator made of them."""
    kept: int
    """Answers in the journal."""
    outcomes: Counter[str]
    """Questions by outcome."""


def talks() -> list[Trace]:
    """A conversation for each shape; its opening tells the server which."""
    return [trace(profile(f"p{at}", opening=f"It is case {at}."), -1) for at in range(len(SHAPES))]


def meet(number: int, received: Received) -> Fault:
    """Answer a request in the shape of its conversation."""
    del number
    asked = "\n".join(message["content"] for message in received.body["messages"])
    found = re.search(r"It is case (\d+)\.", asked)
    label = re.search(r"t-[0-9a-f]{12}", asked)
    assert found
    assert label
    shape = SHAPES[int(found[1])]
    said = shape.said(label[0], shape.mark)
    if isinstance(said, Fault):
        return said
    message = {"role": "assistant", "content": said}
    return Fault(body={"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Every shape through server, official SDK, gateway and evaluator."""
    journal = Journal(tmp_path_factory.mktemp("judged") / "journal.sqlite")

    async def ask(url: str) -> Judged:
        backend = OpenAIBackend(base_url=f"{url}/v1", key="")
        gateway = Gateway(models={"judge": Model(backend=backend, name="tiny")}, journal=journal)
        lender = Lender(seed=1, gateway=gateway, note=lambda place, kind, facts: None)
        readings = await panel(ITEM, talks(), 1, lender.at("panel")("judge"))
        evidence = Evidence(traces=tuple(talks()))
        scores = await Judge(items=(ITEM.id,)).score(evidence, lender.at("score")("judge"))
        found = tuple(one for row in readings for one in row)
        return Judged(found, scores, journal.count(), gateway.outcomes)

    with FaultServer(meet) as server:
        made = asyncio.run(ask(server.url))
    journal.close()
    return made


def test_there_are_three_hundred_shapes() -> None:
    """R34: enough of them, and no two are the same by name and mark."""
    assert len(SHAPES) >= 300
    assert len({(shape.name, shape.mark) for shape in SHAPES}) == len(SHAPES)


def test_no_score_is_invented(judged: Judged) -> None:
    """R35, R36: an answer that is not one whole number of the scale for this talk is no score."""
    wrong = [
        (shape.name, one.value)
        for shape, one in zip(SHAPES, judged.readings, strict=True)
        if not shape.clear and (one.value is not None or not one.reason)
    ]
    assert not wrong


def test_clear_answers_are_read(judged: Judged) -> None:
    """R34: fences, talk around, thoughts first and single quotes hide no mark."""
    wrong = [
        (shape.name, shape.mark, one.value, one.reason)
        for shape, one in zip(SHAPES, judged.readings, strict=True)
        if shape.clear and one.value != shape.mark
    ]
    assert not wrong


def test_what_is_unscored_is_counted_by_reason(judged: Judged) -> None:
    """R35: figures rest on the scored talks alone, and the others stand beside, by reason."""
    marks = [shape.mark for shape in SHAPES if shape.clear]
    (score,) = judged.scores
    lost = {
        part.group.removeprefix("unscored="): part.value
        for part in score.breakdown
        if part.group.startswith("unscored=")
    }
    reasons = Counter(one.reason for one in judged.readings if one.value is None)
    assert (score.n, score.of) == (len(marks), len(SHAPES))
    assert score.value == pytest.approx(sum(marks) / len(marks), abs=1e-6)
    assert lost == reasons
    assert {"mismatch", "off-scale", "refused", "truncated", "empty"} <= set(lost)


def test_no_failure_is_kept_to_be_found_again(judged: Judged, tmp_path: Path) -> None:
    """R25, R42: the journal holds answers of the asked shape alone."""
    formed = {"mismatch", "off-scale", "cannot-tell", "no-number"}
    sound = sum(one.value is not None or one.reason in formed for one in judged.readings)
    assert judged.kept == 2 * sound
    assert sum(judged.outcomes.values()) == 2 * len(SHAPES)
