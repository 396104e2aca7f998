"""The evaluator ``bertscore`` with a real small encoder."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Sequence
from math import log, sqrt
from pathlib import Path
from typing import Any

import pytest
from esc_skills_bertscore.evaluator import BertScore

import esc_skills
from esc_skills.errors import ConfigError, DataError
from esc_skills.model import Evidence, Reply, Response, Score, Turn
from esc_skills.testing import conformance, context

LOST = "I am so sorry that you lost your job."
SAME = "It hurts to hear that your work was taken from you."
TRAIN = "The train to Bern leaves at nine."
ZH_A, ZH_B = "我工作压力很大，晚上睡不着。", "今天晚上我们去看电影。"

Make = Callable[..., BertScore]


@pytest.fixture
def make(model: Path, tokenizer: Path) -> Make:
    """Makes the evaluator with the small encoder."""
    return lambda **changes: BertScore(model=str(model), tokenizer=str(tokenizer), **changes)


def responses(*pairs: tuple[str | None, str], dialogue: str = "") -> tuple[Response, ...]:
    """One reply a dialogue, or all of one."""
    return tuple(
        Response(
            dialogue=dialogue or f"d{place}",
            turn=place,
            gold=Turn(speaker="supporter", text=gold),
            reply=None if reply is None else Reply(text=reply, strategy=""),
            corpus="made",
        )
        for place, (reply, gold) in enumerate(pairs)
    )


def scored(made: BertScore, seen: Sequence[Response]) -> dict[str, Score]:
    """Scores by what they are called."""
    found = asyncio.run(made.score(Evidence(responses=tuple(seen)), context()))
    return {one.name.removeprefix("bertscore-"): one for one in found}


def f1(made: BertScore, reply: str, gold: str) -> float:
    """F1 of one pair."""
    value = scored(made, responses((reply, gold)))["f1"].value
    assert value is not None
    return value


@pytest.mark.parametrize("idf", [False, True], ids=["plain", "idf"])
def test_it_keeps_the_promise_of_its_role(make: Make, idf: bool) -> None:
    """Every law of evaluators holds."""
    conformance.check("evaluator", make(idf=idf))


@pytest.mark.parametrize("text", [LOST, ZH_A, "ok"], ids=["english", "chinese", "short"])
def test_a_text_beside_itself_scores_one(make: Make, text: str) -> None:
    """Identical texts have precision, recall and F1 of 1."""
    found = scored(make(), responses((text, text)))
    assert [found[name].value for name in ("precision", "recall", "f1")] == pytest.approx([1] * 3)


def test_a_paraphrase_scores_above_an_unrelated_line(make: Make) -> None:
    """Other words for the same beat other things, by far; in between lies the unrelated band."""
    near, far = f1(make(), SAME, LOST), f1(make(), TRAIN, LOST)
    assert 0.35 < near < 0.8
    assert 0.0 < far < 0.3
    assert near > far + 0.15


def test_roles_are_symmetric(make: Make) -> None:
    """Precision of a beside b is recall of b beside a; F1 is the same both ways."""
    one = scored(make(), responses((SAME, LOST)))
    two = scored(make(), responses((LOST, SAME)))
    assert one["precision"].value == two["recall"].value
    assert one["recall"].value == two["precision"].value
    assert one["f1"].value == two["f1"].value


def test_chinese_is_read_and_strange_signs_are_counted(make: Make) -> None:
    """An English encoder tells Chinese lines apart, and says how much of them it cannot read."""
    found = scored(make(), responses((ZH_A, ZH_A), (ZH_B, ZH_A)))["f1"]
    assert found.items[0].sums[0] == pytest.approx(1, abs=1e-5)
    assert found.items[1].sums[0] < 0.95
    parts = {part.group: part for part in found.breakdown}
    assert parts["count=unknown-tokens"].value > 0
    assert parts["count=unknown-tokens"].n > parts["count=unknown-tokens"].value


@pytest.mark.parametrize("text", ["", "   ", "\u200b"], ids=["empty", "blank", "invisible"])
def test_an_empty_reply_scores_nought_and_is_counted(make: Make, text: str) -> None:
    """Saying nothing is a reply of 0, not a missing one."""
    found = scored(make(), responses((text, LOST), (LOST, LOST)))["f1"]
    assert (found.n, found.of) == (2, 2)
    assert found.value == pytest.approx(0.5)
    assert {part.group: part.value for part in found.breakdown}["count=empty-replies"] == 1


def test_a_failed_reply_is_no_number(make: Make) -> None:
    """It is left out of ``n`` and counted in ``of``."""
    found = scored(make(), responses((None, LOST), (LOST, LOST)))["f1"]
    assert (found.n, found.of, found.value) == (1, 2, pytest.approx(1))


def test_what_is_cut_is_counted(make: Make) -> None:
    """Texts beyond ``max_tokens`` are cut, and the score says how many."""
    long = "worried " * 10_000
    found = scored(make(max_tokens=16), responses((long, LOST), (LOST, LOST)))["f1"]
    parts = {part.group: (part.value, part.n) for part in found.breakdown}
    assert parts["count=truncated-texts"] == (1, 2)
    assert "max=16" in found.signature
    whole = scored(make(), responses((LOST, LOST)))["f1"]
    assert "count=truncated-texts" not in {part.group for part in whole.breakdown}


def test_too_many_tokens_for_the_model_are_told(make: Make) -> None:
    """A limit beyond the model's own is an error with the setting to change."""
    with pytest.raises(ConfigError, match="refused 600 tokens") as fault:
        scored(make(max_tokens=600), responses(("worried " * 900, LOST)))
    assert "max_tokens" in fault.value.hint


