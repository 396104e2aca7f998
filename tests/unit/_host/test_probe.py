from __future__ import annotations

import json

from esc_skills._host.probe import outcome


def test_outcomes_of_every_kind_of_entry(author, site) -> None:
    """Each kind of entry is loaded as whoever chose it would load it."""
    author("esc-skills-tables", "study.tables", "")
    author("esc-skills-boxes", "bank.boxes", "")
    host = author("esc-skills-kinds", "preset.kinds", "")
    found = outcome(host, "gate.always")
    assert (found["key"], found["state"], found["hint"]) == ("gate.always", "ok", "")
    assert (found["checked"], outcome(host, "guard.crisis")["checked"][:2]) == ("", "20"), "S21"
    assert outcome(host, "preset.default")["state"] == "ok"
    assert "EXPERIMENT" in outcome(host, "preset.kinds")["reason"]
    assert outcome(host, "study.main")["state"] == "ok"
    assert outcome(host, "bank.starter")["state"] == "ok"
    assert "FOLDER" in outcome(host, "bank.boxes")["reason"]
    assert "STUDIES" in outcome(host, "study.tables")["reason"]
    assert "watcher" in outcome(host, "watcher.none")["reason"]


def test_the_probe_writes_one_line_an_entry(site) -> None:
    """Lines are JSON, in the order asked for, and nothing else is on standard output."""
    done = site.run("-m", "esc_skills._host.probe", "gate.always", "gate.nothing")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["key"] for line in lines] == ["gate.always", "gate.nothing"]
    assert [line["state"] for line in lines] == ["ok", "broken"]


def test_bad_manners_are_told_of_one_that_works(author, site) -> None:
    """P11, P12, P13: it prints, takes its time, or starts threads when it is imported."""
    source = (
        "import threading, time\n"
        "print('hello')\n"
        "threading.Thread(target=time.sleep, args=(3,), daemon=True).start()\n"
        "time.sleep(1.1)\n"
        "EXPERIMENT = {}\n"
    )
    author("esc-skills-rude", "preset.rude", source)
    done = site.run("-m", "esc_skills._host.probe", "preset.rude")
    probed = json.loads(done.stdout)
    assert probed["state"] == "ok"
    for told in ("prints", "s to import", "starts threads"):
        assert told in probed["reason"]
