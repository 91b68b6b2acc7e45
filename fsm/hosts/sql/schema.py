"""The two tables, said once: migrations are held against them, and every statement is made of them.

A **conversation** is a row: where it stands, what is awaited, what is due. A line of its history is a row of **event**,
and what that asks of the outside stands in its answer, so that the history is the outbox too: a conversation says up to
where it is delivered. So an event writes two rows, and both or neither are there.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, MetaData, String, Table, Text, false

from fsm.hosts.host import LONGEST_NAME

REVISION = "0001"
"""The newest of the migrations."""
VERSION_TABLE = "fsm_schema"
"""Where Alembic keeps which migrations were run; a table of our own, beside those of others."""

METADATA = MetaData(naming_convention={"pk": "%(table_name)s_key", "ix": "%(column_0_N_label)s"})

CONVERSATION = Table(
    "fsm_conversation",
    METADATA,
    Column("id", String(LONGEST_NAME), primary_key=True),
    Column("version", Integer, nullable=False, doc="lines of history so far; whoever writes has to have seen it"),
    Column("seq", Integer, nullable=False, doc="the last step"),
    Column("refused", Integer, nullable=False, doc="refusals since the last step"),
    Column("snapshot", Text, nullable=False, doc="where it stands, as JSON"),
    Column("awaited", Text, nullable=False, doc="as JSON: {event: [step that asked, when its timer is due]}"),
    Column("due", Double, doc="when the first of its timers is, in seconds since the epoch"),
    Column("asked", Integer, nullable=False, doc="the last step with effects; -1: none yet"),
    Column("next_seq", Integer, nullable=False, doc="the step whose effects are delivered next"),
    Column("next_n", Integer, nullable=False, doc="the first of them that is"),
    Column("pending", Double, doc="when effects are delivered next, and a claim lapses; none: all are, or stuck"),
    Column("lease", String(32), doc="of the worker that delivers them now"),
    Column("attempts", Integer, nullable=False, doc="how often the next effect was tried"),
    Column("error", Text, doc="what came of that"),
    Column("stuck", Boolean, nullable=False, server_default=false(), doc="whether somebody has to retry it"),
    Column("at", Double, nullable=False, doc="of its last line, in seconds since the epoch"),
    postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.05},
)
EVENT = Table(
    "fsm_event",
    METADATA,
    Column("conversation", String(LONGEST_NAME), primary_key=True),
    Column("key", String(LONGEST_NAME), primary_key=True),
    Column("seq", Integer, nullable=False, doc="the step; of a refusal, the last one before it"),
    Column("after", Integer, nullable=False, doc="0: the step itself; else which of the refusals after it"),
    Column("event", String(64), nullable=False),
    Column("by", String(16), nullable=False),
    Column("of", Integer, doc="the step that it answers"),
    Column("pairing", Text, doc="of an opening and a change, as JSON"),
    Column("accepted", Boolean, nullable=False),
    Column("answer", Text, nullable=False, doc="what came of it, as JSON"),
    Column("at", Double, nullable=False, doc="when, in seconds since the epoch"),
    Column("specification", String(64), nullable=False, doc="the fingerprint of the one that decided"),
)

C = CONVERSATION.c
Index("fsm_event_order", EVENT.c.conversation, EVENT.c.seq, EVENT.c.after, unique=True)
for _name, _column, _there in (("due", C.due, C.due), ("pending", C.pending, C.pending), ("error", C.id, C.error)):
    _there_is = _there.is_not(None)
    Index(f"fsm_conversation_{_name}", _column, postgresql_where=_there_is, sqlite_where=_there_is)
