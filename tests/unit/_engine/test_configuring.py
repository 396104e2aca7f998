"""Experiment files: defaults, overrides, and one clear line for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._engine.configuring import (
    apply_sets,
    known_keys,
    make_experiment,
    overlay,
    read_experiment_file,
    show,
)
from esc_skills._engine.experiment import Choice
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills.errors import ConfigError

PRESET = preset(Catalogue.read(), "default")


def made(**raw: object):
    return make_experiment(raw, PRESET, "exp.toml")


def test_empty_experiment_takes_every_default() -> None:
    """Every key is optional; what is left out comes from the preset of a plug-in."""
    experiment = made()
    assert experiment.retriever == Choice(use="bm25")
    assert experiment.run.seed == 13


def test_shown_experiment_makes_the_same_experiment_again() -> None:
    """``config show`` states every default, and is itself an experiment of equal hash."""
    first = made(retriever={"use": "bm25", "k": 3}, corpus=["esconv:data/a b.json"])
    again = make_experiment(show(first), {}, "shown")
    assert again.hash == first.hash


@pytest.mark.parametrize("key", known_keys())
def test_typo_of_every_key_names_the_right_one(key: str) -> None:
    """C01: a key with one edit is refused with the right key in the hint or message."""
    typo = key[:-1] + ("x" if not key.endswith("x") else "y")
    with pytest.raises(ConfigError) as refused:
        made(**{typo: "anything"})
    assert key in refused.value.line


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("run", "concurrency", 0),
        ("run", "concurrency", 10_000),
        ("run", "seed", "thirteen"),
        ("run", "repeats", -1),
        ("run", "holdout", 2.0),
        ("evolve", "rounds", -1),
        ("evolve", "rounds", 1.5),
        ("talk", "score_last", "yes"),
    ],
)
def test_wrong_type_or_range_names_key_and_value(section: str, key: str, value: object) -> None:
    """C02: the line names the key and the offending value."""
    with pytest.raises(ConfigError) as refused:
        made(**{section: {key: value}})
    assert key in refused.value.line
    assert repr(value) in refused.value.line or str(value) in refused.value.line


def test_unknown_key_of_a_section_has_a_suggestion() -> None:
    """C01: sections know their keys too."""
    with pytest.raises(ConfigError, match="rounds"):
        made(evolve={"round": 2})


@pytest.mark.parametrize("value", [3, {"k": 3.5, "use": 7}, [], {"use": ""}, True])
def test_choice_that_is_no_component_is_refused(value: object) -> None:
    """C02: a component is a name, or a table with ``use``."""
    with pytest.raises(ConfigError, match="retriever"):
        made(retriever=value)


def test_table_without_use_keeps_the_default_component() -> None:
    """``[retriever] k = 5`` sets a setting of the default retriever."""
    assert made(retriever={"k": 5}).retriever == Choice(use="bm25", settings={"k": 5})


def test_corpus_words_carry_a_path() -> None:
    """``corpus = "esconv:FILE"`` names reader and file; one or several."""
    one = made(corpus="esconv:ESConv.json").corpus
    assert one == (Choice(use="esconv", path="ESConv.json"),)


def test_guards_cannot_be_switched_off_silently() -> None:
    """S4, C08: no guard needs the one setting that says so."""
    with pytest.raises(ConfigError, match="unsafe_no_guard"):
        made(guards=[])
    assert made(guards=[], run={"unsafe_no_guard": True}).guards == ()


def test_caps_and_limits_are_checked_like_everything_else() -> None:
    """R39: a cap in each of four units; a slip in one is named with its place."""
    budget = {"usd": 5.0, "calls": 10, "tokens": 9, "seconds": 60.0}
    assert made(run={"budget": budget}).run.budget.tokens == 9
    with pytest.raises(ConfigError, match=r"run\.limits\.tries"):
        made(run={"limits": {"tries": 0}})
    with pytest.raises(ConfigError, match="calls_per_minute"):
        made(run={"limits": {"calls_per_minut": 3.0}})


def test_nothing_to_learn_from_is_refused() -> None:
    """C06: without corpus, profiles, guards, responders' arms: the key and what it may be."""
    for key, empty in {"corpus": [], "profiles": [], "guards": [], "run": {"arms": []}}.items():
        with pytest.raises(ConfigError) as refused:
            made(**{key: empty})
        assert ("arms" if key == "run" else key) in refused.value.line
        assert refused.value.hint


def test_missing_preset_says_what_to_install() -> None:
    """Without any defaults installed the message says what is missing."""
    with pytest.raises(ConfigError, match="extractor"):
        make_experiment({}, {}, "exp.toml")


@pytest.mark.parametrize(
    ("word", "key", "value"),
    [
        ("run.seed=7", ("run", "seed"), 7),
        ("evolve.rounds=0", ("evolve", "rounds"), 0),
        ('retriever="none"', ("retriever",), "none"),
        ("retriever=none", ("retriever",), "none"),
        ("corpus=['sample']", ("corpus",), ["sample"]),
        ("talk.score_last=true", ("talk", "score_last"), True),
    ],
)
def test_set_words_are_toml_or_plain(word: str, key: tuple[str, ...], value: object) -> None:
    """``--set`` reads TOML where it parses and a plain word otherwise."""
    tree = apply_sets({}, [word])
    for step in key:
        tree = tree[step]
    assert tree == value


