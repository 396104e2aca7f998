"""Every kind of file that a user gives, a good one of each, and how a command reads it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs

from esc_skills._codec.bankfiles import bank_to_files
from esc_skills._engine.accounts import stored as account
from esc_skills._engine.banks import chain_faults, load_bank, open_bank
from esc_skills._engine.crew import hire
from esc_skills._engine.ledger import Ledger
from esc_skills._engine.records import read_record
from esc_skills._engine.running import resolve, stored_experiment
from esc_skills._practice.customs import open_parcel
from esc_skills._practice.parcels import packed, zipped
from esc_skills._store.archives import read_archive, write_archive
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal
from esc_skills._studies.keys import cell_hash
from esc_skills._studies.manifest import read_manifest
from esc_skills._studies.marks import read_key, read_marks
from esc_skills._studies.studyfile import read_study
from esc_skills.model import InterventionUnit, SkillsBank, Trace
from esc_skills.testing import context
from esc_skills_plugins._shared.taxonomy import load_taxonomy
from esc_skills_plugins.backends.scripted import ScriptedBackend
from esc_skills_plugins.corpora.chat_jsonl import ChatJsonl
from esc_skills_plugins.corpora.esconv import ESConv
from esc_skills_plugins.corpora.failed_esconv import FailedESConv
from esc_skills_plugins.corpora.sage_transcripts import SageTranscripts
from esc_skills_plugins.evaluators.ratings import Ratings
from esc_skills_plugins.evaluators.rubric import load_rubric
from esc_skills_plugins.seekers.parameters import load_parameters

Read = Callable[[Path], object]
WORDS = (
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
        for who, text in WORDS
    ],
}
CHAT: Any = {
    "id": "bakery",
    "messages": [{"role": who, "content": text, "strategy": "Question"} for who, text in WORDS],
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
        {"role": "user", "content": "Eleven years.", "emotion-point": 45},
    ],
}
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
"""
SCRIPT = b'{"match": "rent", "text": "That sounds heavy.", "stop": "end"}\n{"text": "I see."}\n'
TAXONOMY = b"""name = "own:v1"
[[scenario]]
name = "money"
definition = "Rent, debts, wages."
[[action]]
name = "listen"
definition = "Says little."
"""
PARAMETERS = b"""[persona]
negative = 0.5
[leaving]
C = 0.1
"""
SPOKEN = "Seeker: The ovens go cold.\n\nSupporter: That hurts."
SHEET = f'"id","conversation","warmth [1-5]","remark"\n"abcdef","{SPOKEN}","4",""\n'
KEY: Any = {
    "schema": 1,
    "warning": "x",
    "kind": "rate",
    "seed": 13,
    "arms": ["static"],
    "questions": [{"id": "warmth", "words": "How warm?", "least": 1, "most": 5}],
    "lines": [
        {
            "id": "abcdef",
            "hashes": [cell_hash(SPOKEN)],
            "cells": [[{"arm": "static", "profile": "p", "repeat": 0, "words": "w"}]],
        }
    ],
    "left_out": {},
}
RATING = {
    "words": "w",
    "question": "warmth",
    "asks": "How warm?",
    "scale": [1, 5],
    "rater": "mira",
    "value": 4,
}
NOUN = (
    r"missing ",
    r"null .*(value|low|high|when|taxonomy|reaction|fault)$",
    r"unknown .*left_out",
)
"""A field with a default may be left out; what may be unknown may be null."""
OPEN = (r"(missing|null|kind|unknown) ",)
"""Keys that nobody relies on are nobody's business."""
TORN = (
    r"(gone|folder|fifo|loop|empty|blank)$",
    r"(cut|nul|noise|gzip|zip|sqlite|deep|braces|digits|number|word)\b",
)
"""What a killed writer may leave is put right: a file that is not there yet, a torn last row."""


@attrs.frozen(kw_only=True)
class Door:
    """A kind of file and its reader."""

    id: str
    file: str
    """Where it lies, below the folder that the reader is given."""
    read: Read
    """Reads it as the command does."""
    good: bytes
    """A good file."""
    document: Any = None
    """What is spoilt place by place; None for a file that is no JSON."""
    wrap: Callable[[str], bytes] = lambda text: f"{text}\n".encode()
    """Makes a file of a document."""
    fine: tuple[str, ...] = ()
    """What is no fault here, as beginnings of ids: put right, counted, or left to a default."""
    whole: bool = False
    """Whether it has no lines or fields that could be named."""
    exit: int = 2


