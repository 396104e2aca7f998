"""Extractor without a model: gold labels where a corpus has them, lexicons for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import attrs

from esc_skills.model import Action, Dialogue, InterventionUnit, SeekerState, Source, Taxonomy, Turn
from esc_skills.spec import Context, hookimpl
from esc_skills_plugins._shared.acts import act_reader
from esc_skills_plugins._shared.affect import Heard, Mood, state_reader
from esc_skills_plugins._shared.cues import note_cut
from esc_skills_plugins._shared.taxonomy import load_taxonomy
from esc_skills_plugins.extractors.outcome import Aftermath, judge


@attrs.frozen
class _Cut:
    """One supporter turn and the seeker's words around it."""

    index: int
    last: int
    context: str
    answer: str
    before: Mood
    after: Mood


@attrs.frozen(kw_only=True)
class Annotated:
    """Cuts every supporter turn into a unit, and reads seekers by cues."""

    name: ClassVar[str] = "annotated"
    summary: ClassVar[str] = "gold strategies and ratings, with a lexicon for states and changes"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "ratings of seekers": {"feedback": False, "survey": False},
    }
    """What can be left out, with the settings that switch it off."""

    taxonomy_file: str = ""
    """Path of a taxonomy in TOML; empty for the shipped one."""
    rise: float = attrs.field(default=0.8, validator=attrs.validators.gt(0))
    """Sum of signals from which a change is positive, above 0."""
    fall: float = attrs.field(default=0.6, validator=attrs.validators.gt(0))
    """Sum of signals, counted below zero, from which a change is negative, above 0."""
    window: int = attrs.field(default=3, validator=attrs.validators.ge(1))
    """Supporter turns that a rating covers; ESConv asks about the last two or three."""
    feedback: bool = True
    """Whether ratings may be used; switched off, words alone decide."""
    survey: bool = True
    """Whether the change of intensity over the whole talk may be used, as a weak prior."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The labels it writes."""
        return load_taxonomy(self.taxonomy_file)

    async def extract(self, dialogue: Dialogue, ctx: Context) -> tuple[InterventionUnit, ...]:
        """Cut one dialogue; every supporter turn becomes a unit, in turn order.

        The span of a unit begins at the supporter turn and ends with the seeker's answer.
        """
        taxonomy = self.taxonomy
        note_cut(dialogue, ctx)
        return tuple(self._unit(dialogue, cut, taxonomy) for cut in _cuts(dialogue, taxonomy))

    async def read_state(self, history: tuple[Turn, ...], ctx: Context) -> SeekerState:
        """Read the seeker's state after the last turn of ``history``."""
        texts = [turn.text for turn in history if turn.speaker == "seeker"]
        return state_reader(self.taxonomy).read(texts)

    def _unit(self, dialogue: Dialogue, cut: _Cut, taxonomy: Taxonomy) -> InterventionUnit:
        reader = state_reader(taxonomy)
        turn = dialogue.turns[cut.index]
        action, strategy = act_reader(taxonomy).act(turn.text, turn.strategies)
        facts = self._facts(dialogue, cut, strategy, taxonomy)
        return InterventionUnit(
            source=Source(
                dialogue=dialogue.id,
                first=cut.index,
                last=cut.last,
                corpus=dialogue.corpus,
                licence=dialogue.licence,
            ),
            before=reader.state(cut.before),
            action=Action(label=action, strategy=strategy, text=turn.text),
            change=judge(facts, taxonomy, self.rise, self.fall),
            after=reader.state(cut.after),
            position=round(cut.index / max(1, len(dialogue.turns) - 1), 6),
            context=cut.context,
        )

    def _facts(self, dialogue: Dialogue, cut: _Cut, strategy: str, taxonomy: Taxonomy) -> Aftermath:
        def heard(text: str) -> Heard | None:
            return state_reader(taxonomy).hear(text) if text else None

        old, new, distance = self._ratings(dialogue.turns, cut.index)
        survey = (dialogue.intensity_before, dialogue.intensity_after)
        return Aftermath(
            strategy=strategy,
            before=heard(cut.context),
            after=heard(cut.answer),
            rated=(old, new),
            distance=distance,
            survey=survey if self.survey else (None, None),
            early=cut.before.said <= 2,
        )

    def _ratings(self, turns: tuple[Turn, ...], index: int) -> tuple[int | None, int | None, int]:
        """Last rating before a turn, first one that covers it, turns between the two."""
        if not self.feedback:
            return None, None, 0
        old = next((turn.feedback for turn in reversed(turns[:index]) if turn.feedback), None)
        distance = 0
        for turn in turns[index + 1 :]:
            if turn.feedback:
                return old, turn.feedback, distance
            distance += turn.speaker == "supporter"
            if distance >= self.window:
                break
        return old, None, 0


def _cuts(dialogue: Dialogue, taxonomy: Taxonomy) -> Iterator[_Cut]:
    """Walk through a dialogue once; moods are carried on, never read anew."""
    turns = dialogue.turns
    reader = state_reader(taxonomy)
    moods = [Mood()]
    for turn in turns:
        heard = turn.speaker == "seeker"
        moods.append(reader.add(moods[-1], turn.text) if heard else moods[-1])
    context, follows = "", False
    for index, turn in enumerate(turns):
        if turn.speaker == "seeker":
            context = turn.text if follows or not context else f"{context} {turn.text}"
            follows = False
            continue
        follows = True
        first, last = _answer(turns, index)
        answer = " ".join(item.text for item in turns[first : last + 1])
        yield _Cut(index, max(index, last), context, answer, moods[index], moods[last + 1])


def _answer(turns: tuple[Turn, ...], index: int) -> tuple[int, int]:
    """First and last index of the seeker's next block; ``last`` is ``index`` without one."""
    first = index + 1
    while first < len(turns) and turns[first].speaker == "supporter":
        first += 1
    last = first
    while last < len(turns) and turns[last].speaker == "seeker":
        last += 1
    return (first, last - 1) if last > first else (index + 1, index)


@hookimpl
def esc_skills_extractors() -> list[type[Annotated]]:
    """The extractor of this module."""
    return [Annotated]
