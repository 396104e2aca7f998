"""Plain data to classes: every annotation that a setting may have, and every way to miss it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import parse_json
from esc_skills._codec.structuring import (
    MOST,
    FaultsError,
    build,
    near,
    shown,
    spelled,
    straight,
)
from esc_skills.errors import DataError


@attrs.frozen(kw_only=True)
class Inner:
    k: int = attrs.field(default=3, validator=attrs.validators.ge(1))
    _hidden: int = attrs.field(default=0, init=False)


@attrs.frozen(kw_only=True)
class Outer:
    name: str = "a"
    share: float = 0.5
    loud: bool = False
    mode: Literal["fast", "slow"] = "fast"
    words: tuple[str, ...] = ()
    pair: tuple[str, float] = ("a", 1.0)
    many: list[int] = attrs.field(factory=list)
    weights: dict[str, float] = attrs.field(factory=dict)
    nested: Mapping[str, Inner] = attrs.field(factory=dict)
    inner: Inner = attrs.field(factory=Inner)
    maybe: int | None = None
    either: str | bool | Inner = "x"
    path: Path = Path()
    anything: Any = None


def told(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(FaultsError) as caught:
        build(data, Outer)
    return [(fault.path, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("share", 1, 1),
        ("words", ["a", "b"], ("a", "b")),
        ("words", (), ()),
        ("pair", ["b", 2.5], ("b", 2.5)),
        ("many", [1, 2], [1, 2]),
        ("weights", {"a": 1.5}, {"a": 1.5}),
        ("nested", {"a": {"k": 2}}, {"a": Inner(k=2)}),
        ("inner", {"k": 9}, Inner(k=9)),
        ("maybe", None, None),
        ("maybe", 4, 4),
        ("either", True, True),
        ("either", {"k": 2}, Inner(k=2)),
        ("path", "a/b", Path("a/b")),
        ("anything", {"x": [1]}, {"x": [1]}),
    ],
)
def test_every_annotation_is_understood(key: str, given: object, kept: object) -> None:
    """Scalars, tuples, lists, tables, classes, unions, literals and paths are built."""
    made = getattr(build({key: given}, Outer), key)
    assert made == kept
    assert type(made) is type(kept)


@pytest.mark.parametrize(
    ("key", "given", "path", "said"),
    [
        ("name", 3, "$.name", "expected text, got int 3"),
        ("share", True, "$.share", "expected a number, got bool True"),
        ("share", "1", "$.share", "expected a number, got text '1'"),
        ("loud", 1, "$.loud", "expected true or false, got int 1"),
        ("mode", "fasd", "$.mode", "did you mean 'fast'?"),
        ("mode", ["fast"], "$.mode", "expected one of 'fast', 'slow', got a list"),
        ("words", "abc", "$.words", "expected a list, got text 'abc'"),
        ("pair", ["a"], "$.pair", "expected a list of 2 items, got 1"),
        ("pair", ["a", "b"], "$.pair[1]", "expected a number, got text 'b'"),
        ("many", [1, "2"], "$.many[1]", "expected a whole number, got text '2'"),
        ("weights", [], "$.weights", "expected a table, got a list"),
        ("weights", {"a": "b"}, "$.weights.a", "expected a number, got text 'b'"),
        ("nested", {"a": {"k": 0}}, "$.nested.a.k", "'k' must be >= 1: 0"),
        ("inner", {"kk": 0}, "$.inner.kk", "unknown key 'kk'; did you mean 'k'?"),
        ("inner", {"_hidden": 0}, "$.inner._hidden", "unknown key '_hidden'"),
        ("maybe", "x", "$.maybe", "expected a whole number, got text 'x'"),
        ("either", 3, "$.either", "expected str or bool or Inner, got int 3"),
        ("path", 3, "$.path", "expected a path, got int 3"),
    ],
)
def test_a_miss_is_named_with_path_and_value(key: str, given: object, path: str, said: str) -> None:
    """C02: wrong types are refused with key path, expected type and value."""
    ((where, message),) = told({key: given})
    assert where == path
    assert said in message


def test_many_faults_are_spelled_out_up_to_a_limit() -> None:
    """One message tells the first faults and counts the rest."""
    with pytest.raises(FaultsError) as caught:
        build({"many": ["x"] * (MOST + 3)}, Outer)
    text = spelled(caught.value.faults)
    assert text.startswith(f"{MOST + 3} faults: $.many[0]: ")
    assert text.endswith("; and 3 more")


def test_numbers_are_widened_only_when_asked() -> None:
    """Settings treat 1 and 1.0 as one; nouns keep what stands in the file."""
    assert type(build({"share": 1}, Outer).share) is int
    assert type(build({"share": 1}, Outer, widen=True).share) is float


def test_long_values_are_cut_in_messages() -> None:
    """A message stays one short line whatever the value."""
    assert len(shown("x" * 9999)) < 80
    assert len(shown(10**3000)) < 80
    assert shown({}) == "a table"


def test_a_slip_of_the_pen_gets_a_suggestion() -> None:
    """Near names are offered, far ones are not."""
    assert near("retreiver", ["retriever", "gate"]) == "; did you mean 'retriever'?"
    assert near("zzz", ["retriever", "gate"]) == ""


@attrs.frozen
class Flat:
    item: str
    score: int = attrs.field(validator=attrs.validators.le(5))
    sure: bool = True


@attrs.frozen
class Numbered:
    schema: int


KEYS = st.sampled_from(('"item"', '"score"', '"sure"', '"s\\u0063ore"', '"schema"', '"x:y"', '"x"'))
VALUES = st.sampled_from(
    (
        *('"warm"', '"a: b"', '""', '"\\ud800"', '"\\u00e9"', '"a\nb"', '"\ud800"', '"\\u0000"'),
        *("1", "4", "9", "-0", "1.0", "1e2", "1e999", "12345678901234567890123", "1" * 5000),
        *("true", "false", "null", "NaN", "[]", "{}", '["item"]', '{"item":1}'),
    )
)
PAIRS = st.lists(st.tuples(KEYS, st.sampled_from((":", " : ", "")), VALUES), max_size=5)
SOUND = '{"item":"warm","score":4,"sure":true}'


@given(pairs=PAIRS, around=st.sampled_from(("{}", " {}\n", "\ufeff{}", "{}x", "[{}]", "```{}```")))
def test_the_straight_way_makes_what_the_strict_one_makes(
    pairs: list[tuple[str, str, str]], around: str
) -> None:
    """I11-I13, R34: what it makes is equal to the last type; what is refused, it does not make."""
    body = "{" + ",".join("".join(pair) for pair in pairs) + "}"
    for text in (around.replace("{}", body), around.replace("{}", SOUND)):
        for cls in (Flat, Numbered):
            made = straight(text, cls)
            if made is None:
                continue
            strict = load(parse_json(text, "x"), cls, "x")
            assert (made, repr(made)) == (strict, repr(strict))


@pytest.mark.parametrize(
    "text",
    [
        '{"item":"a","score":4,"score":4}',
        '{"item":"a","score":4,"sure":true,"sure":true}',
        '{"item":"a","score":4.0,"sure":true}',
        '{"item":"a","score":true,"sure":true}',
        '{"item":"a","score":9,"sure":true}',
        '{"item":"\\ud800","score":4,"sure":true}',
        '{"item":"a","score":4,"sore":true}',
        '{"item":"a","score":4,"sure":true} x',
        '[":",":",":"]',
    ],
    ids=str,
)
def test_the_straight_way_makes_nothing_of_what_the_strict_one_refuses(text: str) -> None:
    """R34: double keys, other types, broken invariants and odd texts go the strict way."""
    assert straight(text, Flat) is None
    with pytest.raises(DataError):
        load(parse_json(text, "x"), Flat, "x")


def test_the_straight_way_is_for_plain_fields_only() -> None:
    """What has a default that is missing, a table or a choice inside is read by ``build``."""
    assert straight(SOUND, Flat) == Flat("warm", 4)
    assert straight('{"item":"warm","score":4}', Flat) is None
    assert straight('{"k":3}', Inner) is None
    assert straight("{}", Outer) is None
    assert straight('"x"', str) is None
