"""JSON that could mean two things, or nothing, is refused at its exact place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins._shared.strictjson import array_rows, line_rows
from esc_skills_plugins._shared.textfile import TextFile


def file(text):
    return TextFile(where="f", text=text)


def only_fault(text):
    faults = [row.fault for row in array_rows(file(text)) if row.fault]
    assert len(faults) == 1
    return faults[0]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1]))
def test_a_sound_list_is_read_as_json_reads_it(values, indent):
    """What the standard parser reads, this one reads alike, record by record."""
    text = json.dumps(values, indent=indent)
    rows = list(array_rows(file(text)))
    if any(row.fault for row in rows):
        assert any(len(digits) > 39 for digits in text.replace("-", " ").split())
    else:
        assert [row.value for row in rows] == values
        assert [row.path for row in rows] == [f"dialogues[{at}]" for at in range(len(values))]


@given(st.lists(st.dictionaries(st.text(), st.text(), max_size=3), max_size=5))
def test_sound_lines_are_read_as_json_reads_them(values):
    """Also with text that holds the line separators of Unicode, unescaped."""
    text = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    assert [row.value for row in line_rows(file(text))] == values


@given(st.text(alphabet='[]{},:"\\ \n1aeE-.NI'))
def test_no_text_breaks_the_reader(text):
    """Any text after a bracket gives rows and faults, never another exception."""
    faults = [row.fault for row in array_rows(file("[" + text)) if row.fault]
    assert all(fault.hint and fault.where for fault in faults)


def test_the_line_of_a_record_is_kept():
    """Records know the line they begin on."""
    rows = list(array_rows(file('[\n{"a": 1},\n\n{"a": 2}]')))
    assert [row.where for row in rows] == ["f:2", "f:4"]


def test_deep_nesting_is_refused():
    """I11: a hundred thousand brackets end in an error, not in a RecursionError."""
    assert "nested too deeply" in only_fault("[" * 100_000).message
    deep = next(iter(line_rows(file('{"a":' * 100_000))))
    assert "nested too deeply" in deep.fault.message


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("1" * 5000, "5000 digits"),
        ("-" + "1" * 5000, "digits"),
        ("NaN", "NaN"),
        ("-Infinity", "Infinity"),
        ("1e999", "too large"),
        ("-1e999", "too large"),
    ],
)
def test_impossible_numbers_are_refused_with_their_path(value, what):
    """I12: a number no data set means is refused where it stands."""
    fault = only_fault('[{"dialog": [{"x": 1}, {"x": ' + value + "}]}]")
    assert what in fault.message
    assert "dialogues[0].dialog[1].x" in fault.message


def test_doubled_keys_are_refused_with_their_path():
    """I13: a key that stands twice is refused where it stands; others are read."""
    fault = only_fault('[{"a": 1}, {"b": [{"content": "x", "content": "y"}]}, {"a": 3}]')
    assert "dialogues[1].b[0] has the key 'content' twice" in fault.message
    assert fault.where == "f:1"


@pytest.mark.parametrize(
    "text", ["[", "[1", "[1,", "[1,]", "[1 2]", "[1] 2", '[{"a": }]', '["', "[,1]", "[1}"]
)
def test_broken_lists_end_in_one_fault(text):
    """I02: a list that is cut or misspelt gives its sound records and one fault with a line."""
    assert only_fault(text).where == "f:1"


def test_odd_keys_never_spoil_a_message():
    """I04: a path with controls or lone surrogates in a key can still be printed."""
    fault = only_fault('[{"\\ud800\\u0007": NaN}]')
    fault.line.encode("utf-8")
