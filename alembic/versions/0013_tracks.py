"""each voice of a recording in a file of its own"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# (column, kind, what older rows have)
NEW = (
    ('separate', sa.Boolean(), sa.false()),
    ('tracks', sa.String(), ''),
    ('track_bytes', sa.BigInteger(), '0'),
)


def upgrade() -> None:
    for name, kind, default in NEW:
        with op.batch_alter_table('recording', schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table('recording', schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    for name, _, _ in reversed(NEW):
        with op.batch_alter_table('recording', schema=None) as batch_op:
            batch_op.drop_column(name)
