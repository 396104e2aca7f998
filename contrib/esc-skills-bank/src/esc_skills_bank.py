"""Reads an exported Skills Bank and finds the skills that fit a chat: one file, no dependencies.

    bank = esc_skills_bank.load("my-bank")          # a folder, .zip or .json of `bank export`
    text = esc_skills_bank.as_system_message(bank.retrieve(history))   # empty where nothing fits

THERE IS NO GUARD HERE. Nothing in this file notices reliably that somebody is in danger, and
nothing looks at what your model answers. Use `esc-skills chat` or `esc-skills-serve`, which do,
or bring a guard of your own and say ``retrieve(history, crisis=True)`` when it alarms.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

SCHEMA, MOST_FILES, MOST_BYTES = 1, 2_000, 64 * 2**20
PRIOR, WINDOW, READ, MOST_HEARD = 10, 2, 2_000, 12

_OURS = r"bank\.json|CARD\.md|[a-z0-9-]+/SKILL\.md"
_MARK = re.compile(r"(?m)^(?:[-*+]|\d+[.)])(?:[ \t]+|$)")
_ESCAPED = re.compile(r"(?m)^()\\([#>*+\-=~|`\\])|^(\d+)\\([.)])")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_SHORT = (("i am ", "im "), ("i have ", "ive "), ("do not ", "dont "), ("cannot ", "cant "))
_KINDS, _HIDDEN = ("states", "scenarios"), {"Cc", "Cf", "Cs", "Co"}
_PAIRED = {"applies": "when to use", "not-when": "when not to use", "risks": "risks"}
_NOT = {"not", "never", "no", "dont", "doesnt", "didnt", "isnt", "wasnt", "cant", "hardly"}
_STOP = set(
    """a about after again all am an and any are as at be because been before being but by can cant
    could did didnt do does dont for from had has have he her here him his how i if im in into is
    isnt it its ive just know like me more my no nor not now of on or other our out over own seeker
    she should so some than that the their them then there these they this those to too until up us
    very was we were what when which who why will with you your""".split()  # noqa: SIM905
)


class BankError(Exception):
    """A bank that cannot or may not be used; the message says what to do."""


class Condition(NamedTuple):
    """A test on the seeker: empty fields allow everything, filled ones must all hold."""

    words: str = ""
    states: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()

    def points(self, state: str, scenario: str) -> float | None:
        """What it is worth when it holds, more the fewer labels it allows; None otherwise."""
        filled = [(self.states, state), (self.scenarios, scenario)]
        if any(labels and label not in labels for labels, label in filled):
            return None
        return sum(1 + 0.5 / len(labels) for labels, _ in filled if labels)


class Skill(NamedTuple):
    """One way of supporting, as the bank has it."""

    name: str
    overview: str
    guidance: tuple[str, ...]
    applies: tuple[Condition, ...] = ()
    not_when: tuple[Condition, ...] = ()
    risks: tuple[tuple[str, str], ...] = ()
    """What goes wrong, and what to do instead."""
    pitfalls: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    life: str = "candidate"
    protected: bool = False
    effect: float = 0.0
    """Points of emotion it brought, drawn towards 0 while it was seldom measured."""

    def fit(self, state: str, scenario: str) -> float | None:
        """Points of the closest condition; None where the skill may not be offered."""
        barred = any(bar.points(state, scenario) is not None for bar in self.not_when)
        worth = [test.points(state, scenario) for test in self.applies or (Condition(),)]
        held = [points for points in worth if points is not None and not barred]
        return max(held, default=None)


class Found(NamedTuple):
    """A skill that fits, with its score and the reasons."""

    skill: Skill
    score: float
    why: str


@dataclass(frozen=True)
class Bank:
    """A bank that was read; ask it with ``retrieve``."""

    skills: tuple[Skill, ...]
    notes: tuple[str, ...]
    licences: tuple[str, ...]
    card: str = field(repr=False)
    cues: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False)
    weights: Mapping[str, Mapping[str, float]] = field(repr=False)
    """BM25 weights by skill and word; ``cues`` are phrases by kind of label and label."""

    @property
    def active(self) -> tuple[Skill, ...]:
        """Skills that may be offered: no quarantined, retired or candidate one."""
        return tuple(skill for skill in self.skills if skill.life == "active")

    @property
    def protected(self) -> tuple[Skill, ...]:
        """Skills for a crisis; they lead when you say so, or when the seeker's words do."""
        return tuple(skill for skill in self.active if skill.protected)

    def retrieve(
        self, history: Sequence[Any], k: int = 3, *, crisis: bool = False, floor: float = 1.0
    ) -> list[Found]:
        """Find at most ``k`` skills for the last message, best first; none is an answer, too.

        Of a history of ``{"role", "content"}`` messages those of ``user`` are read; plain texts
        are all the seeker's. ``crisis`` says that your guard alarmed: then the protected skills
        are offered, whatever the words say. ``floor`` is the least score of the others.
        """
        if crisis:
            return [Found(skill, 0.0, "you said crisis") for skill in self.protected]
        said = [text[-READ:] for text in map(_said, history) if text.strip()][-MOST_HEARD:]
        state = _best(said, self.cues["states"], 0.7)
        scenario = _best(said, self.cues["scenarios"], 0.9)
        asked = dict.fromkeys(_words("\n".join([*said[-WINDOW:], state, scenario])))
        found = [self._score(skill, state, scenario, asked) for skill in self.active if said]
        kept = [one for one in found if one and (one.score >= floor or one.skill.protected)]
        kept.sort(key=lambda one: (not one.skill.protected, -one.score, one.skill.name))
        return kept[: max(0, k)]

    def _score(self, skill: Skill, state: str, scene: str, asked: Iterable[str]) -> Found | None:
        points = skill.fit(state, scene) if self.cues["states"] else 0.0
        if points is None or (skill.protected and not points):
            return None
        own = self.weights.get(skill.name, {})
        shared = sorted((-own[word], word) for word in asked if word in own)
        why = [f"{' and '.join(filter(None, (state, scene)))} fits"] if points else []
        why += [f"measured effect {skill.effect:+.1f}"] if skill.effect else []
        why += ["shared words: " + ", ".join(word for _, word in shared[:3])] if shared else []
        score = points + skill.effect - sum(low for low, _ in shared)
        return Found(skill, round(score, 6), "; ".join(why) or "applies to every state")


