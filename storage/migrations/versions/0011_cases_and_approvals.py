"""Whose exceptions are, by when they shall be settled; what a second person must approve."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('owner')
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('desk', sa.String(), nullable=False, server_default='*'))
        batch_op.add_column(sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('escalations', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_case_owner_id', ['owner_id'], unique=False)
        batch_op.create_index('ix_case_desk', ['desk'], unique=False)
        batch_op.create_foreign_key('case_owner_id_fkey', 'staff', ['owner_id'], ['id'])
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.alter_column('desk', server_default=None)
        batch_op.alter_column('escalations', server_default=None)
    op.execute(
        'UPDATE "case" SET desk = (SELECT depot.code FROM orders JOIN depot ON depot.id = orders.depot_id '
        'WHERE orders.number = "case".order_number) '
        'WHERE order_number IN (SELECT number FROM orders WHERE depot_id IS NOT NULL)'
    )
    op.create_table('approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('command', sa.String(), nullable=False),
    sa.Column('slots', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('why', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('desk', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('approval', schema=None) as batch_op:
        batch_op.create_index('ix_approval_status', ['status'], unique=False)