def test_rare_words_weigh_more_under_idf(make: Make) -> None:
    """Words that every human turn holds weigh nothing: hitting them alone is worth less."""
    others = [(TRAIN, "I hear that the dog is ill."), (TRAIN, "I hear that the exam went wrong.")]
    seen = responses(("I hear that the soup is hot.", "I hear that the divorce hurts."), *others)
    plain, rare = (scored(make(idf=idf), seen)["recall"] for idf in (False, True))
    assert rare.items[0].sums[0] < plain.items[0].sums[0] - 0.05
    assert rare.signature != plain.signature


def test_weights_hang_on_the_human_turns_alone(make: Make) -> None:
    """Two arms with other replies, one of which failed, have the same weights and signature."""
    golds = ["I hear that the divorce hurts.", "I hear that the dog is ill.", LOST]
    one = scored(make(idf=True), responses(*((SAME, gold) for gold in golds)))["f1"]
    two = scored(make(idf=True), responses((SAME, golds[0]), (None, golds[1]), (TRAIN, golds[2])))
    assert one.signature == two["f1"].signature
    assert one.items[0] == two["f1"].items[0]


def test_pairs_without_weight_are_counted(make: Make) -> None:
    """Where every human turn is the same, no token weighs anything, and there is no figure."""
    found = scored(make(idf=True), responses((SAME, LOST), (TRAIN, LOST)))["f1"]
    assert (found.value, found.n, found.of) == (None, 0, 2)
    assert {part.group: part.value for part in found.breakdown}["count=weightless"] == 2


def test_replies_of_a_dialogue_are_one_item(make: Make) -> None:
    """Items are sums over a dialogue, and intervals take dialogues for independent."""
    talk = responses((SAME, LOST), (TRAIN, LOST), dialogue="d1")
    found = scored(make(), (*talk, *responses((LOST, LOST), dialogue="d2")))["f1"]
    assert [(one.key, one.cluster, one.sums[1]) for one in found.items] == [
        ("made/d1", "made/d1", 2),
        ("made/d2", "made/d2", 1),
    ]
    assert found.better == "higher"
    assert found.low is not None
    one = scored(make(), talk)["f1"]
    assert (one.low, one.high, one.n) == (None, None, 2)


