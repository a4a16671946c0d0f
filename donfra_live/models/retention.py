"""When the work of the night was last done."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class NightlyRun(SQLModel, table=True):
    """finished_at: when it was last done to the end; one that was killed half way is done again."""

    __tablename__ = "nightly_run"

    id: str = Field(primary_key=True, max_length=40)
    finished_at: datetime
