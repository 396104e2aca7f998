"""Laws of evaluators, refiners and gates."""

from __future__ import annotations

from math import fsum, isfinite

from esc_skills.model import Evidence, Pair, Proposal, Score, SkillsBank, Trace
from esc_skills.testing.conformance.scenes import (
    evidence,
    fault_trace,
    mixed_bank,
    pairs,
    traces,
)
from esc_skills.testing.conformance.trials import NotTried, Trial, law

READABLE = frozenset({"traces", "responses", "bank"})


@law("evaluator")
async def says_what_it_reads(trial: Trial) -> None:
    """``reads`` names parts of the evidence, at least one."""
    reads = trial.component.reads
    assert reads, "reads nothing"
    assert reads <= READABLE, f"reads {sorted(reads - READABLE)}; known are {sorted(READABLE)}"


@law("evaluator")
async def scores_nothing_as_none(trial: Trial) -> None:
    """Without evidence every value is None, never 0."""
    for score in await trial.component.score(Evidence(), trial.lend(1)):
        assert score.value is None, f"{score.name} of nothing is {score.value}"
        assert score.n == 0, f"{score.name} of nothing has n = {score.n}"


@law("evaluator")
async def never_scores_a_fault(trial: Trial) -> None:
    """A conversation that a fault ended is no number; a score named ``coverage`` may count it."""
    if "traces" not in trial.component.reads:
        raise NotTried("it reads no conversations")
    for score in await trial.component.score(Evidence(traces=(fault_trace(),)), trial.lend(1)):
        if score.name == "coverage":
            continue
        assert score.value is None, f"{score.name} of a fault is {score.value}"
        assert score.n == 0, f"{score.name} counts a fault as scored"


@law("evaluator")
async def counts_honestly(trial: Trial) -> None:
    """``n`` is at most ``of``, a value lies in its interval, and every score is signed."""
    found: tuple[Score, ...] = await trial.component.score(evidence(), trial.lend(1))
    assert found, "full evidence gives no score"
    for score in found:
        assert score.evaluator == trial.component.name, f"evaluator is {score.evaluator!r}"
        assert score.n <= score.of, f"{score.name}: n = {score.n} of {score.of}"
        assert score.signature, f"{score.name} has no signature"
        assert score.n > 0 or score.value is None, f"{score.name}: {score.value} from 0 items"
        if score.low is not None and score.high is not None and score.value is not None:
            inside = score.low - 1e-6 <= score.value <= score.high + 1e-6
            assert inside, f"{score.name}: {score.value} outside {score.low}..{score.high}"
    names = [score.name for score in found]
    assert len(set(names)) == len(names), "two scores share a name"


@law("evaluator")
async def scores_the_same_again(trial: Trial) -> None:
    """Equal evidence and seed give equal scores."""
    first = await trial.component.score(evidence(), trial.lend(1))
    await trial.component.score(Evidence(), trial.lend(2))
    assert first == await trial.component.score(evidence(), trial.lend(1)), "scores differ"


@law("evaluator")
async def items_make_the_value(trial: Trial) -> None:
    """A score with items is the figure of their sums, to six digits; no value has no items.

    Two sums are total and count. Of any other number the evaluator's ``figure`` makes the value.
    """
    for seen in (evidence(), Evidence(), Evidence(traces=(fault_trace(),))):
        for score in await trial.component.score(seen, trial.lend(1)):
            if not score.items:
                continue
            assert score.value is not None, f"{score.name}: items without a value"
            sums = _summed(score)
            if len(sums) == 2:
                assert sums[1], f"{score.name}: items count nothing"
                made = sums[0] / sums[1]
            else:
                figure = getattr(trial.component, "figure", None)
                assert figure, f"{score.name}: {len(sums)} sums and no ``figure`` to read them"
                made = figure(score.name, sums)
            told = f"{score.name} is {score.value}, its items make {made}"
            assert abs(made - score.value) <= 1e-6 + 1e-9 * abs(made), told


def _summed(score: Score) -> list[float]:
    widths = {len(item.sums) for item in score.items}
    assert len(widths) == 1, f"{score.name}: items of {sorted(widths)} sums"
    columns = list(zip(*(item.sums for item in score.items), strict=True))
    finite = all(isfinite(value) for column in columns for value in column)
    assert finite, f"{score.name}: a sum is not finite"
    return [fsum(column) for column in columns]


@law("evaluator")
async def items_name_their_seats(trial: Trial) -> None:
    """Keys are a conversation's ``PROFILE#REPEAT`` or a reply's ``CORPUS/DIALOGUE``, each once.

    Arms are compared by them, so that equal seats must have equal keys.
    """
    seen = evidence()
    owners = {f"{one.profile.id}#{one.repeat}": one.profile.id for one in seen.traces}
    owners |= {(key := f"{one.corpus}/{one.dialogue}"): key for one in seen.responses}
    for score in await trial.component.score(seen, trial.lend(1)):
        keys = [item.key for item in score.items]
        assert len(set(keys)) == len(keys), f"{score.name}: two items share a key"
        for item in score.items:
            assert item.key in owners, f"{score.name}: no seat is called {item.key!r}"
            told = f"{score.name}: cluster of {item.key} is {item.cluster!r}"
            assert item.cluster == owners[item.key], told


