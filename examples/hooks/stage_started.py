"""Logs what a stage has before it."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_stage_started(stage, items):
    LOG.info("%s: %s items", stage, items or "unknown")
