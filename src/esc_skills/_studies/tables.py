"""Tables of a study, made of pooled scores and contrasts; reports only set them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from esc_skills._studies.contrasting import LEVEL, POWER, Over
from esc_skills.model import Contrast, Cost, Score, StudyCell, StudyTable

WIDE = 7
"""Most arms side by side; more of them are in the tidy tables."""
SEEKERS = {
    "seekers": "95 % intervals by seeker (replies: dialogue): they speak of new ones, these seeds.",
    "seeds": "95 % intervals by seeker and seed (replies: by dialogue): they speak of new ones.",
}
FLOOR = (
    "Floor: two runs of one and the same configuration differ by less in 95 % of tries; a dash "
    "where nobody was met twice."
)
DETECTABLE = (
    f"Detectable: least true difference that is found with power {POWER:g} at the level that the "
    "correction leaves the strictest contrast."
)


def measure(one: Score | Contrast) -> str:
    """``EVALUATOR.NAME``."""
    return f"{one.evaluator}.{one.name}"


def words(text: str) -> StudyCell:
    """A cell of words."""
    return StudyCell(text=text)


def digits(values: Iterable[float | None]) -> int:
    """Digits behind the point for a column: more where its figures are small."""
    sizes = [abs(value) for value in values if value]
    return 3 if not sizes or max(sizes) < 2 else 2 if max(sizes) < 20 else 1


def value_cell(score: Score, places: int, mark: str = "") -> StudyCell:
    """A score as a cell."""
    return StudyCell(
        value=score.value,
        low=score.low,
        high=score.high,
        n=score.n,
        of=score.of,
        digits=places,
        mark=mark,  # type: ignore[arg-type]
    )


def gap_cell(one: Contrast, places: int) -> StudyCell:
    """A contrast as a cell."""
    return StudyCell(
        value=one.value,
        low=one.low,
        high=one.high,
        n=one.n,
        of=one.of,
        digits=places,
        mark=one.verdict,
    )


def values_table(
    scores: Sequence[Score],
    contrasts: Sequence[Contrast],
    measures: Sequence[str],
    notes: Sequence[str],
    *,
    name: str = "main",
    caption: str,
) -> StudyTable:
    """Arms down, measures across; marks are those of the first contrast of each arm."""
    arms = list(dict.fromkeys(score.arm for score in scores))
    found = {(score.arm, measure(score)): score for score in reversed(scores)}
    marks = {(one.arm, measure(one)): one.verdict for one in reversed(contrasts)}
    held = [name for name in measures if any((arm, name) in found for arm in arms)]
    places = {
        name: digits(found[arm, name].value for arm in arms if (arm, name) in found)
        for name in held
    }

    def cell(arm: str, name: str) -> StudyCell:
        score = found.get((arm, name))
        mark = marks.get((arm, name), "")
        return value_cell(score, places[name], mark) if score else words("")

    rows = tuple((words(arm), *(cell(arm, name) for name in held)) for arm in arms)
    return StudyTable(
        name=name, caption=caption, head=("arm", *held), rows=rows, notes=tuple(notes)
    )


def gaps_table(
    contrasts: Sequence[Contrast],
    notes: Sequence[str],
    *,
    name: str = "differences",
    caption: str,
) -> StudyTable:
    """Pairs of arms down, measures across."""
    pairs = list(dict.fromkeys((one.arm, one.against) for one in contrasts))
    held = list(dict.fromkeys(map(measure, contrasts)))
    found = {(one.arm, one.against, measure(one)): one for one in reversed(contrasts)}
    places = {name: digits(one.value for one in contrasts if measure(one) == name) for name in held}
    rows = tuple(
        (
            words(f"{arm} − {against}"),
            *(
                gap_cell(one, places[name])
                if (one := found.get((arm, against, name)))
                else words("")
                for name in held
            ),
        )
        for arm, against in pairs
    )
    return StudyTable(
        name=name, caption=caption, head=("arms", *held), rows=rows, notes=tuple(notes)
    )


def floors_table(contrasts: Sequence[Contrast], over: Over) -> StudyTable:
    """For each measure how far its differences can be trusted."""
    rows = []
    for name in dict.fromkeys(map(measure, contrasts)):
        some = [one for one in contrasts if measure(one) == name]
        floors = [one.floor for one in some if one.floor is not None]
        seen = [one.detectable for one in some if one.detectable is not None]
        places = digits([*floors, *seen])
        rows.append(
            (
                words(name),
                StudyCell(value=max(floors, default=None), digits=places),
                StudyCell(value=max(seen, default=None), digits=places),
                words(_range(one.n for one in some)),
                words(_range(one.clusters for one in some)),
                words("; ".join(dict.fromkeys(one.test for one in some if one.test))),
            )
        )
    return StudyTable(
        name="floors",
        caption="Noise floor and least detectable difference of every measure.",
        head=("measure", "floor", "detectable", "pairs", "clusters", "test"),
        rows=tuple(rows),
        notes=(
            FLOOR,
            DETECTABLE,
            SEEKERS[over],
        ),
    )


def _range(values: Iterable[int]) -> str:
    found = sorted(set(values))
    return str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}" if found else ""


def scores_table(scores: Sequence[Score], shown: Sequence[str]) -> StudyTable | None:
    """Every other score, arms across; None where there is none or no room."""
    arms = list(dict.fromkeys(score.arm for score in scores))
    rest = [score for score in scores if measure(score) not in shown]
    if not rest or len(arms) > WIDE:
        return None
    kinds = dict.fromkeys((measure(score), score.signature) for score in rest)
    rows = []
    for name, signature in kinds:
        found = {s.arm: s for s in rest if (measure(s), s.signature) == (name, signature)}
        places = digits(score.value for score in found.values())
        cells = (value_cell(found[arm], places) if arm in found else words("") for arm in arms)
        rows.append((words(name), *cells))
    return StudyTable(
        name="scores",
        caption="All other scores; nothing is tested here.",
        head=("score", *arms),
        rows=tuple(rows),
    )


def costs_table(costs: Sequence[Cost]) -> StudyTable | None:
    """What every variant asked; None where no model was asked."""
    if not any(cost.questions for cost in costs):
        return None
    rows = tuple(
        (
            words(cost.arm),
            StudyCell(value=cost.questions, digits=0),
            StudyCell(value=cost.tokens_in, digits=0),
            StudyCell(value=cost.tokens_out, digits=0),
            StudyCell(value=cost.usd, digits=4),
        )
        for cost in costs
    )
    return StudyTable(
        name="costs",
        caption="What every variant asked of models, paid for now or by another variant before.",
        head=("variant", "questions", "prompt tokens", "completion tokens", "US dollars"),
        rows=rows,
        notes=("Counted by different questions; one that two variants share is paid for once.",),
    )


def counted(contrasts: int) -> str:
    """So many contrasts, in words."""
    return f"{contrasts} contrast{'' if contrasts == 1 else 's'}"


def notes_of(contrasts: Sequence[Contrast], measures: Sequence[str], over: Over) -> list[str]:
    """Notes under a table of figures or differences: correction, floor, least difference."""
    told = [SEEKERS[over]]
    families = {measure(one): one.family for one in contrasts if one.adjusted is not None}
    main = families.pop(measures[0], 0) if measures else 0
    rest = max(families.values(), default=0)
    if main or rest:
        kinds = [f"{counted(main)} of {measures[0]}" if main else ""]
        kinds.append(f"{rest if main else counted(rest)} of all other measures" if rest else "")
        shown = " and, apart, the ".join(kind for kind in kinds if kind)
        told.append(f"Marks: paired tests, Holm's correction over the {shown}, level {LEVEL:g}.")
    for name in measures:
        some = [one for one in contrasts if measure(one) == name and one.value is not None]
        if some:
            floors = [one.floor for one in some if one.floor is not None]
            seen = [one.detectable for one in some if one.detectable is not None]
            places = digits([*floors, *seen])
            floor = f"{max(floors):.{places}f}" if floors else "unknown (nobody was met twice)"
            least = f"{max(seen):.{places}f}" if seen else "unknown"
            told.append(f"{name}: floor {floor}, least detectable difference {least}.")
    return told


def by_group(contrasts: Mapping[str, Sequence[Contrast]], name: str) -> StudyTable | None:
    """Differences of one measure for groups of seekers, groups down, pairs of arms across."""
    every = [one for some in contrasts.values() for one in some]
    pairs = list(dict.fromkeys((one.arm, one.against) for one in every))[:WIDE]
    if not pairs:
        return None
    places = digits(one.value for one in every)
    rows = []
    for group, some in contrasts.items():
        found = {(one.arm, one.against): one for one in some}
        cells = (gap_cell(found[pair], places) if pair in found else words("") for pair in pairs)
        rows.append((words(group), *cells))
    family = max((one.family for one in every), default=1)
    return StudyTable(
        name="groups",
        caption=f"Differences of {name} by persona type and hidden intention.",
        head=("seekers", *(f"{arm} − {against}" for arm, against in pairs)),
        rows=tuple(rows),
        notes=(f"Groups are a family of their own: Holm's correction over {family} contrasts.",),
    )
