"""people"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns added to tables that have rows need a default.
    op.create_table('invite',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('revoked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_invite_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invite')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invite_token_hash'))
    )
    with op.batch_alter_table('invite', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invite_session_id'), ['session_id'], unique=False)

    op.create_table('session_log',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('member_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
    sa.Column('actor_name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('target_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('target_name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('detail', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_session_log_member_id')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_session_log_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_log'))
    )
    with op.batch_alter_table('session_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_log_session_id'), ['session_id'], unique=False)

    op.create_table('waiting_person',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('key_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('browser_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('invite_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
    sa.Column('decision', sa.String(length=16), nullable=False),
    sa.Column('member_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('seen_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['invite_id'], ['invite.id'], name=op.f('fk_waiting_person_invite_id')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_waiting_person_member_id')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_waiting_person_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_person')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_waiting_person_key_hash'))
    )
    with op.batch_alter_table('waiting_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_waiting_person_session_id_decision'), ['session_id', 'decision'], unique=False)

    with op.batch_alter_table('chat_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deleted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table('connection', schema=None) as batch_op:
        batch_op.add_column(sa.Column('admin', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('live_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('access', sa.String(length=16), nullable=False, server_default='link'))
        batch_op.add_column(sa.Column('password_hash', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('lobby', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('chat', sa.String(length=16), nullable=False, server_default='everyone'))
        batch_op.add_column(sa.Column('slow_mode_seconds', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('hostless_since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('invite_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True))
        batch_op.add_column(sa.Column('banned_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('withheld', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('hand_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('stage_since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('stage_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index(batch_op.f('ix_member_account_id_session_id'), ['account_id', 'session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_invite_id'), ['invite_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_stage_until'), ['stage_until'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_member_invite_id'), 'invite', ['invite_id'], ['id'])

    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('session_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('identity', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sid', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('hidden', sa.Boolean(), nullable=False, server_default=sa.false()))



def downgrade() -> None:
    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.drop_column('hidden')
        batch_op.drop_column('sid')
        batch_op.drop_column('identity')
        batch_op.drop_column('session_id')

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_member_invite_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_member_stage_until'))
        batch_op.drop_index(batch_op.f('ix_member_invite_id'))
        batch_op.drop_index(batch_op.f('ix_member_account_id_session_id'))
        batch_op.drop_column('stage_until')
        batch_op.drop_column('stage_since')
        batch_op.drop_column('hand_at')
        batch_op.drop_column('withheld')
        batch_op.drop_column('banned_at')
        batch_op.drop_column('invite_id')
        batch_op.drop_column('account_id')

    with op.batch_alter_table('live_session', schema=None) as batch_op:
        batch_op.drop_column('hostless_since')
        batch_op.drop_column('slow_mode_seconds')
        batch_op.drop_column('chat')
        batch_op.drop_column('lobby')
        batch_op.drop_column('password_hash')
        batch_op.drop_column('access')

    with op.batch_alter_table('connection', schema=None) as batch_op:
        batch_op.drop_column('admin')

    with op.batch_alter_table('chat_message', schema=None) as batch_op:
        batch_op.drop_column('deleted_at')

    with op.batch_alter_table('waiting_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_waiting_person_session_id_decision'))

    op.drop_table('waiting_person')
    with op.batch_alter_table('session_log', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_log_session_id'))

    op.drop_table('session_log')
    with op.batch_alter_table('invite', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invite_session_id'))

    op.drop_table('invite')
