"""Who takes part in a task, and what it is charged with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from esc_skills._engine.running import resolve
from esc_skills._studies.tasks.desk import Desk
from esc_skills.spec import Prompt

MODEL = {"use": "scripted", "model": "m", "replies": ["two words"]}


def desk(folder: Path | None = None, role: str = "retriever", **raw: object) -> Desk:
    experiment, catalogue = resolve({"corpus": ["sample"], **raw})
    return Desk(role=role, experiment=experiment, catalogue=catalogue, folder=folder)


def test_all_installed_components_are_present_by_name() -> None:
    """Sorted; those that need a model are told instead."""
    made = desk()
    names = [one.name for one in made.present()]
    assert names == sorted(names)
    assert {"bm25", "none"} <= set(names)
    assert any(line.startswith("reader: not run: needs [models]") for line in made.lost)
    assert {row["name"] for row in made.table} == set(names)


def test_the_experiments_own_settings_count() -> None:
    """Of its component, and of one of several evaluators."""
    made = desk(retriever={"use": "bm25", "k": 7})
    assert {one.name: one.k for one in made.present(["bm25"])} == {"bm25": 7}
    made = desk(role="evaluator", evaluators=["sage", {"use": "safety", "coverage": 0.5}])
    assert {one.name: one.coverage for one in made.present(["safety"])} == {"safety": 0.5}


def test_a_disabled_component_is_told() -> None:
    """Switched off is not the same as not there."""
    made = desk(plugins={"disable": ["retriever.random"]})
    assert "random" not in [one.name for one in made.present()]
    assert any(line.startswith("random: not run:") for line in made.lost)


def test_questions_are_charged_to_the_one_who_asked(tmp_path: Path) -> None:
    """Tokens come from the component's own journal, so that a second time they still stand."""
    for _ in range(2):
        made = desk(tmp_path, models={"default": MODEL})
        (reader,) = made.present(["reader"])
        with made.at_work(reader) as lender:
            ctx = lender.at("bench")("reader")
            asked = ctx.ask("retriever", Prompt(system="s", task="t"), into=str)
            assert asyncio.run(asked) == "two words"
        (cost,) = made.costs
        assert (cost.arm, cost.questions, cost.tokens_out) == ("reader", 1, 2)
        assert cost.seconds is not None


def test_without_a_journal_the_price_of_questions_is_unknown() -> None:
    """Unknown is None; who asked nothing has paid nothing."""
    made = desk(models={"default": MODEL})
    bm25, reader = made.present(["bm25", "reader"])
    with made.at_work(bm25):
        pass
    with made.at_work(reader) as lender:
        ctx = lender.at("bench")("reader")
        asyncio.run(ctx.ask("retriever", Prompt(system="s", task="t"), into=str))
    assert [cost.usd for cost in made.costs] == [0, None]
