"""how good connections were, and figures of sessions that are over"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quality_minute',
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('excellent', sa.Integer(), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('poor', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_quality_minute_session_id')),
    sa.PrimaryKeyConstraint('session_id', 'at', name=op.f('pk_quality_minute'))
    )
    op.create_table('session_figures',
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('due', sa.Boolean(), nullable=False),
    sa.Column('joined', sa.Integer(), nullable=False),
    sa.Column('peak', sa.Integer(), nullable=False),
    sa.Column('peak_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('seconds_watched', sa.Integer(), nullable=False),
    sa.Column('drop_outs', sa.Integer(), nullable=False),
    sa.Column('reconnects', sa.Integer(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.Column('hands', sa.Integer(), nullable=False),
    sa.Column('excellent', sa.Integer(), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('poor', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.Column('first_pictures', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('points', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_session_figures_session_id')),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_session_figures'))
    )
    with op.batch_alter_table('session_figures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_figures_due'), ['due'], unique=False)

    op.create_table('connection_quality',
    sa.Column('connection_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('member_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('first_picture_ms', sa.Integer(), nullable=True),
    sa.Column('excellent', sa.Integer(), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('poor', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_connection_quality_member_id')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_connection_quality_session_id')),
    sa.PrimaryKeyConstraint('connection_id', name=op.f('pk_connection_quality'))
    )
    with op.batch_alter_table('connection_quality', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_connection_quality_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_connection_quality_session_id'), ['session_id'], unique=False)

    with op.batch_alter_table('live_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_live_session_live_at'), ['live_at'], unique=False)

    # Sessions that are over are counted when the app runs.
    op.execute(
        sa.text(
            "INSERT INTO session_figures (session_id, due, joined, peak, seconds_watched, drop_outs, reconnects,"
            " messages, hands, excellent, good, poor, lost, first_pictures, points)"
            " SELECT id, :due, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '' FROM live_session"
            " WHERE ended_at IS NOT NULL AND live_at IS NOT NULL"
        ).bindparams(sa.bindparam("due", True, sa.Boolean()))
    )


def downgrade() -> None:
    with op.batch_alter_table('live_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_live_session_live_at'))

    with op.batch_alter_table('connection_quality', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_connection_quality_session_id'))
        batch_op.drop_index(batch_op.f('ix_connection_quality_member_id'))

    op.drop_table('connection_quality')
    with op.batch_alter_table('session_figures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_figures_due'))

    op.drop_table('session_figures')
    op.drop_table('quality_minute')
