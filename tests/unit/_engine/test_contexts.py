"""What a run lends to its components."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._engine.contexts import Lender
from esc_skills._engine.gateway import Gateway, Model
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills.model import Match
from esc_skills.spec import Capabilities, Completion, Prompt, Request


def lender(**facts: object) -> Lender:
    given = {"seed": 1, "gateway": Gateway(models={}), "note": lambda *facts: None, **facts}
    return Lender(**given)


def test_one_actor_never_shifts_another() -> None:
    """Draws of the responder leave the seeker's numbers alone: arms stay paired."""
    quiet, noisy = lender().at("talk", "p1", 0), lender().at("talk", "p1", 0)
    for _ in range(5):
        noisy("responder").rng.random()
    assert quiet("seeker").rng.random() == noisy("seeker").rng.random()


def test_repeats_have_seeds_of_their_own() -> None:
    """The second repeat of a seeker is another draw."""
    first, second = lender().at("talk", "p1", 0), lender().at("talk", "p1", 1)
    assert first("seeker").rng.random() != second("seeker").rng.random()


def test_actor_keeps_its_context_for_one_item() -> None:
    """Within an item an actor goes on drawing, it does not start again."""
    lend = lender().at("talk", "p1", 0)
    assert lend("seeker").rng.random() != lend("seeker").rng.random()
    assert lend("seeker").place == "talk/p1/0/seeker"


def test_actors_of_one_item_draw_different_lots() -> None:
    """Seeker and responder never share a chain of chance."""
    lend = lender().at("talk", "p1", 0)
    assert lend("seeker").rng.random() != lend("responder").rng.random()


def test_seed_of_the_run_decides() -> None:
    """Another run seed is another draw for every actor."""
    one, two = lender().at("talk"), lender(seed=2).at("talk")
    assert one("seeker").rng.random() != two("seeker").rng.random()


def test_notes_carry_their_place() -> None:
    """A note goes to the ledger with place, kind and facts."""
    notes: list[tuple[str, str, dict[str, object]]] = []
    lend = lender(note=lambda *facts: notes.append(facts)).at("talk", "p1", 0)
    lend("guard").note("guard-failed", fault="ValueError")
    assert notes == [("talk/p1/0/guard", "guard-failed", {"fault": "ValueError"})]


@attrs.define
class Once:
    """A backend that keeps what it was asked."""

    name: str = "once"
    capabilities: Capabilities = attrs.field(factory=Capabilities)
    asked: list[Request] = attrs.field(factory=list)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        return Completion(text='{"skill": "listen-first", "score": 1, "why": ""}')


def test_questions_go_through_the_gateway() -> None:
    """``ctx.ask`` reaches the model of the role, and gives the noun that was asked for."""
    backend = Once()
    models = {"default": Model(backend=backend, name="m")}
    lend = lender(gateway=Gateway(models=models)).at("talk", "p1", 0)
    prompt = Prompt(system="Be brief.", task="Which?", id="p1")
    found = asyncio.run(lend("retriever").ask("reader", prompt, into=Match))
    assert found == Match(skill="listen-first", score=1)
    assert len(backend.asked) == 1


def test_the_own_stream_is_the_run_itself() -> None:
    """Stream 0, said or unsaid, draws and asks as a run without streams does."""
    plain, zero = lender().at("talk", "p1", 0), lender(streams={"seeker": 0}).at("talk", "p1", 0)
    assert plain("seeker").rng.random() == zero("seeker").rng.random()
    assert zero("seeker").place == "talk/p1/0/seeker"


def test_another_stream_moves_one_actor_alone() -> None:
    """Its numbers and the place of its questions are others; those of the rest are the run's."""
    plain, moved = lender().at("talk", "p1", 0), lender(streams={"seeker": 1}).at("talk", "p1", 0)
    assert plain("seeker").rng.random() != moved("seeker").rng.random()
    assert moved("seeker").place == "talk/p1/0/seeker~1"
    assert plain("responder").rng.random() == moved("responder").rng.random()
    assert moved("responder").place == "talk/p1/0/responder"


def test_each_stream_is_a_draw_of_its_own() -> None:
    """A second replicate is not the first one again."""
    drawn = [lender(streams={"seeker": k}).at("talk")("seeker").rng.random() for k in range(4)]
    assert len(set(drawn)) == 4


def test_a_stream_covers_what_lies_below_its_name() -> None:
    """``evaluator`` moves every judge, one judge's own name outweighs it, and no word does half."""
    lend = lender(streams={"evaluator": 2, "evaluator/calm": 0, "evalu": 9}).at("score")
    places = [lend(name).place for name in ("evaluator/judge", "evaluator/calm", "evaluators")]
    assert places == ["score/evaluator/judge~2", "score/evaluator/calm", "score/evaluators"]


def test_a_context_shows_its_services_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """P16: components find no settings and no secrets in what they are lent."""
    monkeypatch.setenv("SOMEBODYS_KEY", "sk-0123456789")
    host = Host(Catalogue.read())
    backend = host.component("backend", "openai", {"key": "SOMEBODYS_KEY"})
    gateway = Gateway(models={"default": Model(backend=backend, name="m")})
    ctx = Lender(seed=1, gateway=gateway, note=lambda *facts: None).at("talk")("retriever")
    public = [name for name in dir(ctx) if not name.startswith("_")]
    assert public == ["answered", "ask", "asked", "note", "place", "rng"]
    assert "sk-0123456789" not in repr(ctx)
