"""Gate ``always``: no verification, an arm to compare with."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Pair, Verdict
from esc_skills.spec import Context, Gate, Makes, hookimpl


@attrs.frozen(kw_only=True)
class Always:
    """Let every proposal pass without a single pair; the kernel's safety veto still stands."""

    name: ClassVar[str] = "always"
    summary: ClassVar[str] = "accepts every proposal unseen (ablation: no verification)"
    absent: ClassVar[bool] = True
    """It does without verification: an ablation may put it in the place of any other."""
    makes: ClassVar[tuple[Makes, ...]] = (Makes(what="pair", likely=0, most=0),)
    """No pair is looked at."""

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: Context) -> Verdict:
        """Accept at once."""
        return Verdict(
            decision="accept", gate=self.name, pairs=len(pairs), reason="nothing is verified"
        )


@hookimpl
def esc_skills_gates() -> list[type[Gate]]:
    """Bring the gate ``always``."""
    return [Always]
