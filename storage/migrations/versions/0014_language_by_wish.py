"""What made the language of a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language_by', sa.String(), nullable=False, server_default='channel'))
    op.execute("UPDATE conversation SET language_by = 'written' WHERE language IS NOT NULL")
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.alter_column('language_by', server_default=None)
