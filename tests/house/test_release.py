"""What is released: the repository's own files, the same bytes every time, without any key."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

SOURCES = {"esc_skills": "src/esc_skills", "esc_skills_plugins": "plugins/esc_skills_plugins"}
KINDS = {".py", ".toml", ".jinja", ".in", ".typed", ".md", ".json", ".jsonl", ".txt"}
"""What a wheel may hold; ``.pth`` files run code when Python starts, so they are not among it."""
NAMED = {"NOTICE"}
LARGEST = 3 * 2**20
"""Most bytes of one file: a data set does not fit."""
INFO = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
ACTION = re.compile(r"^\s*(?:- )?uses: (\S+)@(\S+)(.*)$", re.MULTILINE)
GRAM = 8
COMMON = (
    "and I don't know what to do",
    "don't want to live in this world",
    "I am so worried about losing my job",
    "I don't want to be a burden",
)
"""Turns of everyday speech that were written here as well as said there; each is just one gram."""
DATA = Path(__file__).parents[3] / "shared" / "data"


def build(root: Path, target: str, folder: Path) -> Path:
    words = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    known = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(words, cwd=root, env=known, check=True, capture_output=True)
    return next(folder.glob("*.whl" if target == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, "sdist", tmp_path_factory.mktemp("sdist"))


def members(archive: Path) -> dict[str, bytes]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as found:
            return {name: found.read(name) for name in found.namelist()}
    made = {}
    with tarfile.open(archive) as found:
        for member in found.getmembers():
            file = found.extractfile(member)
            if file is not None:
                made[member.name.partition("/")[2]] = file.read()
    return made


def strange(files: Mapping[str, bytes], root: Path) -> list[str]:
    """Members of a wheel that nobody allowed, or that the repository does not hold like this."""
    told = []
    for name, data in files.items():
        top, _, rest = name.partition("/")
        if top.endswith(".dist-info"):
            told += [] if rest in INFO else [f"{name}: no metadata of ours"]
        elif top not in SOURCES:
            told.append(f"{name}: in no source folder")
        elif Path(name).suffix not in KINDS and Path(name).name not in NAMED:
            told.append(f"{name}: of no allowed kind")
        elif len(data) > LARGEST:
            told.append(f"{name}: {len(data)} bytes")
        elif (root / SOURCES[top] / rest).read_bytes() != data:
            told.append(f"{name}: differs from the repository")
    return told


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_built_twice_it_is_the_same(
    target: str, root: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Y01: one commit gives one sequence of bytes, so anybody can compare."""
    first: Path = request.getfixturevalue(target)
    assert build(root, target, tmp_path).read_bytes() == first.read_bytes()


def test_the_wheel_holds_the_repository_and_nothing_else(wheel: Path, root: Path) -> None:
    """Y01, Y02: every file is one of the source folders, byte by byte, and of an allowed kind."""
    files = members(wheel)
    assert strange(files, root) == []
    held = {name for name in files if not name.partition("/")[0].endswith(".dist-info")}
    for top, folder in SOURCES.items():
        for path in (root / folder).rglob("*.py"):
            assert f"{top}/{path.relative_to(root / folder).as_posix()}" in held


@pytest.mark.parametrize(
    "name",
    ["evil.pth", "esc_skills/x.pth", "esc_skills/data.csv", "tests/test_x.py",
     "esc_skills-0.1.data/scripts/x", "esc_skills/model/skill.py", "a.dist-info/extra"],
)  # fmt: skip
def test_a_stranger_in_the_wheel_is_found(wheel: Path, root: Path, name: str) -> None:
    """Y02: the check can fail; each of these would be told."""
    assert len(strange({**members(wheel), name: b"import os"}, root)) == 1


def grams(text: str) -> set[int]:
    words = re.findall(r"\w+", text.lower())
    return {hash(tuple(words[at : at + GRAM])) for at in range(len(words) - GRAM + 1)}


def texts(files: Mapping[str, bytes], kinds: Iterable[str]) -> Iterable[str]:
    for name, data in files.items():
        if Path(name).suffix in kinds:
            yield data.decode("utf-8", "replace")


