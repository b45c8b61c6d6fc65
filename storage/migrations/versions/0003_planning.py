"""Planning: tasks at stops, plans and runs, shifts, and what vehicles, drivers, depots and products need for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

#: What is known of every stop there was: it served one order, at that order's place.
_TASKS = """
    INSERT INTO task (version, depot_id, day, kind, order_number, stop_id, status, attempt, service, done_at)
    SELECT 1, route.depot_id, route.day, 'delivery', stop.order_number, stop.id, stop.status,
           (SELECT count(*) FROM stop AS earlier WHERE earlier.order_number = stop.order_number AND earlier.id <= stop.id),
           depot.stop_seconds, stop.done_at
    FROM stop JOIN route ON route.id = stop.route_id JOIN depot ON depot.id = route.depot_id ORDER BY stop.id
"""
_PLACES = """
    UPDATE stop SET service = coalesce((SELECT stop_seconds FROM depot JOIN route ON route.depot_id = depot.id
                                        WHERE route.id = stop.route_id), 0),
        address = (SELECT street || ', ' || postcode || ' ' || city FROM orders WHERE orders.number = stop.order_number),
        lat = coalesce((SELECT lat FROM orders WHERE orders.number = stop.order_number),
                       (SELECT lat FROM depot JOIN route ON route.depot_id = depot.id WHERE route.id = stop.route_id)),
        lon = coalesce((SELECT lon FROM orders WHERE orders.number = stop.order_number),
                       (SELECT lon FROM depot JOIN route ON route.depot_id = depot.id WHERE route.id = stop.route_id))