def test_set_reaches_into_a_named_component() -> None:
    """``retriever = "bm25"`` with ``--set retriever.k=3`` keeps the name."""
    assert apply_sets({"retriever": "bm25"}, ["retriever.k=3"]) == {
        "retriever": {"use": "bm25", "k": 3}
    }


@pytest.mark.parametrize("word", ["nonsense", "=3", "run.seed.deep=1"])
def test_bad_set_words_are_refused(word: str) -> None:
    """A word without key, without ``=`` or below a number is refused."""
    with pytest.raises(ConfigError):
        apply_sets({"run": {"seed": 1}}, [word])


def test_set_never_changes_what_it_was_given() -> None:
    """Overlaying leaves the original mapping as it was."""
    raw = {"run": {"seed": 1}}
    apply_sets(raw, ["run.seed=2"])
    assert raw == {"run": {"seed": 1}}


def test_relative_corpus_paths_are_meant_from_the_file(tmp_path: Path) -> None:
    """C09: an experiment reads the same data from whatever folder it is started."""
    folder = tmp_path / "mit Raum é"
    folder.mkdir()
    (folder / "exp.toml").write_text('corpus = ["esconv:data.json", "sample"]', "utf-8")
    raw = read_experiment_file(folder / "exp.toml")
    assert raw["corpus"] == [f"esconv:{folder / 'data.json'}", "sample"]


@pytest.mark.parametrize("content", [b"x = = 3", b"\xff\xfe", b"a = 1\na = 2"])
def test_file_that_is_no_toml_is_one_line(tmp_path: Path, content: bytes) -> None:
    """Broken TOML, wrong encoding and doubled keys are ConfigErrors that name the file."""
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_experiment_file(path)
    assert "bad.toml" in refused.value.line


def test_missing_file_is_one_line(tmp_path: Path) -> None:
    """I01: a missing experiment is a ConfigError with a hint."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        read_experiment_file(tmp_path / "nowhere.toml")


def test_paths_are_meant_from_the_folder_of_the_file(tmp_path: Path) -> None:
    """An experiment may be run from anywhere: corpora and profile sets lie beside it."""
    file = tmp_path / "exp.toml"
    file.write_text(
        'corpus = ["esconv:a.json"]\nprofiles = ["grid", { use = "sage", path = "p.jsonl" }]\n'
    )
    raw = read_experiment_file(file)
    assert raw["corpus"] == [f"esconv:{tmp_path / 'a.json'}"]
    assert raw["profiles"] == ["grid", {"use": "sage", "path": str(tmp_path / "p.jsonl")}]


def test_a_lone_profile_set_takes_settings_like_any_component() -> None:
    """``--set profiles.per_cell=2`` lays a setting over the preset's own set."""
    assert made(profiles={"per_cell": 2}).profiles == (
        Choice(use="grid", settings={"per_cell": 2}),
    )
    with pytest.raises(ConfigError, match="nobody to talk to"):
        made(profiles=[])


def test_sets_reach_below_a_list_of_one() -> None:
    """A single corpus or profile set of a file is read as a list; its settings can be set."""
    raw = {"profiles": ["grid"], "corpus": ["esconv:a/b.json"]}
    changed = apply_sets(raw, ["profiles.per_cell=2", "corpus.skip_bad=true"])
    assert changed["profiles"] == {"use": "grid", "per_cell": 2}
    assert changed["corpus"] == {"use": "esconv", "path": "a/b.json", "skip_bad": True}
    with pytest.raises(ConfigError, match="is not a table"):
        apply_sets({"profiles": ["grid", "sage"]}, ["profiles.per_cell=2"])


def test_an_overlay_is_laid_on_a_copy() -> None:
    """Values go in by dotted key, tables become new ones, and what was there stays as it is."""
    raw = {"retriever": "bm25", "evolve": {"rounds": 1}}
    laid = overlay(raw, {"retriever.k": 1, "evolve.trials": 0})
    assert laid == {
        "retriever": {"use": "bm25", "k": 1},
        "evolve": {"rounds": 1, "trials": 0},
    }
    assert raw == {"retriever": "bm25", "evolve": {"rounds": 1}}


def test_a_variable_in_a_file_is_text_like_any_other(tmp_path: Path) -> None:
    """C07: nothing is filled in from the surroundings; a path with such a sign is that path."""
    file = tmp_path / "exp.toml"
    file.write_text('corpus = ["esconv:${HOME}/data.json"]\n', "utf-8")
    (choice,) = make_experiment(read_experiment_file(file), PRESET).corpus
    assert choice.path == str(tmp_path / "${HOME}/data.json")


@pytest.mark.parametrize("key", ["include", "extends", "import", "defaults"])
def test_a_file_includes_no_other(key: str) -> None:
    """C07: there is no include that could be missing or go round in a ring."""
    with pytest.raises(ConfigError) as refused:
        made(**{key: "other.toml"})
    assert f"unknown key {key!r}" in refused.value.line
