"""The evaluator ``sage``: SAGE's figures, their intervals, and what is no number."""

from __future__ import annotations

import asyncio
import json
import pathlib

import attrs
import pytest

from esc_skills.model import (
    Evidence,
    Exchange,
    Reaction,
    Reply,
    Score,
    SeekerProfile,
    SeekerState,
    Trace,
)
from esc_skills.spec import Evaluator
from esc_skills.testing.contexts import context
from esc_skills_plugins.evaluators.sage import Sage, esc_skills_evaluators

DATA = pathlib.Path(__file__).resolve().parents[3] / "../shared/data/sage"


def trace(
    emotions: tuple[int, ...] = (50,),
    *,
    name: str = "a",
    repeat: int = 0,
    kind: str = "passive",
    intention: str = "deep-empathy",
    signature: str = "appraisal:v1|params=x",
    fault: str = "",
    safety: bool = False,
) -> Trace:
    """A conversation with these emotions after each reply."""
    profile = SeekerProfile(
        id=name, persona="", scene="", persona_type=kind, intention=intention, opening="Hi.",
        safety=safety,
    )  # fmt: skip
    before = (40, *emotions)
    exchanges = tuple(
        Exchange(
            index=number,
            seeker="…",
            state=SeekerState(scenario="", label=""),
            reply=Reply(text="…", strategy=""),
            reaction=Reaction(delta=max(-10, min(10, emotion - before[number])), emotion=emotion),
        )
        for number, emotion in enumerate(emotions)
    )
    end = emotions[-1] if emotions else 40
    ending = "fault" if fault else "success" if end >= 100 else "failure" if end < 10 else "limit"
    return Trace(
        id=f"t/{name}/{repeat}",
        profile=profile,
        arm="x",
        repeat=repeat,
        exchanges=exchanges,
        ending=ending,  # type: ignore[arg-type]
        fault=fault,  # type: ignore[arg-type]
        signature=signature,
    )


def scores(*traces: Trace) -> dict[str, Score]:
    """Scores by name."""
    found = asyncio.run(Sage().score(Evidence(traces=traces), context()))
    return {score.name: score for score in found}


def test_keeps_the_promises_of_its_role() -> None:
    """The component is an Evaluator that reads traces alone."""
    assert esc_skills_evaluators() == [Sage]
    assert isinstance(Sage(), Evaluator)
    assert Sage.reads == {"traces"}


def test_the_published_figures() -> None:
    """Mean final emotion, successes at 100, failures below 10, replies until success."""
    found = scores(
        trace((50, 100), name="a"),
        trace((45, 55, 100), name="b"),
        trace((9,), name="c"),
        trace((10,), name="d"),
    )
    assert found["emotion"].value == (100 + 100 + 9 + 10) / 4
    assert found["successes"].value == 2
    assert found["failures"].value == 1
    assert found["turns-to-success"].value == 2.5
    assert found["turns-to-success"].n == 2
    low, high = found["emotion"].low, found["emotion"].high
    assert low is not None
    assert high is not None
    assert low < 54.75 < high


def test_faults_are_counted_and_never_scored() -> None:
    """R37: a fault is no emotion: it lowers ``n``, not the mean, and is named in the breakdown."""
    found = scores(trace((80,)), trace((5,), name="b", fault="seeker"))
    assert (found["emotion"].value, found["emotion"].n, found["emotion"].of) == (80, 1, 2)
    assert found["failures"].value == 0
    parts = {part.group: part.value for part in found["emotion"].breakdown}
    assert parts["fault=seeker"] == 1
    kinds = [
        attrs.evolve(trace((5,), name=name, fault="responder"), state=name)
        for name in ("refused", "stalled", "refused")
    ]
    parts = {part.group: part.value for part in scores(trace((80,)), *kinds)["emotion"].breakdown}
    assert (parts["state=refused"], parts["state=stalled"], parts["fault=responder"]) == (2, 1, 3)


def test_nothing_scored_is_none_not_zero() -> None:
    """Only faults, or no traces: the value is None."""
    for found in (scores(), scores(trace((5,), fault="service"))):
        assert all(score.value is None and score.n == 0 for score in found.values())


def test_breakdown_by_persona_type_and_intention() -> None:
    """Each group has its value and n; groups that were not met are left out."""
    found = scores(
        trace((20,), name="a", kind="negative"),
        trace((60,), name="b", intention="sincere-praise"),
        trace((80,), name="c", intention="sincere-praise"),
    )
    parts = {part.group: part for part in found["emotion"].breakdown}
    assert parts["persona_type=negative"].value == 20
    assert parts["intention=sincere-praise"].value == 70
    assert parts["intention=sincere-praise"].n == 2
    assert "persona_type=avoidant" not in parts


