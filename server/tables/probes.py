"""The table of the operator's own test texts."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from server.columns import moment, optional_moment


class ProbeRun(SQLModel, table=True):
    """How far a text to the operator's own handset got, and when; its delivery goes before it."""

    __tablename__ = "probe"
    delivery_id: int = Field(primary_key=True, sa_type=BigInteger)
    stored_at: datetime = moment()
    sent_at: datetime | None = optional_moment()
    delivered_at: datetime | None = optional_moment()
