"""Laws of corpora, extractors and distillers."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from esc_skills.errors import UsageError
from esc_skills.model import InterventionUnit, Reading, Taxonomy
from esc_skills.testing.conformance.scenes import TEXTS, dialogue, turns, units
from esc_skills.testing.conformance.trials import Trial, law
from esc_skills.testing.samples import taxonomy

GARBAGE = (
    b"",
    b"\xff\xfe\x00\x80garbage",
    b"{",
    b"[1, 2, 3]\n",
    b'{"a": null}\n',
    b'[{"dialog": 7, "messages": "x", "id": []}]\n',
    b"[" * 50_000,
)
"""Files that are not what a corpus expects."""

COPIED = 8
"""Consecutive words that a skill may not share with a source dialogue."""


async def _reading(trial: Trial) -> Reading | None:
    try:
        found = await trial.component.read(trial.path, trial.lend(1))
    except UsageError:
        if trial.path is not None:
            raise
        return None
    assert isinstance(found, Reading)
    return found


@law("corpus")
async def reads_the_same_twice(trial: Trial) -> None:
    """Reading twice gives the same; without a path it gives embedded data or a UsageError."""
    first = await _reading(trial)
    assert first == await _reading(trial), "two readings differ"


@law("corpus")
async def says_what_it_read(trial: Trial) -> None:
    """A reading names corpus and licence, and holds items with unique ids."""
    found = await _reading(trial)
    if found is None:
        return
    assert found.corpus == trial.component.name, f"corpus is {found.corpus!r}"
    assert found.licence, "no licence is named"
    ids = [*(item.id for item in found.dialogues), *(item.id for item in found.traces)]
    assert ids, "nothing was read"
    assert len(set(ids)) == len(ids), "two items share an id"
    blank = [item.id for item in found.dialogues if not any(turn.text for turn in item.turns)]
    assert not blank, f"dialogues without words: {blank[:3]}"


@law("corpus")
async def refuses_a_missing_file(trial: Trial) -> None:
    """A path that leads nowhere is a UsageError, never an empty reading."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            await trial.component.read(Path(folder) / "nowhere.json", trial.lend(1))
        except UsageError:
            return
    raise AssertionError("a file that does not exist was read")


@law("corpus")
async def survives_garbage(trial: Trial) -> None:
    """A file of garbage is a UsageError, or an empty reading; never another exception."""
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(GARBAGE):
            path = Path(folder) / f"garbage-{number}.json"
            path.write_bytes(content)
            try:
                found = await trial.component.read(path, trial.lend(1))
            except UsageError:
                continue
            assert not found.traces, f"traces were read from {content[:30]!r}"


async def _extracted(trial: Trial, *texts: str, seed: int = 1) -> tuple[InterventionUnit, ...]:
    found = await trial.component.extract(dialogue("d-1", *texts), trial.lend(seed))
    assert isinstance(found, tuple)
    return found


def _strangers(found: InterventionUnit, labels: Taxonomy) -> list[str]:
    wanted = [
        *(("scenario", part.scenario) for part in (found.before, found.after)),
        *(("state", part.label) for part in (found.before, found.after)),
        ("action", found.action.label),
        ("change", found.change.label),
    ]
    return [
        f"{kind} {name!r}"
        for kind, name in wanted
        if name and not labels.label(kind, name)  # type: ignore[arg-type]
    ]


@law("extractor")
async def extracts_in_order(trial: Trial) -> None:
    """Units come in turn order, name their dialogue, and span turns that exist."""
    found = await _extracted(trial)
    assert found, "a plain dialogue gives no unit"
    firsts = [unit.source.first for unit in found]
    assert firsts == sorted(firsts), "units are not in turn order"
    size = len(dialogue().turns)
    assert {unit.source.dialogue for unit in found} == {"d-1"}, "a unit names another dialogue"
    wild = [unit.id for unit in found if not unit.source.first <= unit.source.last < size]
    assert not wild, "a unit spans turns that do not exist"
    assert {unit.source.licence for unit in found} == {"Apache-2.0"}, "the licence is lost"


