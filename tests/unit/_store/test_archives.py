"""Archives: equal content, equal bytes; a stranger's archive leads nowhere and fills nothing."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from esc_skills._store import archives
from esc_skills._store.archives import holds, read_archive, write_archive
from esc_skills.errors import DataError


def made(path: Path, *members: tarfile.TarInfo, content: bytes = b"x") -> Path:
    """An archive of any members."""
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            member.size = member.size or (len(content) if member.isreg() else 0)
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """A header."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Names and bytes come back, in the order of the names."""
    (tmp_path / "one").write_bytes(b"1")
    (tmp_path / "two").write_bytes(b"")
    write_archive(tmp_path / "a.tar.gz", {"b/two": tmp_path / "two", "a": tmp_path / "one"})
    (tmp_path / "out").mkdir()
    assert read_archive(tmp_path / "a.tar.gz", tmp_path / "out") == ("a", "b/two")
    assert (tmp_path / "out" / "a").read_bytes() == b"1"
    assert (tmp_path / "a.tar.gz").stat().st_mode & 0o077 == 0


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    """Neither the clock, the order, the file's name nor its age stand in an archive."""
    (tmp_path / "one").write_bytes(b"1")
    (tmp_path / "same").write_bytes(b"1")
    (tmp_path / "same").chmod(0o755)
    write_archive(tmp_path / "a.tar.gz", {"x": tmp_path / "one", "y": tmp_path / "one"})
    write_archive(tmp_path / "b.tar.gz", {"y": tmp_path / "same", "x": tmp_path / "same"})
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()


ODD = {
    "up": (member("../evil"),),
    "up inside": (member("a/../../evil"),),
    "absolute": (member("/etc/evil"),),
    "dots": (member("./evil"),),
    "backslash": (member("a\\evil"),),
    "drive": (member("c:evil"),),
    "long": (member("a/" * 300 + "evil"),),
    "symlink": (member("evil", tarfile.SYMTYPE, "/etc/passwd"),),
    "hard link": (member("evil", tarfile.LNKTYPE, "../x"),),
    "device": (member("evil", tarfile.CHRTYPE),),
    "pipe": (member("evil", tarfile.FIFOTYPE),),
    "folder": (member("evil", tarfile.DIRTYPE),),
    "twice": (member("evil"), member("evil")),
}


@pytest.mark.parametrize("members", ODD.values(), ids=ODD)
def test_what_no_pack_holds_is_refused(
    members: tuple[tarfile.TarInfo, ...], tmp_path: Path
) -> None:
    """Paths that lead out, links, devices and doubles; nothing is written beside the folder."""
    (tmp_path / "in" / "side").mkdir(parents=True)
    with pytest.raises(DataError, match=r"evil|a/a/a"):
        read_archive(made(tmp_path / "odd.tar.gz", *members), tmp_path / "in" / "side")
    assert not list(tmp_path.glob("evil")) + list((tmp_path / "in").glob("evil"))


def test_a_member_that_claims_too_much_is_refused(tmp_path: Path) -> None:
    """The size in a header is looked at before a byte of it is written."""
    huge = member("huge")
    huge.size = archives.LARGEST + 1
    raw = huge.tobuf() + b"\0" * 1024
    (tmp_path / "odd.tar.gz").write_bytes(gzip.compress(raw))
    with pytest.raises(DataError, match="beyond"):
        read_archive(tmp_path / "odd.tar.gz", tmp_path)
    assert not (tmp_path / "huge").exists()


def test_a_header_that_claims_too_much_is_refused(tmp_path: Path) -> None:
    """A long name of gigabytes is not read into the memory."""
    header = member("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    header.size = 2 * archives.AT_ONCE
    raw = header.tobuf(tarfile.GNU_FORMAT) + b"a" * header.size
    (tmp_path / "odd.tar.gz").write_bytes(gzip.compress(raw, 1))
    with pytest.raises(DataError, match="beyond all measure"):
        read_archive(tmp_path / "odd.tar.gz", tmp_path)


@pytest.mark.parametrize("cut", ["empty", "text", "half"])
def test_what_is_no_whole_archive_is_refused(cut: str, tmp_path: Path) -> None:
    """Empty, another kind of file, cut off."""
    path = made(tmp_path / "odd.tar.gz", member("a"), content=bytes(range(256)) * 99)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "text": b"hello", "half": whole[: len(whole) // 2]}[cut])
    (tmp_path / "out").mkdir()
    if cut == "empty":  # gzip takes nothing for an empty stream, tar for no archive
        with pytest.raises(DataError):
            read_archive(path, tmp_path / "out")
        return
    with pytest.raises(DataError, match="not a whole archive"):
        read_archive(path, tmp_path / "out")


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    """The path is told."""
    with pytest.raises(DataError, match="no such pack"):
        read_archive(tmp_path / "none.tar.gz", tmp_path)


def test_a_whole_archive_is_told_from_other_things(tmp_path: Path) -> None:
    """O08: by its members; what is torn, something else or not there holds none."""
    whole = made(tmp_path / "a.tar.gz", member("manifest.json"))
    assert holds(whole, "manifest.json")
    assert not holds(whole, "other.json")
    (tmp_path / "torn").write_bytes(whole.read_bytes()[:40])
    (tmp_path / "text").write_text("dear", "utf-8")
    for name in ("torn", "text", "none"):
        assert not holds(tmp_path / name, "manifest.json")
