"""The table of texts whose words the carrier was not asked to discard."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from server.columns import moment, optional_moment


class KeptText(SQLModel, table=True):
    """The row is gone once the words are; with no `ask_at`, asking for it was given up."""

    __tablename__ = "kept_text"
    attempt_id: str = Field(primary_key=True, foreign_key="attempt.id")
    since: datetime = moment()
    ask_at: datetime | None = optional_moment(index=True)
    given_up_at: datetime | None = optional_moment()
