"""A key that a server sends back, in any spelling and any place, is found nowhere afterwards."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import attrs
import pytest
from acting import act
from roads import KEY, TALK, Nursery, Road, Walk

from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received, good

SPELT: dict[str, str] = {
    "plain": KEY,
    "percent": quote(KEY, safe=""),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 behind a login": base64.b64encode(f"user:{KEY}".encode()).decode(),
    "hex": KEY.encode().hex(),
    "escaped": "".join(f"\\u{ord(letter):04x}" for letter in KEY),
    "half escaped": KEY.replace("/", "\\/").replace("+", "\\u002B"),
    "reversed": KEY[::-1],
}
"""Spellings in which servers, proxies and logs show a key."""
KEYS = ("run.limits.tries=2", "run.limits.deadline=4", "evolve.rounds=0", "run.repeats=3")
SETS = tuple(word for key in KEYS for word in ("--set", key))


def refusal(text: str, number: int, received: Received) -> Fault:
    """A key that is refused, and shown in body and headers."""
    error = {"message": f"Incorrect API key provided: {text}.", "code": text, "type": text}
    headers = (("x-request-id", ascii(text)), ("retry-after", ascii(text)))
    return Fault(status=401, body={"error": error}, headers=headers)


def complaint(text: str, number: int, received: Received) -> Fault:
    """A question that is refused with the key in body and headers; then the key itself is."""
    status = 401 if number >= 16 + 2 * len(SPELT) else 422
    return attrs.evolve(refusal(text, number, received), status=status)


def breakdown(text: str, number: int, received: Received) -> Fault:
    """A server that fails, in several ways, and shows what it got."""
    page = f"<html>{text}</html>".encode()
    kinds = (
        Fault(status=500, body=f"Traceback: Authorization: Bearer {text}".encode()),
        Fault(body=page, headers=(("content-type", "text/html"),)),
        Fault(body=f'{{"choices": "{text}'.encode()),
        Fault(status=400, body={"error": {"message": f"Unsupported parameter: {text}"}}),
        Fault(body={"choices": [{"message": {"content": "x"}, "finish_reason": text}]}),
    )
    return kinds[number % len(kinds)]


def replies(text: str, number: int, received: Received) -> Fault:
    """A model that repeats its own credentials in good answers, and in unusable ones."""
    said = act(received)
    head, _, rest = said.partition('": "')
    told = f'{head}": "{text} {rest}' if rest and number % 5 else f"My key is {text}; that is all."
    return Fault(body=good("chat", told, model=f"tiny-{text}"))


PLACES = {"refusal": (complaint, 16), "breakdown": (breakdown, 16), "replies": (replies, 1)}
"""How the server shows the key, and after how many good answers it begins."""


@attrs.define
class Echo:
    """A server that shows the key, in one spelling after the other."""

    place: Callable[[str, int, Received], Fault]
    """How."""
    good: int
    """Good answers before it begins."""
    shown: Counter[str] = attrs.field(factory=Counter)
    """Spellings that went out."""

    def __call__(self, number: int, received: Received) -> Fault | None:
        """Plan of a fault server."""
        if number < self.good:
            return None
        name = sorted(SPELT)[self.shown.total() % len(SPELT)]
        self.shown[name] += 1
        return self.place(SPELT[name], number, received)


def texts(road: Road, walk: Walk) -> Iterator[tuple[str, str]]:
    """Everything that a run left: files as they are, rows of the journal, and what it said."""
    yield "stdout", walk.stdout
    yield "stderr", walk.stderr
    for path in sorted(road.out.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes().decode("utf-8", "replace")
    base = sqlite3.connect(road.out / "journal.sqlite")
    for table in ("calls", "sends"):
        for row in base.execute(f"SELECT * FROM {table}"):
            yield table, " ".join(map(str, row))
    base.close()


def found(road: Road, walk: Walk) -> list[tuple[str, str]]:
    """Places and spellings in which the key, or its beginning, is left."""
    sought = sorted({*SPELT.values(), json.dumps(KEY)[1:-1]})
    return [
        (name, form[:8])
        for name, left in texts(road, walk)
        for form in sought
        if form in left or KEY[:9] in unescaped(left)
    ]


def unescaped(text: str) -> str:
    """The text as it reads once JSON's escapes are resolved, once and twice."""
    for _ in range(2):
        text = text.replace("\\\\", "\\").replace("\\/", "/")
        for letter in sorted(set(KEY)):
            for form in (f"\\u{ord(letter):04x}", f"\\u{ord(letter):04X}"):
                text = text.replace(form, letter)
    return text


@pytest.mark.parametrize("place", PLACES)
def test_a_planted_key_is_found_nowhere(place: str, nursery: Nursery, tmp_path: Path) -> None:
    """X01, M9, R24, R30: in errors, headers and answers; run folder, journal, report and output.

    X02: nor does the run say a word of anybody's: of the dialogues, the seekers or the replies.
    """
    plan = Echo(*PLACES[place])
    with FaultServer(plan, act) as server:
        kinds = '"passive", "negative", "avoidant"'
        road = Road(folder=tmp_path, server=server, nursery=nursery, kinds=kinds).write()
        walk = road.go(*SETS)
    assert set(plan.shown) == set(SPELT)
    assert not found(road, walk)
    assert "Traceback" not in walk.stderr
    heard = spoken(road)
    assert place != "replies" or len(heard) > len(TALK), "there were talks to be silent about"
    assert not [text for text in heard if text in unescaped(walk.stdout + walk.stderr)]


def spoken(road: Road) -> set[str]:
    """Everything that people and models said to each other; all of it lies in the run's files."""
    talks = [path.read_text("utf-8") for path in sorted(road.out.glob("traces/*.jsonl"))]
    rows = [json.loads(line) for text in talks for line in text.splitlines()]
    held = [item for row in rows for item in row["exchanges"]]
    said = {text for item in held for text in (item["seeker"], item["reply"]["text"])}
    return {text for text in said if len(text) > 12} | {text for _, text in TALK}


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["a line", "a traceback"])
def test_a_run_that_dies_of_an_exception_tells_no_key(
    debug: tuple[str, ...], nursery: Nursery, tmp_path: Path
) -> None:
    """X01: neither the last line nor a traceback of ``--debug`` shows what the server echoed."""
    plan = Echo(refusal, 0)
    with FaultServer(plan, act) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
        for _ in SPELT:
            walk = nursery.start(tmp_path, [*debug, "run", "road.toml", "--out", "run"])
            assert walk.wait() != 0
            assert ("Traceback" in walk.stderr) == bool(debug)
            assert not found(road, walk)
    assert set(plan.shown) == set(SPELT)
