"""observers, and who made an invite"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns added to tables that have rows need a default.
    with op.batch_alter_table('connection', schema=None) as batch_op:
        batch_op.add_column(sa.Column('observer_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False, server_default=''))

    with op.batch_alter_table('invite', schema=None) as batch_op:
        batch_op.add_column(sa.Column('giver_id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('invite', schema=None) as batch_op:
        batch_op.drop_column('giver_id')

    with op.batch_alter_table('connection', schema=None) as batch_op:
        batch_op.drop_column('observer_id')
