"""The seekers of SAGE, from its ``profiles.jsonl``."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.errors import ConfigError, DataError
from esc_skills.model import SeekerProfile
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Profiles, hookimpl
from esc_skills_plugins._shared.fields import Node, node
from esc_skills_plugins._shared.purposes import dealt
from esc_skills_plugins._shared.sagefiles import START_EMOTION, seeker
from esc_skills_plugins._shared.strictjson import line_rows
from esc_skills_plugins._shared.tally import Tally
from esc_skills_plugins._shared.textfile import load_text


def _unique(records: list[Node], seekers: list[SeekerProfile]) -> None:
    first: dict[str, str] = {}
    for record, profile in zip(records, seekers, strict=True):
        before = first.setdefault(profile.id, record.place)
        if before != record.place:
            raise DataError(
                f"the id {profile.id!r} stands on {before} too",
                where=record.where,
                hint="keep one seeker of each id",
            )


@attrs.frozen(kw_only=True)
class SageProfiles:
    """Reads SAGE's seekers and deals them out to refine, verify and report."""

    name: ClassVar[str] = "sage"
    summary: ClassVar[str] = "SAGE's seekers from profiles.jsonl (Chinese, MIT), given by path"

    path: str = ""
    """SAGE's ``profiles.jsonl``."""
    refine: float = attrs.field(default=0.3, validator=between(0, 1))
    """Share of the seekers that failures are looked for with, 0 to 1."""
    verify: float = attrs.field(default=0.3, validator=between(0, 1))
    """Share that proposals are verified with; what is left is reported on."""
    seed: int = 13
    """Seed of the deal (see ``purposes``)."""

    def __attrs_post_init__(self) -> None:
        """Refuse shares beyond the whole."""
        if self.refine + self.verify > 1:
            raise ValueError(
                f"refine = {self.refine} and verify = {self.verify} are more than all seekers"
            )

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        """All seekers, in file order.

        Raises:
            ConfigError: No path was set.
            DataError: With file, line and field.
        """
        if not self.path.strip():
            raise ConfigError(
                "profiles sage needs a file",
                hint='write profiles = { use = "sage", path = "PATH/profiles.jsonl" }',
            )
        tally = Tally()
        file = load_text(Path(self.path), self.name)
        records = [node(row, tally) for row in line_rows(file)]
        seekers = [
            seeker(
                record,
                type_key="main_cha",
                opening=record.at("first_talk"),
                start_emotion=START_EMOTION,
            )
            for record in records
        ]
        _unique(records, seekers)
        for finding in tally.findings():
            ctx.note("profiles-finding", rule=finding.rule, count=finding.count)
        return dealt(seekers, refine=self.refine, verify=self.verify, seed=self.seed)


@hookimpl
def esc_skills_profiles() -> list[type[Profiles]]:
    """Offer SAGE's seekers."""
    return [SageProfiles]