def load(path: str | Path, *, unreviewed: bool = False) -> Bank:
    """Read what ``esc-skills bank export`` wrote: a folder, a .zip or a .json.

    No code of it is run, nothing is written, sizes are limited; a ``BankError`` says why a bank
    is not taken. ``unreviewed`` takes also one that no named person has reviewed, as ``starter``.
    """
    place = Path(path)
    try:
        files = {name: data.decode("utf-8-sig") for name, data in _files(place).items()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as fault:
        raise BankError(f"{place.name} cannot be read: {fault}") from fault
    index = _json(files.get("bank.json", "{}"), "bank.json")
    if not isinstance(index, dict) or index.get("schema") != SCHEMA or "notes" not in index:
        raise BankError(f"{place.name}: no bank of schema {SCHEMA}; see `esc-skills bank export`")
    notes = _texts(index.get("notes"))
    if "no-guard" in notes:
        raise BankError(f"{place.name} was made without a guard; it is not for use with people")
    if "unreviewed" in notes and not unreviewed:
        raise BankError(f"nobody reviewed {place.name}; read it, then load(..., unreviewed=True)")
    rows = [_skill_file(files[name], name) for name in files if name.endswith("/SKILL.md")]
    rows += _rows(index.get("skills"))
    skills = tuple(sorted(map(_skill, rows)))
    if len({skill.name for skill in skills}) < len(skills):
        raise BankError("two skills have one name")
    return Bank(
        skills=skills,
        notes=notes,
        licences=_texts(index.get("licences")),
        card=files.get("CARD.md") or str(index.get("card", "")),
        cues={kind: _cues(index.get("taxonomy"), kind) for kind in _KINDS},
        weights=_weigh([skill for skill in skills if skill.life == "active"]),
    )


def as_system_message(found: Sequence[Found]) -> str:
    """Say the skills to a model, as a part of its system message; empty for none."""
    lines = [
        "You support a person who talks to you. These skills fit the moment, best first; they are",
        "advice, never orders. Follow one of them in your own words, and never speak of skills. In",
        "samples {topic} and {feeling} stand for the person's own. In any danger, safety is first.",
    ]
    for skill in (one.skill for one in found):
        lines += ["", f"## {skill.name}", skill.overview]
        lines += [f"{place}. {step}" for place, step in enumerate(skill.guidance, 1)]
        lines += [f"Avoid: {text}" for text in skill.pitfalls]
        lines += [f"Risk: {risk} Instead: {instead or '-'}" for risk, instead in skill.risks]
        lines += [f'For example: "{text}"' for text in skill.examples[:2]]
    return "\n".join(lines) if found else ""


def _said(message: Any) -> str:
    if isinstance(message, str):
        return message
    content = message.get("content") if message.get("role") in {"user", "seeker"} else ""
    parts = content if isinstance(content, list) else [{"text": content}]
    return "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _flat(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").replace("'", "")
    for long, short in _SHORT:
        text = text.replace(long, short)
    return text


