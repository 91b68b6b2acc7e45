"""The first schema: conversations, and what happened in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "fsm_conversation",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("awaited", sa.Text(), nullable=False),
        sa.Column("due", sa.Double()),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.Column("next_n", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Double()),
        sa.Column("lease", sa.String(32)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("stuck", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="fsm_conversation_key"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_table(
        "fsm_event",
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("of", sa.Integer()),
        sa.Column("pairing", sa.Text()),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("specification", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "key", name="fsm_event_key"),
    )
    op.create_index("fsm_event_order", "fsm_event", ["conversation", "seq", "after"], unique=True)
    for name, column, where in (
        ("due", "due", "due IS NOT NULL"),
        ("pending", "pending", "pending IS NOT NULL"),
        ("error", "id", "error IS NOT NULL"),
    ):
        op.create_index(
            f"fsm_conversation_{name}",
            "fsm_conversation",
            [column],
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where),
        )
