"""Skills as a prompt shows them: everything that a person would need to use one well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from esc_skills.model import Condition, Match, Skill, SkillsBank

PROTECTED = "protected skills"
"""Name under which a prompt holds them."""


def offered(
    bank: SkillsBank | None, matches: Sequence[Match], most_skills: int
) -> tuple[tuple[Skill, ...], int]:
    """Skills on offer, protected ones first, else best first.

    Args:
        bank: Bank in use; None knows no skill.
        matches: What the retriever found; names that the bank lacks are left out.
        most_skills: Unprotected skills kept. Protected ones are never cut.

    Returns:
        The skills, and how many were cut.
    """
    names = dict.fromkeys(match.skill for match in matches)
    found = [skill for name in names if bank is not None and (skill := bank.skill(name))]
    # A candidate is offered by lot alone, to be tried.
    known = [skill for skill in found if skill.life in {"active", "candidate"} or skill.protected]
    protected = [skill for skill in known if skill.protected]
    others = [skill for skill in known if not skill.protected]
    kept = others[:most_skills]
    return (*protected, *kept), len(others) - len(kept)


def _condition(test: Condition) -> str:
    """A condition in words: its own, else its fields."""
    if test.words:
        return test.words
    parts = [
        f"{name} {' or '.join(values)}"
        for name, values in (
            ("about", test.scenarios),
            ("seeker is", test.states),
            ("emotion", test.emotions),
        )
        if values
    ]
    if (test.intensity_min, test.intensity_max) != (0, 100):
        parts.append(f"distress {test.intensity_min}-{test.intensity_max} of 100")
    return "; ".join(parts) or "always"


def _block(title: str, lines: Iterable[str], numbered: bool = False) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"{title}:"
        for number, line in enumerate(listed, start=1):
            yield f"  {number}. {line}" if numbered else f"  - {line}"


def _proof(skill: Skill) -> Iterator[str]:
    proof = skill.proof
    if proof is not None:
        yield (
            f"tried by lot: {proof.value:+.1f} emotion points a reply beyond turns without it"
            f" (n={proof.n}, 95% {proof.low:+.1f} to {proof.high:+.1f})"
        )


def sheet(skill: Skill) -> str:
    """One skill in full: purpose, when, when not, steps, what to expect, pitfalls, risks."""
    kind = " (protected)" if skill.protected else ""
    risks = (
        f"[{risk.severity}] {risk.trigger}" + (f" -> instead: {risk.instead}" * bool(risk.instead))
        for risk in skill.risks
    )
    lines = [
        f"skill: {skill.name}{kind}",
        f"purpose: {skill.overview}",
        *_proof(skill),
        *_block("use when any holds", map(_condition, skill.applies)),
        *_block("not when", map(_condition, skill.not_when)),
        *_block("steps", skill.guidance, numbered=True),
        *_block("actions, best first", skill.actions),
        *_block("should lead to", skill.expected.changes),
        *_block("pitfalls", skill.pitfalls),
        *_block("risks", risks),
        *_block("sample wordings", skill.examples),
    ]
    return "\n".join(lines)


def skill_data(skills: Sequence[Skill], cut: int) -> tuple[tuple[str, str], ...]:
    """Skills on offer as data of a prompt: protected ones apart, since they are never shortened.

    Args:
        skills: What is on offer.
        cut: How many more there were; a mark says so.
    """
    protected = [sheet(skill) for skill in skills if skill.protected]
    others = [sheet(skill) for skill in skills if not skill.protected]
    mark = [f"[… {cut} further skills left out]"] if cut else []
    parts = ((PROTECTED, protected), ("skills", [*others, *mark]))
    return tuple((name, "\n\n".join(texts)) for name, texts in parts if texts)
