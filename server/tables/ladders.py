"""The ladders' tables: what an office has set, its duty phones, and the timers that run."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import WITHOUT_ROWID, blob, moment, optional_moment


class LadderSettings(SQLModel, table=True):
    """The waits of an office, or of one activist in its place, by the id of either."""

    __tablename__ = "ladder"
    subject_id: str = Field(primary_key=True)
    delivered_s: int
    answer_s: int
    call_again_s: int
    office_s: int
    lead_s: int
    lead_answer_s: int
    calls: bool


class DutyPhone(SQLModel, table=True):
    """A number on an office's rota, and its language; the lowest position rings first."""

    __tablename__ = "duty_phone"
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    position: int = Field(primary_key=True)
    sealed: bytes = blob()


class LadderTimer(SQLModel, table=True):
    """A rung that is due, or with no due time a watch over the incident's row."""

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "ladder_timer"
    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    side: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    due_at: datetime | None = optional_moment(index=True)


class LadderClock(SQLModel, table=True):
    """One row: when timers were last looked at, so that a clock set back is noticed."""

    __tablename__ = "ladder_clock"
    id: int = Field(primary_key=True)
    seen_at: datetime = moment()


class BoardSeen(SQLModel, table=True):
    """When an office last had a board connected."""

    __tablename__ = "board_seen"
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    seen_at: datetime = moment()
