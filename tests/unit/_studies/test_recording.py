"""From the scores of shards to the record of a study."""

from __future__ import annotations

from pathlib import Path

import attrs
from madeup import pooled, result, talks

from esc_skills._engine.scoring import stored
from esc_skills._store.folder import RunFolder
from esc_skills._studies.pooling import Figures, pool
from esc_skills._studies.recording import Question, arm_of, people, record, results, usual
from esc_skills._studies.shards import Played
from esc_skills.model import StudyRecord

LOW, HIGH = {"s1": [20.0], "s2": [25.0], "s3": [30.0]}, {"s1": [60.0], "s2": [66.0], "s3": [72.0]}
FOUND = (result("new", talks(HIGH)), result("old", talks(LOW)))


def made(**facts: object) -> StudyRecord:
    asked = Question(**{"pairs": (("new", "old"),), "reference": "old", **facts})  # type: ignore[arg-type]
    return record("study", "ablate", FOUND, Figures(), asked, lost=("new, seed 14: gone",))


def notes(found: StudyRecord) -> str:
    return "\n".join(found.tables[0].notes)


def test_arms_are_named_by_variant() -> None:
    """The last bank's arm is the variant itself."""
    assert [arm_of("v", arm) for arm in ("evolved", "static", "none")] == [
        "v",
        "v/static",
        "v/none",
    ]


def test_results_are_the_shards_own_scores(small_study: Path) -> None:
    """Every arm's; a run's own differences and shards without a result are left out."""
    path = small_study / "shards/baseline/13"
    whole = Played(variant="baseline", seed=13, path=path)
    broken = attrs.evolve(whole, variant="broken", ended="error[data]: gone")
    found = list(results([whole, broken]))
    assert {one.arm for one in found} == {"baseline", "baseline/none"}
    kept = [score for score in stored(RunFolder(path)) if score.evaluator != "paired"]
    assert [one.score for one in found] == kept


def test_every_default_figure_is_what_its_items_make(small_study: Path) -> None:
    """Pooling one shard alone gives each score as its evaluator said it."""
    path = small_study / "shards/baseline/14"
    found = list(results([Played(variant="v", seed=14, path=path)]))
    assert len(found) > 10
    for one, score in zip(found, pool(found, Figures()), strict=True):
        assert score.value == one.score.value, (score.evaluator, score.name)
        assert (score.n, score.of) == (one.score.n, one.score.of)


def test_groups_are_those_of_report_seekers(small_study: Path) -> None:
    """Persona type and hidden intention; safety seekers are of no group."""
    found = people(small_study / "shards/baseline/13")
    assert found
    for key, kinds in found.items():
        assert "report" in key
        persona, intention = kinds
        assert persona.startswith("persona_type=")
        assert intention == "intention=deep-empathy"


def test_usual_measures_are_the_first_comparable_score_of_each_evaluator() -> None:
    """What is neither good nor bad is passed over, and what has no items."""
    items = talks({"s1": [1]})
    scores = pooled(
        result("a", items, name="turns", better="neither"),
        result("a", (), name="bare"),
        result("a", items, name="emotion"),
        result("a", items, name="success-rate"),
        result("a", items, evaluator="safety", name="unsafe-rate", better="lower"),
    )
    assert usual(scores) == ("sage.emotion", "safety.unsafe-rate")


def test_a_record_holds_scores_contrasts_and_tables() -> None:
    """What is shown first: what every arm reached, then differences, then how far to trust them."""
    found = made()
    assert [table.name for table in found.tables] == ["main", "differences", "floors"]
    assert [score.arm for score in found.scores] == ["new", "old"]
    assert [(one.arm, one.against, one.verdict) for one in found.contrasts] == [
        ("new", "old", "better")
    ]
    assert found.lost == ("new, seed 14: gone",)
    assert found.tables[0].caption.endswith("Marks: against old.")


def test_seekers_of_a_group_are_compared_among_themselves() -> None:
    """Groups are a family of their own, in the order of their names."""
    mood = {"s1": ("mood=low",), "s2": ("mood=low", "age=old"), "s3": ("age=old",)}
    table = made(groups=mood).tables[-1]
    assert table.name == "groups"
    assert [row[0].text for row in table.rows] == ["age=old", "mood=low"]
    assert [(row[1].value, row[1].n) for row in table.rows] == [(41.5, 2), (40.5, 2)]
    assert table.head == ("seekers", "new − old")
    assert "over 2 contrasts" in table.notes[0]


def test_a_study_that_compares_nothing_has_figures_alone() -> None:
    """One variant: no table of differences, and no note of a correction."""
    found = made(pairs=(), reference="")
    assert [table.name for table in found.tables] == ["main"]
    assert found.contrasts == ()
    assert "Marks" not in notes(found) + found.tables[0].caption


def test_a_measure_that_nobody_has_is_told() -> None:
    """A typing error in the study file does not pass for an empty table."""
    found = made(measures=("sage.emotoin", "sage.emotion"))
    assert "No arm has a score sage.emotoin." in notes(found)
    assert found.tables[0].head == ("arm", "sage.emotion")


def test_why_nothing_is_said_is_told_once() -> None:
    """A reason that many contrasts share stands in one note."""
    other = result("odd", talks(LOW), signature="sage:v9")
    asked = Question(pairs=(("new", "odd"), ("old", "odd")))
    found = record("study", "compare", (*FOUND, other), Figures(), asked)
    assert notes(found).count("Not compared: signatures differ") == 1
