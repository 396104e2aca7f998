"""Every kind of file that a user gives, a good one of each, and how a command reads it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.crew import hire
from esc_skills._engine.running import resolve
from esc_skills.testing import context
from esc_skills_plugins.corpora.chat_jsonl import ChatJsonl
from esc_skills_plugins.corpora.esconv import ESConv
from esc_skills_plugins.corpora.failed_esconv import FailedESConv
from esc_skills_plugins.corpora.sage_transcripts import SageTranscripts

WORDS = (
    ("seeker", "The ovens of my bakery may go cold in May."),
    ("supporter", "How long have you baked there?"),
    ("seeker", "Eleven years, since I left school."),
    ("supporter", "That must feel like losing a home."),
)
ESCONV: Any = {
    "emotion_type": "anxiety",
    "problem_type": "job crisis",
    "situation": "The bakery where I work may close.",
    "survey_score": {"seeker": {"initial_emotion_intensity": "4"}, "supporter": {}},
    "dialog": [
        {"speaker": who, "annotation": {"strategy": "Question"}, "content": text}
        for who, text in WORDS[::-1]
    ],
}
CHAT: Any = {
    "id": "bakery",
    "messages": [
        {"role": who, "content": text, "strategy": "Question"} for who, text in WORDS[::-1]
    ],
    "emotion": "sadness",
    "situation": "The bakery where I work may close.",
    "intensity_before": 4,
    "split": "train",
}
SAGE: Any = {
    "id": "s-1",
    "emo_point": 45,
    "player": "A baker of few words.",
    "scene": "The bakery is to close.",
    "character": "passive",
    "task": "sincere-praise",
    "history": [
        {"role": "user", "content": "The shop closes.", "emotion-point": 40},
        {"role": "assistant", "content": "How long have you baked there?"},
        {"role": "user", "content": "Eleven years.", "emotion-point": 45,
         "planning": {"activity": "Somebody listens.", "change": 5}},
    ],
}  # fmt: skip


@attrs.frozen(kw_only=True)
class Door:
    """A kind of file and its reader."""

    id: str
    file: str
    """Where the file lies, below the folder that the reader is given."""
    read: Callable[[Path], object]
    """Reads it as the command does."""
    good: bytes
    """A good file."""
    document: Any = None
    """What is spoilt place by place; None for a file that is no JSON."""
    wrap: Callable[[str], bytes] = lambda text: text.encode()
    """Makes a file of a document."""
    fine: tuple[str, ...] = ()
    """Beginnings of what is no fault here, as the format's documentation says."""
    skip: tuple[str, ...] = ()
    """Places that are not spoilt one by one."""
    exit: int = 2


def _listed(text: str) -> bytes:
    return f"[\n{text}\n]\n".encode()


def _lined(text: str) -> bytes:
    return f"{text}\n".encode()


def _corpus(reader: Any) -> Callable[[Path], object]:
    return lambda path: asyncio.run(reader.read(path, context()))


def _json(id: str, file: str, read: Callable[[Path], object], document: Any, **more: Any) -> Door:
    wrap = more.pop("wrap", _lined)
    good = wrap(json.dumps(document))
    return Door(id=id, file=file, read=read, good=good, document=document, wrap=wrap, **more)


def corpora() -> list[Door]:
    return [
        _json("esconv", "e.json", _corpus(ESConv()), ESCONV, wrap=_listed),
        _json("failed-esconv", "f.json", _corpus(FailedESConv()), ESCONV, wrap=_listed),
        _json("chat-jsonl", "c.jsonl", _corpus(ChatJsonl()), CHAT),
        _json("sage-transcripts", "s.jsonl", _corpus(SageTranscripts()), SAGE),
    ]


def _loaded(text: str) -> Callable[[Path], object]:
    """As a setting of an experiment names it."""

    def read(path: Path) -> object:
        experiment, catalogue = resolve(None, [text.format(path=path)])
        return hire(experiment, catalogue)

    return read


def _checked(path: Path) -> object:
    made, catalogue = resolve(path)
    return hire(made, catalogue, str(path))


EXPERIMENT = b"""corpus = ["sample"]
profiles = { use = "grid", per_cell = 1 }
evaluators = ["sage", "safety"]

[retriever]
use = "bm25"
k = 3

[models.default]
use = "openai"
model = "tiny"
base_url = "http://127.0.0.1:9/v1"
sampling = { temperature = 0.5 }
price = { input = 1.0, output = 2.0 }

[evolve]
rounds = 1

[run]
seed = 13
repeats = 1

[run.budget]
calls = 100
"""
STUDY = b"""profiles = { use = "grid", per_cell = 1 }
design = "swap"

[vary]
retriever = ["none"]
"evolve.rounds" = [0, 1]

[study]
seeds = 2
arms = ["evolved"]

[run]
repeats = 1
"""


