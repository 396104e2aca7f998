"""run.json: what must be equal for a folder to be taken up again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._engine import provenance
from esc_skills._engine.crew import hire
from esc_skills._engine.running import resolve
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills.errors import UsageError

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
PLAIN = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


def book(folder: RunFolder, description: dict[str, Any], started: str = "now") -> provenance.Book:
    return provenance.Book(folder=folder, description=description, started=started)


def test_run_of_another_experiment_is_refused_with_the_difference(tmp_path: Path) -> None:
    """R13: a folder is taken up by its own experiment only; the first difference is named."""
    folder = RunFolder.create(tmp_path / "run")
    one = {"experiment": {"run": {"seed": 1, "concurrency": 4}}, "version": "1"}
    assert provenance.check_same(folder, one) is False
    book(folder, one).write("done")
    assert provenance.check_same(folder, one) is True
    other = {"experiment": {"run": {"seed": 2, "concurrency": 4}}, "version": "1"}
    with pytest.raises(UsageError, match=r"seed: 1 → 2"):
        provenance.check_same(folder, other)


def test_concurrency_may_change_between_runs(tmp_path: Path) -> None:
    """How many work at once changes no result."""
    folder = RunFolder.create(tmp_path / "run")
    one = {"experiment": {"run": {"seed": 1, "concurrency": 4}}}
    book(folder, one).write("running")
    assert provenance.check_same(folder, {"experiment": {"run": {"seed": 1, "concurrency": 9}}})


def test_only_the_concurrency_itself_may_change(tmp_path: Path) -> None:
    """A value that merely mentions the key hides no difference."""
    folder = RunFolder.create(tmp_path / "run")
    book(folder, {"corpus": "a.run.concurrency"}).write("done")
    with pytest.raises(UsageError, match="first difference"):
        provenance.check_same(folder, {"corpus": "b.run.concurrency"})


@given(PLAIN, PLAIN)
def test_no_difference_means_equal(old: Any, new: Any) -> None:
    """There is a line exactly when two values differ, whichever way they are compared."""
    lines = provenance.differences(old, new)
    assert (lines == []) == (old == new)
    assert len(lines) == len(provenance.differences(new, old))


@given(PLAIN)
def test_copy_has_no_difference(value: Any) -> None:
    """Equal content is equal, whatever the objects are."""
    assert provenance.differences(value, copy.deepcopy(value)) == []


@given(st.dictionaries(st.text(), PLAIN, min_size=1), st.data())
def test_absent_key_differs_from_any_value(value: dict[str, Any], data: st.DataObject) -> None:
    """A key that one side lacks is told, also when its value is null."""
    key = data.draw(st.sampled_from(sorted(value)))
    less = {name: item for name, item in value.items() if name != key}
    (line,) = provenance.differences(less, value)
    assert line.startswith(f"$.{key}: absent → ")


def test_difference_names_the_way_to_it() -> None:
    """Keys and positions lead to the value, old and new stand beside each other."""
    old, new = {"a": [{"b": 1}, 2]}, {"a": [{"b": 3}, 2]}
    assert provenance.differences(old, new) == ["$.a[0].b: 1 → 3"]


def test_more_differences_are_counted(tmp_path: Path) -> None:
    """The first difference is shown, the others are counted; the hint says what to type."""
    folder = RunFolder.create(tmp_path / "run")
    book(folder, {"a": 1, "b": 1, "c": 1}).write("done")
    with pytest.raises(UsageError) as refused:
        provenance.check_same(folder, {"a": 2, "b": 2, "c": 2})
    assert "and 2 more" in refused.value.line
    assert "--out" in refused.value.hint


def test_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """O08: a folder with other things in it never becomes a run."""
    folder = RunFolder.create(tmp_path / "run")
    (folder.path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"thesis\.txt"):
        provenance.check_same(folder, {})


def test_results_without_their_run_json_are_refused(tmp_path: Path) -> None:
    """R13: units of an unknown experiment are not taken up by another one."""
    folder = RunFolder.create(tmp_path / "run")
    folder.write_rows("units.jsonl", [])
    with pytest.raises(UsageError, match=r"units\.jsonl"):
        provenance.check_same(folder, {})


def test_run_killed_at_its_start_may_begin_again(tmp_path: Path) -> None:
    """R01: a lock and a half-written run.json are what such a run leaves; no more is needed."""
    folder = RunFolder.create(tmp_path / "run")
    for name in ("lock", ".run.json.4711-0.tmp"):
        (folder.path / name).write_text("", "utf-8")
    assert provenance.check_same(folder, {}) is False


def test_description_is_enough_to_run_again() -> None:
    """Experiment with every default, all components with versions, and our own version."""
    experiment, catalogue = resolve(None)
    crew = hire(experiment, catalogue)
    found = provenance.described(experiment, crew)
    assert resolve(found["experiment"])[0].hash == experiment.hash
    assert len(found["plugins"]) == len(crew.table)
    assert found["version"]


def test_time_stands_in_run_json_alone(tmp_path: Path) -> None:
    """State, start and time of writing are kept beside the description; facts may be added."""
    folder = RunFolder.create(tmp_path / "run")
    book(folder, {"schema": 1}, "2026-01-01").write("done", until="report")
    stored = folder.read_json("run.json")
    assert (stored["state"], stored["until"], stored["started"]) == ("done", "report", "2026-01-01")
    assert stored["written"].endswith("+00:00")
    assert provenance.check_same(folder, {"schema": 1}) is True


def test_caps_and_pace_may_change_between_runs(tmp_path: Path) -> None:
    """R39: a run that its budget stopped goes on with a higher one."""
    folder = RunFolder.create(tmp_path / "run")
    old = {"experiment": {"run": {"seed": 1, "budget": {"calls": 4}}}}
    book(folder, old).write("budget")
    new = {"experiment": {"run": {"seed": 1, "budget": {"calls": 9}, "limits": {"tries": 2}}}}
    assert provenance.check_same(folder, new) is True


def test_a_book_remembers_who_was_probed(tmp_path: Path) -> None:
    """R29: a later walk of the same run knows which models were asked, and asks none again."""
    folder = RunFolder.create(tmp_path / "run")
    first = book(folder, {"schema": 1})
    assert first.open() is False
    first.know(("aa", "bb"))
    first.write("done")
    second = book(folder, {"schema": 1})
    assert second.open() is True
    assert second.probed == ("aa", "bb")


def claimed(tmp_path: Path) -> RunFolder:
    """A run that came to grief at its corpus: its claim, its lock and a journal without a row."""
    folder = RunFolder.create(tmp_path / "run")
    book(folder, {"corpus": "typo"}).write("running")
    folder.lock.write_text("", "utf-8")
    journal = Journal(folder.journal)
    journal.put("k", "{}", "{}")
    journal.drop("k")
    journal.close()
    return folder


def test_a_run_that_made_nothing_is_in_nobodys_way(tmp_path: Path) -> None:
    """After a wrong path the corrected experiment takes the same folder, as a new run."""
    folder = claimed(tmp_path)
    assert provenance.check_same(folder, {"corpus": "typo"}) is True
    assert book(folder, {"corpus": "right"}).open() is False
    assert folder.read_json("run.json")["corpus"] == "right"


def paid(folder: RunFolder) -> None:
    """A call that was paid for, and whose answer was of no use."""
    journal = Journal(folder.journal)
    (row,) = journal.write([Intent(key="k", role="judge", place="probe", model="m")])
    journal.write([], [Ending(id=row, state="reply", tokens_in=9)])
    journal.close()


SPOILS: dict[str, Callable[[RunFolder], Any]] = {
    "an answer": lambda folder: Journal(folder.journal).put("k", "{}", "{}"),
    "a call that came to nothing": lambda folder: paid(folder),
    "a probe": lambda folder: book(folder, {"corpus": "typo"}).know(("aa",)),
    "a report on a corpus": lambda folder: folder.write_json("corpus.json", {}),
    "an empty file": lambda folder: (folder.path / "units.jsonl").touch(),
    "an empty folder": lambda folder: (folder.path / "banks").mkdir(),
    "an end": lambda folder: book(folder, {"corpus": "typo"}).write("done"),
    "a journal that none can read": lambda folder: folder.journal.write_bytes(b"x" * 9000),
}


@pytest.mark.parametrize("spoil", list(SPOILS.values()), ids=list(SPOILS))
def test_a_run_that_made_anything_keeps_its_folder(
    tmp_path: Path, spoil: Callable[[RunFolder], Any]
) -> None:
    """R13: what cost a call or holds a result is never taken over by another experiment."""
    folder = RunFolder.create(tmp_path / "run")
    book(folder, {"corpus": "typo"}).write("running")
    spoil(folder)
    before = folder.run.read_bytes()
    with pytest.raises(UsageError, match="holds another run"):
        book(folder, {"corpus": "right"}).open()
    assert folder.run.read_bytes() == before
