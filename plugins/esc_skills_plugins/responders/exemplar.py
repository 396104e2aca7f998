"""Responder without a model: chooses an action, and says it in words written for the purpose.

With a bank it weighs the bank's strategy model, the retrieved skills and the record of actions.
Without one it follows a fixed plan of ten actions (explore, understand, strengthen, advise) and
uses no fitted figure at all. Words come from the skills' examples, from its own lines, and from
short general sentences of the training dialogues. It speaks English only; of a seeker who writes
in another language it quotes nothing, and says so in ``why``.

Cross-validated on ESConv (all turns, gold history, ``tally`` bank, ``bm25``; settings chosen on the
same folds): accuracy 0.346, macro-F1 0.256; without skills 0.228, 0.161. A heavier ``skill_weight``
follows the bank more and the human less: 0.8 gives 0.324, 0.246, and changes 27 % of the model's
strategies instead of 12 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from esc_skills.model import InterventionUnit, Match, Moment, Reply, SkillsBank, Taxonomy
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Responder, Voice, hookimpl
from esc_skills_plugins._shared.acts import act_reader
from esc_skills_plugins._shared.strategymodel import StrategyModel
from esc_skills_plugins._shared.strategyview import view_of
from esc_skills_plugins._shared.taxonomy import load_taxonomy
from esc_skills_plugins.responders.choice import Chooser, Weights, choose_planned
from esc_skills_plugins.responders.memory import remember
from esc_skills_plugins.responders.mirror import Mirror, mirror
from esc_skills_plugins.responders.speech import Speech
from esc_skills_plugins.responders.wording import default_wording


@attrs.frozen(kw_only=True, eq=False)
class ExemplarVoice:
    """The responder made ready for one bank; immutable."""

    chooser: Chooser | None
    """None for the arm without skills."""
    taxonomy: Taxonomy
    """Labels of the actions."""
    speech: Speech
    """Finds the words."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Answer the seeker; the same moment, matches and chance give the same words."""
        view = view_of(moment.history)
        if self.chooser is None:
            choice = choose_planned(view, moment, self.taxonomy)
        else:
            choice = self.chooser.choose(view, moment, matches)
        english = moment.language.lower().split("-")[0] == "en"
        seen = mirror(view, moment.state, self.speech.wording) if english else Mirror()
        text = self.speech.say(choice, view, moment.state, seen, ctx.rng)
        note = "" if english else f" Said in English, since it has no words in {moment.language}."
        return Reply(
            text=text,
            strategy=choice.strategy,
            action=choice.action,
            used=choice.used,
            why=choice.why + note,
        )


@attrs.frozen(kw_only=True)
class Exemplar:
    """Predicts the next strategy, follows the skills, and speaks by example."""

    name: ClassVar[str] = "exemplar"
    summary: ClassVar[str] = "chooses by bank and skills without a model, speaks by example"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "skills in replies": {"skill_weight": 0.0, "proof_weight": 0.0, "kind_weight": 0.0},
        "records of actions": {"success_weight": 0.0},
        "mirroring": {"mirroring": 0.0},
        "training sentences": {"recall": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    balance: float = attrs.field(default=0.5, validator=between(0, 1))
    """How far the strategy model is freed from how often strategies are used, 0-1."""
    skill_weight: float = attrs.field(default=0.3, validator=between(0, 100))
    """Log-odds for the strategy of the best match's first action; 0 ignores the skills."""
    proof_weight: float = attrs.field(default=1.5, validator=between(0, 100))
    """The same for a skill that a trial by lot has shown to help, and for one on trial; a skill
    that a trial has shown to harm has no say."""
    kind_weight: float = attrs.field(default=2.0, validator=between(0, 100))
    """The same, when one of the actions of the chosen strategy is picked."""
    success_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Weight of the record of actions in the seeker's state."""
    run_weight: float = attrs.field(default=0.5, validator=between(0, 100))
    """Log-odds against a strategy for each time it was used in a row, beyond the first."""
    closing_weight: float = attrs.field(default=1.5, validator=between(0, 100))
    """Log-odds for Others when the seeker says goodbye."""
    repeat_weight: float = attrs.field(default=1.2, validator=between(0, 100))
    """Log-odds against an action for each time it was among the last three."""
    mirroring: float = attrs.field(default=0.7, validator=between(0, 1))
    """Share of replies that begin with a quote, where nothing else takes up the seeker's words."""
    recall: float = attrs.field(default=0.5, validator=between(0, 1))
    """Share of replies that use a sentence of the training dialogues, where one fits."""
    taxonomy_file: str = ""
    """Path of a taxonomy in TOML for the arm without a bank; empty for the shipped one."""

    async def prepare(
        self, bank: SkillsBank | None, units: tuple[InterventionUnit, ...], ctx: Context
    ) -> Voice:
        """Get ready for one bank; None is the arm without skills."""
        own = bank.taxonomy if bank is not None else None
        taxonomy = own or load_taxonomy(self.taxonomy_file)
        reader = act_reader(taxonomy)
        speech = Speech(
            wording=default_wording(),
            memory=remember(units, taxonomy),
            examples={
                skill.name: [(reader.act(line)[0], line) for line in skill.examples]
                for skill in (bank.skills if bank is not None else ())
                if skill.life in {"active", "candidate"}
            },
            mirroring=self.mirroring,
            recall=self.recall,
        )
        chooser = self._chooser(bank, taxonomy) if bank is not None else None
        return ExemplarVoice(chooser=chooser, taxonomy=taxonomy, speech=speech)

    def _chooser(self, bank: SkillsBank, taxonomy: Taxonomy) -> Chooser:
        weights = Weights(
            balance=self.balance,
            skill=self.skill_weight,
            proof=self.proof_weight,
            kind=self.kind_weight,
            success=self.success_weight,
            run=self.run_weight,
            closing=self.closing_weight,
            repeat=self.repeat_weight,
        )
        model = StrategyModel.from_tables(bank.tables)
        return Chooser(bank=bank, taxonomy=taxonomy, model=model, weights=weights)


@hookimpl
def esc_skills_responders() -> list[type[Responder]]:
    """Bring the responder ``exemplar``."""
    return [Exemplar]
