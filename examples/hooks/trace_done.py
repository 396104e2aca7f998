"""Logs how a conversation ended and how the seeker felt."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_trace_done(trace):
    LOG.info("%s %s at %s", trace.id, trace.ending, trace.emotion)
