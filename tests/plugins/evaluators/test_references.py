"""Every text and strategy figure against its reference implementation, on 1,000 pairs.

Pairs come from a seeded generator (repeated and inflected words, signs, Chinese, empty and
one-word replies) and, where the data is at hand, from real dialogues. Figures of single pairs
agree to 1e-9, stored scores to 1e-6 (they are rounded to six digits), counts exactly.
"""

from __future__ import annotations

import asyncio
import json
import pathlib
import random
import re

import pytest
from nltk.stem.api import StemmerI
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu
from nltk.translate.meteor_score import meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import BLEU
from sklearn import metrics

from esc_skills.model import STRATEGIES, Evidence, Reply, Response, Turn
from esc_skills.testing.contexts import context
from esc_skills_plugins.evaluators.meteor import meteor, stem
from esc_skills_plugins.evaluators.overlap import (
    ORDERS,
    ROUGE_WORD,
    WORD,
    Overlap,
    bleu_counts,
    rouge_l,
)
from esc_skills_plugins.evaluators.strategy import StrategyChoice

SIZE = 1000
DATA = pathlib.Path(__file__).resolve().parents[3] / "../shared/data/esconv.json"
WORDS = re.findall(
    r"\S+",
    "i you it that the a and to of is feel feels feeling felt worry worried worrying worries "
    "happy happily happiness hard harder work working works worked sister talk talking talked "
    "really sorry don't I'm it's 2 24/7 café so-so relational conditional generously",
)
CHINESE = ["我很难过", "我也很难过", "你愿意多说一点吗", "睡不着", "谢谢"]
SIGNS = [".", ",", "?", "!", "...", "😭", "—", '"']


def sentence(chance: random.Random) -> str:
    """Words of one side: now empty, now one word, now Chinese, mostly many with repeats."""
    kind = chance.random()
    if kind < 0.05:
        return chance.choice(["", " ", "\n"])
    if kind < 0.12:
        return chance.choice(WORDS)
    pool = CHINESE if kind < 0.2 else WORDS[: chance.randint(6, len(WORDS))]
    said = [chance.choice(pool) for _ in range(chance.randint(1, 30))]
    said = [word + chance.choice(SIGNS) if chance.random() < 0.2 else word for word in said]
    text = " ".join(said)
    return text.upper() if chance.random() < 0.05 else text


def varied(text: str, chance: random.Random) -> str:
    """The same words with some lost, doubled or moved, as a model might say it."""
    words = [word for word in text.split() for _ in range(chance.choice([0, 1, 1, 1, 2]))]
    if words and chance.random() < 0.5:
        at = chance.randrange(len(words))
        words = words[at:] + words[:at]
    return " ".join(words)


def invented() -> list[tuple[str, str]]:
    """Reply and gold."""
    chance = random.Random(5)
    golds = [sentence(chance) for _ in range(SIZE)]
    return [
        (varied(gold, chance) if chance.random() < 0.5 else sentence(chance), gold)
        for gold in golds
    ]


def recorded() -> list[tuple[str, str]]:
    """Real supporter turns: the reply is what that supporter said two turns later."""
    pairs = []
    for dialogue in json.loads(DATA.read_text("utf-8")):
        said = [turn["content"] for turn in dialogue["dialog"] if turn["speaker"] == "supporter"]
        pairs += zip(said[2:], said, strict=False)
    return pairs[:SIZE]


@pytest.fixture(
    scope="module",
    params=[
        "invented",
        pytest.param("recorded", marks=pytest.mark.development_data),
    ],
)
def pairs(request):
    """A thousand pairs of reply and gold."""
    if request.param == "recorded" and not DATA.is_file():
        pytest.skip("the development data is not here")
    found = invented() if request.param == "invented" else recorded()
    assert len(found) == SIZE
    return found


@pytest.fixture(scope="module")
def scores(pairs):
    """Scores of all pairs, seven to a dialogue."""
    responses = tuple(
        Response(
            dialogue=f"d{at // 7}",
            turn=at,
            gold=Turn(speaker="supporter", text=gold),
            reply=Reply(text=reply, strategy=""),
            corpus="test",
        )
        for at, (reply, gold) in enumerate(pairs)
    )
    found = asyncio.run(Overlap(repeats=2).score(Evidence(responses=responses), context()))
    return {one.name: one for one in found}


def words(text):
    """Words as the evaluator cuts them."""
    return WORD.findall(text.lower())


