"""The page of two runs side by side on the same seekers; no network, no script."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills.model import Skill, SkillsBank, plain, short_hash
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports import cells
from esc_skills_plugins.reports.covers import cover
from esc_skills_plugins.reports.health import flat
from esc_skills_plugins.reports.pairing import Pair, Pairing, groups, paired
from esc_skills_plugins.reports.templating import filled

WIDTH, HEIGHT = 320, 140
"""Frame of a drawing of two curves."""
SIDE = 240
"""Frame of the scatter, both ways."""
FOLDS = 300
"""Most pairs shown whole; of more, those that differ most."""
NOTHING = "–"
"""Stands where one side has no such setting, skill or field."""

Row = tuple[str, str, str]
"""What it is, its value in A, its value in B."""


@attrs.frozen(kw_only=True)
class Dot:
    """All pairs that ended at the same two emotions."""

    x: float
    """Place of A's emotion."""
    y: float
    """Place of B's emotion."""
    radius: float
    """Grows with the number of pairs."""


@attrs.frozen(kw_only=True)
class SkillGap:
    """A skill that the two banks do not share word for word."""

    name: str
    """Skill name."""
    where: str
    """``only A``, ``only B`` or ``both, not alike``."""
    fields: tuple[Row, ...]
    """Fields that differ; the overview alone where one bank lacks the skill."""


def drawn(left: RunRecord, right: RunRecord) -> str:
    """The text of the page of two runs; equal records give equal text."""
    return filled("versus.html.jinja", facts(left, right))


def facts(left: RunRecord, right: RunRecord) -> dict[str, Any]:
    """What the template shows."""
    found = paired(left, right)
    return {
        "left": left,
        "right": right,
        "found": found,
        "kinds": [(kind, groups(found.pairs, kind)) for kind in ("persona_type", "intention")],
        "dots": dots(found.pairs),
        "folds": folds(found.pairs),
        "settings": (*settings(left.experiment, right.experiment), *versions(left, right)),
        "skills": skills(bank_of(left, found), bank_of(right, found)),
        "points": points,
        "cover": cover,
        "shown": cells.shown,
        "width": WIDTH,
        "height": HEIGHT,
        "side": SIDE,
    }


def keep(folder: Path, name: str, page: str) -> Path:
    """Write the page of a pair; one that another pair or another state made stays as it is.

    Args:
        folder: The folder of run A.
        name: Name of run B.
        page: The text.
    """
    stem = f"versus-{file_name(name)}"
    plainly = folder / f"{stem}.html"
    if plainly.is_symlink() or (plainly.exists() and not _holds(plainly, page)):
        plainly = folder / f"{stem}-{short_hash(page)}.html"
    return cells.written(plainly, page)


def _holds(path: Path, page: str) -> bool:
    return path.is_file() and path.read_bytes() == page.encode("utf-8", "backslashreplace")


def file_name(name: str) -> str:
    """A file name for any run name: lower-case letters, digits, hyphens; two names never share."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
    return stem if stem == name else f"{stem or 'run'}-{short_hash(name)}"


def points(curve: Sequence[int], longest: int) -> str:
    """SVG points of an emotion curve: 0-100 upwards, ``longest`` exchanges across."""
    across = max(1, longest)
    return " ".join(
        f"{place * WIDTH / across:.1f},{HEIGHT - value * HEIGHT / 100:.1f}"
        for place, value in enumerate(curve)
    )


def dots(pairs: Sequence[Pair]) -> tuple[Dot, ...]:
    """The scatter; equal points are one, and larger."""
    counted = Counter((pair.left.emotion, pair.right.emotion) for pair in pairs)
    return tuple(
        Dot(
            x=round(one * SIDE / 100, 1),
            y=round(SIDE - two * SIDE / 100, 1),
            radius=round(min(12.0, 2.5 * n**0.5), 1),
        )
        for (one, two), n in sorted(counted.items())
    )


def folds(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Pairs shown whole, B's greatest loss first."""
    most = sorted(pairs, key=lambda pair: (-abs(pair.difference), pair.seat))[:FOLDS]
    return tuple(sorted(most, key=lambda pair: (pair.difference, pair.seat)))


def settings(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[Row, ...]:
    """Settings of two experiments that differ, by their dotted names."""
    return _unlike(dict(flat(left)), dict(flat(right)))


def versions(left: RunRecord, right: RunRecord) -> tuple[Row, ...]:
    """Components whose distribution or version differs, or that one run alone has."""
    return _unlike(_owners(left), _owners(right))


def _owners(record: RunRecord) -> dict[str, str]:
    return {
        f"plug-in {row.get('role', '')}.{row.get('name', '')}": " ".join(
            (row.get("distribution", ""), row.get("version", ""))
        )
        for row in record.plugins
    }


def _unlike(one: Mapping[str, str], two: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple(
        (name, one.get(name, NOTHING), two.get(name, NOTHING))
        for name in sorted({*one, *two})
        if one.get(name) != two.get(name)
    )


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def bank_of(record: RunRecord, found: Pairing) -> SkillsBank | None:
    """The bank of the arm that is compared; None without one."""
    if not record.banks or found.arm == "none":
        return None
    return record.banks[0 if found.arm == "static" else -1]


def skills(left: SkillsBank | None, right: SkillsBank | None) -> tuple[SkillGap, ...]:
    """Skills that differ between two banks, by name; what they were made from is left out."""
    one, two = (
        {skill.name: skill for skill in bank.skills} if bank else {} for bank in (left, right)
    )
    made = [_gap(name, one.get(name), two.get(name)) for name in sorted({*one, *two})]
    return tuple(gap for gap in made if gap.fields)


def _gap(name: str, one: Skill | None, two: Skill | None) -> SkillGap:
    if one is None or two is None:
        told = tuple(skill.overview if skill else NOTHING for skill in (one, two))
        where = "only A" if two is None else "only B"
        return SkillGap(name=name, where=where, fields=(("overview", told[0], told[1]),))
    rows = _unlike(_fields(one), _fields(two))
    return SkillGap(name=name, where="both, not alike", fields=rows)


def _fields(skill: Skill) -> dict[str, str]:
    left_out = {"name", "evidence", "revision"}
    return {key: _told(value) for key, value in plain(skill).items() if key not in left_out}
