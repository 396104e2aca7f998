"""Laws of plans: no run passes its plan's most; nothing is sent or written to make one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine import accounts
from esc_skills._engine.planning import plan
from esc_skills._engine.pricing import Prices
from esc_skills._engine.quotes import Line
from esc_skills._engine.running import run
from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue
from esc_skills._host.loading import Host
from esc_skills._store.journal import Journal
from esc_skills.spec import ROLES
from esc_skills.testing.sites import Site

FIXTURE = Path(__file__).parents[1] / "fixtures" / "distributions" / "babble"
MODELS = {"default": {"use": "babble", "model": "b", "price": {"input": 1.0, "output": 2.0}}}
ASKING: dict[str, Any] = {
    "extractor": {"use": "paper", "proof": False},
    "distiller": {"use": "paper", "min_units": 1},
    "retriever": "reader",
    "responder": "paper",
    "seeker": "sage",
    "refiner": "paper",
    "guards": ["crisis", "model"],
    "evaluators": ["sage", {"use": "judge", "repeats": 2}],
    "profiles": {"use": "grid", "intentions": ["deep-empathy"], "persona_types": ["passive"]},
    "models": MODELS,
    "gate": {"use": "greater", "pairs": 2},
    "evolve": {"rounds": 2, "max_pairs": 3, "batch": 1, "refine_repeats": 2},
    "talk": {"limit": 4},
    "run": {"repeats": 2},
    "reports": [],
}
"""Every component that asks a model, on one seeker a purpose."""

FREE = {"extractor": "annotated", "distiller": "tally", "refiner": "tally", "guards": ["crisis"]}
EXPERIMENTS: dict[str, dict[str, Any]] = {
    "unverified": {"gate": "always"},
    "bad-answers": {"models": {"default": MODELS["default"] | {"bad": 0.1}}},
    "no-rounds": {"evolve": {"rounds": 0}},
    "held-out": {**FREE, "evaluators": ["sage", "strategy"], "talk": {"limit": 3}},
    "last-read": {**FREE, "talk": {"limit": 2, "score_last": True}, "responder": "plain"},
    "generated": {"profiles": {"use": "generated", "intentions": ["deep-empathy"]}, **FREE},
}
EVENTFUL = ("no-rounds", "unverified")
"""Experiments in which what a plan expects happens: no talk is lost, nothing waits on a gate."""


def corpus(folder: Path) -> str:
    """Six short dialogues, two of them held out."""
    words = [first + second for first in "bdglmnprst" for second in ("ay", "ell")]
    path = folder / "c.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(6):
            said = [" ".join(words[(number + at) % 7 :: 3]) for at in range(9)]
            messages = [
                {"role": "supporter" if at % 2 else "seeker", "content": text}
                for at, text in enumerate(said)
            ]
            split = "test" if number > 3 else "train"
            file.write(json.dumps({"id": f"d{number}", "messages": messages, "split": split}))
            file.write("\n")
    return f"chat-jsonl:{path}"


@pytest.fixture(scope="module")
def babble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """An experiment whose every component asks the provider without a model."""
    folder = tmp_path_factory.mktemp("babble")
    site = Site(folder / "site")
    site.add(FIXTURE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site.folder))
        yield {**ASKING, "corpus": [corpus(folder)]}


def walked(experiment: Mapping[str, Any], out: Path) -> tuple[accounts.Account, accounts.Outcomes]:
    """Run, and give the account."""
    counted = accounts.Outcomes()
    run(experiment, out=out, watch=(counted,))
    journal = Journal(out / "journal.sqlite")
    try:
        return accounts.of(journal, Prices(), counted), counted
    finally:
        journal.close()


Walk = Callable[[str], tuple[dict[str, Line], accounts.Account]]


@pytest.fixture(scope="module")
def planned_and_walked(babble, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Plan, then run an experiment by name; each is walked once."""

    @cache
    def both(name: str) -> tuple[dict[str, Line], accounts.Account]:
        out = tmp_path_factory.mktemp(name) / "run"
        experiment = {**babble, **EXPERIMENTS[name]}
        made = {line.role: line for line in plan(experiment, out=out).lines}
        return made, walked(experiment, out)[0]

    return both


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_no_run_passes_the_most_of_its_plan(planned_and_walked: Walk, name: str) -> None:
    """Calls, tokens and money of every role stay within the plan's most; no role is a surprise."""
    made, account = planned_and_walked(name)
    assert account.rows
    for row in account.rows:
        line = made[row.role]
        assert row.sent <= line.most, row.role
        assert row.tokens_in + row.tokens_out <= line.most_tokens, row.role
        assert row.usd <= (line.most_usd or 0.0), row.role


