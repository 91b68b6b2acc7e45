"""Imported by the process that others are forked off, so that each begins with what it needs and not from nothing."""

from tests.hosts.sql.load import warm

warm()