def _words(text: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+|[\u3400-\u9fff]", _flat(text))
    return [word for word in words if word not in _STOP]


def _cues(labels: Any, kind: str) -> dict[str, tuple[str, ...]]:
    rows = _rows(labels.get(kind) if isinstance(labels, dict) else None)
    return {str(row.get("name")): tuple(map(_flat, _texts(row.get("cues")))) for row in rows}


def _best(said: Sequence[str], labels: Mapping[str, tuple[str, ...]], keep: float) -> str:
    """The label that the seeker's words point to most, older messages fading; empty for none."""
    marks: dict[str, float] = {}
    for text in said:
        line = f" {' '.join(re.findall(r'[.,;:!?]|[^ .,;:!?]+', _flat(text)))} "
        for label, cues in labels.items():
            heard = min(3.0, sum(_heard(line, cue) for cue in cues))
            marks[label] = marks.get(label, 0.0) * keep + heard
    if "opening-up" in marks:  # how somebody is who says nothing of it
        marks["opening-up"] = marks["opening-up"] / 2 + (0.6 if len(said) < 3 else 0.35)
    if marks.get("in-crisis", 0.0) > 0.2:
        return "in-crisis"
    return max(filter(marks.get, sorted(marks)), key=lambda label: marks[label], default="")


def _heard(line: str, cue: str) -> float:
    """Weight of a cue that stands in a text; a short one counts for nothing after a negation."""
    bare = cue.lstrip("!")
    at = line.find(f" {bare[:-1]}" if bare.endswith("*") else f" {bare} ")
    size, before = bare.count(" ") + 1, re.split(r"[.,;:!?]| but ", line[: max(0, at)])[-1]
    negated = size < 3 and bare == cue and _NOT.intersection(before.split()[-3:])
    return 0.0 if at < 0 or negated else (size + 1) / 2


def _weigh(skills: Sequence[Skill]) -> dict[str, dict[str, float]]:
    bags = {}
    for one in skills:
        parts = (one.name, one.overview, *(test.words for test in one.applies))
        bags[one.name] = Counter(_words("\n".join(parts + one.guidance + one.examples)))
    usual = sum(sum(bag.values()) for bag in bags.values()) / max(1, len(bags)) or 1.0
    spread = Counter(word for bag in bags.values() for word in bag)
    rare = {n: math.log(1 + (len(bags) - n + 0.5) / (n + 0.5)) for n in set(spread.values())}
    made: dict[str, dict[str, float]] = {}
    for name, bag in bags.items():
        less = 0.375 + 1.125 * sum(bag.values()) / usual
        made[name] = {word: rare[spread[word]] * n / (n + less) for word, n in bag.items()}
    return made


def _files(place: Path) -> dict[str, bytes]:
    """Files of a bank by relative name; a single file is its ``bank.json``. Nothing is unpacked."""
    if zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            inside = archive.infolist()
            _check([(one.filename, one.file_size) for one in inside])
            names = [one.filename for one in inside if re.fullmatch(_OURS, one.filename)]
            return {name: archive.read(name) for name in names}
    paths = [place / "bank.json", place / "CARD.md", *sorted(place.glob("*/SKILL.md"))]
    paths = [place] if place.is_file() else [path for path in paths if path.is_file()]
    inner = {one for path in paths for one in (path, path.parent)} - {place, place.parent}
    if any(map(Path.is_symlink, inner)):
        raise BankError(f"{place.name} holds a link; a bank holds files only")
    _check([(str(path), path.stat().st_size) for path in paths])
    if paths == [place]:
        return {"bank.json": place.read_bytes()}
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}


def _check(sizes: Sequence[tuple[str, int]]) -> None:
    total = sum(size for _, size in sizes)
    if not len(sizes) == len(dict(sizes)) <= MOST_FILES or total > MOST_BYTES:
        raise BankError(f"at most {MOST_FILES} files, {MOST_BYTES} bytes, and no name twice")


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BankError(f"{where}: no sound JSON: {fault}") from fault


def _rows(value: Any, kind: type = dict) -> list[Any]:
    if not isinstance(value or [], list) or not all(isinstance(one, kind) for one in value or []):
        raise BankError(f"a list of {kind.__name__} was expected")
    return value or []


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_clean(text) for text in _rows(value, str))


def _clean(text: Any) -> str:
    """A text that shows all it says, for it will stand in a prompt."""
    signs = [one for one in str(text) if unicodedata.category(one) in _HIDDEN]
    hidden = [f"U+{ord(one):04X}" for one in signs if one not in "\n\t\u200c\u200d"]
    if hidden or not isinstance(text, str):
        raise BankError(f"no text, or hidden characters in it: {', '.join(hidden[:3])}")
    return text