@pytest.mark.parametrize("name", EVENTFUL)
def test_the_likely_calls_are_within_a_factor_of_two(planned_and_walked: Walk, name: str) -> None:
    """Where all goes as expected, the calls of a role differ from the plan by a factor below 2.

    Roles with fewer than ten calls are too small to say.
    """
    made, account = planned_and_walked(name)
    ratios = {row.role: made[row.role].calls / row.sent for row in account.rows if row.sent >= 10}
    assert len(ratios) >= 4
    assert all(0.5 < ratio < 2 for ratio in ratios.values()), ratios


def test_a_plan_sends_nothing_and_writes_nothing(babble, tmp_path: Path) -> None:
    """No folder appears, and the provider's module hears no question."""
    before = sorted(tmp_path.rglob("*"))
    made = plan({**babble, "models": {}}, out=tmp_path / "run")  # nobody could answer
    assert made.missing == tuple(line.role for line in made.lines)
    plan(babble, out=tmp_path / "run")
    after = [path for path in sorted(tmp_path.rglob("*")) if "__pycache__" not in path.parts]
    assert after == before


def test_a_plan_of_a_finished_run_says_what_is_answered_and_leaves_it_alone(
    babble, tmp_path: Path
) -> None:
    """What the journal holds is told by role; no byte of the folder changes."""
    out = tmp_path / "run"
    experiment = {**babble, **EXPERIMENTS["no-rounds"], "run": {"budget": {"calls": 10_000}}}
    account, _ = walked(experiment, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    made = plan(experiment, out=out)
    assert made.begun
    held = {line.role: line.held for line in made.lines if line.held}
    assert held == {row.role: row.answered for row in account.rows}
    cap = made.caps[0]
    assert (cap.name, cap.spent, cap.verdict) == (
        "calls",
        sum(r.sent for r in account.rows),
        "fits",
    )
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_second_walk_over_a_finished_run_sends_nothing(babble, tmp_path: Path) -> None:
    """The account grows by nothing: what was answered is reused."""
    experiment = {**babble, **EXPERIMENTS["no-rounds"]}
    first, _ = walked(experiment, tmp_path / "run")
    again, counted = walked(experiment, tmp_path / "run")
    assert [row.sent for row in again.rows] == [row.sent for row in first.rows]
    assert all(outcome in accounts.REUSED for _, outcome in counted.counted)


def test_a_role_that_is_asked_undeclared_is_named(babble, tmp_path: Path) -> None:
    """A component that asks without saying so is missing in the plan and named in the account."""
    experiment = {**babble, **FREE, "evaluators": ["sage", "secretive"], "evolve": {"rounds": 0}}
    made = plan(experiment, out=tmp_path / "run")
    assert "muse" not in {line.role for line in made.lines}
    walked(experiment, tmp_path / "run")
    journal = Journal(tmp_path / "run" / "journal.sqlite")
    declared = [line.role for line in made.lines]
    assert accounts.of(journal, Prices(), asked=declared).undeclared == ("muse",)
    journal.close()


def test_every_default_that_asks_a_model_declares_it() -> None:
    """Ten defaults ask; each question names a prompt of its own and a role of its own room."""
    host = Host(Catalogue.read())
    declared = {
        entry.key: tuple(getattr(host.component_class(entry.role, entry.name)(), "asks", ()))
        for entry in host.catalogue.entries
        if entry.distribution == OWN_DISTRIBUTION and entry.role in ROLES
    }
    asking = {key: asks for key, asks in declared.items() if asks}
    assert sorted(asking) == [
        "distiller.paper",
        "evaluator.judge",
        "extractor.paper",
        "guard.model",
        "profiles.generated",
        "refiner.paper",
        "responder.paper",
        "responder.plain",
        "retriever.reader",
        "seeker.sage",
    ]
    for key, asks in asking.items():
        role = key.partition(".")[0]
        assert {ask.role for ask in asks} == {{"evaluator": "judge"}.get(role, role)}
        assert all(role in ask.prompt.id for ask in asks)
