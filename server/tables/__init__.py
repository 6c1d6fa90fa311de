"""Every table: columns and constraints, no behaviour.

Times are whole microseconds since 1970, UTC. Columns called `sealed`, `brief`, `bundle`, `*_wrap`
hold blobs that only `vault` makes and opens. Ids are random; nothing here names a person.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.columns import (
    NEVER_REUSED,
    WITHOUT_ROWID,
    blob,
    counter,
    moment,
    optional_blob,
    optional_moment,
)
from server.tables import audit as audit_tables  # noqa: F401 - schema
from server.tables import closings as closing_tables  # noqa: F401 - schema
from server.tables import drills as drill_tables  # noqa: F401 - schema
from server.tables import events as event_tables  # noqa: F401 - schema
from server.tables import kept_texts, ladders, late_answers, links, readings  # noqa: F401 - schema
from server.tables import plans as plan_tables  # noqa: F401 - schema
from server.tables import probes as probe_tables  # noqa: F401 - schema
from server.tables import record as record_tables  # noqa: F401 - schema
from server.tables import rota as rota_tables  # noqa: F401 - schema
from server.tables import shifts as shift_tables  # noqa: F401 - schema
from server.tables import sign_in as sign_in_tables  # noqa: F401 - schema
from server.tables import territory as territory_tables  # noqa: F401 - schema

# The organisation and its people


class Organisation(SQLModel, table=True):
    """One row: the keys that stand above all offices. Only their public halves are here.

    `ring_check` opens only with the key ring that this database was set up with. `territory` is
    another random id after each change of that table, and null while it is empty.
    """

    id: int = Field(primary_key=True)
    recovery_key: bytes = blob()
    root_key: bytes | None = optional_blob()
    ring_check: bytes | None = optional_blob()
    territory: str | None = None


class Office(SQLModel, table=True):
    id: str = Field(primary_key=True)
    parent_id: str | None = Field(default=None, foreign_key="office.id")
    name: str
    key_version: int = 1
    created_at: datetime = moment()


class OfficeKey(SQLModel, table=True):
    """A version of an office's pair; an older private half is sealed into the newer one."""

    __tablename__ = "office_key"
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    version: int = Field(primary_key=True)
    public_key: bytes = blob()
    recovery_wrap: bytes = blob()
    previous_wrap: bytes | None = optional_blob()
    root_signature: bytes | None = optional_blob()


class Staff(SQLModel, table=True):
    """`state`: invited, accepted (has a pair, counts only), active (granted), disabled."""

    id: str = Field(primary_key=True)
    office_id: str = Field(foreign_key="office.id", index=True)
    email_mac: bytes = Field(sa_type=LargeBinary, unique=True)
    sealed: bytes = blob()
    role: str
    state: str
    invitation_hash: bytes | None = optional_blob()
    salt: bytes | None = optional_blob()
    public_key: bytes | None = optional_blob()
    private_wrap: bytes | None = optional_blob()
    created_at: datetime = moment()


class OfficeGrant(SQLModel, table=True):
    """An office's private half, sealed to one staff member."""

    __tablename__ = "office_grant"
    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    version: int = Field(primary_key=True)
    wrap: bytes = blob()
    granted_by: str | None = None


class Activist(SQLModel, table=True):
    id: str = Field(primary_key=True)
    office_id: str = Field(foreign_key="office.id", index=True)
    sealed: bytes = blob()
    created_at: datetime = moment()


class Device(SQLModel, table=True):
    """A phone: the hash of its token, and the public key only that token's holder can answer.

    `armed` is null until it says so; `obstacles` are words of the protocol, with commas.
    """

    id: str = Field(primary_key=True)
    activist_id: str = Field(foreign_key="activist.id", index=True)
    token_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    dispatch_key: bytes = blob()
    bundle: bytes | None = optional_blob()
    paired_at: datetime = moment()
    revoked_at: datetime | None = optional_moment(index=True)
    heard_at: datetime | None = optional_moment()
    armed: bool | None = None
    obstacles: str = ""
    battery: float | None = None
    stated_at: datetime | None = optional_moment()
    wrong_codes: int = 0
    codes_from: datetime | None = optional_moment()


