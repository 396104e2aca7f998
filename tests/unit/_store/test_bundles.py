"""Bundles of strangers are read in memory, or refused whole."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from smuggled import Hostile, bombs, code, entry, links, names, placed, raw, tarred, zipped
from smuggled import member as tar_member

from esc_skills._store.bundles import EACH, read_bundle
from esc_skills.errors import DataError

TEXT = b"---\nname: a\n---\n"
FILES = (("a/SKILL.md", TEXT), ("a/references/more.txt", b"x"), ("LICENSE", b"y"))
REFUSED = [*names(), *links(), *code()]
LARGE = [one for one in bombs() if one.id not in {"many-skills"}]


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_bundle(path)
    assert "nothing was taken" in caught.value.line or "UTF-8" in caught.value.line
    return caught.value.message


@pytest.mark.parametrize("kind", ["folder", "zip", "deflated", "tar", "tar.gz"])
def test_every_kind_gives_the_same_files(kind: str, tmp_path: Path) -> None:
    """Folder, zip and tar of the same files are the same bundle; folders count for nothing."""
    members = [(tar_member(name), data) for name, data in FILES]
    folder = tar_member("a", tarfile.DIRTYPE)
    make = {
        "folder": placed(*FILES),
        "zip": zipped((entry("a/", 0o040755), b""), *FILES),
        "deflated": zipped(*FILES, how=zipfile.ZIP_DEFLATED),
        "tar": tarred((folder, b""), *members, squeeze=False),
        "tar.gz": tarred((folder, b""), *members),
    }[kind]
    assert read_bundle(make(tmp_path)) == dict(sorted(FILES))


def test_one_file_is_a_bundle_too(tmp_path: Path) -> None:
    """A SKILL.md under any name that ends so, and one JSON file."""
    assert read_bundle(raw("some.md", TEXT)(tmp_path)) == {"SKILL.md": TEXT}
    assert read_bundle(raw("bank.JSON", b"{}")(tmp_path)) == {"bank.json": b"{}"}


def test_the_one_folder_around_everything_is_taken_off(tmp_path: Path) -> None:
    """That of a lone skill stays, for it bears the skill's name."""
    around = placed(*((f"top/{name}", data) for name, data in FILES))
    assert sorted(read_bundle(around(tmp_path / "1"))) == sorted(dict(FILES))
    alone = placed(("a/SKILL.md", TEXT))
    assert list(read_bundle(alone(tmp_path / "2"))) == ["a/SKILL.md"]


@pytest.mark.parametrize("one", REFUSED, ids=lambda one: one.id)
def test_names_links_and_code_refuse_the_whole(one: Hostile, tmp_path: Path) -> None:
    """B01, B02, B04, B12: one bad member, and nothing of the bundle is read."""
    refused(one.make(tmp_path))


def test_a_bomb_is_refused_by_what_it_says_or_does(tmp_path: Path) -> None:
    """B03: too large, too many, nested, locked, cut, or longer than it says."""
    for one in LARGE:
        folder = tmp_path / one.id
        folder.mkdir()
        refused(one.make(folder))


def test_a_bomb_is_never_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """B03: names and sizes come first; no byte of a member is read when one of them is wrong."""
    read: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *some: read.append("zip"))
    bomb = zipped(("a.md", b"\0" * (EACH + 1)), how=zipfile.ZIP_DEFLATED)
    assert refused(bomb(tmp_path)) == "at 'a.md' it is beyond all measure"
    assert read == []


def test_a_member_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    """A pax header may claim another size than the tar's own; the archive does not add up."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tar_member("a.md")
        info.size, info.pax_headers = 3, {"size": "99999999"}
        archive.addfile(info, io.BytesIO(b"abc"))
    (tmp_path / "a.tar").write_bytes(made.getvalue())
    refused(tmp_path / "a.tar")


def test_nothing_there_is_told(tmp_path: Path) -> None:
    """A path that is no bundle is named."""
    with pytest.raises(DataError, match="no such bundle"):
        read_bundle(tmp_path / "none.zip")
