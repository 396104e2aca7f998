"""What people's ratings say: figures of arms, preferences, and how far raters agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from statistics import fmean

from esc_skills._studies.keys import Question, Talk
from esc_skills._studies.marks import Marks
from esc_skills.model import Item, Part, Score, short_hash
from esc_skills.stats import alpha_interval, mean_interval, share_interval, wilson
from esc_skills.stats.agreement import Metric

PEOPLE = "people"
"""What stands for an evaluator in these scores."""
Judged = Sequence[tuple[Talk, Mapping[str, float]]]
"""Conversations of one arm, each with its ratings by rater."""


def score_marks(marks: Marks) -> tuple[Score, ...]:
    """Score every question.

    Returns:
        Of ratings, for each arm the mean over conversations of the mean over raters, clustered by
        seeker. Of pairs, for each two arms the share of decided pairs that the later arm won.
        With two raters or more, how far they agree, under the arm ``all``.
    """
    scores: list[Score] = []
    for question in marks.key.questions:
        rate = marks.key.kind == "rate"
        scores += _rated(marks, question) if rate else _preferred(marks, question)
        if len(marks.raters) > 1:
            scores.append(_agreement(marks, question))
    return tuple(scores)


def _signature(marks: Marks, question: Question, talks: Iterable[Talk]) -> str:
    scale = f"{question.least}-{question.most}" if marks.key.kind == "rate" else "left,right,same"
    traced = "+".join(sorted({talk.signature or "simulator=unstated" for talk in talks}))
    return (
        f"people:v1|{marks.key.kind}|item:{question.id}|words:{short_hash(question.words)}"
        f"|scale:{scale}|raters:{len(marks.raters)}|{traced}"
    )


def _rated(marks: Marks, question: Question) -> list[Score]:
    given = marks.of(question)
    scores = []
    for arm in marks.key.arms:
        judged = [
            (talk, given[line.id])
            for line in marks.key.lines
            for talk in line.cells[0]
            if talk.arm == arm
        ]
        judged.sort(key=lambda one: one[0].key)
        scores.append(_mean(marks, question, arm, judged))
    return scores


def _mean(marks: Marks, question: Question, arm: str, judged: Judged) -> Score:
    held = [(talk, fmean(by.values())) for talk, by in judged if by]
    found = mean_interval([mean for _, mean in held], [talk.profile for talk, _ in held]).rounded()
    due = len(judged) * len(marks.raters)
    missing = due - sum(len(by) for _, by in judged)
    return Score(
        evaluator=PEOPLE,
        name=question.id,
        arm=arm,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        of=len(judged),
        signature=_signature(marks, question, [talk for talk, _ in judged]),
        better="higher",
        breakdown=(
            *_raters(marks, judged),
            *((Part(group="count=missing", value=missing, n=due),) if missing else ()),
        ),
        items=tuple(_item(talk, mean) for talk, mean in held),
    )


def _item(talk: Talk, value: float) -> Item:
    return Item(key=talk.key, cluster=talk.profile, sums=(round(value, 6), 1.0))


def _raters(marks: Marks, judged: Judged) -> list[Part]:
    """Each rater's own mean: who is severe and who is mild."""
    parts = []
    for rater in marks.raters:
        held = [(talk, by[rater]) for talk, by in judged if rater in by]
        found = mean_interval([value for _, value in held], [talk.profile for talk, _ in held])
        even = found.rounded()
        if even.value is not None:
            group = f"rater={rater}"
            parts.append(
                Part(group=group, value=even.value, n=even.n, low=even.low, high=even.high)
            )
    return parts


def _preferred(marks: Marks, question: Question) -> list[Score]:
    """For each two arms, which one was chosen: a pair counts once, by the sum of its raters."""
    given = marks.of(question)
    scores = []
    for first, second in combinations(marks.key.arms, 2):
        held: list[tuple[Talk, float, Mapping[str, float]]] = []
        for line in marks.key.lines:
            for left, right in ((x, y) for x in line.cells[0] for y in line.cells[1]):
                if {left.arm, right.arm} == {first, second}:
                    turn = 1 if right.arm == second else -1
                    held.append((left, turn * sum(given[line.id].values()), given[line.id]))
        if held:
            held.sort(key=lambda one: one[0].key)
            scores.append(_share(marks, question, f"{second} over {first}", held))
    return scores


