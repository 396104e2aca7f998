"""Every chosen component, loaded, checked and described."""

from __future__ import annotations

from typing import Any

import pytest

from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.experiment import LIST_ROLES, SINGLE_ROLES
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills.errors import ConfigError, UnknownPluginError

CATALOGUE = Catalogue.read()
PRESET = preset(CATALOGUE, "default")
KEYS = [key for key in (*SINGLE_ROLES, *LIST_ROLES) if key != "watchers"]


def crew(**raw: Any) -> Crew:
    return hire(make_experiment(raw, PRESET, "exp.toml"), CATALOGUE, "exp.toml")


def test_defaults_are_hired_under_their_names() -> None:
    """Each role is filled by the component that the preset names."""
    made = crew()
    for key in SINGLE_ROLES:
        assert getattr(made, key).name == PRESET[key]
    assert [item.name for item in made.evaluators] == PRESET["evaluators"]
    assert [item.name for item in made.guards] == PRESET["guards"]
    assert [(corpus.name, path) for corpus, path in made.corpora] == [("sample", "")]


def test_table_names_everyone_who_touches_a_result() -> None:
    """One row a component: role, name, distribution, version and a hash of its settings."""
    made = crew(retriever={"k": 2})
    rows = [(row["role"], row["name"]) for row in made.table]
    assert len(rows) == len(set(rows))
    assert {role for role, _ in rows} >= {*SINGLE_ROLES, "corpus", "evaluator", "guard", "report"}
    (row,) = [row for row in made.table if row["role"] == "retriever"]
    assert row["settings"]["k"] == 2
    assert (row["distribution"], len(row["settings_hash"])) == ("esc-skills", 12)


@pytest.mark.parametrize("key", KEYS)
def test_unknown_component_names_the_near_one(key: str) -> None:
    """C03: a name with a slip is an UnknownPluginError with what was probably meant."""
    usual = PRESET[key]
    right = usual if isinstance(usual, str) else usual["use"] if "use" in usual else usual[0]
    slip = right + "s"
    with pytest.raises(UnknownPluginError) as refused:
        crew(**{key: slip if key in SINGLE_ROLES else [slip]})
    assert repr(slip) in refused.value.message
    assert f"did you mean {right!r}?" in refused.value.hint


@pytest.mark.parametrize(
    ("key", "slip", "right"),
    [
        ("retriever", {"kk": 3}, "k"),
        ("gate", {"alhpa": 0.1}, "alpha"),
        ("seeker", {"inertai": 1}, "seeker"),
        ("reports", [{"use": "html", "talk": 3}], "talks"),
        ("corpus", [{"use": "esconv", "path": "x", "merges": True}], "corpus"),
    ],
)
def test_setting_with_a_slip_names_file_and_key(key: str, slip: Any, right: str) -> None:
    """C01: the line names file, role and key, and the valid keys."""
    with pytest.raises(ConfigError) as refused:
        crew(**{key: slip})
    wrong = next(name for name in (slip[0] if isinstance(slip, list) else slip) if name not in
                 {"use", "path"})  # fmt: skip
    assert "exp.toml" in refused.value.line
    assert wrong in refused.value.line
    assert right in refused.value.line


def test_setting_of_a_wrong_type_is_refused() -> None:
    """C02: nothing is coerced; the line names key and value."""
    with pytest.raises(ConfigError, match="three"):
        crew(retriever={"k": "three"})


def test_corpus_keeps_its_path() -> None:
    """The reader and the file it shall read stay together, in the experiment's order."""
    made = crew(corpus=["esconv:a.json", "sample", "failed-esconv:b.json"])
    assert [(corpus.name, path) for corpus, path in made.corpora] == [
        ("esconv", "a.json"),
        ("sample", ""),
        ("failed-esconv", "b.json"),
    ]


def test_model_is_a_backend_with_name_and_sampling() -> None:
    """``model`` and ``sampling`` are the gateway's; what is left sets the backend."""
    table = {"use": "scripted", "model": "any", "sampling": {"b": 2, "a": 1}, "replies": ["x"]}
    model = crew(models={"default": table}).models["default"]
    assert (model.name, model.backend.name) == ("any", "scripted")
    assert model.settings == (("a", 1), ("b", 2))


@pytest.mark.parametrize("wrong", [{"model": 3}, {"sampling": "hot"}])
def test_model_table_with_wrong_types_shows_the_right_form(wrong: dict[str, object]) -> None:
    """C02: the line names the role's key and an example to copy."""
    with pytest.raises(ConfigError) as refused:
        crew(models={"seeker": {"use": "scripted", **wrong}})
    assert "models.seeker" in refused.value.line
    assert 'use = "scripted"' in refused.value.hint


def test_own_prices_reach_the_price_table() -> None:
    """R40: the experiment's own price, in dollars a million tokens, goes before any table."""
    price = {"input": 2.0, "output": 8.0}
    made = crew(models={"judge": {"use": "scripted", "model": "own", "price": price}})
    rate = made.prices.rate("own", "scripted")
    assert rate is not None
    assert rate.of(1_000_000, 500_000) == pytest.approx(6.0)


@pytest.mark.parametrize("price", [3, {"input": 1.0}, {"input": -1.0, "output": 1.0}])
def test_a_price_that_says_nothing_is_refused(price: object) -> None:
    """C05: half a price, or a negative one, is no price; the line shows how one is written."""
    with pytest.raises(ConfigError, match=r"models\.judge\.price") as caught:
        crew(models={"judge": {"use": "scripted", "model": "own", "price": price}})
    assert "input" in caught.value.hint


def test_roles_that_are_asked_come_from_the_components() -> None:
    """A model-free crew asks nobody; a model responder asks its role."""
    assert crew().asked == ()
    assert crew(responder="plain").asked == ("responder",)


def test_a_role_that_nobody_answers_for_is_found_before_the_run() -> None:
    """R29: the component and the line to add are named; ``default`` answers for all."""
    made = crew(responder="plain", models={"judge": {"use": "scripted", "model": "m"}})
    with pytest.raises(ConfigError, match=r"plain asks the model of role 'responder'"):
        made.check(made.players)
    made.check((made.extractor,))
    whole = crew(responder="plain", models={"default": {"use": "scripted", "model": "m"}})
    whole.check(whole.players)


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("evaluators", ["sage", "sage"]),
        ("guards", ["crisis", "crisis"]),
        ("reports", ["markdown", "html", "markdown"]),
        ("profiles", ["grid", "grid"]),
        ("profiles", ["grid", {"use": "grid", "safety": False}]),
    ],
    ids=["evaluators", "guards", "reports", "profiles", "default said aloud"],
)
def test_one_component_is_hired_once(key: str, names: list[Any]) -> None:
    """What is there twice to the last setting is refused: its rows would be doubled."""
    with pytest.raises(ConfigError, match="twice, with equal settings") as refused:
        crew(**{key: names})
    assert "\n" not in refused.value.line


def test_one_component_with_other_settings_is_another() -> None:
    """Two judges of one kind may differ in a setting; both are hired."""
    made = crew(reports=["html", {"use": "html", "talks": 1}])
    assert [one.name for one in made.reports] == ["html", "html"]
