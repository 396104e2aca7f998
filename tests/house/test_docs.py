"""Docs that agree with the code, and snippets that run."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from once import once

from esc_skills._host.catalogue import Entry
from esc_skills._host.hooks import PROVIDERS, SPECS, WATCHER_HOOKS
from esc_skills._host.watchers import Watchers
from esc_skills.model import Alarm, Edit, Proposal, SkillsBank, Verdict
from esc_skills.spec import hookspecs
from esc_skills.testing import conformance
from esc_skills.testing.conformance.scenes import traces

BIN = Path(sys.executable).parent
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FIRST_RUN = ["esc-skills", "run", "--out", "runs/first"]
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


def snippets(page: Path, languages: set[str]) -> list[tuple[str, str, str]]:
    found = FENCE.findall(page.read_text("utf-8"))
    return [item for item in found if item[0] in languages and "no-run" not in item[1]]


def pages_with(*languages: str) -> list[Path]:
    return [page for page in PAGES if page.is_file() and snippets(page, set(languages))]


def reference(root: Path) -> ModuleType:
    """The program that makes the reference pages."""
    spec = importlib.util.spec_from_file_location("make_docs", root / "docs" / "make.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def fault_rows(root: Path) -> list[tuple[str, str]]:
    """Id and test column of every row of the fault catalogue."""
    page = (root / "docs" / "reference" / "faults.md").read_text("utf-8")
    return [(row[0], row[2]) for row in reference(root).ROW.findall(page)]


def test_reference_pages_are_up_to_date(root: Path) -> None:
    """Pages made from code hold what the code says now; ``make docs`` renews them."""
    assert reference(root).main(["--check"]) == 0


def test_every_hook_has_a_page_with_its_docstring(root: Path) -> None:
    """Page and hook are equal: a page a hook, which says every word of its docstring in order."""
    folder = root / "docs" / "reference" / "hooks"
    assert {path.stem for path in folder.iterdir()} == {hook[11:] for hook in SPECS}
    for hook in SPECS:
        page = iter(bare((folder / f"{hook[11:]}.md").read_text("utf-8")))
        said = bare(inspect.getdoc(getattr(hookspecs, hook)) or "")
        assert said
        assert [word for word in said if word not in page] == [], hook


def bare(text: str) -> list[str]:
    """Words of a text, without markup."""
    return re.findall(r"\w+", text.lower())


def test_a_page_of_a_hook_that_is_gone_is_found(root: Path, tmp_path: Path) -> None:
    """``make docs`` takes away, and ``--check`` names, a page that no hook stands behind."""
    made = reference(root)
    made.REFERENCE = tmp_path
    (tmp_path / "hooks").mkdir()
    for name in ("gates.md", "oracles.md"):
        (tmp_path / "hooks" / name).write_text("# A hook\n", "utf-8")
    assert made.gone() == ["hooks/oracles.md"]


def example(root: Path, hook: str) -> ModuleType:
    """The plug-in that stands on a hook's page."""
    path = root / "examples" / "hooks" / f"{hook[11:]}.py"
    spec = importlib.util.spec_from_file_location(f"hooks_{path.stem}", path)
    assert spec
    assert spec.loader
    sys.modules[spec.name] = made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("role", PROVIDERS)
def test_examples_keep_the_promise_of_their_role(root: Path, role: str, tmp_path: Path) -> None:
    """The component on the page of a provider hook breaks no law of its role."""
    talk = tmp_path / "talk.txt"
    talk.write_text("I feel low.\nWhat happened?\nI lost my job.\n", "utf-8")
    (component,) = getattr(example(root, PROVIDERS[role]), PROVIDERS[role])()
    conformance.check(role, component(), path=talk if role == "corpus" else None)


TALK = next(trace for trace in traces() if trace.exchanges)
ALARM = Alarm(rule="crisis.self-harm", speaker="seeker")
EDIT = Edit(kind="retire", targets=("listen-first",), reason="never used")
HEARD = {
    "esc_skills_call_done": {"role": "judge", "place": "report", "outcome": "done"},
    "esc_skills_exchange_done": {"trace": TALK.id, "exchange": TALK.exchanges[0]},
    "esc_skills_crisis": {"trace": TALK.id, "alarm": ALARM},
    "esc_skills_trace_done": {"trace": TALK},
    "esc_skills_verdict": {
        "proposal": Proposal(bank="b", edits=(EDIT,)),
        "verdict": Verdict(decision="accept", gate="always"),
    },
    "esc_skills_bank_promoted": {"bank": SkillsBank(), "number": 0},
    "esc_skills_stage_started": {"stage": "extract", "items": 3},
    "esc_skills_item_done": {"stage": "extract"},
}


