"""Nouns to JSON lines and back; faults name their paths, all at once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from esc_skills._codec.nouns import (
    SCHEMA,
    dump,
    from_line,
    from_lines,
    load,
    migrate,
    to_line,
    to_lines,
)
from esc_skills.errors import DataError
from esc_skills.model import (
    Action,
    Change,
    Condition,
    Effect,
    InterventionUnit,
    SeekerState,
    Skill,
    SkillsBank,
    Source,
    Turn,
    content_hash,
)


def unit(number: int = 0) -> InterventionUnit:
    state = SeekerState(scenario="grief", label="sad", intensity=number % 100, cues=("I miss it",))
    return InterventionUnit(
        source=Source(dialogue=f"d-{number}", first=1, last=2, corpus="sample"),
        before=state,
        action=Action(label="ask", strategy="Question", text="How is that for you? 你好 " * 8),
        change=Change(label="relief", polarity="positive", confidence=0.5),
        after=state,
        position=0.25,
        context="words " * 20,
    )


def fault(data: Any, cls: type[Any]) -> DataError:
    with pytest.raises(DataError) as caught:
        load(data, cls, "rows.jsonl:3")
    return caught.value


def test_a_row_carries_its_schema_number() -> None:
    """Every row says by which schema it was written."""
    assert dump(Turn(speaker="seeker", text="hi"))["schema"] == SCHEMA
    assert to_line(Turn(speaker="seeker", text="hi")).startswith('{"schema":1,"speaker":"seeker"')


def test_a_noun_comes_back_with_its_hash() -> None:
    """Reading what was written gives an equal noun with an equal content hash."""
    back = from_line(to_line(unit()), InterventionUnit, "x")
    assert back == unit()
    assert content_hash(back) == content_hash(unit())


def test_an_int_where_a_float_may_stand_stays_an_int() -> None:
    """The hash of a noun does not change because 1 came back as 1.0."""
    effect = Effect(group="all", value=1, n=3, low=0, high=2.5)
    back = from_line(to_line(effect), Effect, "x")
    assert content_hash(back) == content_hash(effect)


def test_the_path_of_a_fault_is_named() -> None:
    """I05: a wrong field is named by file, line and path."""
    skill = Skill(name="a", overview="b", guidance=("c",), applies=(Condition(states=("sad",)),))
    data = dump(SkillsBank(skills=(skill,)))
    data["skills"][0]["applies"][0]["states"] = "sad"
    found = fault(data, SkillsBank)
    assert found.where == "rows.jsonl:3 $.skills[0].applies[0].states"
    assert found.message == "expected a list, got text 'sad'"


def test_all_faults_of_an_object_are_told_together() -> None:
    """I05: a missing, an unknown, a wrong-typed and an impossible field in one message."""
    found = fault({"speaker": "seekr", "feedback": 9, "strategie": []}, Turn)
    for part in (
        "4 faults",
        "$.speaker: expected one of 'seeker', 'supporter', got text 'seekr'",
        "; did you mean 'seeker'?",
        "$.text: is missing",
        "$.strategie: unknown key 'strategie'; did you mean 'strategies'?",
        "$.feedback: feedback = 9: must lie between 1 and 5",
    ):
        assert part in found.message
    assert found.hint == "keys of Turn: speaker, text, strategies, feedback"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": 3}, "expected text, got int 3"),
        ({"text": None}, "expected text, got nothing"),
        ({"feedback": "4"}, "expected a whole number, got text '4'"),
        ({"feedback": True}, "expected a whole number, got bool True"),
        ({"feedback": 4.0}, "expected a whole number, got float 4.0"),
        ({"strategies": ["a", 2]}, "expected text, got int 2"),
        ({"strategies": {}}, "expected a list, got a table"),
    ],
)
def test_nothing_is_coerced(change: dict[str, Any], said: str) -> None:
    """I05: a value of a neighbouring type is refused, never bent into shape."""
    assert said in fault({"speaker": "seeker", "text": "x", **change}, Turn).message


@pytest.mark.parametrize("data", [[], "x", 3, None])
def test_a_row_that_is_no_object_is_refused(data: object) -> None:
    """I05: a list, a text or a number in a row's place is named."""
    assert "expected a table" in fault(data, Turn).message


def test_an_invariant_over_several_fields_is_a_data_error() -> None:
    """I05: what only the whole object can check is told with the object's path."""
    table = {"name": "t", "rows": ["a"], "columns": [], "values": []}
    found = fault({"tables": [table]}, SkillsBank)
    assert found.where.endswith("$.tables[0]")
    assert "0 rows, 1 names" in found.message


def test_a_number_too_large_for_a_float_is_refused() -> None:
    """I12: a whole number that no float can hold is a DataError, no crash."""
    row = {"group": "all", "value": 10**400, "n": 1, "low": 0, "high": 1}
    assert "a float can hold" in fault(row, Effect).message


def test_a_newer_schema_names_its_version() -> None:
    """B17: a row of a later version is refused with the number and the remedy."""
    found = fault({"schema": SCHEMA + 1, "speaker": "seeker", "text": ""}, Turn)
    assert f"Turn of schema {SCHEMA + 1}" in found.message
    assert "pip install -U" in found.hint


@pytest.mark.parametrize("number", [0, "1", True, None, 1.0])
def test_a_schema_that_is_no_number_is_refused(number: object) -> None:
    """Only whole numbers from 1 are schemas."""
    assert "no schema number" in fault({"schema": number}, Turn).message


def test_older_rows_walk_through_all_migrations() -> None:
    """A row of schema 1 reaches schema 3 step by step; a noun without a step stays as it is."""
    steps = {
        ("Turn", 1): lambda row: {"text": row["words"]},
        ("Turn", 2): lambda row: {**row, "strategies": []},
    }
    row = {"words": "hi"}
    assert migrate(row, "Turn", "x", steps=steps, newest=3) == {"text": "hi", "strategies": []}
    assert migrate({"schema": 2, "a": 1}, "Score", "x", steps=steps, newest=3) == {"a": 1}


def test_a_torn_last_line_is_seen() -> None:
    """I02, R01: a last row without a line end was cut while it was written."""
    text = to_lines([unit(1), unit(2)])
    assert [item.source.dialogue for item in from_lines(text, InterventionUnit, "u")] == [
        "d-1",
        "d-2",
    ]
    with pytest.raises(DataError, match="cut while it was written") as caught:
        list(from_lines(text[:-9], InterventionUnit, "u"))
    assert caught.value.where == "u:2"


def test_a_bad_row_is_named_by_its_line() -> None:
    """I02: blank lines are passed over, and still count."""
    text = to_lines([unit(1)]) + "\n" + '{"source": 1}\n'
    with pytest.raises(DataError) as caught:
        list(from_lines(text, InterventionUnit, "u.jsonl"))
    assert caught.value.where.startswith("u.jsonl:3")


def test_five_thousand_units_are_written_and_read_quickly() -> None:
    """Writing and reading 5,000 units takes a fraction of a second (limit for slow machines)."""
    units = [unit(number) for number in range(5000)]
    start = time.perf_counter()
    back = list(from_lines(to_lines(units), InterventionUnit, "u"))
    assert time.perf_counter() - start < 3
    assert back == units
