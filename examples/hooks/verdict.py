"""Logs what a gate decided, and on how many pairs."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_verdict(proposal, verdict):
    LOG.info("%s %s on %s pairs", proposal.id, verdict.decision, verdict.pairs)
