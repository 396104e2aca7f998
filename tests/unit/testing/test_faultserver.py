"""The provider that fails on purpose."""

from __future__ import annotations

import http.client
import json

import pytest

from esc_skills.testing import faults
from esc_skills.testing.faultserver import FaultServer


def post(server, path="/v1/chat/completions", body=None, timeout=5.0):
    """Status, headers and raw body of one request."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        line.request(
            "POST", path, json.dumps(body or {"model": "m"}), {"authorization": "Bearer k"}
        )
        got = line.getresponse()
        return got.status, dict(got.headers), got.read()
    finally:
        line.close()


@pytest.mark.parametrize(
    ("path", "key"),
    [("/v1/chat/completions", "choices"), ("/v1/responses", "output"), ("/v1/messages", "content")],
)
def test_good_answers_have_the_shape_of_their_api(path, key):
    """Without faults it answers as the API of the path does."""
    with FaultServer(answer=lambda received: "Good " + received.body["model"]) as server:
        status, _, raw = post(server, path)
    assert status == 200
    assert key in json.loads(raw)
    assert b"Good m" in raw


def test_faults_come_in_order_and_everything_is_kept():
    """Each request meets its fault; count, headers and bodies can be looked at."""
    with FaultServer([faults.rate_limited("7"), None]) as server:
        first, second = post(server), post(server, body={"model": "n"})
    assert (first[0], first[1]["retry-after"], second[0]) == (429, "7", 200)
    assert [received.body["model"] for received in server.requests] == ["m", "n"]
    assert server.requests[0].headers["authorization"] == "Bearer k"
    assert (server.count, server.connections) == (2, 2)


def test_a_plan_decides_by_number_and_request():
    """A function may choose the fault of each request."""
    with FaultServer(lambda number, received: faults.broken(503) if number % 2 else None) as server:
        assert [post(server)[0] for _ in range(4)] == [200, 503, 200, 503]


def test_cut_and_reset_break_the_connection():
    """R22: the body ends in the middle, or nothing comes at all."""
    with FaultServer([faults.cut(), faults.reset()]) as server:
        with pytest.raises(http.client.IncompleteRead):
            post(server)
        with pytest.raises(ConnectionError):
            post(server)


def test_stall_sends_no_byte_and_drip_one_at_a_time():
    """R20, R21: a reader with a limit per read gives up on the one and waits for the other."""
    with FaultServer([faults.stalled(), faults.dripping(0.0001)]) as server:
        with pytest.raises(TimeoutError):
            post(server, timeout=0.2)
        assert json.loads(post(server)[2])["choices"]


def test_a_bad_key_is_echoed():
    """The answer to a refused key holds the key, as the answer of some servers does."""
    with FaultServer([faults.bad_key()]) as server:
        assert b"provided: k." in post(server)[2]


def test_it_ends_though_requests_hang():
    """Leaving the block ends the thread, whoever still waits."""
    with FaultServer([faults.stalled()]) as server:
        with pytest.raises(TimeoutError):
            post(server, timeout=0.1)
        thread = server._thread
    assert not thread.is_alive()
