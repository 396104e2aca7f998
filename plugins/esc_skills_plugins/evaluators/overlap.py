"""Evaluator ``overlap``: how near the replies are to what the human supporter said.

These figures reward the wording of one human; read them beside the others, never alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import exp, log
from typing import ClassVar

import attrs

from esc_skills.model import Evidence, Part, Response, Score
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Interval, bootstrap_sums, jackknife_interval, mean_interval

Statistic = Callable[[Sequence[float]], float]

ORDERS = (1, 2, 3, 4)
WORD = re.compile(r"[\u3400-\u9fff]|\w+|[^\w\s]")
"""A Chinese character, a word, or a sign."""
ROUGE_WORD = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")
"""What rouge-score counts as a word, and Chinese characters."""


@attrs.frozen(kw_only=True)
class _Item:
    """One reply beside its gold turn."""

    dialogue: str
    reply: str
    gold: str


@attrs.frozen(kw_only=True)
class Overlap:
    """BLEU, ROUGE-L, Distinct and lengths; a failed reply is left out of ``n`` and counted."""

    name: ClassVar[str] = "overlap"
    summary: ClassVar[str] = "BLEU-1..4, ROUGE-L, Distinct-1/2 and length against gold replies"
    reads: ClassVar[frozenset[str]] = frozenset({"responses"})

    tokenize: str = "13a"
    """Tokeniser of sacreBLEU; ``zh`` for Chinese."""
    repeats: int = attrs.field(default=1000, validator=between(2, 100_000))
    """Resamples of dialogues for the intervals of BLEU."""
    seed: int = 13
    """Seed of the resamples."""

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score all responses that have a reply."""
        items = [
            _Item(dialogue=_place(one), reply=one.reply.text.lower(), gold=one.gold.text.lower())
            for one in evidence.responses
            if one.reply is not None
        ]
        figures = [*self._sacre(items), *self._bleu(items), _rouge(items), *_distinct(items)]
        scores = [self._score(*figure, items, len(evidence.responses)) for figure in figures]
        return (*scores, self._length(items, len(evidence.responses)))

    def _score(
        self, name: str, interval: Interval, signature: str, items: Sequence[_Item], of: int
    ) -> Score:
        figure = interval.rounded()
        return Score(
            evaluator=self.name,
            name=name,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            n=len(items),
            of=of,
            signature=f"overlap:v1|{signature}",
        )

    def _sacre(self, items: Sequence[_Item]) -> list[tuple[str, Interval, str]]:
        """Corpus BLEU as sacreBLEU counts and smooths it, 0-100."""
        from sacrebleu import BLEU

        metric = BLEU(lowercase=True, tokenize=self.tokenize)
        metric.corpus_score([""], [[""]])  # its signature knows the references only after a call
        # The counts are the same; without it each short pair would print advice.
        counter = BLEU(lowercase=True, tokenize=self.tokenize, effective_order=True)
        rows = []
        for item in items:
            found = counter.sentence_score(item.reply, [item.gold])
            rows.append([*found.counts, *found.totals, found.sys_len, found.ref_len])
        sums = _by_dialogue(items, rows)
        signature = f"{metric.get_signature()}|{self._resampled}"
        return [
            (
                f"sacrebleu-{order}",
                bootstrap_sums(sums, _sacre_of(order), repeats=self.repeats, seed=self.seed),
                f"{signature}|order:{order}",
            )
            for order in ORDERS
        ]

    def _bleu(self, items: Sequence[_Item]) -> list[tuple[str, Interval, str]]:
        """Corpus BLEU as papers on this task print it: NLTK's, method 3 of smoothing, 0-100."""
        rows = [bleu_counts(WORD.findall(item.reply), WORD.findall(item.gold)) for item in items]
        sums = _by_dialogue(items, rows)
        return [
            (
                f"bleu-{order}",
                bootstrap_sums(sums, _bleu_of(order), repeats=self.repeats, seed=self.seed),
                f"bleu|case:lc|tok:words-signs|smooth:method3|order:{order}|{self._resampled}",
            )
            for order in ORDERS
        ]

    @property
    def _resampled(self) -> str:
        return f"bootstrap:dialogue,{self.repeats},seed={self.seed}"

    def _length(self, items: Sequence[_Item], of: int) -> Score:
        """Mean tokens of a reply, with the human's beside it."""
        names = [item.dialogue for item in items]
        replies = mean_interval([len(WORD.findall(item.reply)) for item in items], names)
        gold = mean_interval([len(WORD.findall(item.gold)) for item in items], names).rounded()
        parts = () if gold.value is None else (_part("side=gold", gold.value, gold),)
        score = self._score("length", replies, "length|tok:words-signs|mean", items, of)
        return attrs.evolve(score, breakdown=parts)


