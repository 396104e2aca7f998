"""Logs the size of a bank that came into use."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_bank_promoted(bank, number):
    LOG.info("bank %s has %s active skills", number, len(bank.active))
