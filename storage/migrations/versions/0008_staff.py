"""Staff, the chats they talk in and the rooms they are told things in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('slack_id', sa.String(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('admin', 'buyer', 'dispatcher', 'manager', 'viewer', 'warehouse')", name='staff_role'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('slack_id')
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('staff_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('desk', sa.String(), nullable=True))
        batch_op.create_index('ix_conversation_staff_id', ['staff_id'], unique=False)
        batch_op.create_index('ix_conversation_desk', ['desk'], unique=False)
        batch_op.create_foreign_key('conversation_staff_id_fkey', 'staff', ['staff_id'], ['id'])
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('thread', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('public', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.alter_column('public', server_default=None)
        batch_op.create_index('ix_outbox_live', ['live', 'conversation_id'], unique=False)
