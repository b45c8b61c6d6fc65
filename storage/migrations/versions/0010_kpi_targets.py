"""What is aimed at for key figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kpi_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kpi', sa.String(), nullable=False),
    sa.Column('depot_id', sa.Integer(), nullable=True),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('set_by', sa.String(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['depot_id'], ['depot.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('kpi', 'depot_id')
    )
    with op.batch_alter_table('kpi_target', schema=None) as batch_op:
        batch_op.create_index('ix_kpi_target_of_all', ['kpi'], unique=True, postgresql_where=sa.text('depot_id IS NULL'), sqlite_where=sa.text('depot_id IS NULL'))
