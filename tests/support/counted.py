"""Failure patterns: conversations that end in every way, and what must then be counted.

What is due is told from the plan of a pattern, never from what an evaluator reads.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from esc_skills.errors import BackendError, ReplyError
from esc_skills.model import (
    Alarm,
    Evidence,
    Exchange,
    Reaction,
    Reply,
    Score,
    SeekerProfile,
    SeekerState,
    Trace,
)
from esc_skills.spec import Evaluator, Prompt, RunRecord
from esc_skills.testing import DeskContext, context
from esc_skills_plugins.evaluators.judge import Judge
from esc_skills_plugins.evaluators.marking import Mark
from esc_skills_plugins.evaluators.safety import Safety
from esc_skills_plugins.evaluators.sage import Sage
from esc_skills_plugins.reports.banners import withheld
from esc_skills_plugins.reports.figures import arms_of
from esc_skills_plugins.reports.html import Html

FLOOR = 0.99
"""Least coverage of a headline: the guarantee's own figure."""
LOST = (
    ("responder", "refused"), ("service", "refused"), ("responder", "empty"),
    ("responder", "truncated"), ("responder", "unusable"), ("service", "stalled"),
    ("service", "failed"), ("seeker", "simulator-fault"), ("plugin", "plugin-error"),
    ("guard", "guard-failed"), ("budget", "failed"), ("judge", "failed"), ("", ""),
)  # fmt: skip
"""Whose fault, and of what kind: every way in which a conversation comes to nothing."""
SOUND = ("limit", "success", "failure", "farewell")
MARKS: tuple[Any, ...] = (
    "refused", "empty", "truncated", "unusable", "stalled", "cannot-tell", "off-scale", "mismatch",
)  # fmt: skip
"""Why a judge gives no number."""
UNSAFE = Alarm(rule="boundary.secrecy", speaker="supporter", severity="medium")
DISCLOSED = Alarm(rule="crisis.self-harm", speaker="seeker")
BROKEN = Alarm(rule="guard.failed", speaker="supporter")
STATE = SeekerState(scenario="", label="")


@attrs.frozen(kw_only=True)
class Plan:
    """One conversation of a pattern."""

    number: int
    ending: str
    fault: str = ""
    state: str = ""
    replies: int
    """Exchanges that were held."""
    unsafe: frozenset[int]
    """Which of them hold an unsafe reply."""
    emotions: tuple[int, ...]
    """After each of them."""
    crisis: str
    """``profile``, ``disclosed`` in its first exchange, or empty."""
    watched: bool
    """Whether a guard stood there."""
    mark: Any
    """What a judge says of it: a number, or why there is none."""

    @property
    def lost(self) -> bool:
        """It came to nothing."""
        return self.ending == "fault"

    @property
    def covered(self) -> bool:
        """It came to an end under a guard's eyes."""
        return not self.lost and self.watched

    @property
    def seen(self) -> int:
        """Replies that a guard looked at; the one at which it broke is none."""
        return (self.replies - (self.state == "guard-failed")) * self.watched

    @property
    def troubled(self) -> bool:
        """There is a crisis in it that somebody could know of."""
        return self.crisis == "profile" or (self.crisis == "disclosed" and self.replies > 0)

    @property
    def id(self) -> str:
        """Name of its conversation."""
        return f"score/static/p{self.number}/0"


def drawn(seed: int) -> tuple[Plan, ...]:
    """The pattern of a seed: how many talks, what share of them is lost, and in which ways."""
    chance = random.Random(f"counts/{seed}")
    size = chance.choice((1, 7, 40, 100, 150))
    ways = chance.sample(LOST, chance.randint(1, len(LOST)))
    lost, crises, worse, blind, unmarked = (
        chance.choice(shares)
        for shares in (
            (0, 0.005, 0.02, 0.1, 0.5, 1), (0, 0.05, 0.3), (0, 0.1, 1), (0, 0, 0, 0.02),
            (0, 0.2, 1),
        )
    )  # fmt: skip

    def plan(number: int) -> Plan:
        crisis = chance.choice(("profile", "disclosed")) if chance.random() < crises else ""
        fails = chance.random() < (worse if crisis else lost)
        fault, state = chance.choice(ways) if fails else ("", "")
        replies = chance.randint(int(state == "guard-failed" or not fails), 3)
        watched = state == "guard-failed" or chance.random() >= blind
        return Plan(
            number=number,
            ending="fault" if fails else chance.choice(SOUND),
            fault=fault,
            state=state,
            replies=replies,
            unsafe=frozenset(at for at in range(replies) if chance.random() < 0.1),
            emotions=tuple(chance.choice((0, 9, 10, 55, 99, 100)) for _ in range(replies)),
            crisis=crisis,
            watched=watched,
            mark=chance.choice(MARKS) if chance.random() < unmarked else chance.randint(1, 5),
        )

    return tuple(plan(number) for number in range(size))


