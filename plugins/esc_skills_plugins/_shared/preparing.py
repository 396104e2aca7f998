"""What every corpus of dialogues does alike: skip, merge, find copies, split, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from esc_skills.errors import DataError
from esc_skills.model import Dialogue, Reading, Turn
from esc_skills_plugins._shared.cleaning import RULE
from esc_skills_plugins._shared.fields import Node, node
from esc_skills_plugins._shared.splits import SAID, SplitRule, settled, split_names
from esc_skills_plugins._shared.strictjson import Row
from esc_skills_plugins._shared.tally import Tally
from esc_skills_plugins._shared.textfile import TextFile
from esc_skills_plugins._shared.turns import MERGE_SAID, arranged


@attrs.frozen(kw_only=True)
class Draft:
    """What one record says, before the rules."""

    id: str
    """Dialogue id."""
    turns: list[Turn]
    """All messages, blank ones included."""
    facts: dict[str, Any] = attrs.field(factory=dict)
    """Further fields of the Dialogue: emotion, problem, situation, intensities, split."""


@attrs.frozen(kw_only=True)
class Preparation:
    """The settings of one reading, and its counts."""

    corpus: str
    """Component name."""
    licence: str
    """Licence tag of the data."""
    merge: bool = False
    """See MERGE_SAID."""
    split: SplitRule = "auto"
    """See SPLIT_RULES."""
    seed: int = 13
    """Seed of the split rule ``hash``."""
    skip_bad: bool = False
    """True leaves unusable records out and counts them."""
    esconv: bool = False
    """True for ESConv's own file, which has an official split."""
    tally: Tally = attrs.field(factory=Tally)
    """Findings of this reading."""

    def reading(
        self, file: TextFile, rows: Iterable[Row], draft: Callable[[Node, int], Draft]
    ) -> Reading:
        """Read all records.

        Args:
            file: Where the rows come from.
            rows: Records in file order.
            draft: Makes a record's draft from its node and its position.

        Raises:
            DataError: A record is unusable and ``skip_bad`` is off, or none is usable.
            ConfigError: The split rule does not fit the file.
        """
        if file.encoding not in ("utf-8", "utf-8-sig"):
            self.tally.add(f"file decoded from {file.encoding}", "file")
        kept: list[tuple[Dialogue, Node, int]] = []
        position = -1
        for position, row in enumerate(rows):
            found = self._dialogue(row, position, draft)
            if found:
                kept.append((*found, position))
        if not kept:
            raise DataError(
                f"holds no usable dialogue among {position + 1} records",
                where=file.where,
                hint="a dialogue needs words of both a seeker and a supporter",
            )
        rule = settled(self.split, records=position + 1, esconv=self.esconv)
        return self._finished(file, kept, rule)

    def _dialogue(
        self, row: Row, position: int, draft: Callable[[Node, int], Draft]
    ) -> tuple[Dialogue, Node] | None:
        """One dialogue with its node; None when it is skipped."""
        try:
            record = node(row, self.tally)
            made = draft(record, position)
        except DataError:
            if not self.skip_bad:
                raise
            self.tally.add("unusable record skipped", row.place)
            return None
        dialogue = self._usable(made, record)
        return (dialogue, record) if dialogue else None

    def _usable(self, made: Draft, record: Node) -> Dialogue | None:
        speakers = {turn.speaker for turn in made.turns if turn.text}
        if len(speakers) < 2:
            why = f"only the {min(speakers)} speaks" if speakers else "no words"
            self.tally.add(f"dialogue skipped: {why}", record.place)
            return None
        if len(made.turns) == 2:
            self.tally.add("dialogue of two messages", record.place)
        turns = arranged(made.turns, record.place, self.tally, merge=self.merge)
        return Dialogue(
            id=made.id, turns=turns, corpus=self.corpus, licence=self.licence, **made.facts
        )

    def _finished(
        self, file: TextFile, kept: list[tuple[Dialogue, Node, int]], rule: SplitRule
    ) -> Reading:
        dialogues = [dialogue for dialogue, _, _ in kept]
        self._refuse_equal_ids(kept)
        names = split_names(
            dialogues, [position for _, _, position in kept], rule=rule, seed=self.seed
        )
        placed = [
            dialogue if dialogue.split else attrs.evolve(dialogue, split=name)
            for dialogue, name in zip(dialogues, names, strict=True)
        ]
        self._count_copies(placed, [record.place for _, record, _ in kept])
        return Reading(
            corpus=self.corpus,
            licence=self.licence,
            dialogues=tuple(placed),
            findings=self.tally.findings(),
            rules=self._rules(rule),
            sha256=file.sha256,
        )

    def _refuse_equal_ids(self, kept: list[tuple[Dialogue, Node, int]]) -> None:
        first: dict[str, Node] = {}
        for dialogue, record, _ in kept:
            before = first.setdefault(dialogue.id, record)
            if before is not record:
                raise record.fault(
                    f"has the id {dialogue.id!r}, which {before.place} has too",
                    hint="give every dialogue an id of its own, or leave ids out",
                )

    def _count_copies(self, dialogues: list[Dialogue], places: list[str]) -> None:
        first: dict[tuple[str, ...], int] = {}
        for here, dialogue in enumerate(dialogues):
            words = tuple(part for turn in dialogue.turns for part in (turn.speaker, turn.text))
            earlier = first.setdefault(words, here)
            if earlier == here:
                continue
            pair = f"{places[earlier]} = {places[here]}"
            self.tally.add("same dialogue twice", pair)
            if dialogues[earlier].split != dialogue.split:
                self.tally.add("same dialogue in two splits", pair)

    def _rules(self, rule: SplitRule) -> tuple[tuple[str, str], ...]:
        return (
            ("merge", MERGE_SAID[self.merge]),
            ("labels", "every strategy of a turn is kept, in order; none is chosen here"),
            ("split", SAID[rule].format(seed=self.seed)),
            ("skip_bad", "on" if self.skip_bad else "off"),
            ("characters", RULE),
            ("licence", self.licence),
        )
