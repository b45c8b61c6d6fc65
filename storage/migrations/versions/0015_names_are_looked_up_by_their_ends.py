"""The first and the last word of customers' names, by which they are looked up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from domain.customers import ends_of

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

_COLUMNS = ('name_begins', 'name_ends')
_AT_ONCE = 5_000


def upgrade() -> None:
    with op.batch_alter_table('customer', schema=None) as batch_op:
        for column in _COLUMNS:
            batch_op.add_column(sa.Column(column, sa.String(), nullable=False, server_default=''))
    _fill()
    with op.batch_alter_table('customer', schema=None) as batch_op:
        for column in _COLUMNS:
            batch_op.alter_column(column, server_default=None)
            batch_op.create_index(batch_op.f(f'ix_customer_{column}'), [column], unique=False)


def _fill() -> None:
    connection = op.get_bind()
    customers = sa.table('customer', sa.column('id'), sa.column('name'), *(sa.column(each) for each in _COLUMNS))
    known = connection.execute(sa.select(customers.c.id, customers.c.name)).all()
    wanted = customers.update().where(customers.c.id == sa.bindparam('key'))
    wanted = wanted.values({each: sa.bindparam(each) for each in _COLUMNS})
    rows = [{'key': row.id, **dict(zip(_COLUMNS, ends_of(row.name), strict=True))} for row in known]
    for at in range(0, len(rows), _AT_ONCE):
        connection.execute(wanted, rows[at:at + _AT_ONCE])
