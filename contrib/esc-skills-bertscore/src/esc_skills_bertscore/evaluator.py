"""Evaluator ``bertscore``: how near replies are to the human's, in an encoder's embeddings.

Zhang et al., *BERTScore: Evaluating Text Generation with BERT*, ICLR 2020. It rewards saying what
one human said in other words; read it beside other figures, never alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import Evidence, Item, Part, Response, Score, short_hash
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import mean_interval
from esc_skills_bertscore.baseline import Baseline
from esc_skills_bertscore.encoder import Encoder, Files
from esc_skills_bertscore.matching import Embedded, Match, matched, weights_of

FIGURES = ("precision", "recall", "f1")


@attrs.frozen(kw_only=True)
class _Pair:
    """A reply that is there, beside its reference."""

    dialogue: str
    reply: str
    gold: str

    @classmethod
    def of(cls, response: Response) -> _Pair | None:
        if response.reply is None:
            return None
        place = f"{response.corpus}/{response.dialogue}"
        return cls(dialogue=place, reply=response.reply.text, gold=response.gold.text)


@attrs.frozen(kw_only=True)
class BertScore:
    """BERTScore of replies; a failed reply is left out of ``n`` and counted in ``of``.

    An empty reply scores 0. Special tokens weigh nothing and may be matched, as in the authors'
    code. With ``idf``, pairs with a side of which every token stands in every reference cannot be
    scored; they are counted as ``count=weightless``.
    """

    name: ClassVar[str] = "bertscore"
    summary: ClassVar[str] = "BERTScore precision, recall and F1 of replies, with a model by path"
    reads: ClassVar[frozenset[str]] = frozenset({"responses"})

    model: str
    """Folder with ``model.onnx`` and ``tokenizer.json``, or the ONNX file."""
    tokenizer: str = ""
    """The ``tokenizer.json``; empty for the one beside the model."""
    layer: str = ""
    """Output of the model to compare; empty for the first one with a row a token."""
    idf: bool = False
    """Whether tokens weigh the more, the fewer human turns hold them."""
    batch: int = attrs.field(default=32, validator=between(1, 4096))
    """Texts to embed at once."""
    max_tokens: int = attrs.field(default=512, validator=between(3, 1_000_000))
    """Where texts are cut, special tokens included; what was cut is counted."""
    baseline: str = ""
    """Table ``LAYER,P,R,F`` to rescale by; empty for plain cosines."""
    baseline_layer: int | None = None
    """Row of the table; needed where it has more than one."""

    def __attrs_post_init__(self) -> None:
        """Refuse files that are not there before anything has run."""
        try:
            Files.found(self.model, self.tokenizer)
        except ConfigError as fault:
            raise ValueError(f"{fault.message}; {fault.hint}") from None
        if self.baseline and not Path(self.baseline).expanduser().is_file():
            raise ValueError(f"baseline: no file {self.baseline!r}")

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score all responses that have a reply.

        Raises:
            ConfigError: The model is of no use, or its files are gone.
            DataError: The baseline cannot be read.
        """
        files = Files.found(self.model, self.tokenizer)
        hashes = files.hashes()
        encoder = Encoder.made(files, hashes, layer=self.layer, limit=self.max_tokens)
        golds = [one.gold.text for one in evidence.responses]
        pairs = [pair for pair in map(_Pair.of, evidence.responses) if pair]
        seen = await encoder.embed(
            [*golds, *(pair.reply for pair in pairs)] if pairs else [], batch=self.batch
        )
        scaled = self._baseline()
        made = self._matches(pairs, golds, seen)
        found = [(pair, scaled.applied(one) if scaled else one) for pair, one in made if one]
        beside = (
            *_counted("count=weightless", len(pairs) - len(found), len(pairs)),
            *_counted("count=empty-replies", _empty(pairs, seen), len(pairs)),
            *encoder.counts(seen),
        )
        signature = self._signature(encoder, hashes, golds, scaled)
        of = len(evidence.responses)
        return tuple(_score(name, found, of, signature, beside) for name in FIGURES)

    def _matches(
        self, pairs: Sequence[_Pair], golds: Sequence[str], seen: Mapping[str, Embedded]
    ) -> list[tuple[_Pair, Match | None]]:
        # All references count, those of failed replies too: so equal arms have equal weights.
        weights = weights_of([seen[text] for text in golds]) if self.idf and pairs else None
        return [(pair, matched(seen[pair.reply], seen[pair.gold], weights)) for pair in pairs]

    def _baseline(self) -> Baseline | None:
        if not self.baseline:
            return None
        return Baseline.read(Path(self.baseline).expanduser(), self.baseline_layer)

    def _signature(
        self,
        encoder: Encoder,
        hashes: tuple[str, str],
        golds: Sequence[str],
        scaled: Baseline | None,
    ) -> str:
        """Everything that the figures hang on; weights by idf hang on the references, too."""
        model, words = hashes
        idf = f"references:{short_hash(sorted(golds))}" if self.idf else "no"
        return (
            f"bertscore:v1|model={model}|layer={encoder.output}|tok={encoder.kind}:{words}"
            f"|max={self.max_tokens}|idf={idf}|baseline={scaled.sign if scaled else 'no'}"
            "|empty=0|mean|t:dialogue"
        )


def _empty(pairs: Sequence[_Pair], seen: Mapping[str, Embedded]) -> int:
    return sum(seen[pair.reply].empty for pair in pairs)


def _counted(group: str, count: int, n: int) -> tuple[Part, ...]:
    return (Part(group=group, value=count, n=n),) if count else ()


def _score(
    name: str,
    found: Sequence[tuple[_Pair, Match]],
    of: int,
    signature: str,
    beside: tuple[Part, ...],
) -> Score:
    rows: list[tuple[str, float]] = [(pair.dialogue, getattr(one, name)) for pair, one in found]
    mean = mean_interval([value for _, value in rows], [owner for owner, _ in rows]).rounded()
    return Score(
        evaluator=BertScore.name,
        name=f"bertscore-{name}",
        value=mean.value,
        low=mean.low,
        high=mean.high,
        n=mean.n,
        of=of,
        signature=signature,
        breakdown=beside,
        better="higher",
        items=_items(rows),
    )


def _items(rows: Sequence[tuple[str, float]]) -> tuple[Item, ...]:
    sums: dict[str, list[float]] = {}
    for owner, value in rows:
        kept = sums.setdefault(owner, [0.0, 0.0])
        kept[:] = kept[0] + value, kept[1] + 1
    return tuple(
        Item(key=key, cluster=key, sums=(round(total, 6), count))
        for key, (total, count) in sorted(sums.items())
    )


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``bertscore``."""
    return [BertScore]
