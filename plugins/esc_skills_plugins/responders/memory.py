"""Short, general sentences from the training dialogues, to be said again where they fit.

A sentence is kept only when it names nobody and nothing of its own talk: no names, numbers or
first person, and few words that the present seeker has not used. It is read from the units at
every run and never stored in a bank.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import attrs

from esc_skills.model import InterventionUnit, Taxonomy
from esc_skills_plugins._shared.acts import ActReader, act_reader
from esc_skills_plugins._shared.strategyfeatures import stem

Talk = tuple[str, str]
"""Corpus and dialogue."""
_LENGTH = (5, 16)
_MOST = 150
_COMMON = 0.04
_LEAST_SHARED = 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_CLEAN = re.compile(r"[A-Z][a-z' ,]+[.?]")
_WORD = re.compile(r"[a-z']+")
_BARRED = re.compile(
    r"\b(i|i'm|i've|i'd|i'll|my|me|we|us|our|he|she|his|her|him|they|them|their|god|pray\w*|church"
    r"|chat\w*|survey|type|typing|click|hit|worker|bot|robot|kill\w*|die|dying|dead|suicid\w*|harm"
    r"|hurt yourself|medic\w*|pill\w*|drug\w*|dose|alcohol|weed|beer|wine|sue|lawyer|stupid|dumb"
    r"|lazy|fat|ugly|crazy|shut|hate|calm down|get over|just relax|should have|man|girl|boy|dear"
    r"|honey|sir|madam|covid|corona\w*|pandemic|hi|hello|hey|bye|goodbye|welcome|again|also|too)\b"
)


@attrs.frozen
class Sentence:
    """One sentence that may be said again."""

    text: str
    """Its words."""
    telling: frozenset[str]
    """Stems that are not common among supporters."""
    answered: frozenset[str]
    """Telling stems of the seeker's words that it answered."""
    talk: Talk
    """Where it was said."""


@attrs.frozen(eq=False)
class Memory:
    """Sentences by action."""

    sentences: Mapping[str, tuple[Sentence, ...]]
    """By action label."""
    common: frozenset[str]
    """Stems used in many dialogues; they fit any talk."""
    talks: Mapping[str, frozenset[Talk]]
    """Talks by a seeker's words in them: the present talk is never quoted from."""

    def recall(self, action: str, heard: Sequence[str]) -> tuple[str, ...]:
        """Sentences that do ``action`` and fit what was heard, best first.

        Args:
            action: Action label.
            heard: The seeker's messages so far, newest first.
        """
        known = self.sentences.get(action, ())
        if not known or not heard:
            return ()
        present = frozenset[Talk]().union(*(self.talks.get(block, ()) for block in heard))
        last = stems(heard[0]) - self.common
        every = frozenset().union(*map(stems, heard))
        ranked = []
        for sentence in known:
            shared = 2 * len(sentence.telling & last) + len(sentence.answered & last)
            fits = shared >= _LEAST_SHARED and sentence.telling <= every
            if fits and sentence.talk not in present:
                ranked.append((-shared, sentence.text))
        return tuple(text for _, text in sorted(ranked))


@lru_cache(maxsize=16_384)
def stems(text: str) -> frozenset[str]:
    """Stems of the words of a text."""
    return frozenset(stem(word) for word in _WORD.findall(text.lower()))


def remember(units: Sequence[InterventionUnit], taxonomy: Taxonomy) -> Memory:
    """Keep what can be said again; turns after which the seeker was worse off are left out."""
    reader = act_reader(taxonomy)
    common = _common(units)
    talks: dict[str, set[Talk]] = defaultdict(set)
    kept: dict[str, dict[str, Sentence]] = defaultdict(dict)
    for unit in units:
        talk = (unit.source.corpus, unit.source.dialogue)
        talks[" ".join(unit.context.split())].add(talk)
        if unit.change.polarity == "negative" or not unit.action.label:
            continue
        answered = stems(unit.context) - common
        for text in _sentences(unit.action.text):
            if _act(text, reader) != unit.action.label:
                continue
            sentence = Sentence(text, stems(text) - common, answered, talk)
            kept[unit.action.label].setdefault(text, sentence)
    return Memory(
        sentences={action: _shortest(found.values()) for action, found in sorted(kept.items())},
        common=common,
        talks={words: frozenset(where) for words, where in talks.items()},
    )


def _act(text: str, reader: ActReader) -> str:
    """Action of a sentence by itself; empty when its mark tells another story."""
    label, strategy = reader.act(text)
    return label if text.endswith("?") == (strategy == "Question") else ""


def _shortest(found: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """The most general sentences: fewest telling stems, then shortest."""
    ranked = sorted(found, key=lambda one: (len(one.telling), len(one.text), one.text))
    return tuple(ranked[:_MOST])


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text.strip()):
        count = len(sentence.split())
        if not _LENGTH[0] <= count <= _LENGTH[1] or not _CLEAN.fullmatch(sentence):
            continue
        if not _BARRED.search(sentence.lower()):
            yield sentence


def _common(units: Sequence[InterventionUnit]) -> frozenset[str]:
    """Stems that supporters use in at least one of twenty-five dialogues, and in three."""
    by_talk: dict[Talk, set[str]] = defaultdict(set)
    for unit in units:
        by_talk[unit.source.corpus, unit.source.dialogue] |= stems(unit.action.text)
    counts = Counter(word for found in by_talk.values() for word in found)
    least = max(3, _COMMON * len(by_talk))
    return frozenset(word for word, count in counts.items() if count >= least)
