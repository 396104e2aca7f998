"""Every default keeps the promise of its role: the suite over the project's own catalogue."""

from __future__ import annotations

import pytest

from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue, Entry
from esc_skills._host.loading import Host
from esc_skills.spec import ROLES
from esc_skills.testing import conformance

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
"""Keys of defaults that ask a model; they are tried with scripted answers elsewhere."""

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
