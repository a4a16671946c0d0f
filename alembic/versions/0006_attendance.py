"""when members were in the room, who was expected, when LiveKit's events happened"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('presence_interval',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('member_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('connection_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('participant_sid', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('started_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('last_seen_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_presence_interval_member_id')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_presence_interval_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence_interval')),
    sa.UniqueConstraint('session_id', 'participant_sid', name=op.f('uq_presence_interval_session_id_participant_sid'))
    )
    with op.batch_alter_table('presence_interval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presence_interval_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_presence_interval_member_id'), ['member_id'], unique=False)

    op.create_table('roster_entry',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_roster_entry_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_entry')),
    sa.UniqueConstraint('session_id', 'position', name=op.f('uq_roster_entry_session_id_position'))
    )
    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('happened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('joined_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.drop_column('joined_at')
        batch_op.drop_column('happened_at')

    op.drop_table('roster_entry')
    with op.batch_alter_table('presence_interval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presence_interval_member_id'))
        batch_op.drop_index(batch_op.f('ix_presence_interval_ended_at'))

    op.drop_table('presence_interval')
