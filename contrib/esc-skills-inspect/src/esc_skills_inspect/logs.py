"""A run's conversations as inspect_ai logs: one log an arm, one sample a conversation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalError,
    EvalLog,
    EvalMetric,
    EvalResults,
    EvalSample,
    EvalScore,
    EvalSpec,
)
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.scorer import Score as Mark

from esc_skills.model import Exchange, Score, Trace
from esc_skills.spec import RunRecord

NO_MODEL = "none/none"
"""inspect's name for a log that no single model wrote; ``inspect score`` then asks for no key."""
NO_TIME = "1970-01-01T00:00:00+00:00"
"""Stands where a record tells no time, so that the same record gives the same bytes."""


def make_logs(record: RunRecord, created: str = NO_TIME) -> dict[str, EvalLog]:
    """Make the logs of a run.

    Args:
        record: The run.
        created: When it began, in ISO 8601.

    Returns:
        By arm, in the order of the run's own arms; one without conversations has no log. A run
        without any has an empty one.
    """
    arms: dict[str, list[Trace]] = {} if record.traces else {"none": []}
    for trace in record.traces:
        arms.setdefault(trace.arm, []).append(trace)
    return {arm: _log(record, arm, traces, created) for arm, traces in arms.items()}


def _id(*parts: str) -> str:
    """22 letters, as inspect's own ids have; the same for the same parts."""
    return hashlib.blake2b("|".join(parts).encode(), digest_size=11).hexdigest()


def _log(record: RunRecord, arm: str, traces: list[Trace], created: str) -> EvalLog:
    whole = [score for score in record.scores if score.arm == arm]
    marks = _marks(whole)
    samples = [_sample(record.name, trace, marks) for trace in traces]
    ids = list(dict.fromkeys(str(sample.id) for sample in samples))
    sound = sum(trace.ending != "fault" for trace in traces)
    return EvalLog(
        status="success",
        eval=EvalSpec(
            eval_id=_id(record.name, arm, "eval"),
            run_id=_id(record.name, "run"),
            task_id=_id(record.name, arm, "task"),
            created=created,
            task=f"esc-skills-{arm}",
            solver=_chosen(record.experiment.get("responder")),
            dataset=EvalDataset(name="seekers", samples=len(ids), sample_ids=list(ids)),
            model=NO_MODEL,
            config=EvalConfig(epochs=max((sample.epoch for sample in samples), default=1)),
            metadata={"run": record.name, "arm": arm, "experiment": dict(record.experiment)},
        ),
        results=EvalResults(
            total_samples=len(samples),
            completed_samples=sound,
            scores=[made for score in whole if (made := _score(score)) is not None],
        ),
        samples=samples,
    )


def _chosen(choice: Any) -> str:
    return str(choice.get("use", "")) if isinstance(choice, Mapping) else str(choice or "")


def _score(score: Score) -> EvalScore | None:
    """A score of the run; None for one that has no figure, which is never a zero."""
    if score.value is None:
        return None
    figures = {"value": score.value, "low": score.low, "high": score.high}
    return EvalScore(
        name=f"{score.evaluator}.{score.name}",
        scorer=f"esc-skills/{score.evaluator}",
        scored_samples=score.n,
        unscored_samples=score.of - score.n,
        params={"signature": score.signature},
        metrics={
            name: EvalMetric(name=name, value=figure)
            for name, figure in figures.items()
            if figure is not None
        },
    )


def _marks(scores: Iterable[Score]) -> dict[str, dict[str, float]]:
    """What each conversation got, by its key and the score's name; means and shares only."""
    made: dict[str, dict[str, float]] = {}
    for score in scores:
        for item in score.items:
            if len(item.sums) == 2 and item.sums[1]:
                name = f"{score.evaluator}.{score.name}"
                made.setdefault(item.key, {})[name] = item.sums[0] / item.sums[1]
    return made


def _sample(run: str, trace: Trace, marks: Mapping[str, Mapping[str, float]]) -> EvalSample:
    profile, lost = trace.profile, trace.ending == "fault"
    key = f"{profile.id}#{trace.repeat}"
    own: dict[str, float] = {} if lost else {"emotion": trace.emotion, **marks.get(key, {})}
    messages = list(_messages(trace, _id(run, trace.arm, key)))
    replies = [one for one in messages if isinstance(one, ChatMessageAssistant)]
    told = f"{trace.fault} {trace.state}: {trace.note}".strip()
    return EvalSample(
        id=profile.id,
        epoch=trace.repeat + 1,
        uuid=_id(run, trace.arm, key),
        input=[ChatMessageUser(content=profile.opening, id=_id(run, key, "opening"))],
        target=profile.intention,
        messages=messages,
        output=_output(replies),
        scores={name: Mark(value=value, explanation=trace.ending) for name, value in own.items()},
        metadata=_facts(trace),
        error=EvalError(message=told, traceback=told, traceback_ansi=told) if lost else None,
    )


def _output(replies: list[ChatMessageAssistant]) -> ModelOutput:
    text = replies[-1].text if replies else ""
    made = ModelOutput.from_content(NO_MODEL, text)
    made.choices[0].message.id = replies[-1].id if replies else None
    return made


def _facts(trace: Trace) -> dict[str, Any]:
    """What a reader of the log sorts and groups by; the scene holds the hidden wish, too."""
    profile, felt = trace.profile, [one.reaction for one in trace.exchanges if one.reaction]
    return {
        "arm": trace.arm,
        "profile": profile.id,
        "bank": trace.bank,
        "trace": trace.id,
        "persona_type": profile.persona_type,
        "intention": profile.intention,
        "persona": profile.persona,
        "scene": profile.scene,
        "language": profile.language,
        "ending": trace.ending,
        "emotion": trace.emotion,
        "curve": list(trace.curve),
        "deltas": [reaction.delta for reaction in felt],
        "strategies": [one.reply.strategy for one in trace.exchanges],
        "skills_used": sorted({name for one in trace.exchanges for name in one.reply.used}),
        "alarms": sorted({alarm.rule for one in trace.exchanges for alarm in one.alarms}),
        "signature": trace.signature,
    }


def _messages(trace: Trace, name: str) -> Iterator[ChatMessage]:
    for exchange in trace.exchanges:
        number = exchange.index
        state = {"state": exchange.state.label, "scenario": exchange.state.scenario}
        yield ChatMessageUser(
            content=exchange.seeker, id=_id(name, f"{number}", "user"), metadata=state
        )
        yield ChatMessageAssistant(
            content=exchange.reply.text,
            id=_id(name, f"{number}", "assistant"),
            metadata=_of_reply(exchange),
        )
    last = trace.exchanges[-1].reaction if trace.exchanges else None
    if last is not None and last.text:
        yield ChatMessageUser(content=last.text, id=_id(name, "last", "user"))


def _of_reply(exchange: Exchange) -> dict[str, Any]:
    reply, reaction = exchange.reply, exchange.reaction
    facts: dict[str, Any] = {
        "strategy": reply.strategy,
        "why": reply.why,
        "skills_used": list(reply.used),
        "skills_offered": [match.skill for match in exchange.matches],
        "alarms": [alarm.rule for alarm in exchange.alarms],
    }
    if reaction is not None:
        facts |= {"delta": reaction.delta, "emotion": reaction.emotion, "thought": reaction.thought}
    return facts