def test_batches_change_nothing(make: Make) -> None:
    """One text at a time or all together give the same figures."""
    seen = responses((SAME, LOST), (TRAIN, SAME), (ZH_A, ZH_B), ("ok", "worried " * 50))
    one, all_ = (scored(make(batch=size), seen)["f1"] for size in (1, 32))
    assert one == all_


@pytest.mark.parametrize(
    "text", ["😭😭 ok… \u202e\u200b\x00 e\u0301 ﷽", "a \ud800 b", "</reply> {{ 7 }}"], ids=repr
)
def test_odd_texts_are_read(make: Make, text: str) -> None:
    """Signs, halves of characters and markup give a figure."""
    assert 0 < f1(make(), text, text) <= 1.000001


def test_the_signature_names_the_files(make: Make, model: Path, tokenizer: Path) -> None:
    """Hashes of model and tokenizer, the layer, the tokenizer's kind."""
    import hashlib

    sign = scored(make(), responses((SAME, LOST)))["f1"].signature
    for path in (model, tokenizer):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in sign
    assert "layer=last_hidden_state" in sign
    assert "tok=WordPiece:" in sign


def test_missing_files_are_refused_at_once(model: Path, tmp_path: Path) -> None:
    """A path that leads nowhere stops before anything is asked; the message says what to set."""
    with pytest.raises(ValueError, match=r"no model file .*set model to a folder"):
        BertScore(model=str(tmp_path))
    with pytest.raises(ValueError, match="no tokenizer file"):
        BertScore(model=str(model))
    with pytest.raises(ValueError, match="baseline: no file"):
        BertScore(model=str(model), tokenizer=str(model), baseline="nowhere.tsv")


def test_a_run_without_the_file_ends_with_one_line(tmp_path: Path) -> None:
    """The experiment is refused before it begins."""
    chosen = {"evaluators": [{"use": "bertscore", "model": "nowhere"}]}
    with pytest.raises(ConfigError) as fault:
        esc_skills.run(chosen, out=tmp_path / "run")
    assert "no model file" in fault.value.line
    assert "\n" not in fault.value.line


def test_files_that_vanish_are_told(
    make: Make, model: Path, tokenizer: Path, tmp_path: Path
) -> None:
    """A model that goes away between start and score is an error, too."""
    (tmp_path / "model.onnx").symlink_to(model)
    (tmp_path / "tokenizer.json").symlink_to(tokenizer)
    made = BertScore(model=str(tmp_path))
    assert f1(made, LOST, LOST) == pytest.approx(1)
    (tmp_path / "model.onnx").unlink()
    with pytest.raises(ConfigError, match="no model file"):
        f1(made, LOST, LOST)


def test_wrong_layers_and_files_are_told(make: Make, tokenizer: Path) -> None:
    """An output that is not there, and a file that is no model."""
    with pytest.raises(ConfigError, match="no output 'layer-17'") as fault:
        f1(make(layer="layer-17"), LOST, LOST)
    assert "last_hidden_state" in fault.value.hint
    with pytest.raises(ConfigError, match="cannot load"):
        f1(BertScore(model=str(tokenizer), tokenizer=str(tokenizer)), LOST, LOST)


def test_a_baseline_moves_the_nought(make: Make, tmp_path: Path) -> None:
    """1 stays 1, the baseline becomes 0; the row must be named where there are several."""
    table = tmp_path / "base.tsv"
    table.write_text("LAYER,P,R,F\n5,0.2,0.2,0.2\n6,0.4,0.4,0.4\n")
    plain = f1(make(), SAME, LOST)
    scaled = make(baseline=str(table), baseline_layer=5)
    assert f1(scaled, SAME, LOST) == pytest.approx((plain - 0.2) / 0.8, abs=1e-5)
    assert f1(scaled, LOST, LOST) == pytest.approx(1, abs=1e-5)
    with pytest.raises(DataError, match="2 rows fit"):
        f1(make(baseline=str(table)), SAME, LOST)
    table.write_text("nothing\n1\n")
    with pytest.raises(DataError, match="cannot read a baseline"):
        f1(scaled, SAME, LOST)


