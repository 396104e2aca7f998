"""What a reply changed, judged on the spot: ratings, tone, length and words of the next turns.

Each rule adds a signal for one change label. The sum of the signals gives the polarity, the
strongest signal of that polarity the label. The file a dialogue came from is never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from esc_skills.model import Change, Polarity, Taxonomy
from esc_skills_plugins._shared.affect import Heard

ADVICE = frozenset({"Providing Suggestions", "Information"})
"""Strategies after which accepting or rejecting has something to refer to."""
_LEVEL = {1: -0.9, 2: -0.6, 3: -0.1, 4: 0.1, 5: 0.35}
_STEP = 0.6
_TONE = 0.8
_LEAST_TONE = 0.3
_CUE = 0.5
_CUE_CAP = 1.2
_SURVEY = 0.08
_DISTANT = 0.6
_FULL = 2.5
_TURNS_TO_ADVICE = frozenset({"accepts-suggestion", "rejects-advice"})


@attrs.frozen
class Signal:
    """One reason to believe in one change."""

    label: str
    """Change label it speaks for."""
    weight: float
    """Positive when it is good for the seeker."""
    rule: str
    """The rule in a few characters; no quotes."""


@attrs.frozen(kw_only=True)
class Aftermath:
    """All facts that bear on the outcome of one supporter turn."""

    strategy: str
    """ESConv strategy of the turn."""
    before: Heard | None
    """The seeker's words that the turn answers; None at the beginning."""
    after: Heard | None
    """The seeker's next words; None when there are none."""
    rated: tuple[int | None, int | None] = (None, None)
    """Ratings 1-5, the last before the turn and the first that covers it."""
    distance: int = 0
    """Supporter turns between this one and the rating, from 0."""
    survey: tuple[int | None, int | None] = (None, None)
    """Intensity 1-5 before and after the whole talk."""
    early: bool = False
    """True while the seeker has only begun to tell."""


def judge(facts: Aftermath, taxonomy: Taxonomy, rise: float, fall: float) -> Change:
    """Name the change and its polarity.

    Args:
        facts: What is known.
        taxonomy: Change labels with their polarity.
        rise: Sum from which the change is positive.
        fall: Sum, below zero, from which it is negative.
    """
    if facts.after is None:
        return Change(
            label=_known(taxonomy, "continues"),
            polarity="neutral",
            evidence=("no answer",),
            confidence=0.1,
        )
    signals = [signal for signal in _signals(facts, taxonomy) if signal.weight]
    up = sum(signal.weight for signal in signals if signal.weight > 0)
    down = -sum(signal.weight for signal in signals if signal.weight < 0)
    net = up - down
    polarity: Polarity = "positive" if net >= rise else "negative" if net <= -fall else "neutral"
    return Change(
        label=_label(signals, polarity, facts.after, taxonomy),
        polarity=polarity,
        evidence=tuple(dict.fromkeys(signal.rule for signal in signals)),
        confidence=_confidence(net, up + down, polarity, rise if net > 0 else fall),
    )


def _signals(facts: Aftermath, taxonomy: Taxonomy) -> Iterator[Signal]:
    yield from _from_rating(facts)
    yield from _from_survey(facts.survey)
    if facts.after is not None:
        yield from _from_words(facts.after.marks["change"], facts.strategy, taxonomy)
        if facts.before is not None:
            yield from _from_tone(facts.before, facts.after, early=facts.early)
            yield from _from_length(facts.before, facts.after)


def _from_rating(facts: Aftermath) -> Iterator[Signal]:
    old, new = facts.rated
    if new is None:
        return
    near = _DISTANT**facts.distance
    label = "feels-understood" if new >= 4 else "withdraws"
    yield Signal(label, _LEVEL[new] * near, f"feedback {new}")
    if old is not None and old != new:
        label = "feels-understood" if new > old else "withdraws"
        yield Signal(label, (new - old) * _STEP * near, f"feedback {old}→{new}")


def _from_survey(survey: tuple[int | None, int | None]) -> Iterator[Signal]:
    first, last = survey
    if first is not None and last is not None and first != last:
        label = "calms" if first > last else "more-distressed"
        yield Signal(label, (first - last) * _SURVEY, f"survey {first}→{last}")


def _from_tone(before: Heard, after: Heard, *, early: bool) -> Iterator[Signal]:
    step = after.compound - before.compound
    if abs(step) < _LEAST_TONE:
        return
    rule = f"tone {before.compound:+.1f}→{after.compound:+.1f}"
    if step > 0:
        yield Signal("calms", step * _TONE, rule)
    elif early or (after.words >= 15 and after.words > 1.5 * before.words):
        # Telling a painful thing at length sounds sad, yet it is trust and not harm.
        yield Signal("opens-up", 0.3, f"{rule} while telling more")
    else:
        yield Signal("more-distressed", step * _TONE, rule)


def _from_length(before: Heard, after: Heard) -> Iterator[Signal]:
    rule = f"words {before.words}→{after.words}"
    if after.words >= 20 and after.words >= 2 * before.words:
        yield Signal("opens-up", 0.6, rule)
    elif _cold(after) and before.words >= 8:
        yield Signal("withdraws", -0.7, rule)


def _cold(after: Heard) -> bool:
    return after.words <= 3 and after.compound < _LEAST_TONE and not after.question


def _from_words(marks: Mapping[str, float], strategy: str, taxonomy: Taxonomy) -> Iterator[Signal]:
    for label in taxonomy.changes:
        weight = min(_CUE_CAP, marks.get(label.name, 0.0) * _CUE)
        if label.polarity == "neutral" or not weight:
            continue
        if label.name in _TURNS_TO_ADVICE and strategy not in ADVICE:
            weight *= 0.5
        sign = 1 if label.polarity == "positive" else -1
        yield Signal(label.name, sign * weight, f"cue {label.name}")


def _label(signals: list[Signal], polarity: Polarity, after: Heard, taxonomy: Taxonomy) -> str:
    if polarity == "neutral":
        return _known(taxonomy, "asks-back" if after.question else "continues")
    sums: dict[str, float] = {}
    for signal in signals:
        label = taxonomy.label("change", signal.label)
        if label is not None and label.polarity == polarity:
            # The survey speaks of the whole talk, so it never names what one turn did.
            share = 0.0 if signal.rule.startswith("survey") else abs(signal.weight)
            sums[signal.label] = sums.get(signal.label, 0.0) + share
    return min(sums, key=lambda name: (-sums[name], name)) if sums else ""


def _known(taxonomy: Taxonomy, name: str) -> str:
    if taxonomy.label("change", name) is not None:
        return name
    return next((label.name for label in taxonomy.changes if label.polarity == "neutral"), "")


def _confidence(net: float, total: float, polarity: Polarity, threshold: float) -> float:
    if polarity == "neutral":
        return round(max(0.1, 0.8 * (1 - abs(net) / threshold)), 3)
    agreement = abs(net) / total
    return round(min(1.0, abs(net) / _FULL) * agreement, 3)
