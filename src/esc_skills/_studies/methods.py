"""The methods paragraph: what a study did, in words that a paper can take over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import attrs

LISTED = 8
"""Most names that a sentence lists; of more it tells the count, and the tables have the names."""


@attrs.frozen(kw_only=True)
class CorpusFacts:
    """A corpus, as the preparation report has it."""

    name: str
    """Component name."""
    licence: str
    """Licence tag."""
    dialogues: int
    """Dialogues that skills were learnt from; the most of any seed."""
    held_out: int = 0
    """Dialogues kept out of the bank, that every arm answered; the most of any seed."""


@attrs.frozen(kw_only=True)
class Facts:
    """All that the paragraph may say; an empty field is passed over in silence."""

    version: str
    """Version of this software."""
    python: str
    """Version of Python."""
    foreign: tuple[str, ...] = ()
    """Plug-ins of other distributions that took part, as ``NAME (DISTRIBUTION VERSION)``."""
    corpora: tuple[CorpusFacts, ...] = ()
    """What skills were learnt from, and answers scored on."""
    profiles: tuple[str, ...] = ()
    """Profile sets that the scored seekers came from."""
    seekers: int = 0
    """Different seekers that every arm met; 0 where no conversation was scored."""
    repeats: int = 1
    """Conversations of every arm with each of them, under each seed."""
    simulator: str = ""
    """Seeker component."""
    protocol: str = ""
    """Signature that the scores of conversations share."""
    seeds: tuple[int, ...] = ()
    """Run seeds."""
    models: Mapping[str, str] = attrs.field(factory=dict)
    """Model by model role, with its sampling where it is set; empty where none was asked."""
    variants: tuple[str, ...] = ()
    """Configurations, the reference first."""
    arms: tuple[str, ...] = ()
    """Arms that were compared, the reference first."""
    over: Literal["seekers", "seeds"] = "seekers"
    """Whom intervals speak of: other ``seekers`` (for answers, dialogues), or ``seeds`` too."""
    level: float = 0.95
    """Confidence of the intervals, and of the floor."""
    tests: tuple[str, ...] = ()
    """How differences were tested, as ``Contrast.test`` has it; empty where nothing was."""
    family: int = 0
    """Contrasts of the main measure; they were corrected together."""
    others: int = 0
    """Contrasts of all other measures; they were a family of their own."""
    correction: str = "Holm"
    """Whose correction."""
    alpha: float = 0.05
    """Largest corrected p-value of a difference that is called one."""
    power: float = 0.8
    """Power that the least detectable difference is worked out for."""
    floor: bool = False
    """Whether a noise floor was known: some seeker was met more than once."""
    lost: int = 0
    """Conversations and answers that came to nothing and are in no score."""
    tried: int = 0
    """Conversations and answers that were tried."""


def methods(facts: Facts) -> str:
    """The paragraph, in the past tense; every number and name in it comes from the facts."""
    parts = (_data, _seekers, _models, _compared, _statistics, _lost, _software)
    return " ".join(sentence for part in parts for sentence in part(facts))


def _data(facts: Facts) -> Iterator[str]:
    learnt = [one for one in facts.corpora if one.dialogues]
    if learnt:
        yield f"Skills were learnt from {_listed([_corpus(one) for one in learnt])}."
    held = [one for one in facts.corpora if one.held_out]
    if held:
        some = _listed([f"{one.held_out:,} of {one.name}" for one in held])
        yield f"Every arm answered dialogues kept out of the bank ({some})."


def _corpus(one: CorpusFacts) -> str:
    return f"{one.name} ({_counted(one.dialogues, 'dialogue')}, licence {one.licence})"


def _seekers(facts: Facts) -> Iterator[str]:
    under = f" under {_counted(len(facts.seeds), 'run seed')} ({_listed(facts.seeds)})"
    seeds = under if facts.seeds else ""
    if facts.seekers:
        sets = f" of the profile set {_listed(facts.profiles)}" if facts.profiles else ""
        played = f", played by {facts.simulator}," if facts.simulator else ""
        often = "once" if facts.repeats == 1 else f"{facts.repeats:,} times"
        yield (
            f"Every arm met {_counted(facts.seekers, 'simulated seeker')}{sets}{played} "
            f"{often} each{seeds}."
        )
        if facts.protocol:
            yield f"The protocol was {facts.protocol}."
    elif seeds:
        yield f"All was done{seeds}."


def _models(facts: Facts) -> Iterator[str]:
    if not facts.models:
        yield "No language model was used."
        return
    asked = [f"{model} as {role}" for role, model in sorted(facts.models.items())]
    yield f"The language models were {_listed(asked)}."


def _compared(facts: Facts) -> Iterator[str]:
    if len(facts.variants) > 1:
        yield f"The study had {_many(facts.variants, 'configuration')}."
    if len(facts.arms) > 1:
        yield f"It compared {_many(facts.arms, 'arm')}."
        paired = {
            "conversations by seeker, repeat and seed": facts.seekers > 0,
            "answers by dialogue and seed": _answered(facts),
        }
        if any(paired.values()):
            yield f"Arms were paired, {_chosen(paired)}."


def _statistics(facts: Facts) -> Iterator[str]:
    share = f"{100 * facts.level:g} %"
    whom = {
        "seeker": facts.seekers > 0,
        "dialogue": _answered(facts),
        "seed": facts.over == "seeds",
    }
    yield f"Intervals are at {share}, clustered by {_chosen(whom) or 'item'}."
    if not facts.tests:
        return
    yield f"Differences were tested two-sided ({'; '.join(facts.tests)})."
    if max(facts.family, facts.others) > 1:
        kinds = {
            f"{facts.family:,} contrasts of the main measure": facts.family > 0,
            f"{facts.others:,} contrasts of other measures": facts.others > 0,
        }
        apart = " (apart)" if facts.family and facts.others else ""
        yield (
            f"The p-values of {_chosen(kinds)}{apart} were corrected after {facts.correction}; "
            f"one of at most {facts.alpha:g} counted."
        )
    else:
        yield f"A p-value of at most {facts.alpha:g} counted."
    if facts.floor:
        yield (
            "The noise floor is what two runs of the reference differed by at most in "
            f"{share} of tries."
        )
    yield (
        "The least detectable difference is the true one that as many pairs find with power "
        f"{facts.power:g}."
    )


def _lost(facts: Facts) -> Iterator[str]:
    if facts.tried:
        what = _chosen({"conversations": facts.seekers > 0, "answers": _answered(facts)})
        lost = f"{facts.lost:,} came to nothing and stood in no score"
        yield f"Of {facts.tried:,} {what or 'items'}, {lost}."


def _software(facts: Facts) -> Iterator[str]:
    yield f"The software was ESC-Skills {facts.version} on Python {facts.python}."
    if facts.foreign:
        yield f"Plug-ins of other distributions took part: {_listed(facts.foreign)}."


def _listed(items: Sequence[object]) -> str:
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _many(names: Sequence[str], noun: str) -> str:
    count = _counted(len(names), noun)
    if len(names) > LISTED:
        return f"{count} (reference: {names[0]})"
    return f"{count}, {_listed(names)} (reference: {names[0]})"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _answered(facts: Facts) -> bool:
    return any(one.held_out for one in facts.corpora)


def _chosen(words: Mapping[str, bool]) -> str:
    return _listed([word for word, there in words.items() if there])
