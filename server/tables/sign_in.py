"""The tables of signing in: sessions, and what somebody shows beside a password."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from server.columns import blob, moment, optional_blob, optional_moment


class StaffSession(SQLModel, table=True):
    """Found by the cookie's hash; the staff member's private half opens only with the cookie.

    `id` names it to its owner; `sealed`, to the staff pair, says from where it was opened.
    `factor`: what was shown beside the password, if anything was.
    """

    __tablename__ = "staff_session"
    cookie_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    id: str = Field(unique=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    private_wrap: bytes = blob()
    sealed: bytes = blob()
    factor: str | None = None
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment()


class TotpSecret(SQLModel, table=True):
    """Sealed to the staff pair, so only the password opens it, and a new pair never does.

    `offered`: one whose first code has not come yet. `step`: the last whose code was used.
    """

    __tablename__ = "totp"
    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    sealed: bytes | None = optional_blob()
    offered: bytes | None = optional_blob()
    step: int = Field(default=0, sa_type=BigInteger)


class Passkey(SQLModel, table=True):
    """A credential's public half, and how often it has signed as it says itself."""

    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    public_key: bytes = blob()
    signed: int = Field(sa_type=BigInteger)
    sealed: bytes = blob()
    created_at: datetime = moment()
    used_at: datetime | None = optional_moment()


class RecoveryCode(SQLModel, table=True):
    """A code that works once, as its keyed hash."""

    __tablename__ = "recovery_code"
    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    code_mac: bytes = Field(primary_key=True, sa_type=LargeBinary)


class SpentChallenge(SQLModel, table=True):
    """A challenge that a passkey has answered: until it expires, nobody answers it again."""

    __tablename__ = "spent_challenge"
    challenge: bytes = Field(primary_key=True, sa_type=LargeBinary)
    expires_at: datetime = moment()