class PairingOffer(SQLModel, table=True):
    """A one-time code, found by a value derived from it; the bundle opens only with the code.

    `replaces`: the phone that brings it takes the place of every earlier one.
    """

    __tablename__ = "pairing"
    lookup: bytes = Field(primary_key=True, sa_type=LargeBinary)
    activist_id: str = Field(foreign_key="activist.id")
    bundle: bytes = blob()
    expires_at: datetime = moment()
    replaces: bool = False


class Profile(SQLModel, table=True):
    """The office's copy of an activist's bundle, sealed to the office's key."""

    activist_id: str = Field(primary_key=True, foreign_key="activist.id")
    office_copy: bytes = blob()
    updated_at: datetime = moment()


class Consent(SQLModel, table=True):
    """How a contact stands. The last four are there only while an invitation is open.

    `due_at`: when they are reminded, and then when the invitation ends; `delivery_id`: its text.
    """

    __table_args__ = WITHOUT_ROWID
    activist_id: str = Field(primary_key=True, foreign_key="activist.id")
    contact_id: str = Field(primary_key=True)
    state: str
    changed_at: datetime = moment()
    reach: str | None = None
    number_mac: bytes | None = optional_blob(index=True)
    sealed: bytes | None = optional_blob()
    due_at: datetime | None = optional_moment(index=True)
    delivery_id: int | None = Field(default=None, sa_type=BigInteger, index=True)


class Suppression(SQLModel, table=True):
    """A number that said STOP: of whom, this row does not tell."""

    number_mac: bytes = Field(primary_key=True, sa_type=LargeBinary)
    since: datetime = moment()


class CheckInTimer(SQLModel, table=True):
    """An armed timer and what its alert will need, parked under the relay ring until it ends."""

    __tablename__ = "check_in"
    activist_id: str = Field(primary_key=True, foreign_key="activist.id")
    device_id: str = Field(foreign_key="device.id")
    alert_id: str
    due_at: datetime = moment(index=True)
    sealed: bytes = blob()


# Incidents


class Incident(SQLModel, table=True):
    """The truth about an incident, for the office. What the phone may see is in PhoneView.

    `second_office_id` sees it too: the activist's own, or, where it is `unsure` whose ground the
    place is, the other one; then both are paged. `closes_by_two`: it took two people to close it
    when it was handed over, and does so wherever it goes.
    """

    __table_args__ = (Index("incident_of_activist", "activist_id", "opened_at"),)
    id: str = Field(primary_key=True)
    code: str
    activist_id: str = Field(foreign_key="activist.id")
    device_id: str = Field(foreign_key="device.id")
    office_id: str = Field(foreign_key="office.id")
    second_office_id: str | None = Field(default=None, foreign_key="office.id")
    unsure: bool = False
    closes_by_two: bool = False
    previous_id: str | None = None
    kind: str
    state: str = Field(index=True)
    opened_at: datetime = moment()
    release_at: datetime = moment()
    heard_at: datetime = moment()
    again_at: datetime | None = optional_moment()
    again_texted_at: datetime | None = optional_moment()
    stopped_at: datetime | None = optional_moment()
    silent_since: datetime | None = optional_moment()
    duress: bool = False
    taken_by: str | None = None
    taken_at: datetime | None = optional_moment()
    lead_id: str | None = None
    closed_at: datetime | None = optional_moment()
    outcome: str | None = None
    entries: int = 1
    public_key: bytes = blob()
    sealed: bytes = blob()
    brief: bytes | None = optional_blob()


class PressedAlert(SQLModel, table=True):
    """A press that was stored, and the answer it got: the same id again gets the same answer."""

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "alert"
    device_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    incident_id: str = Field(foreign_key="incident.id", index=True)
    received_at: datetime = moment()
    release_at: datetime = moment()
    contacts: int


class PhoneView(SQLModel, table=True):
    """What the phone may know: the same rows and bytes for a true and a duress code.

    Once `stopped`, nothing but a close or a reopening by the office changes it.
    """

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "phone_view"
    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    activist_id: str
    state: str
    stopped: bool = False
    contacts: int
    notified: int = 0
    delivered: int = 0
    acknowledged: int = 0
    office: bool = False
    version: int = Field(sa_type=BigInteger, index=True)