def _part(group: str, value: float, interval: Interval) -> Part:
    return Part(group=group, value=value, n=interval.n, low=interval.low, high=interval.high)


def _place(response: Response) -> str:
    return f"{response.corpus}/{response.dialogue}"


def _by_dialogue(items: Sequence[_Item], rows: Sequence[Sequence[float]]) -> dict[str, list[float]]:
    """Sum the rows of each dialogue: turns of one talk are alike and are drawn together."""
    sums: dict[str, list[float]] = {}
    for item, row in zip(items, rows, strict=True):
        kept = sums.setdefault(item.dialogue, [0.0] * len(row))
        for place, value in enumerate(row):
            kept[place] += value
    return sums


def _sacre_of(order: int) -> Statistic:
    """BLEU of summed counts (4), totals (4) and lengths, by sacreBLEU's own formula."""

    def statistic(row: Sequence[float]) -> float:
        from sacrebleu import BLEU

        whole = [round(value) for value in row]
        found = BLEU.compute_bleu(
            whole[:order],
            whole[4 : 4 + order],
            whole[8],
            whole[9],
            smooth_method="exp",
            max_ngram_order=order,
        )
        return float(found.score)

    return statistic


def bleu_counts(reply: Sequence[str], gold: Sequence[str]) -> list[int]:
    """Matches (4), n-grams (4, at least 1 each as in NLTK) and lengths of one pair."""
    matches, totals = [], []
    for order in ORDERS:
        said, wanted = _ngrams(reply, order), _ngrams(gold, order)
        matches.append((said & wanted).total())
        totals.append(max(1, said.total()))
    return [*matches, *totals, len(reply), len(gold)]


def _bleu_of(order: int) -> Statistic:
    """BLEU of summed counts; an order without a match counts 1 / (2^k x n-grams), k = 1, 2, ….

    Method 3 of Chen & Cherry, WMT 2014, as in NLTK.
    """

    def statistic(row: Sequence[float]) -> float:
        if row[0] == 0:
            return 0.0
        total, empty = 0.0, 0
        for matches, grams in zip(row[:order], row[4 : 4 + order], strict=True):
            empty += matches == 0
            total += log((matches or 0.5**empty) / grams)
        brevity = min(0.0, 1 - row[9] / row[8])
        return 100 * exp(brevity + total / order)

    return statistic


def _rouge(items: Sequence[_Item]) -> tuple[str, Interval, str]:
    """Mean ROUGE-L F1 of the pairs, 0-1."""
    values = [
        rouge_l(ROUGE_WORD.findall(item.reply), ROUGE_WORD.findall(item.gold)) for item in items
    ]
    interval = mean_interval(values, [item.dialogue for item in items])
    return "rouge-l", interval, "rouge-l|f1|tok:rouge-score,cjk-chars|stem:no|mean|t:dialogue"


def rouge_l(reply: Sequence[str], gold: Sequence[str]) -> float:
    """F1 of the longest common subsequence (Lin 2004), 0-1; 0 when a side is empty."""
    common = _subsequence(reply, gold)
    if common == 0:
        return 0.0
    precision, recall = common / len(reply), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence, a machine word at a time (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for place, word in enumerate(left):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(left)) - 1
    row = full
    for word in right:
        hit = row & places.get(word, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(left) - row.bit_count()


def _distinct(items: Sequence[_Item]) -> list[tuple[str, Interval, str]]:
    """Different n-grams over all n-grams of all replies (Li et al. 2016), 0-1.

    It falls as replies are added, so that ``n`` stands in the signature. A bootstrap would double
    dialogues and so deflate it; the interval is the jackknife's over dialogues.
    """
    figures = []
    for order in (1, 2):
        by_dialogue: dict[str, Counter[tuple[str, ...]]] = {}
        for item in items:
            grams = _ngrams(WORD.findall(item.reply), order)
            by_dialogue.setdefault(item.dialogue, Counter()).update(grams)
        signature = f"distinct|order:{order}|tok:words-signs|samples:{len(items)}"
        figures.append((f"distinct-{order}", _distinct_interval(by_dialogue), signature))
    return figures


def _distinct_interval(by_dialogue: dict[str, Counter[tuple[str, ...]]]) -> Interval:
    held = Counter(gram for grams in by_dialogue.values() for gram in grams)
    every = sum(grams.total() for grams in by_dialogue.values())
    if every == 0:
        return Interval(value=None, low=None, high=None, n=0)
    left_out = []
    for _, grams in sorted(by_dialogue.items()):
        alone = sum(held[gram] == 1 for gram in grams)
        rest = every - grams.total()
        left_out.append((len(held) - alone) / rest if rest else 0.0)
    return jackknife_interval(len(held) / every, left_out)


def _ngrams(words: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(order)), strict=False))


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``overlap``."""
    return [Overlap]
