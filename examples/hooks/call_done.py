"""Logs which model role was asked, and how that ended; never what was said."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_call_done(role, outcome):
    LOG.info("%s %s", role, outcome)
