"""Finding cue words and phrases in a text: one walk reads all labels of a lexicon at once.

A cue is lower case; ``overwhelm*`` stands for every word that begins so. Apostrophes and the
long or short spelling of ``do not`` make no difference. A longer phrase weighs more, because
it is more specific. A cue of one or two words does not count after a negation in its clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from esc_skills.model import Dialogue, Label
from esc_skills.spec import Context

READ_LIMIT = 4000
"""Characters of one message that are read; the rest of a longer one is left aside."""

_TOKEN = re.compile(r"\w+|[.,;:!?]")
_STOP = frozenset(".,;:!?") | {"but", "because", "though"}
_NEGATORS = frozenset(
    [
        "not",
        "never",
        "no",
        "dont",
        "doesnt",
        "didnt",
        "isnt",
        "wasnt",
        "arent",
        "werent",
        "havent",
        "hasnt",
        "hadnt",
        "wont",
        "wouldnt",
        "cant",
        "couldnt",
        "shouldnt",
        "hardly",
        "without",
        "neither",
        "nor",
        "nothing",
    ]
)
_SHORT = {
    "i am": "im", "i have": "ive", "i would": "id", "you are": "youre",
    "it is": "its", "that is": "thats", "he is": "hes", "she is": "shes", "they are": "theyre",
    "do not": "dont", "does not": "doesnt", "did not": "didnt", "is not": "isnt",
    "was not": "wasnt", "are not": "arent", "have not": "havent", "has not": "hasnt",
    "will not": "wont", "would not": "wouldnt", "can not": "cant", "cannot": "cant",
    "could not": "couldnt", "should not": "shouldnt", "what is": "whats", "there is": "theres",
    "no one": "noone", "every one": "everyone", "u": "you", "ur": "your", "r": "are",
}  # fmt: skip
_LONG = re.compile(r"\b(" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")\b")
_END = ""  # no token is empty, so the empty key can hold what ends at a node
_NEGATED_UP_TO = 2
_NEGATION_REACH = 3

Payload = tuple[str, float, int]
"""Label, weight, length in words."""
Node = dict[str, Any]


def tokens(text: str, limit: int | None = READ_LIMIT) -> list[str]:
    """Words and sentence marks of a text, in one spelling.

    Args:
        text: Any text.
        limit: Characters that are read; None for all.
    """
    flat = text[:limit].casefold().replace("’", "'").replace("'ll", " will").replace("'", "")
    return _TOKEN.findall(_LONG.sub(lambda found: _SHORT[found[0]], flat))


def note_cut(dialogue: Dialogue, ctx: Context) -> None:
    """Note how many messages of a dialogue are longer than what is read of them (I15)."""
    if long := sum(len(turn.text) > READ_LIMIT for turn in dialogue.turns):
        ctx.note("text cut for reading", dialogue=dialogue.id, turns=long, limit=READ_LIMIT)


@attrs.frozen(eq=False)
class Lexicon:
    """Cues of several labels, ready to be looked up."""

    root: Node
    """First word → second word → …; the empty key holds the cues that end there."""
    stems: tuple[str, ...]
    """Beginnings of words written with a star."""
    known: dict[str, tuple[tuple[str, ...], tuple[Node, ...]]] = attrs.field(factory=dict)
    """Keys by word, and where cues that begin so go on: a cache that never changes an answer."""

    def hits(self, text: str) -> dict[str, float]:
        """Weight of the cues found, by label, in the order of first appearance."""
        return self.count(tokens(text))

    def phrases(self, text: str, label: str) -> tuple[str, ...]:
        """Words of the text in which a label's cues were found, in order, without doubles."""
        words = tokens(text)
        found: dict[str, None] = {}
        for start, ended in self._ended(words):
            for name, weight, length in ended:
                if name == label and (length > _NEGATED_UP_TO or not _negated(words, start)):
                    found[" ".join(words[start : start + round(2 * weight) - 1])] = None
        return tuple(found)

    def count(self, words: Sequence[str]) -> dict[str, float]:
        """As ``hits``, for a text already split by ``tokens``."""
        found: dict[str, float] = {}
        for start, ended in self._ended(words):
            for label, weight, length in ended:
                if length > _NEGATED_UP_TO or not _negated(words, start):
                    found[label] = found.get(label, 0.0) + weight
        return found

    def _ended(self, words: Sequence[str]) -> Iterator[tuple[int, list[Payload]]]:
        """Where a cue begins, and all cues that begin there."""
        known = self.known
        keys = [known.get(word) or self._keys(word) for word in words]
        for start, (_, nodes) in enumerate(keys):
            if nodes and (ended := _walk(nodes, keys, start)):
                yield start, ended

    def _keys(self, word: str) -> tuple[tuple[str, ...], tuple[Node, ...]]:
        keys = (word, *(f"{stem}*" for stem in self.stems if word.startswith(stem)))
        found = keys, tuple(self.root[key] for key in keys if key in self.root)
        if len(self.known) < 50_000:
            self.known[word] = found
        return found


def _walk(
    nodes: Sequence[Node],
    keys: Sequence[tuple[tuple[str, ...], tuple[Node, ...]]],
    start: int,
) -> list[Payload]:
    ended = [payload for node in nodes for payload in node.get(_END, ())]
    for here, _ in keys[start + 1 : start + 9]:
        nodes = [node[key] for node in nodes for key in here if key in node]
        if not nodes:
            break
        for node in nodes:
            ended += node.get(_END, ())
    return ended


def _negated(words: Sequence[str], start: int) -> bool:
    for word in reversed(words[max(0, start - _NEGATION_REACH) : start]):
        if word in _STOP:
            return False
        if word in _NEGATORS:
            return True
    return False


def _split(cue: str) -> list[str]:
    starred = cue.replace("*", "stemstar")
    return [word.replace("stemstar", "*") for word in tokens(starred)]


def compile_cues(cues: Mapping[str, Iterable[str]]) -> Lexicon:
    """Make a lexicon of label → cues; cues that begin with ``!`` count also when negated."""
    root: Node = {}
    stems: set[str] = set()
    for label, phrases in cues.items():
        for phrase in dict.fromkeys(phrases):
            words = _split(phrase.removeprefix("!"))
            stems |= {word[:-1] for word in words if word.endswith("*")}
            node = root
            for word in words:
                node = node.setdefault(word, {})
            length = 99 if phrase.startswith("!") else len(words)
            if words:
                weight = 1 + (len(words) - 1) / 2
                node.setdefault(_END, []).append((label, weight, length))
    return Lexicon(root, tuple(sorted(stems)))


@lru_cache(maxsize=64)
def lexicon_of(labels: tuple[Label, ...]) -> Lexicon:
    """The lexicon of a taxonomy's dimension, made once for equal labels."""
    return compile_cues({label.name: label.cues for label in labels})
