"""links to recordings, consent to be recorded"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# (table, column, kind, what older rows have)
NEW = (
    ('recording', 'by_consent', sa.Boolean(), sa.false()),
    ('live_session', 'ask_consent', sa.Boolean(), sa.false()),
    ('series', 'ask_consent', sa.Boolean(), sa.false()),
    ('member', 'recorded_in', sqlmodel.sql.sqltypes.AutoString(length=36), ''),
)


def upgrade() -> None:
    op.create_table('recording_link',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('recording_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('giver_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('revoked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_recording_link_recording_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_recording_link_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_recording_link_token_hash'))
    )
    with op.batch_alter_table('recording_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recording_link_recording_id'), ['recording_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recording_link_session_id'), ['session_id'], unique=False)


    op.create_table('recording_consent',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('recording_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('member_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_recording_consent_recording_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_recording_consent_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_consent')),
    sa.UniqueConstraint('recording_id', 'member_id', name=op.f('uq_recording_consent_recording_id_member_id'))
    )
    with op.batch_alter_table('recording_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recording_consent_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recording_consent_session_id'), ['session_id'], unique=False)

    for table, name, kind, default in NEW:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    for table, name, _, _ in reversed(NEW):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)
    op.drop_table('recording_consent')
    op.drop_table('recording_link')
