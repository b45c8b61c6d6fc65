"""Returns, their policy, refunds and store credit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('return_policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('activated_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['activated_by'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['created_by'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('return_policy', schema=None) as batch_op:
        batch_op.create_index('ix_return_policy_status', ['status'], unique=False)
        batch_op.create_index('one_active_policy', ['status'], unique=True, sqlite_where=sa.text("status = 'active'"), postgresql_where=sa.text("status = 'active'"))
    op.create_table('returns',
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=True),
    sa.Column('request', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('depot_id', sa.Integer(), nullable=True),
    sa.Column('conversation_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('gift', sa.Boolean(), nullable=False),
    sa.Column('policy_version', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_why', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('resolution', sa.String(), nullable=True),
    sa.Column('way', sa.String(), nullable=True),
    sa.Column('worth', sa.BigInteger(), nullable=False),
    sa.Column('fee', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('street', sa.String(), nullable=False),
    sa.Column('postcode', sa.String(), nullable=False),
    sa.Column('city', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('lat', sa.Float(), nullable=True),
    sa.Column('lon', sa.Float(), nullable=True),
    sa.Column('pickup_day', sa.Date(), nullable=True),
    sa.Column('pickup_start', sa.Time(), nullable=True),
    sa.Column('pickup_end', sa.Time(), nullable=True),
    sa.Column('told_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_end', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('code_tries', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(), nullable=True),
    sa.Column('signals', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('appeal_of', sa.String(), nullable=True),
    sa.Column('exchange_order', sa.String(), nullable=True),
    sa.CheckConstraint('(lat IS NULL) = (lon IS NULL)', name='return_place_whole'),
    sa.CheckConstraint('(pickup_day IS NULL) = (pickup_start IS NULL) AND (pickup_day IS NULL) = (pickup_end IS NULL)', name='pickup_whole'),
    sa.CheckConstraint('fee >= 0 AND worth >= 0', name='return_money_sane'),
    sa.ForeignKeyConstraint(['appeal_of'], ['returns.number'], ),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['depot_id'], ['depot.id'], ),
    sa.ForeignKeyConstraint(['exchange_order'], ['orders.number'], ),
    sa.ForeignKeyConstraint(['policy_version'], ['return_policy.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('external_id'),
    sa.UniqueConstraint('number'),
    sa.UniqueConstraint('token')
    )
    with op.batch_alter_table('returns', schema=None) as batch_op:
        batch_op.create_index('ix_returns_created_at', ['created_at'], unique=False)
        batch_op.create_index('ix_returns_customer', ['customer_id', 'status'], unique=False)
        batch_op.create_index('ix_returns_pickup', ['depot_id', 'pickup_day'], unique=False)
        batch_op.create_index('ix_returns_status', ['status'], unique=False)
    op.create_table('refund',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=True),
    sa.Column('order_number', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('breakdown', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('gateway', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount > 0', name='refund_positive'),
    sa.ForeignKeyConstraint(['order_number'], ['orders.number'], ),
    sa.ForeignKeyConstraint(['return_id'], ['returns.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index('ix_refund_order_number', ['order_number'], unique=False)
        batch_op.create_index('ix_refund_return_id', ['return_id'], unique=False)
    op.create_table('return_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=False),
    sa.Column('order_number', sa.String(), nullable=False),
    sa.Column('sku', sa.String(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('opened', sa.Boolean(), nullable=True),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('photos', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('rule', sa.String(), nullable=True),
    sa.Column('says', sa.String(), nullable=False),
    sa.Column('instead', sa.String(), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('terms', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('exchange_sku', sa.String(), nullable=True),
    sa.Column('collected', sa.Integer(), nullable=True),
    sa.Column('received', sa.Integer(), nullable=True),
    sa.Column('grade', sa.String(), nullable=True),
    sa.Column('serial', sa.String(), nullable=True),
    sa.Column('accepted', sa.Integer(), nullable=True),
    sa.Column('disposition', sa.String(), nullable=True),
    sa.Column('bin', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('found', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('paid_back', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('quantity > 0 AND unit_price >= 0', name='return_line_sane'),
    sa.CheckConstraint('received >= 0 AND accepted >= 0 AND collected >= 0', name='return_line_found'),
    sa.ForeignKeyConstraint(['exchange_sku'], ['product.sku'], ),
    sa.ForeignKeyConstraint(['order_number'], ['orders.number'], ),
    sa.ForeignKeyConstraint(['return_id'], ['returns.id'], ),
    sa.ForeignKeyConstraint(['sku'], ['product.sku'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('return_line', schema=None) as batch_op:
        batch_op.create_index('ix_return_line_order_number', ['order_number'], unique=False)
        batch_op.create_index('ix_return_line_return_id', ['return_id'], unique=False)
    op.create_table('store_credit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=True),
    sa.Column('order_number', sa.String(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('bonus', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('breakdown', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount <> 0', name='credit_something'),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['order_number'], ['orders.number'], ),
    sa.ForeignKeyConstraint(['return_id'], ['returns.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('store_credit', schema=None) as batch_op:
        batch_op.create_index('ix_store_credit_customer_id', ['customer_id'], unique=False)
        batch_op.create_index('ix_store_credit_return_id', ['return_id'], unique=False)
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index('ix_task_return', ['return_number'], unique=False)
        batch_op.create_foreign_key('fk_task_return', 'returns', ['return_number'], ['number'])
    op.create_table('webhook',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('receiver', sa.String(), nullable=False),
    sa.Column('queue', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('noun', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lost', sa.Boolean(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_queue', ['ended_at', 'receiver', 'queue', 'id'], unique=False)
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fraud_marks', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tax', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carriage', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('discount', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('paid_by', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('payment', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('gift', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('channel', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('exchange_of', sa.String(), nullable=True))
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('digest', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_stored_file_digest'), ['digest'], unique=False)
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('family', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.alter_column('fraud_marks', server_default=None)
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.alter_column('tax', server_default=None)
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.alter_column('carriage', server_default=None)
        batch_op.alter_column('discount', server_default=None)
        batch_op.alter_column('paid_by', server_default=None)
        batch_op.alter_column('gift', server_default=None)
        batch_op.alter_column('channel', server_default=None)
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.alter_column('tags', server_default=None)
        batch_op.alter_column('family', server_default=None)
