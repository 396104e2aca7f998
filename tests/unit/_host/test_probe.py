from __future__ import annotations

import json

from esc_skills._host.probe import outcome


def test_outcomes_of_every_kind_of_entry(author, site) -> None:
    """Each kind of entry is loaded as whoever chose it would load it."""
    author("esc-skills-tables", "study.tables", "")
    host = author("esc-skills-kinds", "preset.kinds", "")
    assert outcome(host, "gate.always") == {"key": "gate.always", "reason": "", "hint": ""}
    assert outcome(host, "preset.default")["reason"] == ""
    assert "EXPERIMENT" in outcome(host, "preset.kinds")["reason"]
    assert outcome(host, "study.main")["reason"] == ""
    assert "STUDIES" in outcome(host, "study.tables")["reason"]
    assert "watcher" in outcome(host, "watcher.none")["reason"]


def test_the_probe_writes_one_line_an_entry(site) -> None:
    """Lines are JSON, in the order asked for, and nothing else is on standard output."""
    done = site.run("-m", "esc_skills._host.probe", "gate.always", "gate.nothing")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["key"] for line in lines] == ["gate.always", "gate.nothing"]
    assert [bool(line["reason"]) for line in lines] == [False, True]
