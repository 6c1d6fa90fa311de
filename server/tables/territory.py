"""The operator's table: which ground is which office's."""

from sqlmodel import Field, SQLModel


class Territory(SQLModel, table=True):
    """A code of an outline or of a group of them; or, without one, a circle that stands above."""

    id: str = Field(primary_key=True)
    office_id: str = Field(foreign_key="office.id", index=True)
    code: str | None = Field(default=None, nullable=True, unique=True)
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