def _share(
    marks: Marks,
    question: Question,
    arm: str,
    held: Sequence[tuple[Talk, float, Mapping[str, float]]],
) -> Score:
    clear = [(talk, won > 0) for talk, won, by in held if by and won]
    found = share_interval([won for _, won in clear], [talk.profile for talk, _ in clear]).rounded()
    said = [value for _, _, by in held for value in by.values()]
    sides = [value for value in said if value]
    lefts = sum(value < 0 for value in sides)
    low, high = wilson(lefts, len(sides))
    left = Part(
        group="share=left", value=round(lefts / len(sides), 6), n=len(sides),
        low=round(low, 6), high=round(high, 6),
    ) if sides else None  # fmt: skip
    tied = sum(bool(by) and not won for _, won, by in held)
    due = len(held) * len(marks.raters)
    return Score(
        evaluator=PEOPLE,
        name=f"{question.id}-share",
        arm=arm,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        of=len(held),
        signature=_signature(marks, question, [talk for talk, _, _ in held]) + "|ties:left-out",
        better="neither",
        breakdown=(
            Part(group="count=undecided", value=tied, n=len(held)),
            *(
                (Part(group="count=missing", value=due - len(said), n=due),)
                if due > len(said)
                else ()
            ),
            *((left,) if left else ()),
        ),
        items=tuple(_item(talk, float(won)) for talk, won in clear),
    )


def _agreement(marks: Marks, question: Question) -> Score:
    """Krippendorff's alpha over rows: ordinal for ratings, nominal for sides."""
    given = marks.of(question)
    metric: Metric = "ordinal" if marks.key.kind == "rate" else "nominal"
    units = [[by.get(rater) for rater in marks.raters] for by in given.values()]
    found = alpha_interval(units, metric).rounded()
    talks = [talk for line in marks.key.lines for cell in line.cells for talk in cell]
    return Score(
        evaluator=PEOPLE,
        name=f"{question.id}-agreement",
        arm="all",
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        of=len(units),
        signature=f"{_signature(marks, question, talks)}|krippendorff-alpha:{metric}",
        better="higher",
    )


def judge_agreement(people: Sequence[Score], judged: Sequence[Score]) -> tuple[Score, ...]:
    """How far a judge's marks and people's agree beyond chance, on the conversations of both.

    Args:
        people: Scores of ``score_marks``, ratings only.
        judged: Scores of a run with their items; those are taken whose name is a question's and
            whose arm is one of the sheet's.

    Returns:
        For each evaluator and question Krippendorff's alpha (interval metric) between the judge's
        mean mark and the raters' mean rating, over all arms; judges that are strangers to the
        sheet give none.
    """
    means = {
        (item.name, item.arm, one.key): one.sums[0] / one.sums[1]
        for item in people
        if item.evaluator == PEOPLE
        for one in item.items
    }
    units: dict[tuple[str, str, str], list[list[float | str | None]]] = {}
    for score in judged:
        for one in score.items:
            human = means.get((score.name, score.arm, one.key))
            if human is not None and len(one.sums) == 2 and one.sums[1]:
                key = (score.evaluator, score.name, score.signature)
                units.setdefault(key, []).append([human, one.sums[0] / one.sums[1]])
    return tuple(_with_judge(key, pairs) for key, pairs in sorted(units.items()))


def _with_judge(key: tuple[str, str, str], units: list[list[float | str | None]]) -> Score:
    evaluator, name, signature = key
    found = alpha_interval(units, "interval").rounded()
    return Score(
        evaluator=evaluator,
        name=f"{name}-with-people",
        arm="all",
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        of=len(units),
        signature=f"{signature}|people:v1|krippendorff-alpha:interval",
        better="higher",
    )
