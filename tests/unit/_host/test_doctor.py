from __future__ import annotations

import attrs
import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.doctor import Diagnosis, dated, examine

FOREIGN = ["broken-import", "dies-at-import", "exits-at-import", "newer-api", "double-name"]


@pytest.fixture
def seen(install, site, monkeypatch):
    """Examine only what stands in this test's site, in a process that sees it too."""
    monkeypatch.setenv("PYTHONPATH", str(site.folder))
    monkeypatch.setenv("ESC_SKILLS_DISABLE", "esc-skills")

    def examined(**more):
        found = examine(Catalogue.read(), **more)
        return {item.entry.name: item for item in found if item.entry.distribution != "esc-skills"}

    return examined


def test_every_fault_is_found_and_nothing_else(install, seen) -> None:
    """P01, P02, P03, P09, P17: each broken plug-in is told by reason, the good one is ok."""
    install(*FOREIGN, "wrong-signature", "unknown-hook", "echo-retriever")
    found = seen()
    assert {name: item.state for name, item in found.items()} == {
        "broken": "broken",
        "dies": "broken",
        "exits": "broken",
        "newer": "broken",
        "signature": "broken",
        "hook": "broken",
        "bm25": "ok",
        "echo": "ok",
    }
    assert "ended the process with exit code 3" in found["dies"].reason
    assert "uninstall esc-skills-dies" in found["dies"].hint
    assert "sys.exit(0)" in found["exits"].reason


def test_texts_that_grow_old_are_told() -> None:
    """S21: after 180 days, and where no day is named; control: on that day, and without texts."""
    entry = Catalogue.read().choose("guard", "crisis")
    fresh = Diagnosis(entry=entry, state="ok", checked="2026-01-01")
    assert dated(fresh, "2026-06-30T10:00:00+00:00") == fresh
    old = dated(fresh, "2026-07-01")
    assert (old.state, old.reason) == (
        "ok",
        "its texts were last checked on 2026-01-01, 181 days ago",
    )
    assert "a newer esc-skills" in old.told
    assert "no day" in dated(attrs.evolve(fresh, checked="lately"), "2026-07-01").told
    plain = attrs.evolve(fresh, checked="")
    assert dated(plain, "2099-01-01") == plain


def test_one_that_kills_does_not_hide_its_neighbours(site, seen, monkeypatch) -> None:
    """P02: entries of one distribution after the deadly one are still tried."""
    points = {f"preset.{name}": f"esc_skills_{name}" for name in ("a", "b", "c")}
    site.write("esc-skills-many", points)
    for name, source in (("a", "EXPERIMENT = {}"), ("b", "import os; os._exit(0)"), ("c", "1/0")):
        (site.folder / f"esc_skills_{name}.py").write_text(source)
    found = seen()
    assert [found[name].state for name in "abc"] == ["ok", "broken", "broken"]
    assert "ended the process" in found["b"].reason
    assert "ZeroDivisionError" in found["c"].reason


def test_signals_and_hanging_are_told(site, seen) -> None:
    """P02: a segmentation fault and an endless import end with a diagnosis."""
    fall = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    site.write("esc-skills-fall", {"preset.fall": "esc_skills_fall"}, fall)
    site.write("esc-skills-hang", {"preset.hang": "esc_skills_hang"}, "while True: pass")
    found = seen(patience=2)
    assert "by signal 11" in found["fall"].reason
    assert "took longer than 2 s" in found["hang"].reason


def test_what_a_plugin_prints_is_no_diagnosis(site, seen) -> None:
    """P11: words on standard output do not get between the lines of the probe."""
    source = "print('{\"key\": 1}'); import os; os.write(1, b'rubbish\\n'); EXPERIMENT = {}"
    site.write("esc-skills-loud", {"preset.loud": "esc_skills_loud"}, source)
    assert seen()["loud"].state == "ok"


def test_disabled_and_malformed_entries_are_not_loaded(site, install, seen, monkeypatch) -> None:
    """P10, P17: what is switched off stays unimported; what is malformed is told."""
    install("dies-at-import")
    site.write("esc-skills-odd", {"gaet.x": "nowhere"})
    monkeypatch.setenv("ESC_SKILLS_DISABLE", "esc-skills,retriever.dies")
    found = seen()
    assert found["dies"].state == "disabled"
    assert found["x"].state == "broken"
    assert "did you mean 'gate'" in found["x"].told
