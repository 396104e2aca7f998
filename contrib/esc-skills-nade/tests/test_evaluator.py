"""The evaluator ``plutchik`` with the real models of ``nade``."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from esc_skills_nade.evaluator import EMOTIONS, Plutchik
from esc_skills_nade.reading import levels

import esc_skills
from esc_skills.model import Evidence, Exchange, Reaction, Reply, Score, Trace
from esc_skills.testing import conformance, context
from esc_skills.testing.samples import profile, state

SAD = ("My mother died last week and I cry every night.", "I miss her so much, it hurts.")
GLAD = ("Thank you, that helps a lot.", "I feel calm and happy and full of hope now.")
WARM = "I am here with you, you can tell me all of it."


def talk(
    *said: str, who: str = "p1", repeat: int = 0, language: str = "en", reply: str = WARM
) -> Trace:
    """A conversation in which the seeker says these messages, and the supporter one line."""
    pairs = list(zip(said, [*said[1:], ""], strict=True))[: max(1, len(said) - 1)]
    return Trace(
        id=f"converse/static/{who}/{repeat}",
        profile=profile(who, language=language, opening=said[0] or "…"),
        arm="static",
        repeat=repeat,
        exchanges=tuple(
            Exchange(
                index=place,
                seeker=text,
                state=state(),
                reply=Reply(text=reply, strategy=""),
                reaction=Reaction(delta=1, emotion=41 + place, text=after),
            )
            for place, (text, after) in enumerate(pairs)
        ),
        ending="limit",
        signature="made",
    )


def scored(*traces: Trace, window: int = 2) -> dict[str, Score]:
    """Scores by emotion."""
    found = asyncio.run(Plutchik(window=window).score(Evidence(traces=traces), context()))
    return {one.name.removesuffix("-change"): one for one in found}


def parts(score: Score) -> dict[str, float]:
    """The breakdown by group."""
    return {part.group: part.value for part in score.breakdown}


@pytest.mark.parametrize("window", [1, 2], ids="window={}".format)
def test_it_keeps_the_promise_of_its_role(window: int) -> None:
    """Every law of evaluators holds."""
    conformance.check("evaluator", Plutchik(window=window))


MEANT = {
    "anger": (
        "They lied to me again, I'm furious!",
        "My boss is an idiot and I hate him.",
        "I am so sick of this, it makes me mad.",
        "How dare she say that to me, what a liar.",
    ),
    "anticipation": (
        "I can't wait for the weekend!",
        "I hope the letter comes tomorrow.",
        "I feel hopeful about tomorrow. I will call her.",
        "I am curious how it will go next week.",
    ),
    "fear": (
        "I am terrified of what the doctor will say.",
        "I am so scared that I will lose my home.",
        "I panic every time the phone rings.",
        "I am afraid to go outside alone.",
    ),
    "joy": (
        "Thank you, that helps a lot. I feel happy now.",
        "I got the job, I am so happy!",
        "What a wonderful day, I love it.",
        "We laughed so much together, it was great.",
    ),
    "sadness": (
        "My mother died last week and I cry every night.",
        "I miss him so much, the flat is so empty.",
        "I feel so down, I could cry all day.",
        "She left me and my heart is broken.",
    ),
    "trust": (
        "I know that I can rely on my sister.",
        "I trust you, you have always been honest.",
        "He keeps his word, I believe him.",
        "Yes, I agree, you are right about that.",
    ),
}
"""Lines written for this project, by the emotion that each was meant to show."""


def test_it_names_the_emotion_that_was_meant() -> None:
    """The strongest level is the one meant in 19 of 24 lines: all of anger, joy and sadness."""
    hits = {}
    for emotion, texts in MEANT.items():
        read = levels(texts)
        assert all(tuple(one) == EMOTIONS for one in read.values())
        assert all(0 <= value <= 1 for one in read.values() for value in one.values())
        named = [max(EMOTIONS, key=lambda name, one=read[text]: one[name]) for text in texts]
        hits[emotion] = named.count(emotion)
    assert hits == {"anger": 4, "anticipation": 2, "fear": 2, "joy": 4, "sadness": 4, "trust": 3}


@pytest.mark.parametrize("text", ["", "   ", "我很难过", "\u202e\u200b"], ids=repr)
def test_what_holds_no_known_word_has_no_emotion(text: str) -> None:
    """Empty texts and foreign scripts are left out, not given the classifier's prior."""
    assert levels([text]) == {}


@pytest.mark.parametrize(
    "text", ["sad 😭😭 \x00 e\u0301", "sad \ud800", "sad\nand\r\nalone", "worried " * 10_000],
    ids=["signs", "half-character", "lines", "long"],
)  # fmt: skip
def test_odd_texts_are_read(text: str) -> None:
    """Signs, halves of characters, line breaks and length are no obstacle."""
    assert len(levels([text])) == 1


def test_company_changes_nothing() -> None:
    """A text has the same levels alone and among others."""
    alone = levels([SAD[0]])[SAD[0]]
    assert levels([*GLAD, SAD[0], "", SAD[1]])[SAD[0]] == alone