@pytest.mark.development_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not at hand")
def test_no_sentence_of_the_data_sets_is_in_it(wheel: Path, sdist: Path) -> None:
    """Y02: no eight words in a row of ESConv are released."""
    foreign: set[int] = set()
    for path in sorted(DATA.glob("*.json")):
        for said in spoken(json.loads(path.read_text("utf-8"))):
            foreign |= grams(said)
    assert len(foreign) > 1000
    ours: set[int] = set()
    for archive in (wheel, sdist):
        for text in texts(members(archive), KINDS):
            ours |= grams(text)
    assert foreign & ours == {gram for text in COMMON for gram in grams(text)}


def spoken(data: object) -> Iterable[str]:
    """Every text of a document."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from spoken(value)
    elif isinstance(data, list):
        for value in data:
            yield from spoken(value)


@pytest.mark.parametrize(("days", "code"), [(0, 0), (90, 0), (400, 1)])
def test_old_help_texts_stop_a_release(root: Path, days: int, code: int) -> None:
    """S21: the release's own question, asked on the day of the check and later."""
    script = (root / ".ci" / "release").read_text("utf-8")
    asked = re.search(r"-c '\n(.*?overdue.*?)' ", script, re.DOTALL)
    assert asked
    texts = (root / "plugins/esc_skills_plugins/guards/locales.toml").read_text("utf-8")
    last = max(re.findall(r"^checked = (\S+)$", texts, re.MULTILINE))
    day = datetime.date.fromisoformat(last) + datetime.timedelta(days=days)
    done = subprocess.run(
        [sys.executable, "-c", asked[1], str(day)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, bool(done.stderr)) == (code, bool(code))


def test_every_dependency_is_bounded_and_pinned(root: Path) -> None:
    """Y03: a new one is seen here: twelve and two, each below a next major, each with a pin."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    pins = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (root / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    wanted = project["dependencies"]
    assert len(wanted) <= 14
    for one in [
        *wanted,
        *(item for some in project["optional-dependencies"].values() for item in some),
    ]:
        assert re.fullmatch(r"[A-Za-z0-9_.-]+>=[\d.]+,<[\d.]+", one), one
    for one in wanted:
        assert re.split(r"[<>=]", one)[0].lower().replace("_", "-") in pins, one
    assert not any(one.startswith(("openai", "anthropic")) for one in wanted)


def workflows(root: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (root / ".github/workflows").iterdir()}


def loose(text: str) -> list[str]:
    """What of a workflow could be changed by others, or could change too much."""
    told = [
        f"{name}@{at}" for name, at, note in ACTION.findall(text)
        if not re.fullmatch(r"[0-9a-f]{40}", at) or "# v" not in note
    ]  # fmt: skip
    told += [word for word in ("pull_request_target", "workflow_run", "secrets.", "write-all")
             if word in text]  # fmt: skip
    told += [] if re.search(r"^permissions:", text, re.MULTILINE) else ["no permissions"]
    # What a stranger writes into a branch name or a title must not become a command.
    told += re.findall(r"run:.*\$\{\{.*", text)
    return told


def test_the_automation_has_no_open_door(root: Path) -> None:
    """Y04: every action by commit, least rights, no stranger's text in a command."""
    found = workflows(root)
    assert set(found) == {"tests.yml", "release.yml"}
    assert [one for text in found.values() for one in loose(text)] == []


@pytest.mark.parametrize(
    "line",
    ["- uses: actions/checkout@v4", "on: pull_request_target",
     "- run: echo ${{ github.event.issue.title }}", "token: ${{ secrets.TOKEN }}"],
)  # fmt: skip
def test_an_open_door_is_found(root: Path, line: str) -> None:
    """Y04: the check can fail; each of these would be told."""
    assert len(loose(workflows(root)["tests.yml"] + line)) == 1


def test_no_token_is_kept_that_could_be_stolen(root: Path) -> None:
    """Y05: the upload is trusted by name, one job alone may ask for it, and it signs."""
    text = workflows(root)["release.yml"]
    jobs = dict(
        zip(
            *[iter(re.split(r"^  (\w+):$", text.partition("jobs:")[2], flags=re.M)[1:])] * 2,
            strict=True,
        )
    )
    assert set(jobs) == {"build", "upload"}
    assert "environment: release" in jobs["upload"]
    assert "attestations: true" in jobs["upload"]
    assert "attest-build-provenance" in jobs["build"]
    assert "contents: write" not in text
    assert "password" not in text
    assert text.startswith("#")
    assert "permissions: {}" in text
