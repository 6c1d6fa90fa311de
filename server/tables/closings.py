"""The tables of an incident's end: whether it takes two people, and the end that was proposed."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from server.columns import moment


class ClosingRule(SQLModel, table=True):
    """Whether an office closes its incidents with two people."""

    __tablename__ = "closing_rule"
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    two_person_close: bool


class Closing(SQLModel, table=True):
    """The end that somebody proposed, or with `settled` the casework that an incident went to.

    `seq` is its timeline entry, which holds the reason, sealed.
    """

    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    seq: int = Field(sa_type=BigInteger)
    staff_id: str
    outcome: str
    how: str | None = None
    casework: bool
    at: datetime = moment()
    settled: bool


class OfficeMessage(SQLModel, table=True):
    """What staff sent or noted by hand, by the id their page gave it: a repeat does nothing."""

    __tablename__ = "office_message"
    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    id: str = Field(primary_key=True)
    staff_id: str
    at: datetime = moment()