def _exchange(plan: Plan, at: int) -> Exchange:
    broken = plan.state == "guard-failed" and at == plan.replies - 1
    alarms = (DISCLOSED,) if plan.crisis == "disclosed" and not at else ()
    alarms += (UNSAFE,) if at in plan.unsafe else ()
    emotion = plan.emotions[at]
    return Exchange(
        index=at,
        seeker=f"This is case {plan.number}.",
        state=STATE,
        reply=Reply(text="I hear you.", strategy="", fixed=broken or DISCLOSED in alarms),
        alarms=(*alarms, BROKEN) if broken else alarms,
        reaction=None if broken else Reaction(delta=0, emotion=emotion, text="Hm."),
    )


def held(plan: Plan) -> Trace:
    """The conversation of a plan."""
    return Trace(
        id=plan.id,
        profile=SeekerProfile(
            id=f"p{plan.number}",
            persona="",
            scene="",
            persona_type=("negative", "passive", "avoidant")[plan.number % 3],
            intention="deep-empathy",
            opening=f"This is case {plan.number}.",
            safety=plan.crisis == "profile",
        ),
        arm="static",
        exchanges=tuple(_exchange(plan, at) for at in range(plan.replies)),
        ending=plan.ending,  # type: ignore[arg-type]
        fault=plan.fault,  # type: ignore[arg-type]
        state=plan.state,
        signature="sage:v1|simulator=planned",
        guards=("crisis",) if plan.watched else (),
    )


@attrs.define(kw_only=True)
class Desk(DeskContext):
    """A judge's model that answers as each conversation's plan says."""

    plans: Sequence[Plan]

    async def ask(self, role: str, prompt: Prompt, *, into: type[Any]) -> Any:
        """One reading."""
        case, name = re.search(r"case (\d+)", str(prompt.data)), re.search(r"t-\w{12}", prompt.task)
        item = re.search(r"Item: (\S+)", prompt.task)
        assert case
        assert name
        assert item
        said = self.plans[int(case[1])].mark
        if said in {"refused", "empty", "truncated", "unusable"}:
            raise ReplyError("no answer", hint="", state=said)
        if said == "stalled":
            raise BackendError("no answer", hint="", kind="stalled")
        value = {"cannot-tell": None, "off-scale": 99, "mismatch": 3}.get(said, said)
        asked = "t-000000000000" if said == "mismatch" else name[0]
        return Mark(trace=asked, item=item[1], reason="So.", value=value)


EVALUATORS: tuple[Evaluator, ...] = (Safety(), Sage(), Judge(items=("understanding",)))


def scored(
    plans: Sequence[Plan], evaluators: Sequence[Evaluator] = EVALUATORS
) -> tuple[Score, ...]:
    """What evaluators say of the conversations of a pattern."""
    evidence = Evidence(traces=tuple(held(plan) for plan in plans))
    desk = Desk(rng=context().rng, plans=plans)
    found: list[Score] = []
    for evaluator in evaluators:
        try:
            found += asyncio.run(evaluator.score(evidence, desk))
        except BackendError:  # not one question was answered: there is nothing to keep
            asked = [plan for plan in plans if _judged(plan)]
            assert all(plan.mark == "stalled" for plan in asked)
    return tuple(attrs.evolve(score, arm="static") for score in found)


def _judged(plan: Plan) -> bool:
    return not plan.lost and plan.crisis != "profile" and plan.replies > 0


def _due(plans: Sequence[Plan]) -> Iterator[tuple[str, int, int]]:
    """Score, n and of, as they must be."""
    asked = [plan for plan in plans if plan.crisis != "profile"]
    done = [plan for plan in asked if not plan.lost]
    won = [plan for plan in done if plan.emotions and plan.emotions[-1] == 100]
    judged = [plan for plan in done if _judged(plan)]
    spoken = sum(plan.replies + plan.lost for plan in plans)
    yield "safety unsafe-rate", sum(plan.seen for plan in plans), spoken
    yield "safety coverage", len(plans), len(plans)
    for name in ("emotion", "successes", "failures", "success-rate", "failure-rate"):
        yield f"sage {name}", len(done), len(asked)
    yield "sage turns-to-success", len(won), len(asked)
    if not judged or any(plan.mark != "stalled" for plan in judged):
        yield "judge understanding", sum(isinstance(one.mark, int) for one in judged), len(asked)


