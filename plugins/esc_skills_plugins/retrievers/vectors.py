"""Vectors of a whole bank: made once, kept on disk by the hash of what they are made of.

A file holds the SHA-256 of its numbers, then one signed byte a number. Its name is the hash of the
model's version and of every text, so another text, order, weight or model is another file; what
is damaged or cut off is made anew. The folder can be deleted at any time.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from esc_skills_plugins.retrievers.encoder import WIDTH, Views, model, vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGEST = 32


@attrs.frozen(kw_only=True, eq=False)
class Vectors:
    """Searchable vectors of some texts, in their order."""

    rows: NDArray[np.float32]
    """One row a text, whole numbers."""
    scales: NDArray[np.float64]
    """One by the length of each row; 0 where a row is all zeros."""

    def cosines(self, views: Views) -> NDArray[np.float64]:
        """How near each row is to what is asked; exact up to one rounding, so never by chance."""
        import numpy as np

        asked = vector(views).astype(np.float32)
        length = float(np.sqrt(asked @ asked)) or 1.0
        near: NDArray[np.float64] = (self.rows @ asked).astype(np.float64)
        near *= self.scales
        near /= length
        return near


def folder() -> Path:
    """Where vectors are kept: under ``XDG_CACHE_HOME``, else under ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if Path(base).is_absolute() else Path("~/.cache").expanduser()
    return home / "esc-skills" / "vectors"


@lru_cache(maxsize=4)
def vectors(texts: tuple[Views, ...], *, cache: bool) -> Vectors:
    """Vectors of some texts, from this process, from the disk, or made now.

    Args:
        texts: What each row stands for.
        cache: Whether the disk is looked at and written to.
    """
    import numpy as np

    path = folder() / f"{_key(texts)}.int8"
    held = _read(path, len(texts)) if cache else None
    if held is None:
        held = b"".join(vector(views).tobytes() for views in texts)
        if cache:
            # A cache that cannot be written costs time, not the run.
            with suppress(OSError):
                _write(path, held)
    rows = np.frombuffer(held, dtype=np.int8).reshape(-1, WIDTH).astype(np.float32)
    squares = np.einsum("ij,ij->i", rows, rows).astype(np.float64)
    return Vectors(rows=rows, scales=np.where(squares > 0, np.maximum(squares, 1) ** -0.5, 0.0))


def _key(texts: Sequence[Views]) -> str:
    facts = json.dumps([model(), texts], ensure_ascii=True, separators=(",", ":"))
    return sha256(facts.encode("ascii")).hexdigest()


def _read(path: Path, count: int) -> bytes | None:
    try:
        found = path.read_bytes()
    except OSError:
        return None
    body = found[_DIGEST:]
    whole = len(body) == count * WIDTH and sha256(body).digest() == found[:_DIGEST]
    return body if whole else None


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A temporary file is readable by its owner only, and so is what replaces the old one.
    handle, made = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(sha256(body).digest() + body)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
