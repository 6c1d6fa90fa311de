"""The record's tables: exports that were asked for, and drafts of Urgent Actions."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import blob, moment, optional_blob, optional_moment


class Export(SQLModel, table=True):
    """What somebody wants to take out, and who agreed. `office_id` is the asker's office.

    `subject_id`: an incident, an Urgent Action, or an office; empty for all that the asker sees.
    `sealed`: why, for the office's key of that version.
    """

    id: str = Field(primary_key=True)
    office_id: str = Field(foreign_key="office.id", index=True)
    what: str
    subject_id: str
    since: datetime | None = optional_moment()
    until: datetime | None = optional_moment()
    form: str
    names: bool
    numbers: bool
    locale: str
    state: str
    sealed: bytes | None = optional_blob()
    key_version: int
    asked_by: str
    asked_at: datetime = moment()
    decided_by: str | None = None
    decided_at: datetime | None = optional_moment()
    expires_at: datetime = moment()
    fetched_at: datetime | None = optional_moment()


class UrgentAction(SQLModel, table=True):
    """An appeal for the person of an incident; its words are sealed to the incident.

    `number` counts its versions.
    """

    __tablename__ = "urgent_action"
    id: str = Field(primary_key=True)
    incident_id: str = Field(foreign_key="incident.id", index=True)
    locale: str
    number: int
    state: str
    sealed: bytes = blob()
    written_by: str
    written_at: datetime = moment()
    submitted_by: str | None = None
    submitted_at: datetime | None = optional_moment()
    confirmed_by: str | None = None
    confirmed_at: datetime | None = optional_moment()
