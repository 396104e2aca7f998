"""Skills on trial, and what lots say about them.

At some turns of a refine conversation the kernel offers one of these skills, drawn by lot, in
place of what the retriever found (a micro-randomised trial). Turns of one kind of state differ
then by the offer alone, so that an action's effect is told apart from when a bank tends to take it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from esc_skills.model import Skill, SkillsBank
from esc_skills.stats import Interval, contrast_interval
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.refiners.draft import free_name
from esc_skills_plugins.refiners.outcomes import HELD_BACK, Outcome, grouped, shrunk
from esc_skills_plugins.refiners.wording import Wording

AUTHORS = "human:esc-skills"
"""Who wrote the words of a skill on trial."""
LEVEL = 0.95
"""Confidence that all intervals of one trial hold together."""
FILLER = "Others"
"""Strategy whose actions are not worth a trial."""


def candidates(bank: SkillsBank, words: Wording) -> dict[str, Skill]:
    """One skill for each action of the bank's taxonomy, by action, with that action alone."""
    taken = [skill.name for skill in bank.skills]
    made: dict[str, Skill] = {}
    taxonomy = bank.taxonomy or default_taxonomy()
    for label in taxonomy.actions:
        if label.strategy == FILLER:
            continue
        told = words.action(label.name)
        slug = re.sub(r"[^a-z0-9]+", "-", f"trial-{label.name}".casefold())
        skill = Skill(
            name=free_name(slug, taken),
            overview=f"On trial: {told.does}.",
            actions=(label.name,),
            guidance=told.steps,
            pitfalls=(told.pitfall,) if told.pitfall else (),
            examples=told.examples,
            evidence=(AUTHORS,),
            life="candidate",
        )
        made[label.name] = skill
        taken.append(skill.name)
    return made


@attrs.frozen(kw_only=True)
class Lots:
    """What offering an action brought, against turns that the lots left alone."""

    offers: Mapping[str, tuple[Outcome, ...]]
    """Turns by the action that was on trial; whether the responder followed does not matter."""
    alone: tuple[Outcome, ...]
    """Turns that were left alone."""
    withheld: tuple[Outcome, ...]
    """Turns at which all offers were held back."""
    prior: float
    """Turns after which a mean is half believed."""
    usual: Mapping[str, float] = attrs.field(init=False)
    """Shrunk mean emotion change of the turns left alone, by state."""

    @usual.default
    def _usual(self) -> Mapping[str, float]:
        base = shrunk([row.points for row in self.alone], self.prior, 0.0)
        by_state = grouped(self.alone, lambda row: [row.state.label])
        means = {
            state: shrunk([row.points for row in rows], self.prior, base)
            for state, rows in by_state.items()
        }
        return {"": base, **means}

    def gain(self, row: Outcome) -> float:
        """Emotion change beyond what is usual in the state."""
        return row.points - self.usual.get(row.state.label, self.usual[""])

    def effect(self, action: str) -> Interval:
        """Gain of an action over all states; the intervals of all actions hold at once.

        The level is shared by all actions (Bonferroni), since the best of many is picked. Seekers
        are clusters; where few of them happen to react alike, the plain interval is wider, and
        the wider one stands.
        """
        rows = (*self.offers.get(action, ()), *self.alone)
        marks = [place < len(self.offers.get(action, ())) for place in range(len(rows))]
        level = 1 - (1 - LEVEL) / max(1, len(self.offers))
        points, names = [self.gain(row) for row in rows], [row.profile for row in rows]
        plain = contrast_interval(points, marks, level=level)
        found = contrast_interval(points, marks, names, level=level)
        if plain.low is None or plain.high is None or found.low is None or found.high is None:
            return found
        low, high = min(plain.low, found.low), max(plain.high, found.high)
        return attrs.evolve(found, low=low, high=high)

    def value(self, action: str, states: Sequence[str] = ()) -> float:
        """Expected gain of an action in ``states``: cell → action → nothing; none means all."""
        rows = self.offers.get(action, ())
        base = shrunk([self.gain(row) for row in rows], self.prior, 0.0)
        if not states:
            return base
        inside = [self.gain(row) for row in rows if row.state.label in states]
        return shrunk(inside, self.prior, base)

    def seen(self, action: str, states: Sequence[str]) -> tuple[Outcome, ...]:
        """Turns at which an action was on trial in one of ``states``."""
        return tuple(row for row in self.offers.get(action, ()) if row.state.label in states)


def lots(rows: Sequence[Outcome], bank: SkillsBank, words: Wording, prior: float) -> Lots:
    """Sort the turns that took part in the trial by what was drawn for them."""
    guarded = {skill.name for skill in bank.skills if skill.protected}
    # What is outside the lots is no comparison: alarms, crises, protected offers.
    able = [row for row in rows if row.ordinary and not row.alarms]
    able = [row for row in able if not guarded & set(row.offered) and row.state.label != CRISIS]
    offers = {
        action: tuple(row for row in able if row.trial == skill.name)
        for action, skill in candidates(bank, words).items()
    }
    return Lots(
        offers={action: found for action, found in offers.items() if found},
        alone=tuple(row for row in able if not row.trial),
        withheld=tuple(row for row in able if row.trial == HELD_BACK),
        prior=prior,
    )