def experiments() -> list[Door]:
    from esc_skills._studies.quoting import plan_study
    from esc_skills._studies.studyfile import read_study

    return [
        Door(id="experiment", file="exp.toml", read=_checked, good=EXPERIMENT),
        Door(id="study", file="study.toml", read=read_study, good=STUDY),
    ]


def sheets() -> list[Door]:
    from esc_skills._studies.keys import cell_hash
    from esc_skills._studies.marks import read_key, read_marks

    words = "Seeker: The ovens go cold.\n\nSupporter: That hurts."
    key: Any = {
        "schema": 1, "warning": "x", "kind": "rate", "seed": 13, "arms": ["static"],
        "questions": [{"id": "warmth", "words": "How warm?", "least": 1, "most": 5}],
        "lines": [{"id": "abcdef", "hashes": [cell_hash(words)], "cells": [[
            {"arm": "static", "profile": "p", "repeat": 0, "seed": "", "words": "w", "signature": ""}
        ]]}],
        "left_out": {"fault": 1},
    }  # fmt: skip
    sheet = f'"id","conversation","warmth [1-5]","remark"\n"abcdef","{words}","4",""\n'

    def read(path: Path) -> object:
        kept = path.with_name("key.json")
        kept.write_text(json.dumps(key), "utf-8")
        return read_marks([path], kept)

    rating = {"words": "w", "question": "warmth", "asks": "How warm?", "scale": [1, 5],
              "rater": "mira", "value": 4}  # fmt: skip
    from esc_skills_plugins.evaluators.ratings import _read
    return [
        _json("key", "k.json", read_key, key),
        Door(id="sheet", file="mira.csv", read=read, good=sheet.encode()),
        _json("ratings", "ratings.jsonl", _read, rating),
    ]


def runs(run: Path) -> list[Door]:
    from esc_skills._engine.banks import chain_faults, open_bank
    from esc_skills._engine.records import read_record
    from esc_skills._engine.running import stored_experiment
    from esc_skills._store.folder import RunFolder
    from esc_skills._engine.accounts import stored
    from esc_skills.model import Trace

    def record(path: Path) -> object:
        folder = path.parent if path.parent.name != "traces" else path.parent.parent
        resolve(stored_experiment(folder))
        stored(folder)
        open_bank(folder)
        return read_record(RunFolder.open(folder)), chain_faults(folder)

    made = []
    for name in ("run.json", "corpus.json", "ledger.jsonl", "scores.jsonl", "items.jsonl", "traces/none.jsonl"):
        data = (run / name).read_bytes()
        line = data.split(b"\n")[0] if name.endswith("l") else data
        rest = data[len(line):]
        document = json.loads(line)
        made.append(Door(id=name, file=name, read=record, good=data, document=document,
            wrap=lambda text, rest=rest: text.encode() + rest))
    return made


def tiny(bank):
    words = bank.taxonomy
    few = {f.name: getattr(words, f.name)[:1] for f in attrs.fields(type(words)) if f.name != "name"}
    return attrs.evolve(bank, skills=bank.skills[:1], origins=(), tables=bank.tables[:1], taxonomy=attrs.evolve(words, **few))


def banks(run: Path) -> list[Door]:
    from esc_skills._engine.banks import open_bank
    from esc_skills._practice.customs import open_parcel
    from esc_skills._practice.parcels import packed
    from esc_skills._engine.banks import load_bank
    found = sorted((run / "banks").iterdir())[0]
    small = tiny(load_bank(found))
    from esc_skills._codec.bankfiles import bank_to_files
    files = bank_to_files(small)
    index = files["bank.json"]
    skill = next(name for name in files if name != "bank.json")
    single = packed(small, "json")["json.json"]
    def lay(path, here):
        for name, data in files.items():
            one = path / name
            if name != here:
                one.parent.mkdir(exist_ok=True, parents=True); one.write_bytes(data)
    def opened(path):
        root = path.parent if path.name == "bank.json" else path.parent.parent
        lay(root, path.relative_to(root).as_posix())
        return open_bank(root)
    return [
        Door(id="bank.json", file="bank.json", read=opened, good=index, document=json.loads(index), wrap=_lined),
        Door(id="SKILL.md", file=skill, read=opened, good=files[skill]),
        Door(id="parcel", file="bundle.json", read=open_parcel, good=single, document=json.loads(single), wrap=_lined),
        Door(id="lone skill", file="SKILL.md", read=open_parcel, good=files[skill]),
    ]
