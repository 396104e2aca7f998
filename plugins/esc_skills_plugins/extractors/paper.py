"""Extractor that asks a model: four dimensions for every supporter turn, checked afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import Dialogue, InterventionUnit, SeekerState, Source, Taxonomy, Turn
from esc_skills.model.taxonomy import Label
from esc_skills.spec import Ask, Context, Prompt, hookimpl
from esc_skills_plugins._shared.cues import READ_LIMIT, note_cut
from esc_skills_plugins._shared.echoes import row
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins._shared.taxonomy import load_taxonomy
from esc_skills_plugins._shared.together import together
from esc_skills_plugins.extractors.checking import (
    EMOTIONS,
    Annotation,
    Checker,
    StateReading,
    TurnReading,
)
from esc_skills_plugins.extractors.windows import Span, Window, windows

ROLE = "extractor"
"""Model role that is asked."""


@attrs.frozen(kw_only=True)
class Paper:
    """Asks for scenario, state, action and change of every supporter turn."""

    name: ClassVar[str] = "paper"
    summary: ClassVar[str] = "a model annotates four dimensions; labels and quotes are checked"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "gold strategies": {"gold_strategies": False},
        "quoted proof": {"proof": False},
    }
    """What can be left out, with the settings that switch it off."""

    taxonomy_file: str = ""
    """Path of a taxonomy in TOML; empty for the shipped one."""
    window: int = attrs.field(default=20, validator=attrs.validators.ge(2))
    """Turns that one question annotates, from 2."""
    overlap: int = attrs.field(default=6, validator=attrs.validators.ge(0))
    """Turns before a window that are shown too, from 0."""
    recent: int = attrs.field(default=12, validator=attrs.validators.ge(1))
    """Last turns of a live conversation that are read, from 1."""
    gold_strategies: bool = True
    """Whether the corpus's own strategies are shown and kept where it has some."""
    proof: bool = True
    """Whether a change for better or worse needs a quote of the seeker's answer."""
    situation: bool = False
    """Whether the seeker's description from before the talk is shown."""
    language: str = "en"
    """Language of the prompts, BCP 47; English and Chinese are written."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The labels it writes."""
        return load_taxonomy(self.taxonomy_file)

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a window, and one a reading; half of a window's turns are annotated."""
        return (
            Ask(
                role=ROLE,
                per="turn",
                group=self.window,
                prompt=self._prompt("annotate", {"turns": "0"}, ()),
                into=Annotation,
                turns=self.window + self.overlap + 1,
                answer=self.window // 2 * 130,
            ),
            Ask(
                role=ROLE,
                per="reading",
                prompt=self._prompt("state", {}, ()),
                into=StateReading,
                turns=self.recent,
                answer=70,
            ),
        )

    async def extract(self, dialogue: Dialogue, ctx: Context) -> tuple[InterventionUnit, ...]:
        """Cut one dialogue; every supporter turn becomes a unit, in turn order.

        A turn that the model did not annotate becomes a unit without labels, so that it is
        counted and never mistaken for evidence.
        """
        note_cut(dialogue, ctx)
        checker = Checker(taxonomy=self.taxonomy)
        cuts = tuple(windows(dialogue.turns, self.window, self.overlap))
        read = await together(self._read(dialogue, window, ctx, checker) for window in cuts)
        units = tuple(
            self._unit(dialogue, span, readings.get(span.index), checker)
            for window, readings in zip(cuts, read, strict=True)
            for span in window.spans
        )
        _tell(ctx, checker, dialogue.id)
        return units

    async def read_state(self, history: tuple[Turn, ...], ctx: Context) -> SeekerState:
        """Read the seeker's state after the last turn of ``history``; empty when unclear."""
        checker = Checker(taxonomy=self.taxonomy)
        seen = history[-self.recent :]
        said = "\n".join(turn.text for turn in seen if turn.speaker == "seeker")
        if not said.strip():
            return SeekerState(scenario="", label="")
        question = self._prompt("state", {}, [("conversation", self._shown(seen, 0))])
        try:
            reading = await ctx.ask(ROLE, question, into=StateReading)
        except ReplyError as fault:
            ctx.note("state-unread", reason=fault.message[:200])
            return SeekerState(scenario="", label="")
        state = checker.state(reading, said)
        _tell(ctx, checker, "")
        return state

    async def _read(
        self, dialogue: Dialogue, window: Window, ctx: Context, checker: Checker
    ) -> Mapping[int, TurnReading]:
        """Annotations by turn; only of turns that were asked for, the first of each."""
        shown = dialogue.turns[window.first : window.last + 1]
        data = [("conversation", self._shown(shown, window.first))]
        if self.situation and dialogue.situation:
            data.insert(0, ("situation", row(text=dialogue.situation[:READ_LIMIT])))
        asked = [span.index for span in window.spans]
        question = self._prompt("annotate", {"turns": ", ".join(map(str, asked))}, data)
        try:
            answer = await ctx.ask(ROLE, question, into=Annotation)
        except ReplyError as fault:
            ctx.note("window-unread", first=asked[0], turns=len(asked), reason=fault.message[:200])
            return {}
        found: dict[int, TurnReading] = {}
        for reading in answer.turns:
            if reading.turn in asked and reading.turn not in found:
                found[reading.turn] = reading
            else:
                checker.counts["entry for a turn nobody asked for"] += 1
        checker.counts["turn left out"] += len(asked) - len(found)
        return found

    def _unit(
        self, dialogue: Dialogue, span: Span, found: TurnReading | None, checker: Checker
    ) -> InterventionUnit:
        reading = found or TurnReading(turn=span.index)
        turn = dialogue.turns[span.index]
        before = checker.state(_before(reading), _heard(dialogue.turns[: span.index]))
        after = StateReading(
            scenario=before.scenario,
            state=reading.state_after,
            intensity=reading.intensity_after,
        )
        action = checker.action(reading.action, turn, gold=self.gold_strategies)
        change = checker.change(reading, span.answer, proved=self.proof)
        return InterventionUnit(
            source=Source(
                dialogue=dialogue.id,
                first=span.index,
                last=span.last,
                corpus=dialogue.corpus,
                licence=dialogue.licence,
            ),
            before=before,
            action=action,
            change=change if found else checker.no_change("not annotated"),
            # Where nobody answers, nothing is known of the state after.
            after=checker.state(after, "") if span.answer else before,
            position=round(span.index / max(1, len(dialogue.turns) - 1), 6),
            context=span.context,
        )

    def _shown(self, turns: Sequence[Turn], first: int) -> str:
        return "\n".join(self._line(turn, first + at) for at, turn in enumerate(turns))

    def _line(self, turn: Turn, number: int) -> str:
        gold = {"strategy": turn.strategies} if self.gold_strategies and turn.strategies else {}
        return row(turn=number, speaker=turn.speaker, **gold, text=turn.text[:READ_LIMIT])

    def _prompt(
        self, step: str, slots: Mapping[str, str], data: Sequence[tuple[str, str]]
    ) -> Prompt:
        known = {**_label_lists(self.taxonomy_file), **slots}
        return prompt("extractors", "paper", step, language=self.language, slots=known, data=data)