def _json(
    name: str,
    file: str,
    read: Read,
    document: Any,
    fine: tuple[str, ...],
    wrap: Callable[[str], bytes] = lambda text: f"{text}\n".encode(),
) -> Door:
    good = wrap(json.dumps(document, ensure_ascii=False))
    return Door(id=name, file=file, read=read, good=good, document=document, wrap=wrap, fine=fine)


def _corpus(reader: Any) -> Read:
    return lambda path: asyncio.run(reader.read(path, context()))


def _listed(text: str) -> bytes:
    return f"[\n{text}\n]\n".encode()


def corpora() -> list[Door]:
    """Dialogues and transcripts; what the preparation report counts is no fault."""
    surveys = r"\w+ \$\.survey_score"
    counted = (r"unknown ", r"surrogate ", surveys, r"(null|missing) .*strategy$")
    chat = (*counted[:2], r"\w+ .*strategy$", r"(null|missing) \$\.\w+$", r"kind .*before$")
    return [
        _json("esconv", "e.json", _corpus(ESConv()), ESCONV, counted, _listed),
        _json("failed-esconv", "f.json", _corpus(FailedESConv()), ESCONV, counted, _listed),
        _json("chat-jsonl", "c.jsonl", _corpus(ChatJsonl()), CHAT, chat),
        _json(
            "sage-transcripts",
            "s.jsonl",
            _corpus(SageTranscripts()),
            SAGE,
            (*counted[:2], r"(null|missing) \$\.emo_point"),
        ),
    ]


def _sheet(path: Path) -> object:
    kept = path.with_name("key.json")
    kept.write_text(json.dumps(KEY), "utf-8")
    return read_marks([path], kept)


def _ratings(path: Path) -> object:
    from esc_skills.model import Evidence

    return asyncio.run(Ratings(path=str(path)).score(Evidence(), context()))


def sheets() -> list[Door]:
    """What raters fill in; a sheet without its last columns is a sheet in which they are empty."""
    return [
        _json("key", "k.json", read_key, KEY, NOUN),
        Door(
            id="sheet",
            file="mira.csv",
            read=_sheet,
            good=SHEET.encode(),
            fine=("cut 3", "cut [89]", "cut 1"),
        ),
        _json("ratings", "ratings.jsonl", _ratings, RATING, ("surrogate ",)),
    ]


def _checked(path: Path) -> object:
    made, catalogue = resolve(path)
    return hire(made, catalogue, str(path))


def configurations() -> list[Door]:
    """Experiments and studies, of which every key is optional, and files that settings name."""
    few = (r"(empty|blank)$", "cut ")
    lines = [
        ("experiment", "exp.toml", _checked, EXPERIMENT, few),
        ("study", "study.toml", read_study, STUDY, few),
        ("taxonomy", "t.toml", lambda path: load_taxonomy(str(path)), TAXONOMY, few[1:]),
        (
            "parameters",
            "p.toml",
            lambda path: load_parameters.__wrapped__(path=str(path)),
            PARAMETERS,
            few,
        ),
        ("rubric", "r.toml", lambda path: load_rubric(str(path)), _shipped(), few[1:]),
        ("script", "s.jsonl", lambda path: ScriptedBackend(script=str(path))._lines, SCRIPT, few),
    ]
    return [Door(id=i, file=f, read=r, good=g, fine=n) for i, f, r, g, n in lines]


def _shipped() -> bytes:
    from importlib.resources import files

    return files("esc_skills_plugins.evaluators").joinpath("judge.rubric.toml").read_bytes()


def tiny(bank: SkillsBank) -> SkillsBank:
    """A bank of one skill, with one label of each kind."""
    words = bank.taxonomy
    assert words is not None
    kinds = [field.name for field in attrs.fields(type(words)) if field.name != "name"]
    few = attrs.evolve(words, **{name: getattr(words, name)[:1] for name in kinds})
    skill = next(one for one in bank.skills if not one.protected)
    return attrs.evolve(bank, skills=(skill,), origins=(), tables=bank.tables[:1], taxonomy=few)


def small(run: Path, into: Path) -> Path:
    """A run with a tiny bank and one row in each file; quick to read again and again."""
    shutil.copytree(run, into, ignore=lambda _, names: {"banks"} & set(names))
    RunFolder(into).write_bank(0, tiny(load_bank(run)))
    for path in (into / "units.jsonl", into / "prototypes.jsonl", into / "traces" / "none.jsonl"):
        path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    return into


def _own(path: Path) -> object:
    """Reads a file of a run as ``report``, ``bank check`` and ``study compare`` do."""
    root = path.parent.parent if path.parent.name == "traces" else path.parent
    folder = RunFolder.open(root)
    folder.read_nouns("units.jsonl", InterventionUnit)
    folder.read_nouns("traces/none.jsonl", Trace)
    told = stored_experiment(root), account(root), read_record(folder)
    return told, Ledger.open(folder), chain_faults(root)