def _embed(model: Path, tokenizer: Path, text: str) -> tuple[list[int], list[list[float]]]:
    """Token ids and vectors of one text, asked of the libraries alone."""
    import numpy as np

    onnx: Any = importlib.import_module("onnxruntime")
    words: Any = importlib.import_module("tokenizers").Tokenizer.from_file(str(tokenizer))
    words.no_padding()
    words.no_truncation()
    code = words.encode(text)
    feed = {
        "input_ids": np.array([code.ids], dtype=np.int64),
        "attention_mask": np.ones((1, len(code.ids)), dtype=np.int64),
        "token_type_ids": np.zeros((1, len(code.ids)), dtype=np.int64),
    }
    rows = onnx.InferenceSession(str(model)).run(["last_hidden_state"], feed)[0][0].tolist()
    return list(code.ids), rows


def _cosine(left: list[float], right: list[float]) -> float:
    dot = sum(a * b for a, b in zip(left, right, strict=True))
    return dot / sqrt(sum(a * a for a in left)) / sqrt(sum(b * b for b in right))


def _reference(
    reply: tuple[list[int], list[list[float]]],
    gold: tuple[list[int], list[list[float]]],
    documents: list[list[int]] | None,
) -> tuple[float, float, float]:
    """Equations 1 to 3 of the paper in plain loops; first and last token are the special ones."""

    def weight(token: int) -> float:
        if documents is None:
            return 1.0
        held = sum(1 for document in documents if token in document)
        return log((len(documents) + 1) / (held + 1))

    def side(one: Any, other: Any) -> float:
        total = whole = 0.0
        for place in range(1, len(one[0]) - 1):
            best = -1.0
            for vector in other[1]:
                best = max(best, _cosine(one[1][place], vector))
            total += weight(one[0][place]) * best
            whole += weight(one[0][place])
        return total / whole

    precision, recall = side(reply, gold), side(gold, reply)
    return precision, recall, 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("idf", [False, True], ids=["plain", "idf"])
def test_it_agrees_with_the_paper_written_out(
    make: Make, model: Path, tokenizer: Path, idf: bool
) -> None:
    """A second, slow implementation gives the same figures to five digits."""
    pairs = [
        (SAME, LOST),
        (TRAIN, "I hear that the dog is ill."),
        ("How are you sleeping?", "I hear that you do not sleep. How are you?"),
        (ZH_A, "我最近睡不好。"),
    ]
    found = scored(make(idf=idf), responses(*pairs))
    told = [(_embed(model, tokenizer, a), _embed(model, tokenizer, b)) for a, b in pairs]
    documents = [gold[0] for _, gold in told] if idf else None
    due = [_reference(reply, gold, documents) for reply, gold in told]
    for place, name in enumerate(("precision", "recall", "f1")):
        got = [item.sums[0] for item in found[name].items]
        assert got == pytest.approx([one[place] for one in due], abs=1e-5)


def test_a_run_scores_its_replies_with_it(model: Path, tokenizer: Path, tmp_path: Path) -> None:
    """Chosen in an experiment, it stands beside the others of each arm."""
    chosen = {
        "evaluators": [
            {"use": "bertscore", "model": str(model), "tokenizer": str(tokenizer), "idf": True}
        ],
        "evolve": {"rounds": 0},
        "run": {"holdout": 0.3},
    }
    run = esc_skills.run(chosen, out=tmp_path / "run")
    found = [one for one in run.scores if one.evaluator == "bertscore"]
    assert {one.name for one in found} == {f"bertscore-{n}" for n in ("precision", "recall", "f1")}
    assert {"none", "static"} <= {one.arm for one in found}
    for one in found:
        assert one.value is not None
        assert 0.05 < one.value < 0.9, (one.arm, one.name, one.value)
        assert one.items
