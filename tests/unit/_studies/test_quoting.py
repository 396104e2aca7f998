"""What a study will ask, before it asks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from studied import said, write

from esc_skills._studies.quoting import plan_study
from esc_skills._studies.studyfile import read_study
from esc_skills.errors import ConfigError, UsageError
from esc_skills.testing.faultserver import FaultServer


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, FaultServer]]:
    """A study whose agent asks a model."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with FaultServer((), said) as server:
        yield write(tmp_path, server.url), server


def test_a_plan_sends_nothing_and_makes_no_folder(
    asking: tuple[Path, FaultServer], tmp_path: Path
) -> None:
    """Calls, tokens and money by variant, all seeds together."""
    file, server = asking
    plan = plan_study(read_study(file), tmp_path / "study")
    assert server.count == 0
    assert not plan.folder.exists()
    assert (plan.shards, plan.done) == (4, 0)
    assert [quote.variant for quote in plan.quotes] == ["baseline", "sage alone"]
    for quote in plan.quotes:
        assert 0 < quote.calls <= quote.most
        assert quote.tokens > 0
        assert quote.usd
    assert plan.missing == ()


def test_every_seed_is_counted(asking: tuple[Path, FaultServer]) -> None:
    """Twice the seeds, twice the calls: answers are shared within a seed only."""
    file, _ = asking
    two, four = (plan_study(read_study(file, [f"study.seeds={n}"])) for n in (2, 4))
    for less, more in zip(two.quotes, four.quotes, strict=True):
        assert (more.calls, more.tokens) == (2 * less.calls, 2 * less.tokens)
        assert more.usd == pytest.approx(2 * less.usd)


def test_what_is_done_asks_nothing(small_study: Path, study_file: Path, tmp_path: Path) -> None:
    """Variants with all their runs are left out; others count what is left."""
    study = read_study(study_file)
    whole = plan_study(study, small_study)
    assert (whole.shards, whole.done, whole.quotes) == (4, 4, ())
    home = tmp_path / "study"
    shutil.copytree(small_study, home)
    shutil.rmtree(home / "shards/baseline/14")
    part = plan_study(study, home)
    assert (part.done, [quote.variant for quote in part.quotes]) == (3, ["baseline"])


def test_a_role_that_nobody_answers_for_is_named() -> None:
    """A plan may be made before a key is there."""
    raw = {"responder": "plain", "evolve": {"rounds": 0}, "design": "list"}
    plan = plan_study(read_study({**raw, "study": {"seeds": [1]}}))
    assert plan.missing == ("responder",)
    assert json.loads(json.dumps(plan.plain()))["missing"] == ["responder"]


def test_a_variant_that_is_no_experiment_is_refused() -> None:
    """As it would be when the study runs."""
    with pytest.raises(ConfigError, match="turns"):
        plan_study(read_study({"design": "swap", "vary": {"talk.turns": [3]}}))


def test_a_plan_refuses_what_the_study_would(small_study: Path, study_file: Path) -> None:
    """A folder of another study, of another kind, of other things, or none at all."""
    other = read_study(study_file, ["study.seeds=3"])
    with pytest.raises(UsageError, match="holds another study"):
        plan_study(other, small_study)
    with pytest.raises(UsageError, match="holds another study"):
        plan_study(read_study(study_file), small_study, kind="bench")
    with pytest.raises(UsageError, match="is no study"):
        plan_study(other, study_file.parent)
    with pytest.raises(UsageError, match="Not a directory"):
        plan_study(other, study_file / "below")
