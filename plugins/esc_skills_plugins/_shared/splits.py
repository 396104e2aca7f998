"""Into which split a dialogue goes, and how that is said in a report."""

from __future__ import annotations

import hashlib
from typing import Literal

from esc_skills.errors import ConfigError
from esc_skills.model import Dialogue
from esc_skills_plugins._shared.officialsplit import SIZE, official_split

SplitRule = Literal["auto", "official", "hash", "none"]
SPLIT_RULES: tuple[str, ...] = ("auto", "official", "hash", "none")
"""``auto``: official for ESConv's full 1,300 dialogues, else none · ``official``: ESConv's own ·
``hash``: 70/15/15 by the dialogue's words and a seed · ``none``: all train."""

TRAIN, VALID = 0.70, 0.85
"""Upper ends of the shares of train and of valid, for ``hash``."""

SAID = {
    "official": "official: random.seed(13), shuffle in file order, 15 % valid, 15 % test",
    "hash": "hash: sha256 of seed {seed} and the words, 70 % train, 15 % valid, 15 % test",
    "none": "none: every dialogue is train",
}


def settled(rule: SplitRule, *, records: int, esconv: bool) -> SplitRule:
    """Decide what ``auto`` means for a file.

    Args:
        rule: The setting.
        records: Records in the file, unusable ones included.
        esconv: True when the file is read as ESConv's own.

    Raises:
        ConfigError: The official split was asked for another file.
    """
    full = esconv and records == SIZE
    if rule == "official" and not full:
        raise ConfigError(
            f"the official split is for ESConv's {SIZE} dialogues, this file has {records}",
            hint='set split = "hash" for a seeded split, or leave it at "auto"',
        )
    if rule == "auto":
        return "official" if full else "none"
    return rule


def _by_hash(dialogue: Dialogue, seed: int) -> str:
    # By the words, not by id or position: copies of a dialogue never fall into two splits.
    digest = hashlib.sha256(f"{seed}:{dialogue.fingerprint}".encode()).digest()
    drawn = int.from_bytes(digest[:8], "big") / 2**64
    return "train" if drawn < TRAIN else "valid" if drawn < VALID else "test"


def split_names(
    dialogues: list[Dialogue], positions: list[int], *, rule: SplitRule, seed: int
) -> list[str]:
    """Split of each dialogue.

    Args:
        dialogues: Usable dialogues.
        positions: Place of each in its file, from 0.
        rule: A settled rule.
        seed: For ``hash``.
    """
    if rule == "official":
        official = official_split()
        return [official[position] for position in positions]
    if rule == "hash":
        return [_by_hash(dialogue, seed) for dialogue in dialogues]
    return ["train"] * len(dialogues)