def _label_lists(path: str) -> Mapping[str, str]:
    """Labels with their definitions, as they stand in a prompt."""
    taxonomy = load_taxonomy(path)
    return {
        "scenarios": _listed(taxonomy.scenarios),
        "states": _listed(taxonomy.states),
        "actions": "\n".join(
            f"- {item.name} ({item.strategy}): {item.definition}" for item in taxonomy.actions
        ),
        "changes": _listed(taxonomy.changes),
        "emotions": ", ".join(EMOTIONS),
    }


def _listed(labels: Sequence[Label]) -> str:
    return "\n".join(f"- {item.name}: {item.definition}" for item in labels)


def _before(reading: TurnReading) -> StateReading:
    return StateReading(
        scenario=reading.scenario,
        state=reading.state,
        emotion=reading.emotion,
        intensity=reading.intensity,
        cues=reading.cues,
    )


def _heard(turns: Sequence[Turn]) -> str:
    """What the seeker said so far."""
    return "\n".join(turn.text for turn in turns if turn.speaker == "seeker")


def _tell(ctx: Context, checker: Checker, dialogue: str) -> None:
    for kind, count in sorted(checker.counts.items()):
        if count:
            ctx.note("annotation-checked", what=kind, count=count, dialogue=dialogue)


@hookimpl
def esc_skills_extractors() -> list[type[Paper]]:
    """The extractor of this module."""
    return [Paper]
