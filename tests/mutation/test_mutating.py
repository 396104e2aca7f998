"""The mutator itself: it makes what it says, and a mutant is felt wherever it was imported."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from killing import inflict, table
from mutating import mutants

SOURCE = '''"""Words."""
from functools import cache
LIMIT = 3
MOST = LIMIT * 2
@cache
def fits(size: int, word: str = "") -> bool:
    """Words."""
    if size < LIMIT and word:
        raise ValueError(f"{size} is small")
    return not size
class Box:
    """Words."""
    size: int = 1
    @property
    def full(self) -> bool:
        """Words."""
        return self.size > MOST
'''
NAMES = """
module: 3 → 4
module: 3 → 2
module: LIMIT * 2 → LIMIT + 2
module: 2 → 3
module: 2 → 1
fits: '' → '?'
fits: if size < LIMIT and word → if not (size < LIMIT and word)
fits: size < LIMIT and word → size < LIMIT or word
fits: size < LIMIT → size <= LIMIT
fits: raise ValueError(f'{size} is small') → pass
fits: f'{size} is small' → ''
fits: return not size → return None
fits: not size → size
Box.: 1 → 2
Box.: 1 → 0
Box.full: return self.size > MOST → return None
Box.full: self.size > MOST → self.size >= MOST
"""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[ModuleType, ModuleType]]:
    """A module, and another that imports from it."""
    found = []
    for name, text in (("wrongly", SOURCE), ("importing", "from wrongly import *\n")):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(module)
    yield found[0], found[1]
    for name in ("wrongly", "importing"):
        del sys.modules[name]


def test_each_thing_goes_wrong_once() -> None:
    """Comparisons, conditions, figures, texts, results and errors; no docstring, no annotation."""
    told = sorted(one.name for one in mutants(SOURCE))
    assert told == sorted(NAMES.strip().splitlines())


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("", (False, 6, False)),
        ("module: 3 → 4", (False, 8, False)),
        ("module: LIMIT * 2 → LIMIT + 2", (False, 5, True)),
        ("fits: return not size → return None", (None, 6, False)),
        ("Box.: 1 → 2", (False, 6, False)),
        ("Box.full: self.size > MOST → self.size >= MOST", (False, 6, True)),
    ],
)
def test_a_mutant_is_felt_by_who_imported_it(
    made: tuple[ModuleType, ModuleType], name: str, seen: tuple[object, ...]
) -> None:
    """Code of a function is exchanged, a constant set anew with all that is made of it."""
    module, other = made
    assert other.fits(4) is False  # now cached
    for mutant in mutants(SOURCE):
        if mutant.name == name:
            inflict(module, mutant)
    box = other.Box()
    assert box.size == (2 if name.startswith("Box.: ") else 1)
    box.size = 6
    assert (other.fits(4), other.MOST, box.full) == seen


def test_what_is_called_equal_has_a_reason() -> None:
    """The table names modules that are tried, and says of each mutant why no test can tell it."""
    known = table()
    assert set(known["equal"]) <= set(known["modules"])
    assert all(reason.strip() for told in known["equal"].values() for reason in told.values())
    tests = Path(__file__).resolve().parents[1]
    assert all((tests / path).is_file() for paths in known["modules"].values() for path in paths)
