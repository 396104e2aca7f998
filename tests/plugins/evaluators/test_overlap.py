"""Evaluator ``overlap``, against sacreBLEU, NLTK and rouge-score."""

from __future__ import annotations

import asyncio
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Evidence, Reply, Response, Turn
from esc_skills.testing.contexts import context
from esc_skills_plugins.evaluators.overlap import (
    ROUGE_WORD,
    WORD,
    Overlap,
    rouge_l,
)

TALKS = [
    ("I'm so sorry, that sounds hard.", "That sounds really hard, I'm sorry to hear it."),
    ("What happened at work today?", "Can you tell me what happened today?"),
    ("You could talk to your sister.", "Have you thought about a walk in the evening?"),
    ("Ok", "I see. How long have you felt like this?"),
    ("That sounds really hard, and I am glad you told me about it.", "That sounds really hard."),
]
"""Reply and gold, written for this test."""

SENTENCES = st.lists(st.sampled_from(["i", "am", "so", "sorry", ",", "that", "hard", ".", "you"]))


def response(reply, gold, dialogue="d0"):
    """One response; a reply of None failed."""
    return Response(
        dialogue=dialogue,
        turn=1,
        gold=Turn(speaker="supporter", text=gold),
        reply=None if reply is None else Reply(text=reply, strategy=""),
        corpus="test",
    )


def score(responses, **settings):
    """Scores by name."""
    evidence = Evidence(responses=tuple(responses))
    found = asyncio.run(Overlap(**settings).score(evidence, context()))
    return {one.name: one for one in found}


@pytest.fixture
def scores():
    """Scores of the small talks, one dialogue each."""
    return score(response(*talk, dialogue=f"d{place}") for place, talk in enumerate(TALKS))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_sacrebleu_is_sacrebleus_own_figure(scores, order):
    """Corpus BLEU of each order equals sacreBLEU's, and carries its signature."""
    from sacrebleu import BLEU

    metric = BLEU(lowercase=True, max_ngram_order=order)
    found = metric.corpus_score([a for a, _ in TALKS], [[b for _, b in TALKS]])
    assert scores[f"sacrebleu-{order}"].value == pytest.approx(found.score, abs=1e-5)
    assert "nrefs:1|case:lc|eff:no|tok:13a|smooth:exp|version:" in (
        scores[f"sacrebleu-{order}"].signature
    )


def nltk_bleu(pairs, order):
    """Corpus BLEU of NLTK with method 3."""
    bleu = pytest.importorskip("nltk.translate.bleu_score")
    return 100 * bleu.corpus_bleu(
        [[WORD.findall(gold.lower())] for _, gold in pairs],
        [WORD.findall(reply.lower()) for reply, _ in pairs],
        weights=(1 / order,) * order,
        smoothing_function=bleu.SmoothingFunction().method3,
    )


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("pairs", [TALKS, TALKS[:3], TALKS[3:4], [("go on", "oh no")]])
def test_bleu_is_nltks_with_method_3(order, pairs):
    """The way papers on this task count it: NLTK's corpus BLEU with the third smoothing."""
    found = score(response(*pair) for pair in pairs)
    assert found[f"bleu-{order}"].value == pytest.approx(nltk_bleu(pairs, order), abs=1e-5)


@given(st.lists(st.tuples(SENTENCES.map(" ".join), SENTENCES.map(" ".join)), min_size=1))
def test_bleu_equals_nltk_on_any_words(pairs):
    """Also for empty replies and for orders without a single match."""
    found = score((response(*pair) for pair in pairs), repeats=2)
    assert found["bleu-4"].value == pytest.approx(nltk_bleu(pairs, 4), abs=1e-5)


@given(SENTENCES, SENTENCES)
def test_rouge_l_equals_rouge_score(reply, gold):
    """ROUGE-L F1 is rouge-score's, without a stemmer."""
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rougeL"])
    left, right = " ".join(reply), " ".join(gold)
    ours = rouge_l(ROUGE_WORD.findall(left), ROUGE_WORD.findall(right))
    assert ours == pytest.approx(scorer.score(right, left)["rougeL"].fmeasure)


def test_distinct_counts_every_ngram():
    """Distinct-1 and -2 over all replies together: 4 of 7 words, 4 of 5 pairs."""
    found = score([response("so so hard now", "x"), response("so hard !", "x", "d1")])
    assert found["distinct-1"].value == pytest.approx(4 / 7, abs=1e-6)
    assert found["distinct-2"].value == pytest.approx(4 / 5, abs=1e-6)
    assert "samples:2" in found["distinct-1"].signature


