"""The mass events' tables: the event and its keys, who is in it, and the versions of its brief."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import WITHOUT_ROWID, blob, moment, optional_blob


class MassEvent(SQLModel, table=True):
    """Alerts that belong together. `made_by` is null where the rule began it.

    Its private half is only in wraps: the server forgets it once the event is stored. `sealed` is
    where it began.
    """

    __tablename__ = "mass_event"
    id: str = Field(primary_key=True)
    kind: str
    made_by: str | None = Field(default=None, foreign_key="staff.id")
    at: datetime = moment()
    public_key: bytes = blob()
    sealed: bytes | None = optional_blob()


class MassEventWrap(SQLModel, table=True):
    """An event's private half, sealed to an office that may read its brief."""

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "mass_event_wrap"
    event_id: str = Field(primary_key=True, foreign_key="mass_event.id")
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    version: int
    wrap: bytes = blob()


class MassEventMember(SQLModel, table=True):
    """Where an incident belongs. Once there is a row, the rule leaves the incident alone.

    `event_id` is null where staff took it out; `put_by` where the rule put it in.
    """

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "mass_event_member"
    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    event_id: str | None = Field(default=None, foreign_key="mass_event.id", index=True)
    put_by: str | None = Field(default=None, foreign_key="staff.id")
    at: datetime = moment()


class MassEventBrief(SQLModel, table=True):
    """A version of an event's name and brief, sealed to the event's key; none is overwritten."""

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "mass_event_brief"
    event_id: str = Field(primary_key=True, foreign_key="mass_event.id")
    version: int = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id")
    at: datetime = moment()
    sealed: bytes = blob()
