"""A run folder read back as the record that reports are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esc_skills._engine.cases import cases
from esc_skills._engine.health import conversations
from esc_skills._engine.scoring import stored
from esc_skills._engine.shelf import Shelf
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.model import Expectations, SkillsBank, Trace
from esc_skills.spec import RunRecord
from esc_skills.stats import expectations


def _arms(banks: tuple[SkillsBank, ...]) -> dict[str, str]:
    arms = {"none": ""}
    if banks:
        arms["static"] = banks[0].behaviour
        arms["evolved"] = banks[-1].behaviour
    return arms


def _traces(folder: RunFolder, banks: tuple[SkillsBank, ...]) -> tuple[Trace, ...]:
    """Report conversations of the three arms, under their arm names; lost ones come last."""
    shelf = Shelf(folder=folder)
    made: list[Trace] = []
    for arm, behaviour in _arms(banks).items():
        sound = shelf.traces(behaviour)
        lost = [
            item for item in shelf.faults(behaviour) if (item.profile.id, item.repeat) not in sound
        ]
        made += [
            attrs.evolve(trace, arm=arm)
            for trace in (*sound.values(), *lost)
            if trace.profile.purpose == "report"
        ]
    return tuple(made)


def _promises(folder: RunFolder, bank: SkillsBank) -> Expectations | None:
    (talks,) = conversations(folder, (bank,))
    return expectations(talks, bank) if talks else None


def _findings(corpus: Mapping[str, Any]) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (part["corpus"], finding["rule"], finding["count"])
        for part in corpus.get("corpora", ())
        for finding in part["findings"]
    )


def _lasting(account: Mapping[str, Any]) -> Mapping[str, Any]:
    """An account by the journal alone: what one process counted is another's in a replay."""
    if not account:
        return {}
    counted = {"reused", "repaired"}
    rows = [
        {key: value for key, value in row.items() if key not in counted} for row in account["rows"]
    ]
    return {**account, "rows": rows}


def read_record(folder: RunFolder) -> RunRecord:
    """Read what a run has left so far."""
    told = folder.read_json("run.json")
    banks = tuple(read_bank(path)[0] for path in folder.banks())
    rows = folder.read_rows("ledger.jsonl")
    corpus = folder.read_json("corpus.json") if folder.has("corpus.json") else {}
    units = len(folder.read_rows("units.jsonl"))
    return RunRecord(
        name=folder.path.name,
        experiment=folder.experiment,
        plugins=tuple(
            {key: str(value) for key, value in row.items()} for row in told.get("plugins", ())
        ),
        findings=_findings(corpus),
        units=units,
        banks=banks,
        traces=_traces(folder, banks),
        scores=stored(folder),
        ledger=tuple(rows),
        expectations=_promises(folder, banks[-1]) if banks else None,
        cases=cases(folder, banks, rows),
        state=str(told.get("state", "")),
        account=_lasting(told.get("account", {})),
    )