def test_length_is_printed_beside_the_humans(scores):
    """Mean tokens of replies, and of the gold turns in the breakdown."""
    gold = scores["length"].breakdown[0]
    words = [len(WORD.findall(reply)) for reply, _ in TALKS]
    assert scores["length"].value == pytest.approx(sum(words) / len(words))
    assert (gold.group, gold.n) == ("side=gold", len(TALKS))


def test_failed_replies_are_counted_and_not_scored(scores):
    """A failed reply is no number: n falls short of ``of``, the figures stay."""
    items = [response(*talk, dialogue=f"d{place}") for place, talk in enumerate(TALKS)]
    found = score([*items, response(None, "Are you there?", "d9")])
    short = found.pop("distinct-2-mean")
    assert (short.n, short.of) == (4, 5), "a reply of one word has no pair of words"
    assert {(one.n, one.of) for one in found.values()} == {(5, 6)}
    assert found["bleu-2"].value == scores["bleu-2"].value


@pytest.mark.parametrize("responses", [[], [response(None, "Hello.")]])
def test_nothing_to_score_is_none(responses):
    """No replies: every value is None, never 0."""
    found = score(responses)
    assert all(one.value is None and one.low is None for one in found.values())
    assert {one.of for one in found.values()} == {len(responses)}


def test_a_copy_is_perfect_and_case_does_not_count():
    """A reply equal to the gold turn but for its case has BLEU 100 and ROUGE-L 1."""
    found = score([response("What a day THAT was.", "what a day that was.")])
    assert found["sacrebleu-4"].value == pytest.approx(100)
    assert found["bleu-4"].value == pytest.approx(100)
    assert found["rouge-l"].value == 1.0


def test_intervals_hold_the_value_and_repeat(scores):
    """Each interval holds its value; the same evidence gives the same scores again."""
    again = score(response(*talk, dialogue=f"d{place}") for place, talk in enumerate(TALKS))
    assert again == scores
    for one in scores.values():
        assert one.low <= one.value <= one.high


def test_chinese_is_cut_by_character():
    """Chinese replies are not one long word each."""
    assert WORD.findall("ok我很sad 24/7!") == ["ok", "我", "很", "sad", "24", "/", "7", "!"]
    found = score([response("我很难过", "我也很难过")], tokenize="zh")
    assert found["length"].value == 4.0
    assert found["rouge-l"].value == pytest.approx(8 / 9, abs=1e-6)
    assert found["sacrebleu-1"].value > 50
    assert "tok:zh" in found["sacrebleu-1"].signature


@pytest.mark.parametrize("word", ["as:", "case:lc", "tok:", "smooth:"])
def test_every_figure_names_how_it_was_made(scores, word):
    """Implementation, case, tokeniser and smoothing stand in each signature."""
    assert not [name for name, one in scores.items() if f"|{word}" not in one.signature]


def test_items_make_every_figure_but_distinct_of_all(scores):
    """Sums of dialogues give the stored value; types of all replies do not add up."""
    for name, one in scores.items():
        sums = [sum(column) for column in zip(*(item.sums for item in one.items), strict=True)]
        if sums:
            assert Overlap().figure(name, sums) == pytest.approx(one.value, abs=1e-6)
            assert next(item.key for item in one.items) == "test/d0"
    assert {name for name, one in scores.items() if not one.items} == {"distinct-1", "distinct-2"}
    assert {name for name, one in scores.items() if one.better != "higher"} == {"length"}


def test_distinct_is_told_both_ways():
    """4 of 7 words over all replies; the mean of 3 of 4 and 3 of 3 reply by reply."""
    found = score([response("so so hard now", "x"), response("so hard !", "x", "d1")])
    assert found["distinct-1-mean"].value == pytest.approx((3 / 4 + 1) / 2)
    assert found["distinct-1-mean"].items[0].sums == (0.75, 1.0)


def test_settings_stand_in_the_signature():
    """Another tokeniser or another number of resamples is another score."""
    assert "bootstrap:dialogue,50,seed=2" in (
        score([response("a", "b")], repeats=50, seed=2)["bleu-1"].signature
    )


@pytest.mark.slow
def test_it_is_quick():
    """2,500 responses with intervals take about a second of one core."""
    rng = np.random.default_rng(30)
    words = [f"w{number}" for number in range(2000)]
    items = [
        response(" ".join(rng.choice(words, 20)), " ".join(rng.choice(words, 20)), f"d{i // 14}")
        for i in range(2500)
    ]
    began = process_time()
    score(items)
    assert process_time() - began < 5
