"""The fitted seeker behaves as released transcripts do, and its fit can be made again."""

from __future__ import annotations

import asyncio
import importlib
import pathlib
import tomllib
from types import ModuleType

import pytest

import esc_skills_plugins.seekers.parameters as parameters

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[1] / "../shared/data/sage"


def bench(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """A module of this folder."""
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module(name)


def test_the_yardstick_meets_the_released_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps, spread, two humps, order of persona types and of intentions, as SAGE's table has."""
    table = bench(monkeypatch, "seeker_table")
    rows = table.simulated("mixed", 3, table.Appraisal())
    figures = table.column(rows)
    assert 30 <= figures["spread of final emotion (s.d.)"] <= 40
    assert 35 <= figures["mean final emotion"] <= 45
    assert abs(figures["steps of 10 (of all that move), %"] - 29.3) < 5
    assert abs(figures["next step like the last (r)"] - 0.59) < 0.08
    ends = [row.curve[-1] for row in rows]
    low, middle = sum(e < 20 for e in ends), sum(40 <= e < 60 for e in ends)
    high = sum(e >= 80 for e in ends)
    assert middle < min(low, high)
    kinds = {name: figures[f"mean final: {name}"] for name in ("negative", "passive", "avoidant")}
    assert min(kinds, key=lambda name: kinds[name]) == "negative"
    assert figures["mean final: others-motives"] + 20 < figures["mean final: sincere-praise"]


def test_better_supporters_do_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """From deaf to knowing: the seeker tells supporters apart, in both parameter sets."""
    table = bench(monkeypatch, "seeker_table")
    for variant in ("fitted", "reserved"):
        seeker = table.Appraisal(variant=variant)
        means = [
            table.mean_final(table.simulated(name, 1, seeker))
            for name in ("deaf", "mixed", "listens", "knows")
        ]
        assert means == sorted(means)
        assert means[0] < 5


@pytest.mark.development_data
@pytest.mark.skipif(not DATA.is_dir(), reason="released transcripts are not here")
def test_the_shipped_fit_can_be_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not depend on language in the shipped file follows from the transcripts."""
    fit = bench(monkeypatch, "fit_appraisal")
    made = fit.fit(fit.read(sorted(DATA.glob("*_result.jsonl"))))
    shipped = tomllib.loads(
        pathlib.Path(parameters.__file__).with_name("appraisal.toml").read_text("utf-8")
    )
    for section, values in made.items():
        for name, value in values.items():
            if name != "replies":
                assert shipped[section][name] == pytest.approx(value, abs=2e-4), (section, name)


def test_the_scripted_supporters_are_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plays of the bench give the same conversations."""
    scripted = bench(monkeypatch, "scripted")
    first, second = (asyncio.run(scripted.talks(scripted.SUPPORTERS["mixed"])) for _ in range(2))
    assert first == second
