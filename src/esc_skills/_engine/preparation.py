"""Reading the corpora, and the preparation report that every number rests on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._stages.personal import scrubbed
from esc_skills.errors import DataError
from esc_skills.model import Dialogue, Finding, Reading, Trace
from esc_skills.model.identity import plain, short_hash


@attrs.frozen(kw_only=True)
class Material:
    """What a run learns from, and what it keeps aside."""

    train: tuple[Dialogue, ...]
    """Dialogues that units are cut from."""
    test: tuple[Dialogue, ...]
    """Dialogues kept aside for response-level scores."""
    traces: tuple[Trace, ...]
    """Simulated conversations that a corpus brought."""
    report: Mapping[str, Any]
    """The preparation report, as plain data."""


async def read_corpora(crew: Crew, lender: Lender, *, scrub: bool = True) -> tuple[Reading, ...]:
    """Read every corpus of the experiment, in its order.

    Args:
        crew: Brings the corpora.
        lender: Makes contexts.
        scrub: Whether personal data that have a shape are taken out, before anybody sees them.
    """
    readings = []
    for corpus, path in crew.corpora:
        lend = lender.at("corpus", corpus.name)
        found = await corpus.read(Path(path) if path else None, lend("corpus"))
        readings.append(without_persons(found) if scrub else found)
    return tuple(readings)


def without_persons(reading: Reading) -> Reading:
    """A reading whose dialogues hold no mail address, phone or card number and the like (S13).

    What was taken out is counted in the preparation report, by dialogue; a dialogue whose id tells
    of somebody gets another one. Names have no shape and stay. Simulated conversations are
    nobody's, and stay as they are.
    """
    cleaned = [_cleaned(dialogue) for dialogue in reading.dialogues]
    places = [dialogue.id for dialogue, count in cleaned if count]
    if not places:
        return reading
    taken = sum(count for _, count in cleaned)
    finding = Finding(rule="personal data taken out", count=taken, where=tuple(places[:3]))
    found = tuple(
        attrs.evolve(one, where=tuple(scrubbed(place)[0] for place in one.where))
        for one in reading.findings
    )
    dialogues = tuple(dialogue for dialogue, _ in cleaned)
    return attrs.evolve(reading, dialogues=dialogues, findings=(*found, finding))


def _cleaned(dialogue: Dialogue) -> tuple[Dialogue, int]:
    """A dialogue without personal data, and how many there were."""
    texts = [scrubbed(turn.text) for turn in dialogue.turns]
    facts = {
        name: scrubbed(getattr(dialogue, name)) for name in ("situation", "emotion", "problem")
    }
    _, named = scrubbed(dialogue.id)
    count = named + sum(one for _, one in (*texts, *facts.values()))
    if not count:
        return dialogue, 0
    turns = tuple(
        attrs.evolve(turn, text=text) for turn, (text, _) in zip(dialogue.turns, texts, strict=True)
    )
    new = f"{dialogue.corpus}-{short_hash(dialogue.id)}" if named else dialogue.id
    plainly: dict[str, Any] = {name: text for name, (text, _) in facts.items()}
    return attrs.evolve(attrs.evolve(dialogue, id=new, turns=turns), **plainly), count


def kept_aside(dialogue: Dialogue, share: float, seed: int) -> bool:
    """Whether a dialogue without a stated split is kept out; a fixed share, by content."""
    digest = hashlib.sha256(f"{seed}/{dialogue.fingerprint}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _is_test(dialogue: Dialogue, *, holdout: float, seed: int, official: bool) -> bool:
    if official:
        return dialogue.split == "test"
    return kept_aside(dialogue, holdout, seed)


def _split(
    reading: Reading, holdout: float, seed: int
) -> tuple[list[Dialogue], list[Dialogue], int]:
    official = any(dialogue.split == "test" for dialogue in reading.dialogues)
    train, test, other = [], [], 0
    for dialogue in reading.dialogues:
        if _is_test(dialogue, holdout=holdout, seed=seed, official=official):
            test.append(dialogue)
        elif dialogue.split == "valid":
            other += 1
        else:
            train.append(dialogue)
    return train, test, other


def _unleaked(
    train: Sequence[Dialogue], test: Sequence[Dialogue]
) -> tuple[tuple[Dialogue, ...], int]:
    """Test dialogues whose words do not also stand in the training part."""
    known = {dialogue.fingerprint for dialogue in train}
    kept = tuple(dialogue for dialogue in test if dialogue.fingerprint not in known)
    return kept, len(test) - len(kept)


def _described(reading: Reading, train: int, test: int) -> dict[str, Any]:
    splits = Counter(dialogue.split or "none" for dialogue in reading.dialogues)
    return {
        "corpus": reading.corpus,
        "licence": reading.licence,
        "sha256": reading.sha256,
        "dialogues": len(reading.dialogues),
        "turns": sum(len(dialogue.turns) for dialogue in reading.dialogues),
        "traces": len(reading.traces),
        "splits": dict(sorted(splits.items())),
        "learnt_from": train,
        "kept_aside": test,
        "rules": dict(reading.rules),
        "findings": [plain(finding) for finding in reading.findings],
    }


def prepare(readings: Sequence[Reading], *, holdout: float, seed: int) -> Material:
    """Split what was read, check for leaks, and report on it.

    Raises:
        DataError: There is neither a dialogue nor a trace.
    """
    train: list[Dialogue] = []
    test: list[Dialogue] = []
    unused = 0
    described = []
    for reading in readings:
        some, more, other = _split(reading, holdout, seed)
        described.append(_described(reading, len(some), len(more)))
        train += some
        test += more
        unused += other
    traces = tuple(trace for reading in readings for trace in reading.traces)
    if not train and not test and not traces:
        raise DataError("the corpora hold no dialogue", hint="name a corpus with dialogues")
    clean, leaked = _unleaked(train, test)
    report = {
        "schema": 1,
        "corpora": described,
        "train": len(train),
        "test": len(clean),
        "valid_unused": unused,
        "leaks_removed_from_test": leaked,
        "licences": sorted({reading.licence for reading in readings}),
    }
    return Material(train=tuple(train), test=clean, traces=traces, report=report)
