"""The nouns: what flows along the road. Frozen, no I/O, no clock.

Enters: facts that loaders, plug-ins and models found.
Leaves: immutable values with a content hash, safe to share, store and compare.
Door: import nouns from here, or from the file of the noun.
"""

from esc_skills.model.bank import SkillsBank, Table
from esc_skills.model.change import EDIT_KINDS, Edit, Pair, Proposal, Verdict
from esc_skills.model.dialogue import STRATEGIES, Dialogue, Speaker, Turn
from esc_skills.model.evidence import Evidence, Finding, Reading
from esc_skills.model.expectation import Check, Expectations, Rate, RiskCheck
from esc_skills.model.failure import FAILURE_KINDS, Cause, Failure, FailureReport
from esc_skills.model.identity import canonical, content_hash, plain, short_hash
from esc_skills.model.lineage import Line, Origin, Review
from esc_skills.model.profile import INTENTIONS, PERSONA_TYPES, PURPOSES, SeekerProfile
from esc_skills.model.score import Item, Part, Score
from esc_skills.model.skill import Effect, ExpectedOutcome, Risk, Skill
from esc_skills.model.state import Condition, SeekerState
from esc_skills.model.study import Contrast, Cost, StudyCell, StudyRecord, StudyTable
from esc_skills.model.taxonomy import Label, Polarity, Taxonomy
from esc_skills.model.trace import (
    Alarm,
    Exchange,
    Match,
    Moment,
    Reaction,
    Reply,
    Response,
    Trace,
)
from esc_skills.model.unit import Action, Change, InterventionUnit, Prototype, Source

__all__ = [
    "EDIT_KINDS",
    "FAILURE_KINDS",
    "INTENTIONS",
    "PERSONA_TYPES",
    "PURPOSES",
    "STRATEGIES",
    "Action",
    "Alarm",
    "Cause",
    "Change",
    "Check",
    "Condition",
    "Contrast",
    "Cost",
    "Dialogue",
    "Edit",
    "Effect",
    "Evidence",
    "Exchange",
    "Expectations",
    "ExpectedOutcome",
    "Failure",
    "FailureReport",
    "Finding",
    "InterventionUnit",
    "Item",
    "Label",
    "Line",
    "Match",
    "Moment",
    "Origin",
    "Pair",
    "Part",
    "Polarity",
    "Proposal",
    "Prototype",
    "Rate",
    "Reaction",
    "Reading",
    "Reply",
    "Response",
    "Review",
    "Risk",
    "RiskCheck",
    "Score",
    "SeekerProfile",
    "SeekerState",
    "Skill",
    "SkillsBank",
    "Source",
    "Speaker",
    "StudyCell",
    "StudyRecord",
    "StudyTable",
    "Table",
    "Taxonomy",
    "Trace",
    "Turn",
    "Verdict",
    "canonical",
    "content_hash",
    "plain",
    "short_hash",
]
