"""The first and the last word of customers' names, by which they are looked up."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

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
    page = sa.select(customers.c.id, customers.c.name).order_by(customers.c.id).limit(_AT_ONCE)
    wanted = customers.update().where(customers.c.id == sa.bindparam('key'))
    wanted = wanted.values({each: sa.bindparam(each) for each in _COLUMNS})
    last = 0
    while known := connection.execute(page.where(customers.c.id > last)).all():
        connection.execute(wanted, [{'key': row.id, **_ends_of(row.name)} for row in known])
        last = known[-1].id


def _ends_of(name: str) -> dict[str, str]:
    """The first and the last word of a name as they were found when this was written, whatever becomes of the rule."""
    decomposed = unicodedata.normalize('NFD', name.casefold())
    words = ''.join(char for char in decomposed if not unicodedata.combining(char)).split()
    return dict(zip(_COLUMNS, (words[0], words[-1]) if words else ('', ''), strict=True))