async def _proposed(
    trial: Trial,
    seen: tuple[Trace, ...],
    bank: SkillsBank,
    rejected: tuple[Proposal, ...] = (),
) -> tuple[Proposal, ...]:
    report = await trial.component.diagnose(seen, bank, trial.lend(1))
    found: tuple[Proposal, ...] = await trial.component.propose(
        report, seen, bank, rejected, trial.lend(2)
    )
    return found


@law("refiner")
async def finds_nothing_in_nothing(trial: Trial) -> None:
    """No conversations, or broken ones only, give no failures and no proposals."""
    for seen in ((), (fault_trace(),)):
        report = await trial.component.diagnose(seen, mixed_bank(), trial.lend(1))
        assert not report.failures, f"found {report.failures[0].why!r} in nothing"
        assert not await _proposed(trial, seen, mixed_bank()), "proposes without a failure"


@law("refiner")
async def points_at_what_happened(trial: Trial) -> None:
    """Failures point at exchanges that exist, in conversations that no fault ended."""
    report = await trial.component.diagnose(traces(), mixed_bank(), trial.lend(1))
    sizes = {item.id: len(item.exchanges) for item in traces() if item.ending != "fault"}
    for failure in report.failures:
        assert failure.trace in sizes, f"points at {failure.trace!r}"
        assert failure.exchange < sizes[failure.trace], f"exchange {failure.exchange} is not there"


@law("refiner")
async def proposes_within_the_rules(trial: Trial) -> None:
    """Edits start from the bank at hand, act on its skills, and leave protected ones alone."""
    bank = mixed_bank()
    guarded = {item.name for item in bank.skills if item.protected}
    for proposal in await _proposed(trial, traces(), bank):
        assert proposal.bank == bank.hash, "a proposal starts from another bank"
        for edit in proposal.edits:
            strange = [name for name in edit.targets if bank.skill(name) is None]
            assert not strange, f"{edit.kind} acts on {strange}, which the bank lacks"
            touched = {*edit.targets, *(item.name for item in edit.skills)} & guarded
            assert not touched, f"{edit.kind} touches protected {sorted(touched)}"
            assert not any(item.protected for item in edit.skills), "an edit protects a skill"


@law("refiner")
async def proposes_to_an_empty_bank(trial: Trial) -> None:
    """A bank without skills can be diagnosed and added to."""
    for proposal in await _proposed(trial, traces(), SkillsBank()):
        kinds = {edit.kind for edit in proposal.edits}
        assert kinds <= {"add"}, f"proposes {sorted(kinds)} to an empty bank"


@law("refiner")
async def proposes_the_same_again(trial: Trial) -> None:
    """Equal traces, bank and seed give equal proposals."""
    first = await _proposed(trial, traces(), mixed_bank())
    assert first == await _proposed(trial, traces(), mixed_bank()), "proposals differ"


@law("refiner")
async def takes_no_for_an_answer(trial: Trial) -> None:
    """What a gate has refused is not proposed once more."""
    refused = await _proposed(trial, traces(), mixed_bank())
    again = await _proposed(trial, traces(), mixed_bank(), rejected=refused)
    edits = [item.edits for item in refused]
    assert not [item for item in again if item.edits in edits], "the same edits come back"


SERIES: tuple[tuple[Pair, ...], ...] = (
    (),
    pairs(1, 5),
    pairs(3, 0),
    pairs(40, 20),
    pairs(40, -20),
    pairs(200, 0),
)


@law("gate")
async def decides_when_nothing_is_left(trial: Trial) -> None:
    """With no pairs left to ask for, ``continue`` is no answer."""
    for seen in SERIES:
        verdict = await trial.component.decide(seen, 0, trial.lend(1))
        assert verdict.decision != "continue", f"goes on after {len(seen)} pairs, 0 left"


@law("gate")
async def answers_before_the_first_pair(trial: Trial) -> None:
    """Asked with no pairs, it answers, and signs with its name."""
    verdict = await trial.component.decide((), 100, trial.lend(1))
    assert verdict.gate == trial.component.name, f"signed by {verdict.gate!r}"
    assert verdict.pairs == 0, f"has looked at {verdict.pairs} pairs of none"


@law("gate")
async def looks_at_what_it_was_given(trial: Trial) -> None:
    """It counts no more pairs than there are, and its effect lies in its interval."""
    for seen in SERIES:
        verdict = await trial.component.decide(seen, 5, trial.lend(1))
        assert verdict.pairs <= len(seen), f"{verdict.pairs} pairs of {len(seen)}"
        if None not in (effect := verdict.effect, low := verdict.low, high := verdict.high):
            assert low <= effect <= high, f"{effect} outside {low}..{high}"


@law("gate")
async def decides_the_same_again(trial: Trial) -> None:
    """Equal pairs give an equal verdict."""
    for seen in SERIES:
        first = await trial.component.decide(seen, 7, trial.lend(1))
        assert first == await trial.component.decide(seen, 7, trial.lend(1)), "verdicts differ"
