"""Travel times that were asked for, and visits that are learned from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op



revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('travel_row',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('origin', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entries', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'origin')
    )
    with op.batch_alter_table('travel_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_travel_row_told_at'), ['told_at'], unique=False)

    op.create_table('visit',
    sa.Column('stop_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('depot_id', sa.Integer(), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=True),
    sa.Column('building', sa.BigInteger(), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beeline', sa.Integer(), nullable=True),
    sa.Column('routed', sa.Integer(), nullable=True),
    sa.Column('planned', sa.Integer(), nullable=False),
    sa.Column('served', sa.Integer(), nullable=False),
    sa.CheckConstraint('left_at IS NULL OR left_at <= arrived_at', name='visit_in_order'),
    sa.CheckConstraint('planned > 0 AND served >= 0', name='visit_sane'),
    sa.ForeignKeyConstraint(['depot_id'], ['depot.id'], ),
    sa.ForeignKeyConstraint(['driver_id'], ['driver.id'], ),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], ),
    sa.PrimaryKeyConstraint('stop_id')
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_arrived_at'), ['arrived_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_depot_id'), ['depot_id'], unique=False)
