"""Faults by name."""

from __future__ import annotations

import pytest

from esc_skills.testing import faults


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (faults.rate_limited("5"), 429),
        (faults.no_credit(), 429),
        (faults.broken(529), 529),
        (faults.filtered(), 400),
        (faults.too_long(), 400),
        (faults.unsupported("seed"), 400),
        (faults.bad_key(), 401),
        (faults.no_model(), 404),
        (faults.redirect("http://127.0.0.1:9/"), 307),
    ],
)
def test_status_of_each(fault, status):
    """Each fault has the status that providers give it."""
    assert fault.status == status


def test_empty_purse_and_busy_minute_differ_by_code_only():
    """R18: both say quota and both are 429; the code tells them apart."""
    purse, minute = faults.no_credit().body["error"], faults.rate_limited().body["error"]
    assert "quota" in purse["message"]
    assert "quota" in minute["message"]
    assert (purse["code"], minute["code"]) == ("insufficient_quota", None)


@pytest.mark.parametrize("make", [faults.null_content, faults.no_choices, faults.truncated])
def test_answers_fit_each_api(make):
    """A fault inside an answer has the shape of the API that was asked."""
    bodies = [make().body(api, {}) for api in ("chat", "responses", "messages")]
    assert ["choices" in bodies[0], "output" in bodies[1], "content" in bodies[2]] == [True] * 3
