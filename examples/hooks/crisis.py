"""Logs that somebody is needed. A real one calls a person, within two seconds."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_crisis(trace, alarm):
    LOG.info("%s needs a person: %s", trace, alarm.rule)
