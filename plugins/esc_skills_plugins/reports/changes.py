"""What an edit does to the words of a skill: line by line, before against after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from esc_skills.model import SkillsBank, plain

Plain = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Difference:
    """One part of a skill, before and after."""

    part: str
    """Part in words, such as ``guidance``."""
    gone: tuple[str, ...]
    """Lines that only the old skill has."""
    kept: tuple[str, ...]
    """Lines that both have."""
    new: tuple[str, ...]
    """Lines that only the new skill has."""


@attrs.frozen(kw_only=True)
class Change:
    """One edit of a proposal, ready to be read."""

    kind: str
    """What is done."""
    names: tuple[str, ...]
    """Skills that it acts on or makes."""
    reason: str
    """Why, in one sentence."""
    rests_on: int
    """Pieces of evidence."""
    traces: tuple[str, ...]
    """Those of them that are conversations."""
    differences: tuple[tuple[str, tuple[Difference, ...]], ...]
    """Resulting skill and what is other in it; none for an edit that leaves the words alone."""


def changes(proposal: Plain, before: SkillsBank | None) -> tuple[Change, ...]:
    """The edits of a proposal as the ledger keeps it; ``before`` is the bank it starts from."""
    old = {skill.name: plain(skill) for skill in before.skills} if before else {}
    return tuple(_change(edit, old) for edit in proposal["edits"])


def _change(edit: Plain, old: Mapping[str, Plain]) -> Change:
    targets = tuple(edit["targets"])
    made = [skill["name"] for skill in edit["skills"]]
    parents = [old[name] for name in targets if name in old]
    return Change(
        kind=edit["kind"],
        names=tuple(dict.fromkeys((*targets, *made))),
        reason=edit["reason"],
        rests_on=len(edit["evidence"]),
        traces=tuple(name for name in edit["evidence"] if name.count("/") > 1),
        differences=tuple(
            (skill["name"], tuple(differences(parents, skill))) for skill in edit["skills"]
        ),
    )


def differences(before: Sequence[Plain], after: Plain) -> Iterator[Difference]:
    """Parts of a skill that are other than in those it was made from."""
    parents = [_parts(skill) for skill in before]
    for part, lines in _parts(after).items():
        old = tuple(dict.fromkeys(line for parent in parents for line in parent[part]))
        if old != lines:
            yield Difference(
                part=part,
                gone=tuple(line for line in old if line not in lines),
                kept=tuple(line for line in lines if line in old),
                new=tuple(line for line in lines if line not in old),
            )


def _parts(skill: Plain) -> dict[str, tuple[str, ...]]:
    expected = skill["expected"]
    gain = f"emotion {expected['least_gain']:+d} or more" if expected["least_gain"] else "a rise"
    return {
        "overview": (skill["overview"],),
        "when": tuple(condition(test) for test in skill["applies"]),
        "not when": tuple(condition(test) for test in skill["not_when"]),
        "actions": tuple(skill["actions"]),
        "guidance": tuple(skill["guidance"]),
        "expected": (gain, *expected["changes"]),
        "risks": tuple(
            ": ".join(filter(None, (risk["severity"], risk["trigger"], risk["instead"])))
            for risk in skill["risks"]
        ),
        "pitfalls": tuple(skill["pitfalls"]),
        "examples": tuple(skill["examples"]),
    }


def condition(test: Plain) -> str:
    """A condition in words, with what code tests in brackets."""
    tests = [", ".join(test[name]) for name in ("scenarios", "states", "emotions") if test[name]]
    low, high = test["intensity_min"], test["intensity_max"]
    if (low, high) != (0, 100):
        tests.append(f"distress {low} to {high}")
    tested = "; ".join(tests)
    if test["words"] and tested:
        return f"{test['words']} ({tested})"
    return test["words"] or tested or "always"
