"""What an activist wants done, sealed to the offices that may read it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import blob, moment


class PlanCopy(SQLModel, table=True):
    """An activist's plan, a copy for each office that reads their incidents: their own and those
    above it. When it was last gone through stands in clear, for readiness."""

    __tablename__ = "plan"
    activist_id: str = Field(primary_key=True, foreign_key="activist.id")
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    sealed: bytes = blob()
    reviewed_at: datetime = moment()
