"""The promises: what a plug-in must be able to do with the nouns, and how it is asked.

Enters: nouns.
Leaves: Protocols, hook specifications, and the services lent as ``ctx``.
Door: ``hookimpl`` for plug-ins, ``roles`` for types, ``services`` for ``Context`` and ``Prompt``.
"""

from esc_skills.spec.asks import Ask, Makes, Usage
from esc_skills.spec.markers import API_VERSION, hookimpl
from esc_skills.spec.records import RunRecord
from esc_skills.spec.roles import (
    ROLES,
    Backend,
    Capabilities,
    Completion,
    Component,
    Corpus,
    Distillate,
    Distiller,
    Evaluator,
    Executor,
    Extractor,
    Gate,
    Guard,
    Index,
    Profiles,
    Refiner,
    Report,
    Request,
    Responder,
    Retriever,
    Seeker,
    Sitting,
    Voice,
)
from esc_skills.spec.safety import SafetyProfiles
from esc_skills.spec.services import Context, Prompt, Random
from esc_skills.spec.trials import TrialRefiner

__all__ = [
    "API_VERSION",
    "ROLES",
    "Ask",
    "Backend",
    "Capabilities",
    "Completion",
    "Component",
    "Context",
    "Corpus",
    "Distillate",
    "Distiller",
    "Evaluator",
    "Executor",
    "Extractor",
    "Gate",
    "Guard",
    "Index",
    "Makes",
    "Profiles",
    "Prompt",
    "Random",
    "Refiner",
    "Report",
    "Request",
    "Responder",
    "Retriever",
    "RunRecord",
    "SafetyProfiles",
    "Seeker",
    "Sitting",
    "TrialRefiner",
    "Usage",
    "Voice",
    "hookimpl",
]
