"""Backend ``scripted``."""

from __future__ import annotations

import asyncio
import json

import pytest

from esc_skills.errors import BackendError, DataError
from esc_skills.spec import Request
from esc_skills_plugins.backends.scripted import ScriptedBackend, parse_script


def ask(backend, text="Hello there.", system="Be kind."):
    """One completion."""
    request = Request(model="any", system=system, messages=(("user", text),))
    return asyncio.run(backend.complete(request))


def script(tmp_path, *lines):
    """Path of a script with these lines."""
    path = tmp_path / "script.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return str(path)


def test_answers_in_order():
    """Replies come one after the other, whatever is asked."""
    backend = ScriptedBackend(replies=("one", "two"))
    assert [ask(backend).text, ask(backend, "other").text] == ["one", "two"]


def test_match_wins_and_is_never_used_up(tmp_path):
    """A line with a match answers every request that holds it, in system or messages."""
    path = script(tmp_path, {"match": "analysis", "text": "A"}, {"text": "first"}, {"text": "last"})
    backend = ScriptedBackend(script=path)
    texts = [
        ask(backend, "analysis please").text,
        ask(backend, "hello").text,
        ask(backend, "more", system="write an analysis").text,
        ask(backend, "again").text,
    ]
    assert texts == ["A", "first", "A", "last"]


def test_script_before_replies(tmp_path):
    """Replies of the settings follow those of the file."""
    backend = ScriptedBackend(script=script(tmp_path, {"text": "file"}), replies=("setting",))
    assert [ask(backend).text, ask(backend).text] == ["file", "setting"]


def test_stop_and_tokens(tmp_path):
    """The scripted stop is given back, and words are counted as tokens."""
    backend = ScriptedBackend(script=script(tmp_path, {"text": "cut off here", "stop": "length"}))
    done = ask(backend)
    assert (done.stop, done.tokens_in, done.tokens_out) == ("length", 4, 3)


def test_exhausted_script_says_so():
    """Without an answer left it fails for good, with a hint."""
    with pytest.raises(BackendError) as caught:
        ask(ScriptedBackend())
    assert not caught.value.retryable
    assert caught.value.hint


@pytest.mark.parametrize(
    "line", ["{", "[1]", '{"txt": "a"}', '{"text": 3}', '{"text": "a", "stop": "later"}', "7"]
)
def test_bad_line_is_named(line):
    """I02: a bad line is refused with file and line."""
    with pytest.raises(DataError) as caught:
        parse_script(f'{{"text": "fine"}}\n\n{line}\n', "script.jsonl")
    assert caught.value.where == "script.jsonl:3"


def test_missing_file_is_an_input_fault(tmp_path):
    """I01: a script that is not there ends in one line, not in a traceback."""
    with pytest.raises(DataError):
        ask(ScriptedBackend(script=str(tmp_path / "none.jsonl")))


def test_two_backends_do_not_share_a_place():
    """Each component has its own place in its own script, though they are equal values."""
    first, second = ScriptedBackend(replies=("one",)), ScriptedBackend(replies=("one",))
    assert first == second
    assert [ask(first).text, ask(second).text] == ["one", "one"]
