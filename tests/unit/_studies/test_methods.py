"""The methods paragraph says what the facts say, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest

from esc_skills._studies.methods import CorpusFacts, Facts, methods

ESCONV = CorpusFacts(name="esconv", licence="CC-BY-NC-4.0", dialogues=910, held_out=195)
FAILED = CorpusFacts(name="failed-esconv", licence="CC-BY-NC-4.0", dialogues=196)
FULL = Facts(
    version="0.1.0",
    python="3.11.9",
    foreign=("retriever.echo (esc-skills-echo 1.7)",),
    corpora=(ESCONV, FAILED),
    profiles=("sage",),
    seekers=40,
    repeats=2,
    simulator="sage",
    protocol="sage:v1|init=40|clamp=10",
    seeds=(21, 22, 23),
    models={"default": "model-a 0.7", "seeker": "model-b"},
    variants=("full", "without risks"),
    arms=("none", "static", "evolved"),
    tests=("Student, clustered by seeker",),
    family=12,
    others=36,
    floor=True,
    lost=3,
    tried=720,
)
SMALL = Facts(
    version="0.1.0",
    python="3.11.9",
    corpora=(CorpusFacts(name="sample", licence="Apache-2.0", dialogues=24),),
    profiles=("grid",),
    seekers=24,
    simulator="appraisal",
    protocol="sage:v1|init=40",
    seeds=(7,),
    arms=("none", "static", "evolved"),
    tests=("Student, clustered by seeker",),
    family=3,
    tried=72,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
OTHERS: dict[str, Any] = {
    "version": "0.2.0",
    "python": "3.12.1",
    "foreign": (),
    "corpora": (attrs.evolve(ESCONV, licence="MIT"), FAILED),
    "profiles": ("grid", "generated"),
    "seekers": 41,
    "repeats": 1,
    "simulator": "appraisal",
    "protocol": "sage:v1|init=50",
    "seeds": (21, 22),
    "models": {},
    "variants": ("full", "without conditions"),
    "arms": ("none", "evolved"),
    "over": "seeds",
    "level": 0.9,
    "tests": ("paired bootstrap of clusters, 2000 resamples",),
    "family": 1,
    "others": 0,
    "correction": "Bonferroni",
    "alpha": 0.01,
    "power": 0.9,
    "floor": False,
    "lost": 4,
    "tried": 721,
}


def numbers(value: Any) -> set[str]:
    """All numbers in a value, and all counts of things that are listed."""
    if isinstance(value, dict):
        return set().union(*(numbers(item) for item in value.values()))
    if isinstance(value, (tuple, list)):
        return {str(len(value))}.union(*(numbers(item) for item in value))
    if isinstance(value, float):
        return {f"{value:g}", f"{100 * value:g}"}
    return set(NUMBER.findall(f"{value:,}" if isinstance(value, int) else str(value)))


@pytest.mark.parametrize("facts", [FULL, SMALL], ids=["full", "small"])
def test_it_is_one_paragraph_of_a_papers_length(facts: Facts) -> None:
    """One paragraph of 120 to 220 words, whose sentences all end."""
    text = methods(facts)
    assert "\n" not in text
    assert "  " not in text
    assert 120 <= len(text.split()) <= 220
    assert text.endswith(".")


@pytest.mark.parametrize("facts", [FULL, SMALL], ids=["full", "small"])
def test_every_number_comes_from_the_facts(facts: Facts) -> None:
    """No number stands in the text that is neither a fact nor a count of facts."""
    said = set(NUMBER.findall(methods(facts)))
    assert said <= numbers(attrs.asdict(facts)), said - numbers(attrs.asdict(facts))


def test_every_fact_has_a_case_here() -> None:
    """A field that is added must be said, too."""
    assert set(OTHERS) == {field.name for field in attrs.fields(Facts)}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_another_fact_makes_another_text(name: str) -> None:
    """Each field of the facts is told."""
    changed = attrs.evolve(FULL, **{name: OTHERS[name]})
    assert methods(changed) != methods(FULL)


@pytest.mark.parametrize("name", [field.name for field in attrs.fields(CorpusFacts)])
def test_everything_about_a_corpus_is_told(name: str) -> None:
    """Name, licence and both counts of a corpus are in the text."""
    other: Any = "another" if name in {"name", "licence"} else 77
    changed = attrs.evolve(FULL, corpora=(attrs.evolve(ESCONV, **{name: other}), FAILED))
    assert str(other) in methods(changed)
    assert str(other) not in methods(FULL)


def test_no_model_is_said_to_be_none() -> None:
    """Where no model was asked, that is said; where one was, its role stands with it."""
    assert "No language model was used." in methods(SMALL)
    assert "model-b as seeker" in methods(FULL)
    assert "No language model" not in methods(FULL)


def test_what_did_not_happen_is_not_said() -> None:
    """Without seekers, answers, tests or plug-ins of others, there is no word of them."""
    text = methods(Facts(version="0.1.0", python="3.11.9"))
    for word in ("seeker", "answer", "tested", "floor", "detectable", "Plug-ins", "seed", "paired"):
        assert word not in text
    alone = attrs.evolve(SMALL, seekers=0, corpora=(ESCONV,))
    assert "clustered by dialogue." in methods(alone)
    assert "seeker, repeat" not in methods(alone)


def test_a_long_list_of_names_is_counted() -> None:
    """Of many configurations the count and the reference are told; tables have the names."""
    many = tuple(f"variant {letter}" for letter in "abcdefghij")
    text = methods(attrs.evolve(FULL, variants=many))
    assert "10 configurations (reference: variant a)" in text
    assert "variant b" not in text
