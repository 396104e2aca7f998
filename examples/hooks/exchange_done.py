"""Logs which skills were offered and which were used."""

import logging

from esc_skills.spec import hookimpl

LOG = logging.getLogger(__name__)


@hookimpl
def esc_skills_exchange_done(trace, exchange):
    LOG.info("%s offered %s used %s", trace, len(exchange.matches), exchange.reply.used)
