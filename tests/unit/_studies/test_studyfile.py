"""Study files: what is read, where paths are meant from, and one clear line for every slip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from esc_skills._studies.studyfile import Study, read_study
from esc_skills.errors import ConfigError

STUDY = """
design = "grid"
retriever = { use = "bm25", k = 2 }
corpus = "chat-jsonl:talks.jsonl"

[evolve]
rounds = 1

[vary]
"evolve.rounds" = [0, 2]
retriever.k = [1, 3]
corpus = ["sample", "chat-jsonl:more.jsonl"]

[study]
seeds = 2
measures = ["sage.emotion"]
"""


def test_nothing_is_a_study_of_the_default_experiment() -> None:
    """Without a file every mechanism of the preset is left out once, with three seeds."""
    study = read_study(None)
    assert (study.design, study.seeds, study.arms) == ("leave-one-out", (13, 14, 15), ("evolved",))
    assert study.baseline_arms == ("none", "static", "evolved")
    assert study.experiment == {}


def test_a_file_is_an_experiment_and_what_is_varied(tmp_path: Path) -> None:
    """Design, factors and seeds are taken out; paths are meant from the file's folder."""
    path = tmp_path / "words.toml"
    path.write_text(STUDY, "utf-8")
    study = read_study(path)
    assert (study.name, study.design, study.seeds) == ("words", "grid", (13, 14))
    assert list(study.vary) == ["corpus", "retriever.k", "evolve.rounds"]
    assert study.vary["retriever.k"] == (1, 3)
    assert study.vary["corpus"] == (["sample"], [f"chat-jsonl:{tmp_path / 'more.jsonl'}"])
    assert study.experiment == {
        "retriever": {"use": "bm25", "k": 2},
        "corpus": [f"chat-jsonl:{tmp_path / 'talks.jsonl'}"],
        "evolve": {"rounds": 1},
    }


def test_listed_overlays_are_anchored_and_spelt_by_dotted_key(tmp_path: Path) -> None:
    """Tables without ``use`` are laid key by key; a path in an overlay is the file's too."""
    path = tmp_path / "study.toml"
    path.write_text(
        '[study]\npairs = [{ name = "a", evolve = { rounds = 0 } }, { corpus = "esconv:e.json" }]\n'
    )
    study = read_study(path)
    assert study.design == "list"
    assert study.pairs == (
        {"name": "a", "evolve.rounds": 0},
        {"corpus": [f"esconv:{tmp_path / 'e.json'}"]},
    )


def test_words_are_laid_over_a_study() -> None:
    """``--set`` reaches the experiment, the factors and the study's own table."""
    words = [
        "run.seed=5",
        "study.seeds=2",
        "design=swap",
        'vary.retriever=["none"]',
        "talk.limit=2",
    ]
    study = read_study({}, words)
    assert (study.seeds, study.design, study.vary) == ((5, 6), "swap", {"retriever": ("none",)})
    assert study.experiment == {"run": {"seed": 5}, "talk": {"limit": 2}}


def test_seeds_may_be_listed() -> None:
    """A list of seeds stands as it is."""
    assert read_study({"study": {"seeds": [3, 1]}}).seeds == (3, 1)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"desing": "grid"}, "'design'"),
        ({"retreiver": "none"}, "'retriever'"),
        ({"design": "gird", "vary": {"retriever": "*"}}, "'grid'"),
        ({"vary": {"retriever": "*"}}, "no design is named"),
        ({"design": "swap", "vary": {"retriver": "*"}}, "'retriever'"),
        ({"design": "swap", "vary": {"run.seed": [1, 2]}}, "[study] seeds"),
        ({"design": "grid", "vary": {"run": {"arms": [["none"]]}}}, "[study] seeds"),
        ({"design": "swap", "vary": ["retriever"]}, "[vary]"),
        ({"study": {"sedes": 3}}, "'seeds'"),
        ({"study": {"seeds": 0}}, "seeds must not be empty"),
        ({"study": {"seeds": "three"}}, "seeds"),
        ({"study": {"seeds": [1, 1]}}, "twice"),
        ({"study": {"arms": ["dynamic"]}}, "evolved"),
        ({"study": {"at_once": 0}}, "at_once"),
        ({"study": {"over": "people"}}, "seekers"),
        ({"study": {"pairs": [{"evolv.rounds": 0}]}}, "'evolve'"),
        ({"design": "grid", "study": {"leave": ["risks"]}}, "leave-one-out"),
        ({"design": "grid", "study": {"pairs": [{"talk.limit": 1}]}}, "pairs, list"),
        ({"run": 3}, "[run]"),
    ],
    ids=lambda item: None if isinstance(item, dict) else item,
)
def test_a_slip_is_refused_with_what_to_write(raw: dict[str, Any], word: str) -> None:
    """Unknown keys, designs and values are refused; the line names the right ones."""
    with pytest.raises(ConfigError) as refused:
        read_study(raw)
    assert word in refused.value.line
    assert refused.value.hint


def test_a_fault_in_a_file_names_its_line(tmp_path: Path) -> None:
    """A wrong key of ``[study]`` is found by file and line."""
    path = tmp_path / "s.toml"
    path.write_text("[study]\nsedes = 3\n", "utf-8")
    with pytest.raises(ConfigError, match=r"s\.toml:2"):
        read_study(path)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """A missing study is refused as a missing experiment is."""
    with pytest.raises(ConfigError, match="cannot read"):
        read_study(tmp_path / "none.toml")


@pytest.mark.parametrize("word", ["study.name=b", "study.at_once=2", "study.executor=local"])
def test_effort_is_no_identity(word: str) -> None:
    """Name, executor and how much at once change no result, and no hash."""
    assert read_study({}, [word]).hash == read_study({}).hash
    assert read_study({}, ["run.budget.usd=3", "run.concurrency=2"]).hash == read_study({}).hash


@pytest.mark.parametrize(
    "word",
    ["study.seeds=4", "design=grid", "talk.limit=3", 'study.leave=["risks"]', "study.over=seeds",
     'study.measures=["sage.emotion"]'],
)  # fmt: skip
def test_all_else_is_identity(word: str) -> None:
    """Whatever a table depends on changes the hash."""
    assert read_study({}, [word]).hash != read_study({}).hash


def test_a_study_can_be_made_in_python() -> None:
    """The class takes what the file says."""
    made = Study(experiment={}, design="swap", vary={"retriever": ("none",)}, seeds=(13, 14))
    raw = {"design": "swap", "vary": {"retriever": "none"}, "study": {"seeds": 2}}
    assert made == read_study(raw)
