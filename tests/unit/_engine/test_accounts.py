"""The account of a run: what its journal says, and nothing made up."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import attrs
import pytest

from esc_skills._engine import accounts
from esc_skills._engine.asking import Model
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.pricing import Prices
from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills.errors import ReplyError
from esc_skills.spec import Capabilities, Completion, Prompt, Request, Usage


def sent(journal: Journal, role: str, state: str, **facts) -> None:
    """Write one request that ended in ``state``."""
    key = f"{role}{state}{facts}"
    row = journal.write([Intent(key=key, role=role, place="p", model="m")])[0]
    journal.write([], [Ending(id=row, state=state, **facts)])


def request(text: str, model: str = "m", system: str = "s") -> str:
    """A stored request."""
    return json.dumps(
        {"model": model, "system": system, "messages": [["user", text]], "schema": ""}
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal that is not there yet."""
    return Journal(tmp_path / "journal.sqlite")


def test_a_run_without_calls_has_an_empty_account_and_no_file(journal: Journal) -> None:
    """A model-free run has no journal, and looking does not make one."""
    made = accounts.of(journal, Prices())
    assert made.rows == ()
    assert (made.usd, made.unpriced, dict(made.prefix)) == (0, 0, {})
    assert not journal.path.exists()


def test_failed_requests_are_counted_beside_the_answered_ones(journal: Journal) -> None:
    """R26, R27: what was sent for nothing stands in the account by what became of it."""
    sent(journal, "judge", "done", tokens_in=100, tokens_out=10, tokens_cached=60, usd=0.5)
    sent(journal, "judge", "done", tokens_in=10, tokens_out=1, usd=0.25)
    sent(journal, "judge", "refused", tokens_in=7, tokens_out=2, usd=0.125)
    sent(journal, "judge", "rate-limit")
    sent(journal, "seeker", "stalled")
    judge, seeker = accounts.of(journal, Prices()).rows
    assert (judge.sent, judge.answered) == (4, 2)
    assert judge.ended == {"rate-limit": 1, "refused": 1}
    assert (judge.tokens_in, judge.tokens_out, judge.tokens_cached) == (117, 13, 60)
    assert judge.usd == pytest.approx(0.875)
    assert (seeker.sent, seeker.answered, seeker.ended) == (1, 0, {"stalled": 1})


def test_an_unknown_price_is_counted_and_a_request_turned_away_is_not(journal: Journal) -> None:
    """R40: only requests that may have been paid make the total a lower bound."""
    sent(journal, "judge", "done", tokens_in=100)
    sent(journal, "judge", "stalled")
    sent(journal, "judge", "rate-limit")
    sent(journal, "judge", "auth")
    assert accounts.of(journal, Prices()).unpriced == 2


def test_a_kill_between_sending_and_answer_is_told(journal: Journal) -> None:
    """R02: an intent without an end is a request that may have been paid."""
    journal.write([Intent(key="k", role="judge", place="p", model="m")])
    made = accounts.of(journal, Prices())
    assert made.rows[0].ended == {"sent": 1}
    assert made.unpriced == 1


def test_prefix_share_counts_whole_chunks_that_were_sent_before() -> None:
    """Two prompts with one long beginning share it; a third of its own shares nothing."""
    head = "x" * (accounts.CHUNK * 3)
    share = accounts.prefixes([request(head + "one"), request(head + "two")])
    whole = 2 * len("\0".join(["", "s", f"user\0{head}one"]))
    assert share["m"] == pytest.approx(3 * accounts.CHUNK / whole, abs=1e-6)
    assert accounts.prefixes([request("y" * 600), request("z" * 600)]) == {"m": 0.0}


def test_prefix_share_knows_no_order_and_no_other_model() -> None:
    """What one model was sent is no prefix for another; the order of requests is all one."""
    head = "x" * 2000
    texts = [request(head + "1"), request(head + "2"), request(head[:700]), request(head, "n")]
    there = accounts.prefixes(texts)
    assert there == accounts.prefixes(texts[::-1])
    assert there["n"] == 0.0


def test_a_chunk_in_the_middle_is_no_prefix() -> None:
    """Equal text behind an unequal beginning is not counted: no cache would hit."""
    tail = "t" * 4096
    assert accounts.prefixes([request("a" * 512 + tail), request("b" * 512 + tail)])["m"] == 0.0


def test_roles_that_nobody_declared_are_named(journal: Journal) -> None:
    """A component that asks without saying so is found by what was sent."""
    sent(journal, "judge", "done")
    sent(journal, "muse", "done")
    assert accounts.of(journal, Prices(), asked=("judge",)).undeclared == ("muse",)
    assert accounts.of(journal, Prices()).undeclared == ()


@attrs.frozen(kw_only=True)
class Stubborn:
    """Answers well at the second time of asking."""

    name = "stubborn"
    summary = "first nothing of use, then an answer"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def complete(self, request: Request) -> Completion:
        last = request.messages[-1][1]
        text = "" if "first" in last and len(request.messages) == 1 and "again" not in last else "y"
        return Completion(text=text, tokens_in=3, tokens_out=1)


def test_what_was_reused_comes_from_the_gateway_itself(journal: Journal) -> None:
    """A second equal question is reused, and neither sent nor paid; a probe is no question."""
    counted = accounts.Outcomes()

    def told(role: str, place: str, outcome: str, usage: Usage) -> None:
        counted("esc_skills_call_done", role=role, place=place, outcome=outcome)

    gateway = Gateway(
        models={"default": Model(backend=Stubborn(), name="m")}, journal=journal, told=told
    )

    async def ask() -> None:
        for place in ("a", "a", "b", accounts.PROBE):
            prompt = Prompt(system="s", task="say yes")
            await gateway.ask("judge", prompt, into=str, place=place)

    asyncio.run(ask())
    row = accounts.of(journal, Prices(), counted, asked=("judge",)).rows[0]
    assert (row.sent, row.answered, row.reused, row.repaired) == (3, 3, 1, 0)
    with pytest.raises(ReplyError):
        asyncio.run(gateway.ask("judge", Prompt(system="s", task="first"), into=str, place="empty"))
    row = accounts.of(journal, Prices(), counted).rows[0]
    assert row.ended == {"empty": 2}


def test_the_plain_form_is_json(journal: Journal) -> None:
    """What goes into run.json is plain data with the totals beside the rows."""
    sent(journal, "judge", "done", tokens_in=1, tokens_out=1, usd=0.1)
    plain = accounts.of(journal, Prices(own={"m": (1.0, 1.0)})).plain()
    assert json.loads(json.dumps(plain)) == plain | {
        "rows": json.loads(json.dumps(plain["rows"])),
        "undeclared": [],
    }
    assert (plain["usd"], plain["unpriced"]) == (0.1, 0)


def test_prefixes_of_an_earlier_account_stand_while_nothing_was_sent(journal: Journal) -> None:
    """A finished run that is given again does not read all its requests once more."""
    row = journal.write([Intent(key="k", role="judge", place="p", model="m")])[0]
    kept = ("k", b"", request("x" * 2000).encode(), b'{"text": "y"}')
    journal.write([], [Ending(id=row, state="done", kept=kept)])
    old = accounts.of(journal, Prices()).plain() | {"prefix": {"m": 0.25}}
    assert dict(accounts.of(journal, Prices(), before=old).prefix) == {"m": 0.25}
    assert dict(accounts.of(journal, Prices(), before=old | {"chunk": 1}).prefix) == {"m": 0.0}
    sent(journal, "judge", "done")
    assert dict(accounts.of(journal, Prices(), before=old).prefix) == {"m": 0.0}
