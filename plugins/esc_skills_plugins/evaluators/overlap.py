"""Evaluator ``overlap``: how near the replies are to what the human supporter said.

These figures reward the wording of one human; read them beside the others, never alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import exp, log
from typing import ClassVar

import attrs

from esc_skills.model import Evidence, Item, Part, Score
from esc_skills.model.invariants import between
from esc_skills.model.score import Direction
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Interval, bootstrap_sums, mean_interval
from esc_skills_plugins.evaluators.diversity import distinct_together, distinct_within, ngrams
from esc_skills_plugins.evaluators.itemising import Owner, itemised, talk
from esc_skills_plugins.evaluators.meteor import RULES, meteor

Statistic = Callable[[Sequence[float]], float]

ORDERS = (1, 2, 3, 4)
WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s]")
"""A Chinese character, a word, or a sign."""
ROUGE_WORD = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")
"""What rouge-score counts as a word, and Chinese characters."""


TOKENS = "case:lc|tok:words-signs"
"""Said of every figure that is made of ``WORD``."""


@attrs.frozen(kw_only=True)
class _Pair:
    """One reply beside its gold turn, both in lower case."""

    owner: Owner
    reply: str
    gold: str

    @cached_property
    def words(self) -> tuple[list[str], list[str]]:
        """Words and signs of both."""
        return WORD.findall(self.reply), WORD.findall(self.gold)


@attrs.frozen
class _Figure:
    """A score in the making."""

    name: str
    found: Interval
    signature: str
    better: Direction = "higher"
    items: tuple[Item, ...] = ()
    short: int = 0
    """Replies that are too short to have it: not due, and so in neither ``n`` nor ``of``."""


@attrs.frozen(kw_only=True)
class Overlap:
    """BLEU, ROUGE-L, METEOR, Distinct, length; a failed reply is left out of ``n`` and counted.

    BLEU has as items the counts of each dialogue, which ``figure`` reads; ROUGE-L, METEOR, length
    and ``distinct-n-mean`` have sums of replies. ``distinct-n`` of all replies together has none.
    """

    name: ClassVar[str] = "overlap"
    summary: ClassVar[str] = "BLEU-1..4, ROUGE-L, METEOR, Distinct-1/2 and length of replies"
    reads: ClassVar[frozenset[str]] = frozenset({"responses"})

    tokenize: str = "13a"
    """Tokeniser of sacreBLEU; ``zh`` for Chinese."""
    repeats: int = attrs.field(default=1000, validator=between(2, 100_000))
    """Resamples of dialogues for the intervals of BLEU."""
    seed: int = 13
    """Seed of the resamples."""

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score all responses that have a reply."""
        pairs = [
            _Pair(owner=talk(one), reply=one.reply.text.lower(), gold=one.gold.text.lower())
            for one in evidence.responses
            if one.reply is not None
        ]
        made = [*self._sacre(pairs), *self._bleu(pairs), *_means(pairs), *_distinct(pairs)]
        scores = [self._score(one, len(pairs), len(evidence.responses)) for one in made]
        length = self._score(_length(pairs, 0), len(pairs), len(evidence.responses))
        gold = _length(pairs, 1).found.rounded()
        beside = () if gold.value is None else (_part("side=gold", gold.value, gold),)
        return (*scores, attrs.evolve(length, breakdown=beside))

    def figure(self, name: str, sums: Sequence[float]) -> float:
        """Work a figure out from summed items."""
        kind, _, order = name.partition("-")
        if kind in {"sacrebleu", "bleu"}:
            return (_sacre_of if kind == "sacrebleu" else _bleu_of)(int(order))(sums)
        return sums[0] / sums[1]

    def _score(self, figure: _Figure, n: int, of: int) -> Score:
        found = figure.found.rounded()
        return Score(
            evaluator=self.name,
            name=figure.name,
            value=found.value,
            low=found.low,
            high=found.high,
            n=n - figure.short,
            of=of - figure.short,
            signature=f"overlap:v2|{figure.signature}",
            better=figure.better,
            items=figure.items,
        )

    def _sacre(self, pairs: Sequence[_Pair]) -> list[_Figure]:
        """Corpus BLEU as sacreBLEU counts and smooths it, 0-100."""
        from sacrebleu import BLEU

        metric = BLEU(lowercase=True, tokenize=self.tokenize)
        metric.corpus_score([""], [[""]])  # its signature knows the references only after a call
        # The counts are the same; without it each short pair would print advice.
        counter = BLEU(lowercase=True, tokenize=self.tokenize, effective_order=True)
        rows = []
        for pair in pairs:
            found = counter.sentence_score(pair.reply, [pair.gold])
            rows.append([*found.counts, *found.totals, found.sys_len, found.ref_len])
        return self._resampled("sacrebleu", pairs, rows, f"as:sacrebleu|{metric.get_signature()}")

    def _bleu(self, pairs: Sequence[_Pair]) -> list[_Figure]:
        """Corpus BLEU as papers on this task print it: NLTK's, method 3 of smoothing, 0-100."""
        rows = [bleu_counts(*pair.words) for pair in pairs]
        signature = f"as:nltk.corpus_bleu|{TOKENS}|smooth:method3"
        return self._resampled("bleu", pairs, rows, signature)

    def _resampled(
        self, kind: str, pairs: Sequence[_Pair], rows: Sequence[Sequence[float]], signature: str
    ) -> list[_Figure]:
        """BLEU of every order; turns of one talk are alike and are drawn together."""
        items = itemised(zip((pair.owner for pair in pairs), rows, strict=True))
        sums = {item.key: item.sums for item in items}
        drawn = f"bootstrap:dialogue,{self.repeats},seed={self.seed}"
        figures = []
        for order in ORDERS:
            statistic = _sacre_of(order) if kind == "sacrebleu" else _bleu_of(order)
            found = bootstrap_sums(sums, statistic, repeats=self.repeats, seed=self.seed)
            told = f"{kind}|{signature}|order:{order}|{drawn}"
            figures.append(_Figure(f"{kind}-{order}", found, told, items=items))
        return figures


