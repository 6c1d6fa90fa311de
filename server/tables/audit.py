"""The table of the audit log."""

from datetime import datetime

from sqlmodel import SQLModel

from server.columns import NEVER_REUSED, blob, counter, moment, optional_blob


class Audit(SQLModel, table=True):
    """Who did what to whose keys and records, each row bound to the one before."""

    __table_args__ = (NEVER_REUSED,)
    seq: int = counter()
    at: datetime = moment()
    actor: str
    action: str
    subject: str | None = None
    previous: bytes = blob()
    hash: bytes = blob()
    signature: bytes | None = optional_blob()
