"""Three APIs of an independent peer: good answers, and what goes wrong."""

from __future__ import annotations

import json
import time
from typing import Any

import attrs
import pytest
from llmock.scenarios import Reply

from esc_skills.errors import BackendError, ProviderClosedError, ReplyError


@attrs.frozen(kw_only=True)
class Inner:
    """One part of a structured answer."""

    quote: str
    sure: bool


@attrs.frozen(kw_only=True)
class Reading:
    """A structured answer with all kinds of fields."""

    feeling: str
    strength: int
    parts: tuple[Inner, ...]


def states(peer: Any) -> list[str]:
    """State of every request, by the journal."""
    return [row[0] for row in peer.rows("SELECT state FROM sends ORDER BY id")]


def test_plain_answer_arrives_whole(peer: Any) -> None:
    """What the peer says is what the component gets, and its tokens are counted."""
    peer.llmock.reply("I am here, and I listen.")
    assert peer.ask() == "I am here, and I listen."
    ((read, written),) = peer.rows("SELECT tokens_in, tokens_out FROM sends")
    assert read > 0
    assert written > 0
    assert len(peer.sent) == 1


def test_the_peer_understands_what_we_send(peer: Any) -> None:
    """System text, task and enveloped data stand where each API wants them."""
    peer.ask()
    body = peer.sent[0].body
    system = {
        "chat": lambda: body["messages"][0]["content"],
        "responses": lambda: body["instructions"],
        "messages": lambda: body["system"][0]["text"],
    }[peer.api]()
    assert "You are kind." in system
    assert "I am sad." not in system  # what others wrote never enters the system role
    assert "I am sad." in json.dumps(body)


def test_structured_answer_becomes_our_class(peer: Any) -> None:
    """An answer of the asked shape is structured, nested parts too."""
    said = {"feeling": "sad", "strength": 7, "parts": [{"quote": "so sad", "sure": True}]}
    peer.llmock.reply(json.dumps(said))
    made = peer.ask(Reading)
    assert made == Reading(feeling="sad", strength=7, parts=(Inner(quote="so sad", sure=True),))


def test_our_schema_is_one_that_the_peer_can_follow(peer: Any) -> None:
    """The peer makes an answer up from the schema that came over the wire, and it fits.

    On Messages this peer knows an older name of the field alone, so it ignores the schema: the
    question is asked once more, and then it is an error and no made-up answer.
    """
    if peer.api == "messages":
        with pytest.raises(ReplyError):
            peer.ask(Reading)
        assert "output_config" in peer.sent[0].body
        assert len(peer.sent) == 2
        return
    assert isinstance(peer.ask(Reading), Reading)
    assert len(peer.sent) == 1


def test_rate_limit_is_waited_for_as_long_as_the_peer_asks(peer: Any) -> None:
    """R14: 429 with Retry-After: not a moment too early, and the same question succeeds."""
    peer.llmock.rate_limit(times=1, retry_after=0.3)
    peer.llmock.reply("Now.")
    assert peer.ask() == "Now."
    first, second = peer.sent
    assert second.started_at - first.ended_at >= 0.29
    assert states(peer) == ["rate-limit", "done"]
    peer.llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("status", [500, 529])
def test_a_short_outage_is_ridden_out(peer: Any, status: int) -> None:
    """R19: server errors, then fine: the question is answered, with growing waits."""
    peer.llmock.fail(status, times=2)
    peer.llmock.reply("Back.")
    assert peer.ask() == "Back."
    assert [record.status for record in peer.sent] == [status, status, 200]
    peer.llmock.assert_resilient()


def test_a_long_outage_ends_in_one_error(peer: Any) -> None:
    """R19: after the last try one error says who failed; no more than the tries are sent."""
    peer.llmock.outage(status=500)
    with pytest.raises(BackendError, match="500") as caught:
        peer.ask()
    assert caught.value.retryable
    assert "responder" in caught.value.where
    assert len(peer.sent) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, ProviderClosedError), (404, ProviderClosedError), (400, BackendError)],
)
def test_what_no_waiting_mends_is_sent_once(peer: Any, status: int, error: type[Exception]) -> None:
    """R30, R31: a refused key, a model that is gone, a bad request: one request, one error."""
    peer.llmock.fail(status, times=None)
    with pytest.raises(error) as caught:
        peer.ask()
    assert not getattr(caught.value, "retryable", False)
    assert len(peer.sent) == 1
    peer.llmock.assert_resilient()


def test_a_prompt_too_long_is_told_apart(peer: Any) -> None:
    """R28: the peer's words for a full context are understood; nothing short is shortened."""
    peer.llmock.context_overflow()
    with pytest.raises(BackendError) as caught:
        peer.ask()
    assert caught.value.kind == "context-length"


def test_a_cut_answer_is_asked_again_and_never_kept(peer: Any) -> None:
    """R26: an answer that its length ended is no answer; the second one is."""
    peer.llmock.add(Reply(text="I hear that you", finish_reason="length"))
    peer.llmock.reply("I hear you.")
    assert peer.ask() == "I hear you."
    assert states(peer) == ["truncated", "done"]


def test_answers_that_stay_cut_are_an_error(peer: Any) -> None:
    """R26: twice cut is unusable; the error says so and nothing is stored."""
    peer.llmock.add(Reply(text="I hear that you", finish_reason="length", times=None))
    with pytest.raises(ReplyError) as caught:
        peer.ask()
    assert caught.value.state == "truncated"
    assert peer.journal.count() == 0


def test_words_in_place_of_an_object_are_repaired_once(peer: Any) -> None:
    """R34: prose for a structured question is asked once more, with the reason."""
    good = {"feeling": "sad", "strength": 7, "parts": []}
    peer.llmock.reply("She is sad.").reply(f"Sure!\n```json\n{json.dumps(good)}\n```")
    assert peer.ask(Reading).strength == 7
    assert "could not be used" in json.dumps(peer.sent[1].body)


def test_a_stall_ends_with_its_deadline(peer: Any) -> None:
    """R20: a peer that does not answer is left at the deadline of one request, and asked again."""
    peer.gateway.sender.patience = attrs.evolve(peer.gateway.patience, each=1.0)
    peer.llmock.delay(4.0)
    peer.llmock.reply("Late.", times=None)
    began = time.monotonic()
    assert peer.ask() == "Late."
    assert time.monotonic() - began < 4.0
    assert states(peer) == ["stalled", "done"]