def _part(group: str, value: float, interval: Interval) -> Part:
    return Part(group=group, value=value, n=interval.n, low=interval.low, high=interval.high)


def _mean(
    name: str,
    values: Iterable[tuple[_Pair, float]],
    signature: str,
    better: Direction = "higher",
) -> _Figure:
    """Mean over replies, with the replies of one dialogue as a cluster."""
    met = [(pair.owner, value) for pair, value in values]
    found = mean_interval([value for _, value in met], [cluster for (_, cluster), _ in met])
    items = itemised((owner, (value, 1)) for owner, value in met)
    return _Figure(name, found, f"{signature}|mean|t:dialogue", better, items)


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
        said, wanted = ngrams(reply, order), ngrams(gold, order)
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


def _means(pairs: Sequence[_Pair]) -> list[_Figure]:
    """ROUGE-L F1 and METEOR, each the mean of the pairs, 0-1."""
    rouge = [
        (pair, rouge_l(ROUGE_WORD.findall(pair.reply), ROUGE_WORD.findall(pair.gold)))
        for pair in pairs
    ]
    told = "rouge-l|as:rouge-score|f1|case:lc|tok:rouge-score,cjk-chars|stem:no|smooth:none"
    near = f"meteor|as:nltk.meteor_score|{TOKENS}|smooth:none|{RULES}"
    return [
        _mean("rouge-l", rouge, told),
        _mean("meteor", [(pair, meteor(*pair.words)) for pair in pairs], near),
    ]


def _length(pairs: Sequence[_Pair], side: int) -> _Figure:
    """Mean tokens of a reply (side 0) or of the human's turn (side 1)."""
    counts = [(pair, len(pair.words[side])) for pair in pairs]
    return _mean("length", counts, f"length|as:count|{TOKENS}|smooth:none", "neither")


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


def _distinct(pairs: Sequence[_Pair]) -> list[_Figure]:
    """Both figures that papers call Distinct: over all replies together, and mean of replies."""
    said = [(pair, pair.words[0]) for pair in pairs]
    figures = []
    for order in (1, 2):
        told = f"order:{order}|{TOKENS}|smooth:none"
        found = distinct_together([(pair.owner[1], words) for pair, words in said], order)
        tried = [(pair, distinct_within(words, order)) for pair, words in said]
        own = [(pair, value) for pair, value in tried if value is not None]
        mean = _mean(
            f"distinct-{order}-mean", own, f"distinct-mean|as:types/tokens|{told}|too-short:out"
        )
        figures += [
            # It falls with more replies, so that their number must be equal, too.
            _Figure(
                f"distinct-{order}", found, f"distinct|as:types/tokens|{told}|samples:{len(pairs)}"
            ),
            attrs.evolve(mean, short=len(pairs) - len(own)),
        ]
    return figures


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``overlap``."""
    return [Overlap]
