"""where the files of a recording are stored"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = [
        sa.Column('stored', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False, server_default=''),
        sa.Column('waits', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('over_quota', sa.Boolean(), nullable=False, server_default=sa.false()),
    ]
    with op.batch_alter_table('recording', schema=None) as batch_op:
        for column in columns:
            batch_op.add_column(column)
    with op.batch_alter_table('recording', schema=None) as batch_op:
        for column in columns:
            batch_op.alter_column(column.name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('recording', schema=None) as batch_op:
        for name in ('over_quota', 'waits', 'stored'):
            batch_op.drop_column(name)
