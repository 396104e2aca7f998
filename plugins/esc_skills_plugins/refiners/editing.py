"""From edits that a model wishes for to edits that a bank takes; what breaks a rule is dropped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

import attrs

from esc_skills.model import (
    Condition,
    Edit,
    ExpectedOutcome,
    Failure,
    Risk,
    Skill,
    SkillsBank,
    Taxonomy,
)
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.refiners.copying import Sources
from esc_skills_plugins.refiners.draft import Draft
from esc_skills_plugins.refiners.wording import wording
from esc_skills_plugins.refiners.written import WrittenEdit, WrittenSkill

LINE_LIMIT = 400
"""Most characters of one line of a skill."""
MOST_LINES = 8
"""Most lines of one part of a skill."""
MOST_SKILLS = 500
"""Most skills of one bank, as the kernel allows."""
TEXT_LIMIT = 20_000
"""Most characters of one skill, as the kernel allows."""
ANY = Condition()
"""A condition without a test."""
UNSAFE_WEIGHT = 4.0
"""Failures that an unsafe one counts for when edits are ranked."""
SHAPES: Mapping[str, tuple[int, int, int, int]] = {
    "add": (0, 0, 1, 1),
    "revise": (1, 1, 1, 1),
    "merge": (2, 4, 1, 1),
    "split": (1, 1, 2, 4),
    "quarantine": (1, 1, 0, 0),
    "retire": (1, 1, 0, 0),
}
"""Kind → least and most targets, least and most resulting skills."""


class DroppedError(ValueError):
    """A wished-for edit breaks a rule; its text is the rule, for the notes."""


@attrs.frozen(kw_only=True)
class Editor:
    """Turns wishes into drafts for one bank."""

    bank: SkillsBank
    """The bank in use."""
    failures: Mapping[str, Failure]
    """By the number under which the model was shown them."""
    sources: Sources
    """Words that no skill may repeat."""

    @property
    def taxonomy(self) -> Taxonomy:
        """Labels that conditions and actions are written in."""
        return self.bank.taxonomy or default_taxonomy()

    def draft(self, wish: WrittenEdit) -> Draft:
        """Make a draft of a wish.

        Raises:
            DroppedError: It breaks a rule.
        """
        cited = [
            self.failures[name] for name in dict.fromkeys(wish.failures) if name in self.failures
        ]
        if not cited:
            raise DroppedError("no-evidence")
        old = self._targets(wish)
        evidence = tuple(dict.fromkeys(failure.trace for failure in cited))
        skills = tuple(self._skill(words, wish, old, evidence) for words in wish.skills)
        self._names(skills, old)
        edit = Edit(
            kind=wish.kind,  # type: ignore[arg-type] # a key of SHAPES
            targets=tuple(skill.name for skill in old),
            skills=skills,
            reason=self._reason(wish, cited),
            evidence=evidence,
        )
        worth = sum(UNSAFE_WEIGHT if one.kind == "unsafe-intervention" else 1.0 for one in cited)
        return Draft(edit=edit, worth=worth)

    def _targets(self, wish: WrittenEdit) -> list[Skill]:
        if wish.kind not in SHAPES:
            raise DroppedError("unknown-kind")
        least, most, fewest, largest = SHAPES[wish.kind]
        names = list(dict.fromkeys(wish.targets))
        fits = least <= len(names) <= most and fewest <= len(wish.skills) <= largest
        if not fits or len(names) < len(wish.targets):
            raise DroppedError("wrong-shape")
        found = [self.bank.skill(name) for name in names]
        old = [skill for skill in found if skill is not None]
        if len(old) < len(found):
            raise DroppedError("unknown-target")
        if any(skill.protected for skill in old):
            raise DroppedError("protected")
        if any(skill.name in self.bank.pinned for skill in old):
            raise DroppedError("pinned")
        if any(skill.life != "active" for skill in old):
            raise DroppedError("inactive-target")
        return old

    def _names(self, skills: tuple[Skill, ...], old: list[Skill]) -> None:
        gone = {skill.name for skill in old}
        taken = {skill.name for skill in self.bank.skills} - gone
        names = [skill.name for skill in skills]
        if taken & set(names) or len(set(names)) < len(names):
            raise DroppedError("name-taken")
        if len(taken) + len(names) > MOST_SKILLS:
            raise DroppedError("bank-full")

    def _skill(
        self, words: WrittenSkill, wish: WrittenEdit, old: list[Skill], evidence: tuple[str, ...]
    ) -> Skill:
        texts = {
            part: self._lines(getattr(words, part)) for part in ("guidance", "pitfalls", "examples")
        }
        overview = "".join(self._lines((words.overview,)))
        risks = self._risks(words)
        new = [overview, *texts["guidance"], *texts["pitfalls"], *texts["examples"]]
        new += [text for risk in risks for text in (risk.trigger, risk.instead)]
        if self.sources.copied(new):
            raise DroppedError("verbatim")
        base = old[0] if wish.kind == "revise" else None
        facts = {
            "overview": overview or (base.overview if base else ""),
            "guidance": texts["guidance"] or (base.guidance if base else ()),
            "pitfalls": texts["pitfalls"] or (base.pitfalls if base else ()),
            "examples": texts["examples"] or (base.examples if base else ()),
            "actions": self._known("action", words.actions) or (base.actions if base else ()),
            "applies": self._applies(words) or (base.applies if base else ()),
            # Risks and contraindications only grow: what stood there stays, by code (S7).
            "not_when": _joined((skill.not_when for skill in old), self._bars(words)),
            "risks": _joined((skill.risks for skill in old), risks),
            "expected": self._expected(words, base),
            "evidence": _joined((skill.evidence for skill in old), evidence),
        }
        if base is None and not facts["applies"]:
            raise DroppedError("no-condition")
        try:
            made = Skill(name=base.name if base else words.name, **facts)  # type: ignore[arg-type]
        except (ValueError, TypeError) as fault:
            raise DroppedError("invalid-skill") from fault
        _check(made)
        if base and _bare(made) == _bare(base):
            raise DroppedError("no-change")
        return made

    def _lines(self, texts: Iterable[str]) -> tuple[str, ...]:
        lines = tuple(text.strip() for text in texts if text.strip())
        if len(lines) > MOST_LINES or any(len(text) > LINE_LIMIT for text in lines):
            raise DroppedError("too-long")
        if any(unicodedata.category(sign).startswith("C") for text in lines for sign in text):
            raise DroppedError("hidden-characters")
        return lines

    def _known(self, dimension: str, names: tuple[str, ...]) -> tuple[str, ...]:
        chosen = tuple(dict.fromkeys(names))
        if any(self.taxonomy.label(dimension, name) is None for name in chosen):  # type: ignore[arg-type]
            raise DroppedError("unknown-label")
        return chosen

    def _applies(self, words: WrittenSkill) -> tuple[Condition, ...]:
        states = self._known("state", words.states)
        scenarios = self._known("scenario", words.scenarios)
        if CRISIS in states:
            raise DroppedError("crisis")
        if not states and not scenarios:
            return ()
        said = wording(self.bank.taxonomy).when(states) if states else ""
        return (Condition(states=states, scenarios=scenarios, words=said),)

    def _bars(self, words: WrittenSkill) -> tuple[Condition, ...]:
        """Where it must not be used; a crisis belongs to the guard's skill alone."""
        states = (CRISIS, *self._known("state", words.not_states))
        said = wording(self.bank.taxonomy)
        return tuple(
            Condition(states=(name,), words=said.state(name).when) for name in dict.fromkeys(states)
        )

    def _risks(self, words: WrittenSkill) -> tuple[Risk, ...]:
        made = []
        for risk in words.risks:
            lines = self._lines((risk.trigger, risk.instead or "-"))
            if len(lines) < 2 or risk.severity not in {"low", "medium", "high"}:
                raise DroppedError("invalid-risk")
            instead = risk.instead.strip()
            made.append(Risk(trigger=lines[0], severity=risk.severity, instead=instead))  # type: ignore[arg-type]
        if len(made) > MOST_LINES:
            raise DroppedError("too-long")
        return tuple(made)

    def _expected(self, words: WrittenSkill, base: Skill | None) -> ExpectedOutcome:
        changes = self._known("change", words.changes)
        for name in changes:
            label = self.taxonomy.label("change", name)
            if label and label.polarity == "negative":
                raise DroppedError("harm-expected")
        if not changes and base:
            return base.expected
        return ExpectedOutcome(changes=changes, least_gain=base.expected.least_gain if base else 0)

    def _reason(self, wish: WrittenEdit, cited: list[Failure]) -> str:
        said = " ".join(wish.reason.split())
        hidden = any(unicodedata.category(sign).startswith("C") for sign in said)
        count = f"failures behind it: {len(cited)}"
        if not said or len(said) > LINE_LIMIT or hidden or self.sources.copied([said]):
            return count
        return f"{said} ({count})"


