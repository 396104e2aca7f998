"""Mechanisms: what components and the road say that they can do without."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.mechanisms import Mechanism, Setup, installed, mechanisms, spelt
from esc_skills.errors import ConfigError
from esc_skills.testing.sites import Site

STRANGER = """
from typing import ClassVar
import attrs
from esc_skills.spec import hookimpl

class Index:
    async def search(self, moment, ctx): return ()

@attrs.frozen(kw_only=True)
class Own:
    name: ClassVar[str] = "own"
    summary: ClassVar[str] = "a stranger's"
    mechanisms: ClassVar = {"risks": {"deep": False}}
    deep: bool = True
    async def index(self, bank, ctx): return Index()

@attrs.frozen(kw_only=True)
class Nobody:
    name: ClassVar[str] = "nobody"
    summary: ClassVar[str] = "a stranger's own absence"
    absent: ClassVar[bool] = True
    async def index(self, bank, ctx): return Index()

@hookimpl
def esc_skills_retrievers(): return [Own, Nobody]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that this process sees for one test."""
    monkeypatch.syspath_prepend(tmp_path)
    yield Site(tmp_path)
    for name in ("own", "torn"):
        sys.modules.pop(name, None)


def with_stranger(site: Site, points: Mapping[str, str], source: str) -> Catalogue:
    """What is installed, once a distribution of one module is there too."""
    site.write(next(iter(points.values())), points, source)
    return Catalogue.read()


def setup(**raw: Any) -> Setup:
    """An experiment over this environment."""
    return Setup.of(raw, Catalogue.read())


def found(**raw: Any) -> dict[str, Mechanism]:
    """Mechanisms by name."""
    return {item.name: item for item in mechanisms(setup(**raw))}


def test_the_defaults_and_the_road_have_mechanisms() -> None:
    """Settings of components, absent components and the road's own are all found."""
    known = found()
    assert known["risks"].sets == {"distiller": {"use": "tally", "risks": False}}
    assert known["retrieval"].sets == {"retriever": "none"}
    assert known["verification"].sets == {"gate": "always"}
    assert known["refinement"].sets == {"evolve.rounds": 0}
    assert known["trial offers"].offered == "always"


def test_what_is_off_already_is_not_listed() -> None:
    """Only mechanisms whose settings differ from the chosen ones count."""
    known = found(
        distiller={"use": "tally", "risks": False, "min_units": 2},
        retriever="none",
        gate="always",
        evolve={"rounds": 1, "trials": 0},
    )
    assert not {"risks", "retrieval", "verification", "trial offers"} & set(known)
    kept = {"use": "tally", "risks": False, "min_units": 2, "conditions": False}
    assert known["conditions"].sets == {"distiller": kept}


def test_what_would_change_nothing_or_the_measure_is_not_on_offer() -> None:
    """Without rounds nothing refines or verifies; another seeker is another measure."""
    known = found(evolve={"rounds": 0})
    assert "refinement" not in known
    assert {known[name].offered for name in ("verification", "diverse seekers", "chance")} == {
        "by role"
    }
    assert found()["verification"].offered == "always"
    assert found()["chance"].offered == "by role"


def test_the_veto_is_left_out_by_name_only() -> None:
    """A bank without the safety veto is stamped, so no design takes it by itself."""
    assert found()["safety veto"].offered == "by name"
    assert "safety veto" not in found(evolve={"veto": False})


def test_failed_dialogues_are_a_corpus_that_says_so() -> None:
    """They can be left out while another corpus stays."""
    both = ["sample", "failed-esconv:f.json"]
    assert found(corpus=both)["failed dialogues"].sets == {"corpus": ["sample"]}
    assert "failed dialogues" not in found(corpus=both[1:])
    assert "failed dialogues" not in found(corpus=both[:1])


def test_a_mechanism_is_left_out_of_all_components_that_have_it() -> None:
    """Two profile sets lose their diverse seekers together, and keep their other settings."""
    sets = [{"use": "grid", "per_cell": 2}, {"use": "sage", "path": "p"}, {"use": "grid"}]
    assert found(profiles=sets)["diverse seekers"].sets == {
        "profiles": [
            {"use": "grid", "per_cell": 2, "learning_types": ["negative"]},
            {"use": "sage", "path": "p"},
            {"use": "grid", "learning_types": ["negative"]},
        ]
    }


def test_guards_have_no_mechanism() -> None:
    """Nothing that watches, measures or reports is among them."""
    roles = {item.role for item in mechanisms(setup())}
    assert not roles & {"guards", "evaluators", "reports", "executor", "watchers"}


def test_strangers_take_part(site: Site) -> None:
    """A component of another distribution brings its mechanisms and its absence by itself."""
    catalogue = with_stranger(site, {"retriever.own": "own", "retriever.nobody": "own"}, STRANGER)
    known = mechanisms(Setup.of({"retriever": "own"}, catalogue))
    mine = {item.name: item.sets for item in known if item.role == "retriever"}
    assert mine == {
        "risks": {"retriever": {"use": "own", "deep": False}},
        "retrieval (nobody)": {"retriever": "nobody"},
        "retrieval (none)": {"retriever": "none"},
    }


def test_a_broken_stranger_is_in_nobodys_way(site: Site) -> None:
    """A component that cannot be loaded is no absent one, and is left out of ``*`` with a why."""
    catalogue = with_stranger(site, {"retriever.torn": "torn"}, "raise RuntimeError('torn')")
    made = Setup.of({}, catalogue)
    assert {item.name for item in mechanisms(made)} == set(found())
    names, why = installed(made, "retriever")
    assert "torn" not in names
    assert any("retriever=torn" in line for line in why)


def test_installed_components_are_those_that_can_work_here() -> None:
    """One that asks a model is left out while no model is configured for it."""
    names, why = installed(setup(), "retriever")
    assert names == ("bm25", "conditions", "dense", "hybrid", "none", "random")
    assert why == ("retriever=reader left out: no model is configured for retriever",)
    models = {"default": {"use": "scripted", "model": "m"}}
    assert installed(setup(models=models), "retriever")[0] == (*names, "reader")


@pytest.mark.parametrize("key", ["evolve", "models", "watchers", "retriever.k"])
def test_only_components_are_installed(key: str) -> None:
    """``*`` means nothing for a setting."""
    with pytest.raises(ConfigError, match="as a list"):
        installed(setup(), key)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "true"),
        (0.5, "0.5"),
        ("../data/of me/talks.jsonl", "talks.jsonl"),
        ("esconv:../data/ESConv.json", "esconv:ESConv.json"),
        ({"use": "bm25", "k": 1, "floor": 2}, "bm25(floor=2, k=1)"),
        ({"use": "none"}, "none"),
        (["sample", {"use": "esconv", "path": "a/b"}], "sample+esconv(path=b)"),
        ([], "nothing"),
    ],
    ids=["yes", "number", "path", "short", "table", "use", "list", "empty"],
)
def test_values_are_spelt_shortly(value: Any, said: str) -> None:
    """A value is readable in a name, and no folder of a machine shows."""
    assert spelt(value) == said


def test_equal_meaning_is_equal_however_it_is_written() -> None:
    """Defaults stated or left out, 1 or 1.0: the same experiment."""
    first = setup().meaning({"retriever": {"use": "bm25", "k": 3, "floor": 1}}, "a")
    assert first.hash == setup().meaning({}, "b").hash
    assert first.hash != setup().meaning({"retriever": {"use": "bm25", "k": 2}}, "c").hash
