"""What is covered until somebody clicks: talks with an alarm, and whatever may quote them."""

from __future__ import annotations

from esc_skills.model import Trace

BOUNDARY = "profile that tests a boundary"
"""Why talks with such a seeker are covered, with or without an alarm."""


def cover(trace: Trace) -> tuple[str, ...]:
    """Names of the rules for which a talk is covered; none for an open one.

    One alarm covers the talk as a whole: replies and thoughts before and after it may quote it.
    """
    alarms = (alarm for item in trace.exchanges for alarm in item.alarms)
    rules = dict.fromkeys(alarm.rule for alarm in alarms if alarm.severity == "high")
    return (*rules, *([BOUNDARY] if trace.profile.safety else []))
