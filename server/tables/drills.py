"""Drills that an office calls: whom for, and what came of each, kept when the incident is gone."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import moment, optional_moment


class Drill(SQLModel, table=True):
    """`way`: the `office` raises it for them, or they press on their own `phone`."""

    id: str = Field(primary_key=True)
    office_id: str = Field(foreign_key="office.id", index=True)
    called_by: str = Field(foreign_key="staff.id")
    way: str
    started_at: datetime = moment()
    until: datetime = moment()
    ended_at: datetime | None = optional_moment(index=True)


class DrillPerson(SQLModel, table=True):
    """One activist in a drill. Counts and times are written once the drill has ended.

    `left_out`: why there was nothing to raise; times are in milliseconds.
    """

    __tablename__ = "drill_person"
    drill_id: str = Field(primary_key=True, foreign_key="drill.id")
    activist_id: str = Field(primary_key=True, foreign_key="activist.id")
    incident_id: str | None = None
    left_out: str | None = None
    contacts: int = 0
    delivered: int = 0
    answered: int = 0
    stored_ms: int | None = None
    delivered_ms: int | None = None
    answered_ms: int | None = None