@law("extractor")
async def writes_its_own_labels(trial: Trial) -> None:
    """Every label of a unit is one of the extractor's taxonomy, or empty."""
    labels = trial.component.taxonomy
    strangers = [name for unit in await _extracted(trial) for name in _strangers(unit, labels)]
    assert not strangers, f"not in the taxonomy: {', '.join(strangers[:5])}"


@law("extractor")
async def extracts_the_same_twice(trial: Trial) -> None:
    """Equal dialogue and seed give equal units, whatever was extracted between."""
    first = await _extracted(trial)
    await _extracted(trial, "Another talk.", "About what?", "I am angry at my friend.", seed=2)
    assert first == await _extracted(trial), "the second time differs"


@law("extractor")
async def extracts_from_any_words(trial: Trial) -> None:
    """Empty, Chinese, odd and very long messages, and a talk of one turn, are all extracted."""
    await _extracted(trial, "Hello?")
    for text in TEXTS:
        await _extracted(trial, text, text, text)


@law("extractor")
async def reads_a_state_from_any_words(trial: Trial) -> None:
    """A live conversation is read after its first message, in any script and length."""
    labels = trial.component.taxonomy
    for text in TEXTS:
        for history in (turns(text), turns("Hi", "Hello", text), turns("Hi", text)):
            found = await trial.component.read_state(history, trial.lend(1))
            again = await trial.component.read_state(history, trial.lend(1))
            assert found == again, "the second reading differs"
            known = not found.label or labels.label("state", found.label)
            assert known, f"state {found.label!r} is not in the taxonomy"


@law("distiller")
async def distils_nothing_from_nothing(trial: Trial) -> None:
    """No units give no prototypes and no skills."""
    found = await trial.component.distil((), taxonomy(), trial.lend(1))
    assert not found.prototypes, "prototypes were made of nothing"
    assert not found.skills, "skills were made of nothing"


@law("distiller")
async def distils_in_order_and_again(trial: Trial) -> None:
    """Prototypes are sorted by key, skills by name, names are unique, and twice is the same."""
    found = await trial.component.distil(units(), taxonomy(), trial.lend(1))
    keys = [item.key for item in found.prototypes]
    names = [item.name for item in found.skills]
    assert keys == sorted(set(keys)), "prototypes are unsorted or doubled"
    assert names == sorted(set(names)), "skills are unsorted or doubled"
    again = await trial.component.distil(units(), taxonomy(), trial.lend(1))
    assert found == again, "the second distillate differs"


@law("distiller")
async def rests_on_evidence(trial: Trial) -> None:
    """Prototypes count units that exist, each once; no skill is protected."""
    found = await trial.component.distil(units(), taxonomy(), trial.lend(1))
    known = {unit.id for unit in units()}
    counted = [item for proto in found.prototypes for item in proto.units]
    assert set(counted) <= known, "a prototype counts a unit that was not given"
    assert len(set(counted)) == len(counted), "a unit is counted twice"
    guarded = [item.name for item in found.skills if item.protected]
    assert not guarded, f"only a guard's manifest may be protected: {guarded}"


@law("distiller")
async def copies_nobody(trial: Trial) -> None:
    """No skill shares eight consecutive words with a source dialogue."""
    found = await trial.component.distil(units(), taxonomy(), trial.lend(1))
    said = {run for unit in units() for run in _runs(f"{unit.context} {unit.action.text}")}
    for item in found.skills:
        texts = (item.overview, *item.guidance, *item.pitfalls, *item.examples)
        copied = sorted(said & {run for text in texts for run in _runs(text)})
        assert not copied, f"skill {item.name} quotes {copied[0]!r}"


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[at : at + COPIED]) for at in range(len(words) - COPIED + 1)}