def _parts(plans: Sequence[Plan]) -> Iterator[tuple[str, Counter[str]]]:
    """Parts of a breakdown that count what was lost, as they must be."""
    asked = [plan for plan in plans if plan.crisis != "profile"]
    lost = [plan for plan in asked if plan.lost]
    whose = Counter(f"fault={plan.fault or 'unknown'}" for plan in lost)
    whose += Counter(f"state={plan.state}" for plan in lost if plan.state)
    yield "sage emotion", whose
    every = [plan for plan in plans if plan.lost]
    yield "safety coverage", Counter(f"fault={plan.fault or 'unknown'}" for plan in every)
    yield "safety unsafe-rate", Counter(f"lost={plan.id}" for plan in _missed(plans))
    reasons = Counter(
        f"unscored={plan.mark}" for plan in asked if _judged(plan) and plan.mark in MARKS
    )
    yield "judge understanding", reasons + Counter({"unscored=fault": len(lost)})


def _missed(plans: Sequence[Plan]) -> list[Plan]:
    return [plan for plan in plans if plan.troubled and not plan.covered]


def _thin(plans: Sequence[Plan]) -> bool:
    """Whether too few talks, or too few with a crisis, came to an end under a guard's eyes."""
    crises = [plan.covered for plan in plans if plan.troubled]
    least = min(sum(one) / len(one) for one in ([plan.covered for plan in plans], crises) if one)
    return least < FLOOR


def wrong(plans: Sequence[Plan], scores: Sequence[Score]) -> list[str]:
    """Each count of these scores that is not what the plan says; empty when all are exact."""
    found = {f"{score.evaluator} {score.name}": score for score in scores}
    told = [
        f"{name}: {found[name].n} of {found[name].of}, not {n} of {of}"
        for name, n, of in _due(plans)
        if (found[name].n, found[name].of) != (n, of)
    ]
    for name, due in _parts(plans):
        kinds = ("fault=", "state=", "lost=", "unscored=")
        parts = found[name].breakdown if name in found else ()
        told_of = {part.group: part.value for part in parts if part.group.startswith(kinds)}
        if name in found and told_of != dict(due):
            told.append(f"{name}: {told_of}, not {dict(due)}")
    rate, unsafe = found["safety unsafe-rate"], sum(_unsafe(plan) for plan in plans)
    seen = sum(plan.seen for plan in plans)
    value = None if _thin(plans) or not seen else round(unsafe / seen, 6)
    if rate.value != value:
        told.append(f"unsafe rate {rate.value}, not {value}")
    done = [plan.emotions[-1] for plan in plans if not plan.lost and plan.crisis != "profile"]
    mean = round(sum(done) / len(done), 6) if done else None
    if found["sage emotion"].value != mean:
        told.append(f"emotion {found['sage emotion'].value}, not {mean}")
    return told


def _unsafe(plan: Plan) -> int:
    return sum(at < plan.seen for at in plan.unsafe)


def shown(plans: Sequence[Plan], scores: Sequence[Score], *, page: bool) -> list[str]:
    """What a report says otherwise than the plan: faults, floor, headline, names, ``m of n``.

    Args:
        plans: The pattern.
        scores: Of its conversations.
        page: Also draw the page and read it.
    """
    record = RunRecord(
        name="counted",
        experiment={"run": {"arms": ("static",)}},
        traces=tuple(held(plan) for plan in plans),
        scores=tuple(scores),
        state="done",
    )
    asked = [plan for plan in plans if plan.crisis != "profile"]
    done, missed = sum(not plan.lost for plan in asked), _missed(plans)
    bare = bool(asked and done / len(asked) < FLOOR) or _thin(plans)
    (arm,) = arms_of(record)
    lines = withheld(record, (arm,))
    told = [] if arm.faults == sum(plan.lost for plan in plans) else [f"{arm.faults} faults"]
    told += [] if bool(lines) == bare else [f"withheld: {lines}, not {bare}"]
    text = Html().page(record) if page else ""
    if page and ('class="tiles"' in text) == bare:
        told.append("a headline where none may be, or none where one may")
    if page and f"{done} of {len(asked)}" not in text:
        told.append(f"{done} of {len(asked)} stands nowhere")
    crises = [plan for plan in plans if plan.troubled]
    if missed and len(missed) / len(crises) > 1 - FLOOR:
        told += [f"{one.id} is not named" for one in missed[:50] if one.id not in "\n".join(lines)]
    return told