def _joined(old: Iterable[tuple[object, ...]], new: tuple[object, ...]) -> tuple[object, ...]:
    """Everything old, then what is new, each once."""
    unique: list[object] = []
    for item in (*(item for items in old for item in items), *new):
        if item not in unique:
            unique.append(item)
    return tuple(unique)


def _check(skill: Skill) -> None:
    """Refuse a skill that is too long for a bank, or whose bars leave it no state at all."""
    texts = (skill.overview, *skill.guidance, *skill.pitfalls, *skill.examples)
    if sum(len(text) for text in texts) > TEXT_LIMIT:
        raise DroppedError("too-long")
    barred = {
        name
        for test in skill.not_when
        if attrs.evolve(test, states=(), words="") == ANY
        for name in test.states
    }
    if skill.applies and all(test.states and barred >= {*test.states} for test in skill.applies):
        raise DroppedError("never-applies")


def fitting(drafts: Iterable[Draft], bank: SkillsBank) -> list[Draft]:
    """Drafts, best first, as far as the bank has room for their skills."""
    room = MOST_SKILLS - len(bank.skills)
    kept = []
    for draft in drafts:
        growth = len(draft.edit.skills)
        if draft.edit.kind not in {"quarantine", "retire"} and growth:
            growth -= len(draft.edit.targets)
        if growth <= room:
            room -= growth
            kept.append(draft)
    return kept


def _bare(skill: Skill) -> Skill:
    return attrs.evolve(skill, evidence=(), effects=(), revision=1)