def _skill(raw: Mapping[str, Any]) -> Skill:
    """A skill from its plain form, as .json exports have it."""

    def test(row: Mapping[str, Any]) -> Condition:
        return Condition(_clean(row.get("words", "")), *(_texts(row.get(k)) for k in _KINDS))

    name = str(raw.get("name"))
    try:
        if not re.fullmatch(r"(?=.{,64}$)[a-z0-9]+(-[a-z0-9]+)*", name) or not raw.get("guidance"):
            raise ValueError("a name is lower-case words joined by hyphens; guidance is needed")
        whole = [row for row in _rows(raw.get("effects")) if row.get("group") == "all"][:1]
        mean = sum(float(row["value"]) * int(row["n"]) / (int(row["n"]) + PRIOR) for row in whole)
        risks = [(row["trigger"], row.get("instead", "")) for row in _rows(raw.get("risks"))]
        return Skill(
            name=name,
            overview=_clean(raw["overview"]),
            guidance=_texts(raw["guidance"]),
            applies=tuple(map(test, _rows(raw.get("applies")))),
            not_when=tuple(map(test, _rows(raw.get("not_when")))),
            risks=tuple((_clean(trigger), _clean(instead)) for trigger, instead in risks),
            pitfalls=_texts(raw.get("pitfalls")),
            examples=_texts(raw.get("examples")),
            life=str(raw.get("life") or "candidate"),
            protected=raw.get("protected") is True,
            effect=round(mean, 6) if math.isfinite(mean) else 0.0,
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, BankError) as fault:
        raise BankError(f"skill {name[:80]!r}: {fault}") from fault


def _skill_file(text: str, where: str) -> dict[str, Any]:
    """The plain form of a SKILL.md: structure from its front matter, words from its body."""
    head, _, body = text.replace("\r\n", "\n").partition("\n---\n")
    matter, parts = _matter(head.split("\n")[1:], where), _parts(body)
    made: dict[str, Any] = {key: matter.get(key) for key in ("name", "life")}
    if f"{made['name']}/SKILL.md" != where or not head.startswith("---\n"):
        raise BankError(f"{where}: no front matter, or another name than its folder's")
    made["protected"] = matter.get("protected") == "true"
    made["overview"] = _plain(parts.get("overview", [""])[0])
    made["effects"] = _json(matter.get("effects", "[]"), where)
    for key in ("guidance", "pitfalls", "examples"):
        made[key] = [_plain(item) for item in parts.get(key, [""])[1:]]
    for key, heading in _PAIRED.items():
        tests, items = _rows(_json(matter.get(key, "[]"), where)), parts.get(heading, [""])[1:]
        if len(tests) != len(items):
            raise BankError(f"{where}: words and structure under {heading!r} do not pair")
        pairs = zip(tests, items)  # noqa: B905 - strict is not in Python 3.9
        made[key.replace("-", "_")] = [{**test, **_item(item)} for test, item in pairs]
    return made


def _matter(lines: Sequence[str], where: str) -> dict[str, str]:
    """Keys of the front matter, those of ``metadata`` included; nothing more of YAML is read."""
    made: dict[str, str] = {}
    for line in lines:
        found = re.fullmatch(r" *([A-Za-z][\w.-]*): ?(.*)", line)
        if not found or found[1] in made or found[2][:1] in tuple("&*!|>{[%@`"):
            raise BankError(f"{where}: no `key: text` line, or a key twice: {line[:60]!r}")
        raw = found[2].strip()
        raw = raw[1:-1].replace("''", "'") if raw.startswith("'") else raw
        made[found[1]] = str(_json(raw, where)) if raw.startswith('"') else raw
    return made


def _parts(body: str) -> dict[str, list[str]]:
    """Sections by heading: what stands before their list, then each item of it."""
    found = re.split(r"(?m)^## +(.+?) *$", body)
    return {
        name.lower(): [re.sub(r"(?m)^[ \t]+", "", item) for item in _MARK.split(text)]
        for name, text in zip(found[1::2], found[2::2])  # noqa: B905
    }


def _item(text: str) -> dict[str, str]:
    """Words of a condition; trigger of a risk with what to do instead."""
    words, *rest = re.split(r"(?m)^- (Instead|When): ?", text)
    told = _plain(dict(zip(rest[::2], rest[1::2])).get("Instead", ""))  # noqa: B905
    return {"words": _plain(words), "trigger": _plain(words), "instead": told}


def _plain(text: str) -> str:
    text = text.strip("\n")
    text = "" if re.fullmatch(r"\*\(.*\)\*", text) else text  # a remark such as *(none)*
    text = _ESCAPED.sub(lambda m: m[2] or m[3] + m[4], text)
    return _REFERENCE.sub(lambda m: chr(min(int(m[1] or m[2], 10 if m[1] else 16), 0x10FFFF)), text)
