"""Every default keeps the promise of its role: the suite over the project's own catalogue."""

from __future__ import annotations

import pytest

from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue, Entry
from esc_skills._host.loading import Host
from esc_skills.errors import ReplyError
from esc_skills.spec import ROLES
from esc_skills.testing import conformance
from esc_skills.testing.obliging import obliged

NEEDS_A_MODEL: frozenset[str] = frozenset(
    {
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
    }
)
"""Keys of defaults that ask a model; here every question is answered in its shape, elsewhere they
are tried with answers that mean something."""

OWN = tuple(
    entry
    for entry in Catalogue.read().entries
    if entry.distribution == OWN_DISTRIBUTION
    and entry.role in ROLES
    and entry.key not in NEEDS_A_MODEL
)

CASES = [
    pytest.param(entry, law, id=f"{entry.key}-{law.name}")
    for entry in OWN
    for law in conformance.laws(entry.role)
]


@pytest.mark.parametrize(("entry", "law"), CASES)
def test_default_keeps_its_promise(entry: Entry, law: conformance.Law) -> None:
    """Each law of the role holds for the component with its default settings."""
    made = Host(Catalogue.read()).component_class(entry.role, entry.name)()
    fault = law.fault(conformance.on_trial(entry.role, made))
    assert not fault, fault


@pytest.mark.parametrize("key", sorted(NEEDS_A_MODEL))
def test_one_that_asks_a_model_keeps_its_promise(key: str) -> None:
    """No law is broken by answers of the right shape, but where one without meaning is refused."""
    role, _, name = key.partition(".")
    made = Host(Catalogue.read()).component_class(role, name)()
    trial = conformance.on_trial(role, made, lend=obliged())
    found = [law.outcome(trial) for law in conformance.laws(role)]
    broken = [one for one in found if one.state == "fail"]
    assert not [one for one in broken if not isinstance(one.cause, ReplyError)]
    assert {one.law for one in found if one.state == "pass"} >= {
        "can_be_cancelled",
        "ends_when_the_run_ends",
        "outlives_a_silent_model",
    }
