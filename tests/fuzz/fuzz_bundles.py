"""Bundles of strangers: skills, or a refusal; nothing is written and every find can be shown."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from esc_skills._practice.customs import examine, open_parcel, weight
from esc_skills._store.bundles import read_bundle

WATCHED = (
    "esc_skills._store.bundles",
    "esc_skills._practice.customs",
    "esc_skills._practice.admission",
    "esc_skills._codec.bankfiles",
    "esc_skills._codec.frontmatter",
    "esc_skills._codec.skillmd",
    "esc_skills._codec.strangers",
    "esc_skills._codec.nouns",
    "esc_skills._codec.structuring",
    "zipfile",
    "tarfile",
)
PLACE = Path(tempfile.mkdtemp(prefix="fuzz-bundles-"))
KINDS = (".zip", ".tar", ".tar.gz", ".json", ".md", ".made")
LONGEST = 80 + 2 * len("<U+10FFFF>") * 100
"""Most characters of what is shown of a find."""


def attempt(data: bytes) -> None:
    """Take a bundle in; its first byte says which kind its name promises."""
    kind = KINDS[data[0] % len(KINDS)] if data else ".zip"
    path = PLACE / f"bundle{'.zip' if kind == '.made' else kind}"
    path.write_bytes(packed(data[1:]) if kind == ".made" else data[1:])
    files = read_bundle(path)
    assert all(name == name.strip("/") and ".." not in name.split("/") for name in files)
    for skill in open_parcel(path).skills:
        assert weight(skill) > 0
        for find in examine(skill):
            assert len(find.shown) <= LONGEST
            assert all(sign.isprintable() or sign in "\n\t" for sign in find.shown)


def packed(data: bytes) -> bytes:
    """A sound archive of fuzzed names and texts: checksums would hide both from a fuzzer."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for member in data.split(b"\0\0")[:20]:
            name, _, text = member.partition(b"\0")
            info = zipfile.ZipInfo(name.decode("utf-8", "replace") or "x")
            archive.writestr(info, text)
    return made.getvalue()
