"""An ONNX encoder with its tokenizer, from files of one's own."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import Part
from esc_skills_bertscore.matching import Embedded

INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
"""What the encoder may ask for."""


WANTED = (
    "set model to a folder with model.onnx and tokenizer.json, or to the ONNX file, with tokenizer "
    "as the other file"
)
"""What to type."""


@attrs.frozen(kw_only=True)
class Files:
    """Where model and tokenizer lie."""

    model: Path
    """The ONNX file; weights in files beside it begin with its name."""
    tokenizer: Path
    """The ``tokenizer.json`` of the tokenizers library."""

    @classmethod
    def found(cls, model: str, tokenizer: str) -> Files:
        """Find both files, of a folder or named one by one.

        Raises:
            ConfigError: One of them is not there.
        """
        place = Path(model).expanduser()
        onnx = place / "model.onnx" if place.is_dir() else place
        words = Path(tokenizer).expanduser() if tokenizer else onnx.with_name("tokenizer.json")
        for what, path in (("model", onnx), ("tokenizer", words)):
            if not path.is_file():
                raise ConfigError(f"evaluator bertscore: no {what} file {str(path)!r}", hint=WANTED)
        return cls(model=onnx, tokenizer=words)

    def hashes(self) -> tuple[str, str]:
        """Sha256 of the model, weights beside it included, and of the tokenizer."""
        weights = sorted(self.model.parent.glob(f"{self.model.name}*"))
        return _sha256(*(path for path in weights if path.is_file())), _sha256(self.tokenizer)


def _sha256(*paths: Path) -> str:
    made = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                made.update(block)
    return made.hexdigest()


@attrs.frozen(eq=False, kw_only=True)
class Encoder:
    """Made once for a model and asked for embeddings."""

    session: Any
    """Of onnxruntime."""
    words: Any
    """Tokenizer; cuts at ``max_tokens`` and never pads."""
    output: str
    """Output whose rows are token embeddings."""
    limit: int
    """Most tokens of a text."""

    @classmethod
    def made(cls, files: Files, hashes: tuple[str, str], *, layer: str, limit: int) -> Encoder:
        """Load both files.

        Raises:
            ConfigError: The model has inputs or outputs that are of no use here.
        """
        session, words = _loaded(files, hashes)
        words.no_padding()
        words.enable_truncation(limit)
        asked = {one.name for one in session.get_inputs()}
        if "input_ids" not in asked or asked - INPUTS:
            raise ConfigError(
                f"evaluator bertscore: the model asks for {', '.join(sorted(asked))}",
                hint="export an encoder that takes input_ids and, at most, attention_mask and "
                "token_type_ids",
            )
        return cls(session=session, words=words, output=_output(session, layer), limit=limit)

    @property
    def kind(self) -> str:
        """Class of the tokenizer's model, such as ``WordPiece``."""
        return type(self.words.model).__name__

    def counts(self, seen: Mapping[str, Embedded]) -> tuple[Part, ...]:
        """Texts that were cut, and tokens that the tokenizer does not know, where there are."""
        cut = sum(one.cut for one in seen.values())
        unknown = getattr(self.words.model, "unk_token", None)
        strange = self.words.token_to_id(unknown) if unknown else -1
        ids = [token for one in seen.values() for token in one.ids]
        found = (
            Part(group="count=truncated-texts", value=cut, n=len(seen)),
            Part(group="count=unknown-tokens", value=ids.count(strange), n=len(ids)),
        )
        return tuple(part for part in found if part.value)

    def tokens(self, texts: Sequence[str]) -> list[Any]:
        """Encodings, one a text; half characters, which no file can hold, become ``?``."""
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return list(self.words.encode_batch(whole))

    async def embed(self, texts: Sequence[str], *, batch: int) -> Mapping[str, Embedded]:
        """Embed texts, each once; short ones together, so that little is padded.

        Raises:
            ConfigError: The model cannot take so many tokens.
        """
        unique = sorted(set(texts))
        pairs = sorted(
            zip(unique, self.tokens(unique), strict=True), key=lambda one: (len(one[1]), one[0])
        )
        found: dict[str, Embedded] = {}
        for start in range(0, len(pairs), batch):
            group = pairs[start : start + batch]
            rows = await asyncio.to_thread(self._run, [code for _, code in group])
            for (text, code), vectors in zip(group, rows, strict=True):
                special = tuple(bool(mark) for mark in code.special_tokens_mask)
                found[text] = Embedded(tuple(code.ids), special, vectors, bool(code.overflowing))
        return found

    def _run(self, codes: Sequence[Any]) -> list[Any]:
        import numpy as np

        widest = max(1, *(len(code) for code in codes))
        feed = {}
        for one in self.session.get_inputs():
            table = np.zeros((len(codes), widest), dtype=np.int64)
            if one.name == "input_ids":
                table += self._filler()
            for place, code in enumerate(codes):
                table[place, : len(code)] = _column(code, one.name)
            feed[one.name] = table
        try:
            rows = self.session.run([self.output], feed)[0]
        except Exception as fault:  # onnxruntime raises bare classes of its own
            raise ConfigError(
                f"evaluator bertscore: the model refused {widest} tokens: {_first(fault)}",
                hint=f"set max_tokens below {widest}",
            ) from fault
        kept = [row[: len(code)].astype(np.float32) for row, code in zip(rows, codes, strict=True)]
        return [row / np.maximum(np.linalg.norm(row, axis=1, keepdims=True), 1e-9) for row in kept]

    def _filler(self) -> int:
        """Id of the padding token, 0 where the tokenizer names none; masked in any case."""
        return next(
            (found for name in ("[PAD]", "<pad>") if (found := self.words.token_to_id(name))), 0
        )


def _column(code: Any, name: str) -> Any:
    if name == "input_ids":
        return code.ids
    return code.attention_mask if name == "attention_mask" else code.type_ids


def _first(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:200]


def _output(session: Any, layer: str) -> str:
    """Name of the output to read: the one asked for, else the first with a row a token."""
    outputs = {one.name: len(one.shape or ()) for one in session.get_outputs()}
    fit = [name for name, rank in outputs.items() if rank == 3]
    if (layer and layer not in fit) or not fit:
        raise ConfigError(
            f"evaluator bertscore: the model has no output {layer or 'of token embeddings'!r}",
            hint=f"set layer to one of: {', '.join(fit)}"
            if fit
            else "export the encoder with last_hidden_state as an output",
        )
    return layer or fit[0]


@lru_cache(maxsize=1)
def _loaded(files: Files, hashes: tuple[str, str]) -> tuple[Any, Any]:
    """Both files read; ``hashes`` are the key, so that changed files are read anew."""
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(files.model), options, providers=["CPUExecutionProvider"]
        )
        return session, Tokenizer.from_file(str(files.tokenizer))
    except Exception as fault:  # both libraries raise bare classes of their own
        raise ConfigError(
            f"evaluator bertscore: cannot load {str(files.model)!r}: {_first(fault)}",
            hint="give an ONNX encoder and the tokenizer.json that was made for it",
        ) from fault