def test_from_grief_to_calm() -> None:
    """Sadness falls and joy rises; the breakdown has both ends, and they make the change."""
    found = scored(talk(*SAD, *GLAD))
    assert found["sadness"].value is not None
    assert found["joy"].value is not None
    assert found["sadness"].value < -0.1
    assert found["joy"].value > 0.1
    ends = parts(found["joy"])
    change = ends["seeker=end"] - ends["seeker=beginning"]
    assert change == pytest.approx(found["joy"].value, abs=1e-5)
    seen = levels([*SAD, *GLAD])
    due = sum(seen[text]["joy"] for text in GLAD) / 2 - sum(seen[text]["joy"] for text in SAD) / 2
    assert found["joy"].value == pytest.approx(due, abs=1e-6)


def test_backwards_is_the_opposite() -> None:
    """The same talk in reverse has the opposite change."""
    one, two = scored(talk(*SAD, *GLAD)), scored(talk(*GLAD[::-1], *SAD[::-1]))
    for emotion in EMOTIONS:
        assert one[emotion].value == pytest.approx(-(two[emotion].value or 0), abs=1e-6)


def test_only_plain_directions_are_judged() -> None:
    """Less sadness, fear, anger and more joy, trust are good; the others only describe."""
    better = {name: one.better for name, one in scored(talk(*SAD, *GLAD)).items()}
    assert better == {
        "anger": "lower",
        "anticipation": "neither",
        "disgust": "neither",
        "fear": "lower",
        "joy": "higher",
        "sadness": "lower",
        "surprise": "neither",
        "trust": "higher",
    }


def test_the_windows_never_overlap() -> None:
    """A talk of three messages compares its first with its last, whatever the window."""
    three = talk(SAD[0], "I do not know.", GLAD[1])
    assert scored(three, window=5)["joy"].items == scored(three, window=1)["joy"].items
    assert "window=5" in scored(three, window=5)["joy"].signature


def test_faults_foreign_and_mute_talks_are_counted() -> None:
    """They are in ``of``, not in ``n``; the breakdown says how many of each."""
    good = talk(*SAD, *GLAD)
    broken = attrs.evolve(talk(*SAD, who="p2"), ending="fault", fault="service")
    foreign = talk("我很难过", "谢谢你", who="p3", language="zh")
    mute = talk("…", "…", who="p4")
    safety = talk(*SAD, who="p5")
    safety = attrs.evolve(safety, profile=attrs.evolve(safety.profile, safety=True))
    found = scored(good, broken, foreign, mute, safety)["joy"]
    assert (found.n, found.of) == (1, 4)
    told = parts(found)
    names = ("fault=service", "count=other-language", "count=unreadable", "count=safety-profiles")
    assert [told[name] for name in names] == [1, 1, 1, 1]
    assert [item.key for item in found.items] == ["p1#0"]
    none = scored(broken, foreign)["joy"]
    assert (none.value, none.n, none.of, none.items) == (None, 0, 2, ())


def test_the_supporters_side_is_told() -> None:
    """What the replies show stands beside, and changes nothing in the value."""
    warm = scored(talk(*SAD, *GLAD))
    grim = scored(talk(*SAD, *GLAD, reply="You make me furious, shut up!"))
    assert grim["anger"].value == warm["anger"].value
    assert parts(grim["anger"])["side=supporter"] > parts(warm["anger"])["side=supporter"] + 0.1


def test_seekers_are_the_clusters() -> None:
    """Repeats of one seeker are items of their own and no independent evidence."""
    one = scored(talk(*SAD, *GLAD), talk(*SAD, *GLAD[::-1], repeat=1))["joy"]
    assert [(item.key, item.cluster) for item in one.items] == [("p1#0", "p1"), ("p1#1", "p1")]
    assert (one.n, one.low, one.high) == (2, None, None)
    two = scored(talk(*SAD, *GLAD), talk(*GLAD, *SAD, who="p2"))["joy"]
    assert two.low is not None
    assert two.low < (two.value or 0)


def test_simulators_are_never_mixed() -> None:
    """Traces of two signatures give two sets of scores."""
    other = attrs.evolve(talk(*SAD, *GLAD, who="p2"), signature="other")
    found = asyncio.run(
        Plutchik().score(Evidence(traces=(talk(*SAD, *GLAD), other)), context())
    )  # fmt: skip
    assert len(found) == 2 * len(EMOTIONS)
    assert len({one.signature for one in found}) == 2
    assert all(one.n == 1 for one in found)


def test_another_process_finds_the_same() -> None:
    """No figure hangs on the process."""
    code = (
        "from esc_skills_nade.reading import levels\n"
        f"print(sorted(levels([{SAD[0]!r}])[{SAD[0]!r}].items()))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(sorted(levels([SAD[0]])[SAD[0]].items()))


def test_a_run_scores_its_conversations_with_it(tmp_path: Path) -> None:
    """Chosen in an experiment, it stands beside the others of each arm."""
    few = {"use": "grid", "intentions": ["deep-empathy", "practical-advice"]}
    chosen = {
        "evaluators": ["sage", {"use": "plutchik", "window": 1}],
        "profiles": [few],
        "evolve": {"rounds": 0},
    }
    run = esc_skills.run(chosen, out=tmp_path / "run")
    found = [one for one in run.scores if one.evaluator == "plutchik"]
    assert {"none", "static"} <= {one.arm for one in found}
    for one in found:
        assert one.value is not None
        assert one.n > 0
        assert len(one.items) == one.n
        assert {"seeker=beginning", "seeker=end", "side=supporter"} <= set(parts(one))