"""


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
    op.create_table('run',
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('depot_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('engine', sa.String(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('iterations', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Float(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('balance', sa.Boolean(), nullable=False),
    sa.Column('publish', sa.Boolean(), nullable=False),
    sa.Column('inputs', json, nullable=False),
    sa.Column('inputs_hash', sa.String(), nullable=True),
    sa.Column('travel_source', sa.String(), nullable=True),
    sa.Column('progress', json, nullable=False),
    sa.Column('stop_wanted', sa.Boolean(), nullable=False),
    sa.Column('cost', json, nullable=True),
    sa.Column('baselines', json, nullable=False),
    sa.Column('drops', json, nullable=False),
    sa.Column('error', json, nullable=True),
    sa.ForeignKeyConstraint(['depot_id'], ['depot.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.create_index('ix_run_day', ['depot_id', 'day'], unique=False)
        batch_op.create_index('ix_run_one_at_a_time', ['depot_id', 'day'], unique=True, postgresql_where=sa.text("status IN ('queued', 'solving')"), sqlite_where=sa.text("status IN ('queued', 'solving')"))

    op.create_table('plan',
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('depot_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('summary', json, nullable=False),
    sa.ForeignKeyConstraint(['depot_id'], ['depot.id'], ),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('run_id')
    )
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.create_index('ix_plan_day', ['depot_id', 'day'], unique=False)
        batch_op.create_index('ix_plan_one_draft', ['depot_id', 'day'], unique=True, postgresql_where=sa.text("status = 'draft'"), sqlite_where=sa.text("status = 'draft'"))

    op.create_table('shift',
    sa.Column('starts', sa.Time(), nullable=True),
    sa.Column('ends', sa.Time(), nullable=True),
    sa.Column('break_from', sa.Time(), nullable=True),
    sa.Column('break_until', sa.Time(), nullable=True),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('break_paid', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('vehicle_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(break_from IS NULL) = (break_until IS NULL) AND break_minutes >= 0', name='break_whole'),
    sa.CheckConstraint('(starts IS NULL) = (ends IS NULL)', name='hours_whole'),
    sa.ForeignKeyConstraint(['driver_id'], ['driver.id'], ),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('driver_id', 'day')
    )
    with op.batch_alter_table('shift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shift_day'), ['day'], unique=False)

    op.create_table('shift_pattern',
    sa.Column('starts', sa.Time(), nullable=True),
    sa.Column('ends', sa.Time(), nullable=True),
    sa.Column('break_from', sa.Time(), nullable=True),
    sa.Column('break_until', sa.Time(), nullable=True),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('break_paid', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('driver_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('vehicle_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(break_from IS NULL) = (break_until IS NULL) AND break_minutes >= 0', name='break_whole'),
    sa.CheckConstraint('(starts IS NULL) = (ends IS NULL)', name='hours_whole'),
    sa.CheckConstraint('weekday BETWEEN 1 AND 7 AND starts IS NOT NULL', name='pattern_sane'),
    sa.ForeignKeyConstraint(['driver_id'], ['driver.id'], ),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('driver_id', 'weekday')
    )
    op.create_table('task',
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=True),
    sa.Column('depot_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('order_number', sa.String(), nullable=True),
    sa.Column('return_number', sa.String(), nullable=True),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('service', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', json, nullable=True),
    sa.CheckConstraint('(order_number IS NULL) <> (return_number IS NULL)', name='task_of_one'),
    sa.CheckConstraint('attempt > 0 AND service >= 0', name='task_sane'),
    sa.ForeignKeyConstraint(['depot_id'], ['depot.id'], ),
    sa.ForeignKeyConstraint(['order_number'], ['orders.number'], ),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], ),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index('ix_task_order', ['order_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_stop_id'), ['stop_id'], unique=False)

    with op.batch_alter_table('depot', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stop_seconds', sa.Integer(), nullable=False, server_default=sa.text("'240'")))
        batch_op.add_column(sa.Column('piece_seconds', sa.Integer(), nullable=False, server_default=sa.text("'10'")))
        batch_op.create_check_constraint('depot_service', 'stop_seconds >= 0 AND piece_seconds >= 0')

    with op.batch_alter_table('driver', schema=None) as batch_op:
        batch_op.add_column(sa.Column('code', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('skills', json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('home_lat', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('home_lon', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('starts_at', sa.String(), nullable=False, server_default=sa.text("'depot'")))
        batch_op.add_column(sa.Column('ends_at', sa.String(), nullable=False, server_default=sa.text("'depot'")))
        batch_op.add_column(sa.Column('max_driving', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('max_working', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint('driver_code_key', ['code'])
        batch_op.create_check_constraint('home_whole', '(home_lat IS NULL) = (home_lon IS NULL)')
        batch_op.create_check_constraint('driver_limits', 'max_driving > 0 AND max_working > 0')

    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.add_column(sa.Column('handling', json, nullable=False, server_default=sa.text("'[]'")))

    with op.batch_alter_table('route', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plan_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('planned_start', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('planned_end', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('metres', sa.Integer(), nullable=False, server_default=sa.text("'0'")))
        batch_op.add_column(sa.Column('driving', sa.Integer(), nullable=False, server_default=sa.text("'0'")))
        batch_op.add_column(sa.Column('breaks', json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('cost', json, nullable=False, server_default=sa.text("'{}'")))
        batch_op.create_index(batch_op.f('ix_route_plan_id'), ['plan_id'], unique=False)
        batch_op.create_foreign_key('route_plan_id_fkey', 'plan', ['plan_id'], ['id'])

    with op.batch_alter_table('stop', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lat', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('lon', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('address', sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('service', sa.Integer(), nullable=False, server_default=sa.text("'0'")))
        batch_op.add_column(sa.Column('locked', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('planned_start', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('eta', sa.DateTime(timezone=True), nullable=True))

    op.execute(_TASKS)
    op.execute(_PLACES)
    with op.batch_alter_table('stop', schema=None) as batch_op:
        batch_op.alter_column('lat', existing_type=sa.Float(), nullable=False)
        batch_op.alter_column('lon', existing_type=sa.Float(), nullable=False)
        batch_op.drop_index(batch_op.f('ix_stop_order_number'))
        batch_op.drop_column('order_number')
        batch_op.drop_column('status')

    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pieces', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('skills', json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('fixed_cost', sa.Integer(), nullable=False, server_default=sa.text("'3000'")))
        batch_op.add_column(sa.Column('cost_per_km', sa.Integer(), nullable=False, server_default=sa.text("'35'")))
        batch_op.add_column(sa.Column('cost_per_hour', sa.Integer(), nullable=False, server_default=sa.text("'2400'")))
        batch_op.add_column(sa.Column('speed', sa.Float(), nullable=False, server_default=sa.text("'1.0'")))
        batch_op.create_check_constraint('vehicle_pieces', 'pieces > 0')
        batch_op.create_check_constraint('vehicle_costs', 'fixed_cost >= 0 AND cost_per_km >= 0 AND cost_per_hour >= 0')
        batch_op.create_check_constraint('vehicle_moves', 'speed > 0')
