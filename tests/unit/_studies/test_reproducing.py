"""Studies by name: found, filled in, and made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from studypresets import filled

from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.reproducing import offers, reproduce
from esc_skills.errors import ConfigError, PluginContractError, UnknownPluginError
from esc_skills.testing.sites import Site

LAB = """
ABOUT = "A table of the lab."
STUDIES = {
    "full": {"corpus": ["esconv:<ESConv.json>"], "models": {"default": {"model": "<model>"}}},
    "tiny": {"evolve": {"rounds": 0}, "design": "swap", "vary": {"retriever": ["none"]}},
}
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Install a study preset of a stranger, for one test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def install(name: str, source: str) -> None:
        Site(folder).write(f"esc-skills-{name}", {f"study.{name}": f"esc_skills_{name}"}, source)
        monkeypatch.syspath_prepend(folder)

    yield install
    for name in [name for name in sys.modules if name.startswith("esc_skills_lab")]:
        del sys.modules[name]


def test_the_papers_studies_are_listed() -> None:
    """The four tables of the paper are on offer, in both sizes, and say what they are."""
    found = {one.name: one for one in offers(Catalogue.read())}
    assert {"main", "ablation", "profiles", "response"} <= set(found)
    for one in found.values():
        assert one.reason == ""
        assert one.about
        assert {"paper", "small"} <= set(one.sizes)


def test_the_small_size_needs_nothing() -> None:
    """Without a size or a word, a study is made that runs as it stands."""
    study = reproduce("main")
    assert study.name == "main-small"
    assert study.seeds == (13, 14, 15)
    assert study.arms == ("none", "static", "evolved")


def test_words_are_laid_over_a_preset_and_leave_it_as_it_was() -> None:
    """``--set`` reaches the experiment and the study alike; a second study is as if new."""
    first = reproduce("main")
    changed = reproduce("main", "small", ["study.seeds=2", "evolve.rounds=0", "retriever.k=1"])
    assert changed.seeds == (13, 14)
    assert changed.experiment["evolve"]["rounds"] == 0
    assert reproduce("main") == first


def test_what_only_the_user_has_is_asked_for_in_one_line() -> None:
    """The error names every key that is still blank, and the hint is what to type."""
    with pytest.raises(ConfigError) as caught:
        reproduce("main", "paper")
    assert "corpus, profiles, models.default.model, models.seeker.model" in caught.value.message
    assert '--set \'corpus=["esconv:<ESConv.json>"' in caught.value.hint
    assert "\n" not in caught.value.line


def test_the_hint_filled_in_makes_the_study() -> None:
    """Typing the hint's words, with the angle brackets filled in, is enough."""
    study = reproduce("main", "paper", filled("main"))
    assert study.experiment["corpus"] == ["esconv:ESConv.json", "failed-esconv:FailedESConv.json"]
    assert study.experiment["profiles"][1]["path"] == "profiles.jsonl"
    assert study.experiment["models"]["seeker"]["model"] == "simulator"


def test_one_word_that_is_missing_is_still_asked_for() -> None:
    """What was filled in is not asked for again."""
    with pytest.raises(ConfigError) as caught:
        reproduce("main", "paper", filled("main")[:-1])
    assert caught.value.message.endswith("needs what only you have: models.seeker.model")


def test_a_strangers_preset_is_taken_by_name(lab: Callable[[str, str], None]) -> None:
    """An entry point ``study.NAME`` of anybody is listed and made, blanks and all."""
    lab("lab", LAB)
    found = {one.name: one for one in offers(Catalogue.read())}
    assert found["lab"].sizes == ("full", "tiny")
    assert found["lab"].distribution == "esc-skills-lab"
    assert reproduce("lab", "tiny").vary == {"retriever": ("none",)}
    with pytest.raises(ConfigError, match=r"corpus, models\.default\.model"):
        reproduce("lab", "full")


def test_a_broken_preset_costs_only_itself(lab: Callable[[str, str], None]) -> None:
    """It is listed with what is wrong, is refused when it is chosen, and the others go on."""
    lab("lab", "raise RuntimeError('no')\n")
    found = {one.name: one for one in offers(Catalogue.read())}
    assert "no" in found["lab"].reason
    assert found["main"].reason == ""
    assert reproduce("main").name == "main-small"


def test_a_preset_that_is_switched_off_is_not_made(lab: Callable[[str, str], None]) -> None:
    """Plug-ins that are barred stay so."""
    lab("lab", LAB)
    with pytest.raises(UnknownPluginError, match="switched off"):
        reproduce("lab", "tiny", disable=["study.lab"])


def test_an_unknown_name_or_size_is_met_with_the_nearest() -> None:
    """A slip of the hand is told what was probably meant."""
    with pytest.raises(UnknownPluginError) as caught:
        reproduce("mian")
    assert "main" in caught.value.hint
    with pytest.raises(ConfigError) as missed:
        reproduce("main", "papre")
    assert "paper" in missed.value.hint


def test_a_module_without_studies_is_refused(lab: Callable[[str, str], None]) -> None:
    """What it lacks is said, with what to write."""
    lab("lab", "ABOUT = 'x'\n")
    with pytest.raises(PluginContractError, match="STUDIES"):
        reproduce("lab")
