"""The seeker's own words, made ready to be said back: a topic, a feeling, a short quote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import attrs

from esc_skills.model import SeekerState
from esc_skills_plugins._shared.strategyview import View
from esc_skills_plugins.responders.wording import Wording

_QUOTE = (3, 10)
_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
_MY = re.compile(r"\bmy ([a-z-]+)(?: ([a-z-]+))?")
_CLAUSE = re.compile(r"[.!?;:,\n()]+|\s+-+\s+|…| (?=(?:but|and i|because)\b)", re.IGNORECASE)
_QUOTABLE = re.compile(r"[A-Za-z][A-Za-z '’-]*")
_NOT = re.compile(r"^(not|never|no|hardly|isn|wasn|aren|don|doesn|didn)$|n['’]t$")
_REACH = 4
_OWN = frozenset(["i", "i'm", "i’m", "im", "me", "feel", "feeling", "felt"])
_EASY = frozenset(["calmer", "closing", "ready-to-act"])
_PLAIN = frozenset(
    [
        *("a", "about", "all", "also", "am", "an", "and", "are", "as", "at", "be", "because"),
        *("been", "but", "by", "can", "could", "did", "do", "does", "for", "from", "get", "go"),
        *("had", "has", "have", "he", "hello", "her", "hey", "hi", "him", "his", "how", "i", "if"),
        *("i'm", "in", "is", "it", "it's", "its", "just", "like", "me", "much", "my", "no", "not"),
        *("of", "oh", "ok", "okay", "on", "or", "our", "really", "she", "so", "some", "thank"),
        *("thanks", "that", "the", "their", "them", "then", "there", "they", "think", "this", "to"),
        *("too", "up", "us", "very", "was", "we", "well", "were", "what", "when", "which", "who"),
        *("why", "will", "with", "would", "yeah", "yes", "you", "your"),
    ]
)


@attrs.frozen
class Mirror:
    """What of the seeker's words can be said back; empty where nothing fits."""

    topic: str = ""
    """Noun phrase, such as ``your exam``."""
    feeling: str = ""
    """Adjective, such as ``worried``."""
    quote: str = ""
    """A clause of three to ten words, from the seeker's last message."""

    def fill(self, line: str) -> str:
        """Fill the slots of a line; empty when a slot cannot be filled."""
        for slot, words in (("topic", self.topic), ("feeling", self.feeling)):
            if "{" + slot + "}" in line:
                if not words:
                    return ""
                line = line.replace("{" + slot + "}", words)
        return line[:1].upper() + line[1:]


def mirror(view: View, state: SeekerState, wording: Wording) -> Mirror:
    """Read what can be said back."""
    return Mirror(
        topic=_topic(view, state, wording),
        feeling=_feeling(view.heard, state, wording),
        quote=_quote(view),
    )


def _topic(view: View, state: SeekerState, wording: Wording) -> str:
    """What the seeker names most often, or named first; not twice in a row."""
    blocks = [*(step.seeker for step in view.steps), view.now]
    counts = Counter(phrase for block in blocks for phrase in _mine(block, state, wording))
    named = [phrase for phrase, _ in counts.most_common()]
    general = wording.topics.get(state.scenario, "")
    known = [phrase for phrase in (*named, general) if phrase]
    fresh = (phrase for phrase in known if phrase not in view.said)
    return next(fresh, known[0] if known else "")


def _mine(block: str, state: SeekerState, wording: Wording) -> Iterator[str]:
    for found in _MY.finditer(block.lower()):
        noun, phrase = found[1], f"your {found[1]}"
        if noun in wording.before and found[2]:
            noun, phrase = found[2], f"your {found[1]} {found[2]}"
        if noun in wording.things:
            yield phrase
        elif noun in wording.people and state.scenario != "grief":
            # After a death, a person is no story.
            yield f"the whole story with {phrase}"


def _feeling(heard: str, state: SeekerState, wording: Wording) -> str:
    """An adjective that the seeker said of themselves; else one that names the state."""
    for clause in _CLAUSE.split(heard.lower()):
        words: list[str] = _WORD.findall(clause or "")
        for place, word in enumerate(words):
            before = words[max(0, place - _REACH) : place]
            if word in wording.adjectives and _OWN.intersection(before):
                return "" if any(map(_NOT.search, before)) else word
    if state.label in _EASY:
        return ""
    named = (wording.feelings.get(key, "") for key in (state.emotion, state.label))
    return next(filter(None, named), "")


def _quote(view: View) -> str:
    """The clause with most telling words; never one with digits, signs or an old quote."""
    said = " ".join(step.supporter.lower() for step in view.steps)
    best, most = "", 1
    for clause in _CLAUSE.split(view.now):
        text = (clause or "").strip(" '’-")
        words = _WORD.findall(text.lower())
        if not _QUOTE[0] <= len(words) <= _QUOTE[1] or not _QUOTABLE.fullmatch(text):
            continue
        telling = sum(word not in _PLAIN for word in words)
        if telling > most and text.lower() not in said:
            best, most = text, telling
    return best
