"""A SAGE transcript's numbers are kept inside SAGE's own bounds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins._shared.fields import Node
from esc_skills_plugins._shared.sagetranscript import sage_trace, signature
from esc_skills_plugins._shared.tally import Tally


def line(emotions):
    history = [{"role": "user", "content": "店要关了。", "emotion-point": emotions[0]}]
    for before, after in pairwise(emotions):
        history.append({"role": "assistant", "content": "嗯。"})
        history.append(
            {
                "role": "user",
                "content": "嗯。",
                "emotion-point": after,
                "planning": {"activity": "…", "change": after - before},
            }
        )
    return {
        "id": "s",
        "player": "x",
        "scene": "y",
        "character": "回避型",
        "task": "共情",
        "history": history,
    }


@given(st.lists(st.integers(-40, 140), min_size=1, max_size=11))
def test_any_emotions_give_a_trace_inside_the_bounds(emotions):
    """Emotions stay in 0 to 100 and changes in ±10, and the last emotion decides the ending."""
    trace = sage_trace(Node(line(emotions), "f:1", "", Tally(), "line 1"), simulator="unstated")
    assert len(trace.curve) == len(emotions)
    assert trace.emotion == max(0, min(100, emotions[-1]))
    assert (trace.ending == "success") == (trace.emotion >= 100)
    assert (trace.ending == "failure") == (trace.emotion < 10)


@pytest.mark.parametrize(("start", "simulator"), [(40, "a"), (40, "b"), (50, "a")])
def test_the_signature_names_what_must_be_equal(start, simulator):
    """Simulator and start emotion both stand in the signature, beside clamp and stop rules."""
    text = signature(start, simulator)
    assert f"simulator={simulator}|start={start}|clamp=10|turns=10|stop=100/10" in text
