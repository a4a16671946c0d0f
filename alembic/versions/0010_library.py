"""library of recordings: title, who may watch, chapters, captions, markers"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = [
        sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False, server_default=''),
        sa.Column('audience', sa.String(length=16), nullable=False, server_default='hosts'),
        sa.Column('captions', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('anchors', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''),
        sa.Column('scenes', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''),
    ]
    with op.batch_alter_table('recording', schema=None) as batch_op:
        for column in columns:
            batch_op.add_column(column)
    with op.batch_alter_table('recording', schema=None) as batch_op:
        for column in columns:
            batch_op.alter_column(column.name, server_default=None)

    op.create_table('recording_marker',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('recording_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('set_by', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_recording_marker_recording_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_recording_marker_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_marker'))
    )
    with op.batch_alter_table('recording_marker', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recording_marker_recording_id'), ['recording_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recording_marker_session_id'), ['session_id'], unique=False)


def downgrade() -> None:
    op.drop_table('recording_marker')
    with op.batch_alter_table('recording', schema=None) as batch_op:
        for name in ('scenes', 'anchors', 'captions', 'audience', 'title'):
            batch_op.drop_column(name)
