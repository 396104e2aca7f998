"""Backend ``replay``."""

from __future__ import annotations

import asyncio
import json
import marshal
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from esc_skills._store.journal import Journal
from esc_skills.errors import BackendError, ConfigError, DataError, StoreError
from esc_skills.model.identity import plain
from esc_skills.spec import Completion, Request
from esc_skills_plugins.backends.replay import ReplayBackend

ASKED = Request(
    model="tiny",
    system="Be kind.",
    messages=(("user", "I cannot sleep at all."),),
    settings=(("temperature", 0.5),),
)


@pytest.fixture
def store(tmp_path):
    """Writes calls into the journal of a run folder, through the kernel's own journal."""

    def write(*calls):
        journal = Journal(tmp_path / "journal.sqlite")
        for number, (request, completion) in enumerate(calls):
            journal.put(f"key-{number}", json.dumps(plain(request)), json.dumps(plain(completion)))
        journal.close()
        return str(tmp_path)

    return write


def ask(backend, request=ASKED):
    """One completion."""
    return asyncio.run(backend.complete(request))


def test_an_equal_request_gets_its_stored_answer(store, tmp_path):
    """The whole completion comes back, from a folder or from the file."""
    stored = Completion(text="Tell me more.", stop="length", tokens_in=9, tokens_out=3, model="t")
    folder = store((ASKED, stored))
    assert ask(ReplayBackend(path=folder)) == stored
    assert ask(ReplayBackend(path=str(tmp_path / "journal.sqlite"))) == stored


def test_several_answers_come_round(store):
    """A request that was asked three times gives its answers in order of their keys."""
    folder = store(*((ASKED, Completion(text=text)) for text in "abc"))
    backend = ReplayBackend(path=folder)
    assert [ask(backend).text for _ in range(4)] == ["a", "b", "c", "a"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": "other"}, "model differs at character 0"),
        ({"system": "Be kind?"}, "system differs at character 7"),
        (
            {"messages": (("user", "I cannot eat at all."),)},
            r"messages\[0\] \(user\) differs at character 9",
        ),
        (
            {"messages": (*ASKED.messages, ("assistant", "Oh."))},
            r"messages\[1\] \(assistant\) is only in the new",
        ),
        ({"settings": ()}, "settings.temperature is only in the stored"),
        ({"settings": (("temperature", 0.7),)}, "settings.temperature differs"),
        ({"schema": "{}"}, "schema differs"),
    ],
)
def test_a_miss_names_what_differs(store, change, told):
    """R41: a request that differs in one part is no hit, and the part is named."""
    far = attrs.evolve(ASKED, model="far", system="Far.", messages=(("user", "Far."),))
    backend = ReplayBackend(path=store((far, Completion(text="x")), (ASKED, Completion(text="y"))))
    with pytest.raises(BackendError, match=told) as caught:
        ask(backend, attrs.evolve(ASKED, **change))
    assert (caught.value.kind, caught.value.retryable) == ("miss", False)


def test_an_empty_journal_says_so(store):
    """Nothing stored is told as that."""
    folder = store((ASKED, Completion(text="x")))
    with closing(sqlite3.connect(Path(folder) / "journal.sqlite")) as base, base:
        base.execute("DELETE FROM ends")
    with pytest.raises(BackendError, match="no call at all"):
        ask(ReplayBackend(path=folder))


def test_without_a_path_it_says_what_to_set():
    """C06: the component needs a path."""
    with pytest.raises(ConfigError, match="no journal"):
        ask(ReplayBackend())


@pytest.mark.parametrize("content", [None, b"", b"not a database at all" * 100])
def test_what_is_no_journal_is_refused(tmp_path, content):
    """R43: another file is told as no journal; nothing in it is executed."""
    path = tmp_path / "journal.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError):
        ask(ReplayBackend(path=str(path)))


@pytest.mark.parametrize("kind", ["pickle", "marshal", "yaml", "python"])
def test_nothing_in_a_journal_is_ever_run(tmp_path, kind):
    """R43: an answer that would run when it is loaded by another reader is a fault of the data."""
    trace = tmp_path / "it ran"

    class Touch:
        def __reduce__(self):
            return (Path.touch, (trace,))

    harm = f"__import__('pathlib').Path({str(trace)!r}).touch()"
    answer = {
        "pickle": pickle.dumps(Touch()),
        "marshal": marshal.dumps(compile(harm, "x", "exec")),
        "yaml": f"!!python/object/apply:eval [{harm!r}]".encode(),
        "python": harm.encode(),
    }[kind]
    Journal(tmp_path / "journal.sqlite").put("key", json.dumps(plain(ASKED)), "{}")
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as base, base:
        base.execute("UPDATE ends SET answer = ?", (answer,))
    with pytest.raises(DataError):
        ask(ReplayBackend(path=str(tmp_path)))
    with pytest.raises(StoreError):
        Journal(tmp_path / "journal.sqlite").get("key")
    assert not trace.exists()
    if kind == "pickle":  # negative control: this one does run where somebody loads it
        pickle.loads(answer)
        assert trace.exists()


def test_the_journal_is_not_changed(store, tmp_path):
    """Replaying reads only."""
    folder = store((ASKED, Completion(text="x")))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ask(ReplayBackend(path=folder))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
