"""The evaluator ``ratings``: what people said of these very words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills.errors import DataError
from esc_skills.model import Evidence, Exchange, Reply, Score, SeekerProfile, SeekerState, Trace
from esc_skills.spec import Evaluator
from esc_skills.stats import krippendorff_alpha, mean_interval
from esc_skills.testing.contexts import context
from esc_skills_plugins.evaluators.ratings import Ratings, esc_skills_evaluators


def trace(words: str, *, name: str = "a", repeat: int = 0, safety: bool = False) -> Trace:
    """A conversation of one exchange."""
    profile = SeekerProfile(
        id=name, persona="", scene="", persona_type="passive", intention="deep-empathy",
        opening="Hi.", safety=safety,
    )  # fmt: skip
    exchange = Exchange(
        index=0,
        seeker="Hi.",
        state=SeekerState(scenario="", label=""),
        reply=Reply(text=words, strategy=""),
    )
    return Trace(
        id=f"t/{name}/{repeat}", profile=profile, arm="none", repeat=repeat,
        exchanges=(exchange,), ending="limit", signature="sim",
    )  # fmt: skip


TALKS = (trace("one"), trace("two", repeat=1), trace("three", name="b"), trace("four", name="c"))


def row(talk: Trace, rater: str, value: int, **changes: Any) -> dict[str, Any]:
    """One stored rating."""
    made = {
        "words": talk.fingerprint,
        "question": "warmth",
        "asks": "How warm?",
        "scale": [1, 5],
        "rater": rater,
        "value": value,
    }
    return {**made, **changes}


def stored(folder: Path, rows: Sequence[Any]) -> Path:
    path = folder / "ratings.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    return path


def scored(path: Path | str, talks: Sequence[Trace] = TALKS) -> dict[str, Score]:
    evaluator = Ratings(path=str(path))
    found = asyncio.run(evaluator.score(Evidence(traces=tuple(talks)), context()))
    return {score.name: score for score in found}


def test_it_keeps_the_promise_of_an_evaluator() -> None:
    """Its class is what the hook brings."""
    assert isinstance(Ratings(), Evaluator)
    assert esc_skills_evaluators() == [Ratings]


def test_a_conversation_has_the_mean_of_its_raters(tmp_path: Path) -> None:
    """Intervals are clustered by seeker; what nobody rated is in ``of`` alone."""
    rows = [row(TALKS[0], "ann", 5), row(TALKS[0], "bob", 4), row(TALKS[1], "ann", 2)]
    rows += [row(TALKS[2], "bob", 1), row(trace("elsewhere"), "ann", 5)]
    found = scored(stored(tmp_path, rows))
    expected = mean_interval([4.5, 2, 1], ["a", "a", "b"]).rounded()
    mean = found["warmth"]
    assert (mean.value, mean.low, mean.high) == (expected.value, expected.low, expected.high)
    assert (mean.n, mean.of, mean.better) == (3, 4, "higher")
    assert {item.key: item.sums for item in mean.items} == {
        "a#0": (4.5, 1), "a#1": (2, 1), "b#0": (1, 1),
    }  # fmt: skip
    assert {part.group: part.value for part in mean.breakdown} == {
        "rater=ann": 3.5,
        "rater=bob": 2.5,
    }
    assert found["rated"].value == 0.75


def test_raters_agreement_stands_beside_the_mean(tmp_path: Path) -> None:
    """Ordinal alpha over the conversations of the arm."""
    values = [(5, 4), (2, 2), (1, 3), (4, 4)]
    rows = [
        row(talk, rater, value)
        for talk, pair in zip(TALKS, values, strict=True)
        for rater, value in zip(("ann", "bob"), pair, strict=True)
    ]
    found = scored(stored(tmp_path, rows))["warmth-agreement"]
    alpha = krippendorff_alpha(values, "ordinal")
    assert alpha is not None
    assert found.value == pytest.approx(alpha, abs=1e-6)


def test_a_folder_will_do_and_no_path_rates_nothing(tmp_path: Path) -> None:
    """Without a file there is no figure, which is not a zero."""
    stored(tmp_path, [row(TALKS[0], "ann", 5)])
    assert scored(tmp_path)["warmth"].n == 1
    (bare,) = scored("").values()
    assert (bare.name, bare.value, bare.n) == ("rated", None, 0)


def test_faults_and_safety_profiles_are_no_number(tmp_path: Path) -> None:
    """A rating of words that a fault ended does not count."""
    talks = (attrs.evolve(TALKS[0], ending="fault", fault="service"), trace("x", safety=True))
    path = stored(tmp_path, [row(talk, "ann", 5) for talk in talks])
    found = scored(path, talks)["warmth"]
    assert (found.value, found.n, found.of) == (None, 0, 1)


def test_another_wording_of_the_question_is_another_signature(tmp_path: Path) -> None:
    """Ratings of unlike questions are never compared."""
    one = scored(stored(tmp_path, [row(TALKS[0], "ann", 5)]))["warmth"]
    two = scored(stored(tmp_path, [row(TALKS[0], "ann", 5, asks="How cold?")]))["warmth"]
    assert one.signature != two.signature
    assert one.signature.endswith("|sim")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param([row(TALKS[0], "ann", 6)], "off the scale", id="off-scale"),
        pytest.param([row(TALKS[0], "ann", True)], "whole numbers", id="no-number"),
        pytest.param([row(TALKS[0], "", 5)], "whole numbers", id="no-rater"),
        pytest.param([row(TALKS[0], "ann", 5, scale=3)], "whole numbers", id="no-scale"),
        pytest.param([row(TALKS[0], "ann", 5, more=1)], "has the keys", id="stranger"),
        pytest.param(["x"], "has the keys", id="no-object"),
        pytest.param([row(TALKS[0], "ann", 5)] * 2, "rated it before", id="twice"),
        pytest.param(
            [row(TALKS[0], "ann", 5), row(TALKS[1], "ann", 5, scale=[1, 7])],
            "two wordings",
            id="two-scales",
        ),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(
    tmp_path: Path, rows: Sequence[Any], told: str
) -> None:
    """File and line are named; nothing is guessed."""
    path = stored(tmp_path, rows)
    with pytest.raises(DataError, match=told) as caught:
        scored(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A misspelt path must not look like raters who said nothing."""
    with pytest.raises(DataError, match="cannot read"):
        scored(tmp_path / "ratings.jsonl")