@pytest.mark.parametrize("hook", WATCHER_HOOKS)
def test_examples_of_watchers_hear(root: Path, hook: str, caplog: pytest.LogCaptureFixture) -> None:
    """The watcher on the page of a hook is taken in, told once, and not dropped."""
    caplog.set_level("INFO")
    plugin, watchers = example(root, hook), Watchers()
    watchers.add(plugin, Entry(role="watcher", name="example", module="", distribution="docs"))
    watchers(hook, **HEARD[hook])
    counted = sum(getattr(plugin, "DONE", {}).values())
    assert (watchers.reports, len(caplog.records) + counted) == ([], 1)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page points at a file of the repository."""
    broken = [
        target
        for target, _ in LINK.findall(page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:")
        if not (page.parent / target).exists()
    ]
    assert not broken


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", pages_with("python", "toml", "bash"), ids=lambda page: str(page.relative_to(ROOT))
)
def test_snippets_run(page: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every snippet of a page runs, in order, in one empty folder.

    ``toml title="FILE"`` and ``python title="FILE"`` write a file, ``bash`` runs its lines that
    begin with ``esc-skills`` or ``pip install ./``, ``python`` runs as it stands. Pages that begin
    with the same run share it: it runs once, from nothing.
    """
    for language, info, body in snippets(page, {"python", "toml", "bash"}):
        title = re.search(r'title="([^"]+)"', info)
        if title:
            path = tmp_path / title[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        elif language == "python":
            run([sys.executable, "-c", body], tmp_path, good={0})
        elif language == "bash":
            for line in body.splitlines():
                words = shlex.split(line, comments=True)
                if words == FIRST_RUN and not (tmp_path / "runs" / "first").exists():
                    made = once(tmp_path_factory, "first-run", first_run)
                    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
                elif words[:1] == ["esc-skills"]:
                    run([str(BIN / "esc-skills"), *words[1:]], tmp_path)


def first_run(folder: Path) -> None:
    """What many pages begin with, from nothing."""
    run([str(BIN / "esc-skills"), *FIRST_RUN[1:]], folder)


def run(command: list[str], folder: Path, good: set[int] | None = None) -> None:
    """Run a snippet; the command line may end with 1, which says that some items failed."""
    known = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=known, capture_output=True, text=True, check=False
    )
    assert done.returncode in (good or {0, 1}), (
        f"{command}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    )


def test_map_names_every_room(root: Path) -> None:
    """``docs/map.md`` names every room of the kernel and of the defaults."""
    text = (root / "docs" / "map.md").read_text("utf-8")
    rooms = [
        path.parent.name
        for folder in ("src/esc_skills", "plugins/esc_skills_plugins")
        for path in (root / folder).glob("*/__init__.py")
    ]
    assert len(rooms) >= 20
    missing = [room for room in rooms if f"`{room}" not in text and f"{room}/" not in text]
    assert not missing


def test_map_leads_to_every_page(root: Path) -> None:
    """A page that the map does not link is a page that nobody finds; so with recipes and theirs."""
    docs = root / "docs"
    folders = ("tutorial", "how-to", "explanation", "reference")
    for start, pages in (
        (docs / "map.md", [page for name in folders for page in (docs / name).glob("*.md")]),
        (docs / "how-to" / "README.md", list((docs / "how-to").glob("[!R]*.md"))),
    ):
        linked = {start.parent / one[0] for one in LINK.findall(start.read_text("utf-8"))}
        found = {path.resolve() for path in linked}
        assert [page.name for page in pages if page.resolve() not in found] == []


def test_fault_ids_named_in_tests_stand_in_the_catalogue(root: Path) -> None:
    """A test's docstring names only ids that the project's fault catalogue holds."""
    known = [row[0] for row in fault_rows(root)]
    assert len(known) >= 150
    assert len(set(known)) == len(known)
    assert not set(reference(root).tests_by_fault()) - set(known)


def test_every_row_of_the_catalogue_shows_a_test_that_names_it(root: Path) -> None:
    """The last column is a test that is there and names the row; "not yet" where none does."""
    tests = reference(root).tests_by_fault()
    wrong = [
        f"{row}: {shown}"
        for row, shown in fault_rows(root)
        if (shown != "not yet" if row not in tests else shown not in tests[row])
    ]
    assert not wrong, f"run make docs: {wrong}"


def test_every_user_visible_change_has_a_fragment(root: Path) -> None:
    """Change fragments are short files named ``NAME.KIND.md``."""
    for path in (root / "docs" / "changes").glob("*.md"):
        assert re.fullmatch(r"[\w-]+\.(feature|fix|change|removal)\.md", path.name), path.name
        assert path.read_text("utf-8").strip()