@pytest.mark.parametrize("order", ORDERS)
def test_bleu_is_nltks(pairs, scores, order):
    """Corpus BLEU with method 3 of smoothing, over all pairs, and of each pair alone."""

    def theirs(some):
        return 100 * corpus_bleu(
            [[words(gold)] for _, gold in some],
            [words(reply) for reply, _ in some],
            weights=(1 / order,) * order,
            smoothing_function=SmoothingFunction().method3,
        )

    assert scores[f"bleu-{order}"].value == pytest.approx(theirs(pairs), abs=1e-6)
    for reply, gold in pairs:
        ours = Overlap().figure(f"bleu-{order}", bleu_counts(words(reply), words(gold)))
        assert ours == pytest.approx(theirs([(reply, gold)]), abs=1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_sacrebleu_is_sacrebleus(pairs, scores, order):
    """Corpus BLEU of sacreBLEU, whose own signature stands in the score's."""
    metric = BLEU(lowercase=True, max_ngram_order=order)
    found = metric.corpus_score([reply for reply, _ in pairs], [[gold for _, gold in pairs]])
    assert scores[f"sacrebleu-{order}"].value == pytest.approx(found.score, abs=1e-6)
    plain = BLEU(lowercase=True)
    plain.corpus_score([""], [[""]])
    assert f"|{plain.get_signature()}|" in scores[f"sacrebleu-{order}"].signature


class Characters:
    """What rouge-score is given to cut texts that it would drop."""

    def tokenize(self, text):
        """Latin words and Chinese characters."""
        return ROUGE_WORD.findall(text.lower())


def test_rouge_l_is_rouge_scores(pairs, scores):
    """F1 of each pair; with its own tokeniser wherever no Chinese is said."""
    given, own = RougeScorer(["rougeL"], tokenizer=Characters()), RougeScorer(["rougeL"])
    values = []
    for reply, gold in pairs:
        ours = rouge_l(ROUGE_WORD.findall(reply.lower()), ROUGE_WORD.findall(gold.lower()))
        values.append(given.score(gold, reply)["rougeL"].fmeasure)
        assert ours == pytest.approx(values[-1], abs=1e-9)
        if not any("\u3400" <= sign <= "\u9fff" for sign in reply + gold):
            assert ours == pytest.approx(own.score(gold, reply)["rougeL"].fmeasure, abs=1e-9)
    assert scores["rouge-l"].value == pytest.approx(sum(values) / SIZE, abs=1e-6)


class Porter(StemmerI):
    """The evaluator's stemmer, as NLTK takes one."""

    def stem(self, token):
        """Stem of a word."""
        return stem(token)


class Mute:
    """Stands where WordNet would: a lexicon in which no word has a synonym."""

    def synsets(self, word):
        """Nothing."""
        return []


def test_meteor_is_nltks(pairs, scores):
    """METEOR of each pair with the same stemmer and no synonyms, and the mean over all."""
    values = []
    for reply, gold in pairs:
        said, wanted = words(reply), words(gold)
        values.append(meteor_score([wanted], said, stemmer=Porter(), wordnet=Mute()))
        assert meteor(said, wanted) == pytest.approx(values[-1], abs=1e-9)
    assert 0.01 < sum(values) / SIZE < 0.99
    assert scores["meteor"].value == pytest.approx(sum(values) / SIZE, abs=1e-6)


def test_meteor_with_nltks_own_stemmer_is_nearly_the_same(pairs):
    """NLTK's Porter has rules of its own: one pair in fifty may differ, the mean by 0.0005."""
    gaps = [
        meteor(words(reply), words(gold))
        - meteor_score([words(gold)], words(reply), wordnet=Mute())
        for reply, gold in pairs
    ]
    assert sum(abs(gap) > 1e-9 for gap in gaps) <= SIZE / 50
    assert abs(sum(gaps)) / SIZE < 0.0005


@pytest.mark.parametrize("order", [1, 2])
def test_distinct_is_a_direct_count(pairs, scores, order):
    """Both ways: all replies together, and the mean of replies that are long enough."""
    grams = []
    for reply, _ in pairs:
        said = words(reply)
        grams.append([tuple(said[at : at + order]) for at in range(len(said) - order + 1)])
    every = [gram for some in grams for gram in some]
    assert scores[f"distinct-{order}"].value == pytest.approx(
        len(set(every)) / len(every), abs=1e-6
    )
    shares = [len(set(some)) / len(some) for some in grams if some]
    mean = scores[f"distinct-{order}-mean"]
    assert mean.value == pytest.approx(sum(shares) / len(shares), abs=1e-6)
    assert (mean.n, mean.of) == (len(shares), len(shares))


def test_length_is_a_direct_count(pairs, scores):
    """Mean words and signs of a reply."""
    mean = sum(len(words(reply)) for reply, _ in pairs) / SIZE
    assert scores["length"].value == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize("classes", [8, 3, 1])
def test_strategy_figures_are_scikit_learns(classes):
    """Accuracy, both F1 and the confusion; a reply without a strategy is a ninth, wrong class.

    The macro mean is over strategies that were gold or chosen, also when some never were.
    """
    chance = random.Random(classes)
    golds = [chance.choice(STRATEGIES[:classes]) for _ in range(SIZE)]
    said = [
        gold if chance.random() < 0.3 else chance.choice([*STRATEGIES[: classes + 1], "none"])
        for gold in golds
    ]
    responses = tuple(
        Response(
            dialogue=f"d{at // 7}",
            turn=at,
            gold=Turn(speaker="supporter", text="x", strategies=(gold,)),
            reply=None if one == "none" else Reply(text="x", strategy=one),
            corpus="test",
        )
        for at, (gold, one) in enumerate(zip(golds, said, strict=True))
    )
    found = asyncio.run(StrategyChoice(repeats=2).score(Evidence(responses=responses), context()))
    ours = {one.name: one for one in found}
    seen = [one for one in STRATEGIES if one in {*golds, *said}]
    assert ours["accuracy"].value == pytest.approx(metrics.accuracy_score(golds, said), abs=1e-6)
    for name, average in (("macro-f1", "macro"), ("weighted-f1", "weighted")):
        theirs = metrics.f1_score(golds, said, labels=seen, average=average, zero_division=0)
        assert ours[name].value == pytest.approx(theirs, abs=1e-6)
    labels = [*STRATEGIES, "none"]
    square = metrics.confusion_matrix(golds, said, labels=labels)
    cells = {part.group: part.value for part in ours["accuracy"].breakdown}
    for row, gold in zip(square, STRATEGIES, strict=False):
        for count, one in zip(row, labels, strict=True):
            assert cells.get(f"gold={gold},reply={one}", 0) == count