def test_failures_have_their_share_beside() -> None:
    """The share of failures stands beside the count with Wilson's interval."""
    found = scores(*(trace((5 if n < 5 else 50,), name=f"s{n}") for n in range(10)))
    share = next(part for part in found["failures"].breakdown if part.group == "share")
    assert share.value == 0.5
    assert share.low == pytest.approx(0.236593, abs=2e-6)
    assert share.high == pytest.approx(0.763407, abs=2e-6)
    assert found["failures"].low == pytest.approx(2.36594, abs=1e-5)


def test_shares_are_what_studies_compare() -> None:
    """Counts have no items; their shares have one a seat, and no fault has any."""
    found = scores(
        trace((100,), name="a"),
        trace((5,), name="a", repeat=1),
        trace((50,), name="b"),
        trace((5,), name="c", fault="service"),
    )
    share = found["success-rate"]
    assert (share.value, share.n, share.of) == (pytest.approx(1 / 3, abs=1e-6), 3, 4)
    assert [(one.key, one.cluster, one.sums) for one in share.items] == [
        ("a#0", "a", (1.0, 1.0)),
        ("a#1", "a", (0.0, 1.0)),
        ("b#0", "b", (0.0, 1.0)),
    ]
    assert [one.sums for one in found["emotion"].items] == [(100.0, 1.0), (5.0, 1.0), (50.0, 1.0)]
    assert [one.key for one in found["turns-to-success"].items] == ["a#0"]
    assert found["successes"].items == found["failures"].items == ()


def test_every_figure_says_which_way_is_good() -> None:
    """Few failures and few turns are good, the rest is good when high."""
    low = {name for name, one in scores(trace()).items() if one.better == "lower"}
    assert low == {"failures", "failure-rate", "turns-to-success"}
    assert {one.better for one in scores(trace()).values()} == {"higher", "lower"}


def test_repeats_of_one_seeker_are_no_new_evidence() -> None:
    """The interval rests on seekers: ten repeats of two seekers do not narrow it like twenty."""
    few = [trace((20 if n % 2 else 80,), name=f"s{n % 2}", repeat=n) for n in range(20)]
    many = [trace((20 if n % 2 else 80,), name=f"s{n}") for n in range(20)]
    for name in ("emotion", "successes", "failures"):
        wide, narrow = scores(*few)[name], scores(*many)[name]
        assert None not in (wide.low, wide.high, narrow.low, narrow.high)
        assert wide.high - wide.low >= narrow.high - narrow.low  # type: ignore[operator]


def test_signatures_are_never_mixed() -> None:
    """Traces of two simulators give two scores, each with its own signature."""
    made = asyncio.run(
        Sage().score(
            Evidence(traces=(trace((20,), signature="one"), trace((80,), signature="two"))),
            context(),
        )
    )
    emotions = {score.signature: score.value for score in made if score.name == "emotion"}
    assert emotions == {"sage:v1|one": 20, "sage:v1|two": 80}


def test_a_trace_that_states_the_protocol_keeps_its_signature() -> None:
    """``sage:v1`` stands in a signature once; an unstated simulator is said to be so."""
    assert scores(trace(signature="sage:v1|a=b"))["emotion"].signature == "sage:v1|a=b"
    assert scores(trace(signature=""))["emotion"].signature == "sage:v1|simulator=unstated"


def test_safety_profiles_are_set_aside() -> None:
    """A boundary test is neither a good nor a bad talk; it is counted beside."""
    found = scores(trace((80,)), trace((5,), name="b", safety=True))
    assert (found["emotion"].value, found["emotion"].of) == (80, 1)
    parts = {part.group: part.value for part in found["emotion"].breakdown}
    assert parts["count=safety-profiles"] == 1


def test_the_order_of_traces_changes_nothing() -> None:
    """Scores depend on the set of traces."""
    items = [trace((n * 10,), name=f"s{n}") for n in range(9)]
    assert scores(*items) == scores(*reversed(items))


@pytest.mark.development_data
@pytest.mark.skipif(not DATA.is_dir(), reason="released transcripts are not here")
@pytest.mark.parametrize(
    ("file", "published"),
    [
        ("gpt-4o-0808_result.jsonl", (31.75, 7, 51)),
        ("claude3.7_result.jsonl", (54.8, 19, 24)),
        ("llama3.3-70b_result.jsonl", (33.25, 7, 47)),
    ],
)
def test_released_transcripts_give_the_published_table(
    file: str, published: tuple[float, int, int]
) -> None:
    """The published score, successes and failures come out exactly."""
    traces = []
    for line in (DATA / file).read_text("utf-8").splitlines():
        raw = json.loads(line)
        felt = tuple(t["emotion-point"] for t in raw["history"] if "emotion-point" in t)[1:]
        traces.append(attrs.evolve(trace(felt, name=raw["id"]), id=raw["id"]))
    found = scores(*traces)
    assert tuple(found[name].value for name in ("emotion", "successes", "failures")) == published
    assert found["emotion"].n == found["emotion"].of == 100
