"""The tables of an office's duty rota: its zone and its planned shifts."""

from sqlmodel import Field, SQLModel

from server.columns import blob


class RotaZone(SQLModel, table=True):
    """The zone in which an office's shifts begin and end, by its IANA name."""

    __tablename__ = "rota_zone"
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    zone: str


class PlannedShift(SQLModel, table=True):
    """A shift of every week (`weekday`, Monday is 0) or of one day (`day`); who, is sealed."""

    __tablename__ = "planned_shift"
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    position: int = Field(primary_key=True)
    weekday: int | None = None
    day: str | None = None
    starts: str
    ends: str
    sealed: bytes = blob()
