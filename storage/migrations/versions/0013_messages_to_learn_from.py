"""Messages to learn from, and who does not want theirs to be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('utterance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('example', sa.String(), nullable=False),
    sa.Column('guesses', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('engine', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('meant', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('intent', sa.String(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('labelled_by', sa.Integer(), nullable=True),
    sa.Column('labelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'accepted') = (intent IS NOT NULL)", name='utterance_labelled'),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['labelled_by'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('utterance', schema=None) as batch_op:
        batch_op.create_index('ix_utterance_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_utterance_conversation_id', ['conversation_id'], unique=False)
        batch_op.create_index('ix_utterance_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_utterance_at', ['at'], unique=False)
    for table in ('customer', 'conversation'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('learning_off', sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('learning_off', server_default=None)
