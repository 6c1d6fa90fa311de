"""The table of answers that met nothing open."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from server.columns import moment


class LateAnswer(SQLModel, table=True):
    """A number that heard today that nothing is open to it: of whose, this row does not tell."""

    __tablename__ = "late_answer"
    number_mac: bytes = Field(primary_key=True, sa_type=LargeBinary)
    at: datetime = moment(index=True)