class IncidentWrap(SQLModel, table=True):
    """An incident's private half, sealed to an office that may read it."""

    __table_args__ = WITHOUT_ROWID
    __tablename__ = "incident_wrap"
    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    office_id: str = Field(primary_key=True, foreign_key="office.id")
    version: int
    wrap: bytes = blob()


class Recipient(SQLModel, table=True):
    """One contact in one incident: how to match an answer and open the link, until the close.

    `id` is what the browser derives from the link's secret to find this row.
    """

    __table_args__ = WITHOUT_ROWID

    id: str = Field(primary_key=True)
    incident_id: str = Field(foreign_key="incident.id", index=True)
    contact_id: str
    place: int
    ring: int
    number_mac: bytes | None = optional_blob(index=True)
    link_wrap: bytes | None = optional_blob()
    answer: str | None = None
    answered_at: datetime | None = optional_moment()
    opened_at: datetime | None = optional_moment()
    seen_at: datetime | None = optional_moment()


class Position(SQLModel, table=True):
    """A fix, sealed. The time it was taken makes a repeat harmless."""

    __table_args__ = WITHOUT_ROWID
    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    taken_at: datetime = moment(primary_key=True)
    received_at: datetime = moment()
    sealed: bytes = blob()


class Entry(SQLModel, table=True):
    """The timeline: whatever happened to an incident, in the order in which it became durable."""

    __table_args__ = (UniqueConstraint("incident_id", "number"), NEVER_REUSED)
    seq: int = counter()
    incident_id: str = Field(foreign_key="incident.id")
    office_id: str
    second_office_id: str | None = None
    number: int
    kind: str
    at: datetime = moment()
    recorded_at: datetime = moment()
    actor: str
    actor_id: str | None = None
    detail: str = "{}"
    sealed: bytes | None = optional_blob()


# Sending


class Delivery(SQLModel, table=True):
    """A text or a call that must go out. Its words are made from the brief when it is claimed.

    `plain`: a filter caught its link, and it goes without one from now on. `avoided`: the ways
    that failed it, with a space between them.
    """

    __table_args__ = (
        Index("delivery_due", "state", "lane", "due_at"),
        Index("delivery_of_incident", "incident_id", "state"),
        NEVER_REUSED,
    )
    id: int = counter()
    incident_id: str | None = Field(default=None, foreign_key="incident.id")
    recipient_id: str | None = None
    kind: str
    lane: int
    state: str
    due_at: datetime = moment()
    about_at: datetime = moment()
    expires_at: datetime = moment()
    attempts: int = 0
    attempt_id: str | None = None
    lease_until: datetime | None = optional_moment()
    provider_id: str | None = None
    error: int | None = None
    plain: bool = False
    avoided: str | None = None
    sealed: bytes | None = optional_blob()


class Attempt(SQLModel, table=True):
    """One request to the carrier, written before it is made.

    `way`: which it went by, where there was a choice; `others`: how many ways were left then.
    """

    id: str = Field(primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True, sa_type=BigInteger)
    boot: str
    started_at: datetime = moment()
    settled_at: datetime | None = optional_moment()
    outcome: str | None = None
    code: int | None = None
    provider_id: str | None = None
    way: str | None = None
    others: int | None = None


class Receipt(SQLModel, table=True):
    """What the carrier said of an attempt, as it came; never changed."""

    __table_args__ = (NEVER_REUSED,)
    id: int = counter()
    attempt_id: str = Field(index=True)
    status: str
    code: int | None = None
    received_at: datetime = moment()


class Inbound(SQLModel, table=True):
    """A text that came in, by the carrier's id, so that a repeat changes nothing."""

    provider_id: str = Field(primary_key=True)
    received_at: datetime = moment()
    matched: bool
    sealed: bytes | None = optional_blob()


def schema() -> Any:
    """The metadata that migrations compare with."""
    return SQLModel.metadata
