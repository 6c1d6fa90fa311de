"""What stands before a contact's link."""

from sqlmodel import Field, SQLModel

from server.columns import WITHOUT_ROWID, blob


class LinkPin(SQLModel, table=True):
    """For a contact with a PIN, until the incident ends: its verifier, what it releases, and tries.

    `sealed` opens with the link's key only, and that under the relay ring.
    """

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "link_pin"
    recipient_id: str = Field(primary_key=True)
    sealed: bytes = blob()
    wrong: int