def runs(run: Path) -> list[Door]:
    """A run's own files; ``run`` is a small one."""
    files = {
        "run.json": OPEN,
        "corpus.json": (*OPEN, *TORN[:1]),
        "ledger.jsonl": TORN,
        "scores.jsonl": (*NOUN, r"(gone|empty|blank)$"),
        "items.jsonl": (*OPEN, r"(gone|empty|blank)$"),
        "units.jsonl": (*NOUN, r"(gone|empty|blank)$"),
        "traces/none.jsonl": (*NOUN, *TORN),
    }
    made = []
    for name, fine in files.items():
        data = (run / name).read_bytes()
        first = data.split(b"\n")[0] if name.endswith("l") else data

        def wrap(text: str, rest: bytes = data[len(first) :]) -> bytes:
            return text.encode() + rest

        made.append(
            Door(
                id=name,
                file=name,
                read=_own,
                good=data,
                fine=fine,
                document=json.loads(first),
                wrap=wrap,
            )
        )
    return made


def banks(run: Path) -> list[Door]:
    """A bank as a folder, and as the bundles in which it goes out and comes in."""
    bank = load_bank(run)
    files = bank_to_files(bank)
    skill = next(name for name in files if name != "bank.json")
    single = packed(bank, "json")["json.json"]

    def opened(path: Path) -> object:
        root = path.parent if path.name == "bank.json" else path.parent.parent
        for name, data in files.items():
            if (one := root / name) != path:
                one.parent.mkdir(exist_ok=True, parents=True)
                one.write_bytes(data)
        return open_bank(root)

    def parcel(text: str) -> bytes:
        return text.encode()

    index = json.loads(files["bank.json"])
    return [
        _json("bank.json", "b/bank.json", opened, index, (*NOUN, r"\w+ \$\.hashes")),
        Door(
            id="SKILL.md", file=f"b/{skill}", read=opened, good=files[skill], fine=("gone", "cut ")
        ),
        _json(
            "parcel",
            "bundle.json",
            open_parcel,
            json.loads(single),
            (*NOUN, r".* \$\.(card|notice)$"),
            parcel,
        ),
        Door(id="lone skill", file="SKILL.md", read=open_parcel, good=files[skill], fine=("cut ",)),
        Door(
            id="zip",
            file="b.zip",
            read=open_parcel,
            good=zipped(packed(bank, "skills")),
            whole=True,
        ),
    ]


def _pack(path: Path) -> object:
    into = path.parent / "desk"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    read_archive(path, into)
    return read_manifest(into, str(path))


def _journal(path: Path) -> object:
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    journal = Journal(path)
    try:
        journal.check()
        return list(journal.rows())
    finally:
        journal.close()


def stores(desk: Path) -> list[Door]:
    """Journals, whose damage is no fault of what was given, and packs."""
    made = Journal(desk / "journal.sqlite")
    for number in range(3):
        made.put(f"{number}" * 64, '{"model": "tiny"}', '{"text": "I see."}')
    made.close()
    experiment = desk / "experiment.json"
    experiment.write_text("{}", "utf-8")
    manifest = {
        "schema": 1, "kind": "run", "name": "first", "until": "report", "python": "3.11.0",
        "plugins": [{"role": "gate", "name": "sprt"}], "distributions": {"esc-skills": "1"},
        "data": [{"corpus": "sample", "path": "a.json", "sha256": "0" * 64, "size": 3}],
        "prompts": {}, "results": {"run.json": "0" * 64}, "duties": [],
        "members": {"experiment.json": sha256(experiment.read_bytes()).hexdigest()},
    }  # fmt: skip

    def wrap(text: str) -> bytes:
        (desk / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass"))
        members = {name: desk / name for name in ("manifest.json", "experiment.json")}
        write_archive(desk / "made.tar.gz", members)
        return (desk / "made.tar.gz").read_bytes()

    open_maps = (
        "null .*plugins",
        r"unknown .*(distributions|prompts|results|plugins.*)$",
        r"kind .*plugins.*\.",
    )
    return [
        Door(
            id="journal", file="j.sqlite", read=_journal, exit=3,
            good=(desk / "journal.sqlite").read_bytes(), fine=(r"(gone|empty|number)$",),
            whole=True,
        ),
        attrs.evolve(
            _json("pack", "p.tar.gz", _pack, manifest, (*NOUN, *open_maps, "null .*plugins"), wrap),
            whole=True,
        ),
    ]  # fmt: skip
