"""The languages' table: whose words somebody has read."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import blob, moment


class Reading(SQLModel, table=True):
    """Somebody read the texts in a language for an office; `digest` is of the words they read."""

    office_id: str = Field(primary_key=True, foreign_key="office.id")
    locale: str = Field(primary_key=True)
    digest: bytes = blob()
    sealed: bytes = blob()
    at: datetime = moment()
