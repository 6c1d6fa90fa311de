"""The tables of the people at the boards: who is on, what was handed over, who looks at what."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from server.columns import blob, moment, optional_moment


class Desk(SQLModel, table=True):
    """When a board of somebody last stood, and how far the timeline was by then.

    `left_at`, `left_seq`: the same of the time before, where there was a gap between the two.
    """

    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    seen_at: datetime = moment()
    seen_seq: int = Field(sa_type=BigInteger)
    left_at: datetime | None = optional_moment()
    left_seq: int | None = Field(default=None, sa_type=BigInteger)


class Shift(SQLModel, table=True):
    """Somebody is on, from the session they began it in. `left`: it ended without a word."""

    __table_args__ = (Index("shift_of_office", "office_id", "ended_at"),)
    id: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    office_id: str = Field(foreign_key="office.id")
    session_id: str
    began_at: datetime = moment()
    ended_at: datetime | None = optional_moment()
    ended_seq: int | None = Field(default=None, sa_type=BigInteger)
    left: bool = False


class HandOver(SQLModel, table=True):
    """The note at a shift's end, sealed to an office that may read it; gone after a week."""

    __tablename__ = "hand_over"
    shift_id: str = Field(primary_key=True, foreign_key="shift.id")
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    version: int
    sealed: bytes = blob()
    at: datetime = moment(index=True)


class Looking(SQLModel, table=True):
    """An incident that a board has open, until it says otherwise or is not heard of any more."""

    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    board: str = Field(primary_key=True)
    incident_id: str = Field(foreign_key="incident.id")
    seen_at: datetime = moment(index=True)
