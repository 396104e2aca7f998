"""The bench of extractors, on the project's own sample dialogues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine.running import resolve
from esc_skills._store.journal import Journal
from esc_skills._studies.tasks.extracting import bench_extractors
from esc_skills.errors import DataError, UnknownPluginError
from esc_skills.model import STRATEGIES, StudyRecord


def bench(folder: Path | None = None, limit: int = 3, **raw: Any) -> StudyRecord:
    experiment, catalogue = resolve({"corpus": ["sample"], **raw})
    return bench_extractors(experiment, catalogue, folder=folder, limit=limit)


def test_figures_stand_beside_majority_and_random() -> None:
    """A row an extractor, then the two baselines; equal runs give equal tables."""
    made = bench(limit=12)
    names = [row[0].text for row in made.tables[0].rows]
    assert names == ["annotated", "(majority)", "(random)"]
    (accuracy,) = [score for score in made.scores if score.name == "strategy-accuracy"]
    assert accuracy.value is not None
    assert accuracy.low is not None
    assert accuracy.value > 0.2 > accuracy.breakdown[1].value
    assert len(accuracy.items) == 12
    again = bench(limit=12)
    assert (again.tables, again.scores) == (made.tables, made.scores)


def test_who_needs_a_model_is_told_and_never_dropped() -> None:
    """The role that is missing under [models] is named, in the record and below the table."""
    made = bench()
    (line,) = made.lost
    assert line.startswith("paper: not run: needs [models] extractor")
    assert line in made.tables[0].notes


def test_a_model_is_asked_without_the_gold_and_accounted_for(tmp_path: Path) -> None:
    """Also an extractor that would show gold strategies has none to show."""
    raw = {
        "models": {"extractor": scripted(tmp_path)},
        "extractor": {"use": "paper", "gold_strategies": True},
    }
    made = bench(tmp_path, limit=2, **raw)
    assert not made.lost
    (cost,) = [cost for cost in made.costs if cost.arm == "paper"]
    assert cost.questions > 0
    assert cost.tokens_in > 0
    (base,) = (tmp_path / "bench").glob("*.sqlite")
    sent = [request for _, request, _ in Journal(path=base).rows()]
    assert sent
    assert not [name for name in STRATEGIES[:7] for text in sent if f'"{name}"' in told(text)]


def scripted(folder: Path) -> dict[str, Any]:
    """A model that annotates nothing, whatever it is asked."""
    script = folder / "script.jsonl"
    script.write_text('{"match": "turn", "text": "{\\"turns\\": []}"}\n', "utf-8")
    return {"use": "scripted", "model": "m", "script": str(script)}


def told(request: str) -> str:
    """The dialogue's part of a request: instructions list all strategies to everybody."""
    return request.replace("\\", "").partition('"messages"')[2]


def test_a_failing_model_loses_dialogues_and_says_so(tmp_path: Path) -> None:
    """Nothing is made of an answer that never came; the other extractors go on."""
    (tmp_path / "none.jsonl").write_text("", "utf-8")
    models = {
        "extractor": {"use": "scripted", "model": "m", "script": str(tmp_path / "none.jsonl")}
    }
    made = bench(limit=2, models=models)
    rows = {row[0].text: row for row in made.tables[0].rows}
    assert rows["annotated"][7].value == 0
    lost = [line for line in made.lost if line.startswith("paper: sample/")]
    assert rows["paper"][7].value == len(lost) == 2


def test_names_choose_and_a_wrong_one_is_refused() -> None:
    """A slip must not look like an extractor that has nothing to say."""
    experiment, catalogue = resolve({"corpus": ["sample"]})
    made = bench_extractors(experiment, catalogue, names=["annotated"], limit=2)
    assert not made.lost
    with pytest.raises(UnknownPluginError, match="anotated"):
        bench_extractors(experiment, catalogue, names=["anotated"])


def test_dialogues_without_labels_are_refused(tmp_path: Path) -> None:
    """There is nothing to be right about."""
    path = tmp_path / "talk.jsonl"
    path.write_text(
        '{"messages": [{"role": "user", "content": "I am sad."},'
        ' {"role": "assistant", "content": "Why?"}]}\n',
        "utf-8",
    )
    experiment, catalogue = resolve({"corpus": [f"chat-jsonl:{path}"]})
    with pytest.raises(DataError, match="gold strategies"):
        bench_extractors(experiment, catalogue)
