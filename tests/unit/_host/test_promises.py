from __future__ import annotations

from esc_skills._host.promises import is_protocol, promises
from esc_skills.model import Match, Moment
from esc_skills.spec import ROLES, Evaluator, Extractor, Guard, Index


def test_every_role_promises_name_summary_and_a_method() -> None:
    """All members are read from the Protocols, bases first."""
    for role, protocol in ROLES.items():
        found = {promise.name: promise for promise in promises(protocol)}
        assert {"name", "summary"} <= set(found), role
        assert any(promise.kind == "method" for promise in found.values()), role


def test_a_method_is_read_with_parameters_colour_and_answer() -> None:
    """Names after self, async or not, and the type of the answer."""
    (search,) = promises(Index)
    assert (search.waits, search.parameters) == (True, ("moment", "ctx"))
    assert search.returns == tuple[Match, ...]
    waits = {promise.name: promise.waits for promise in promises(Guard)}
    assert waits["check"]
    assert not waits["answer"]


def test_data_is_told_from_methods() -> None:
    """Attributes and properties are no methods."""
    assert {promise.name: promise.kind for promise in promises(Evaluator)} == {
        "name": "attribute",
        "summary": "attribute",
        "reads": "attribute",
        "score": "method",
    }
    kinds = {promise.name: promise.kind for promise in promises(Extractor)}
    assert kinds["taxonomy"] == "property"


def test_sessions_are_protocols_and_nouns_are_not() -> None:
    """What is handed out to be called is a Protocol."""
    assert is_protocol(Index)
    assert not is_protocol(Moment)
    assert not is_protocol(tuple[Match, ...])
