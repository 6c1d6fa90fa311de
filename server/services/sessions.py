"""Signing in with all that belongs to it, and one's own sessions: listed, seen, ended."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, select, update

from server.db import Transaction
from server.domain.access import descendants
from server.domain.errors import NotAllowed, NotKnown
from server.services import audit, offices, rows, second_factors, staff
from server.services.passkeys import Site
from server.services.second_factors import Proof, Shown
from server.services.staff import Credentials, Session
from server.tables import OfficeGrant, Staff
from server.tables.sign_in import StaffSession
from server.vault import Vault, about
from shared import crypto
from shared.crypto import KeyPair

SEEN_EVERY = timedelta(minutes=1)  # each time it is noted is a write

_session = rows.table(StaffSession)
_staff = rows.table(Staff)
_grant = rows.table(OfficeGrant)


class Whence(msgspec.Struct, frozen=True, kw_only=True):
    """From where a session was opened, so that its owner knows it again."""

    device: str = ""
    network: str = ""


@dataclass(frozen=True)
class Listed:
    id: str
    whence: Whence
    created_at: datetime
    seen_at: datetime


def check(
    tx: Transaction,
    vault: Vault,
    site: Site,
    staff_id: str,
    pair: KeyPair,
    shown: Shown,
    now: datetime,
) -> Proof:
    """What was shown beside a right password; SignInNeeded as for a wrong one."""
    proof = second_factors.try_out(tx, vault, site, staff_id, pair, shown, now)
    if proof is None:
        raise staff.wrong()
    return proof


def enter(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    pair: KeyPair,
    proof: Proof,
    whence: Whence,
    now: datetime,
) -> str:
    """Uses up the proof and opens a session; its cookie."""
    if not proof.spend(tx):
        raise staff.wrong()
    return staff.open_session(
        tx,
        vault,
        staff_id,
        pair,
        now,
        factor=proof.factor,
        opened_from=msgspec.json.encode(whence),
    )


def of(tx: Transaction, vault: Vault, who: Session, now: datetime) -> list[Listed]:
    """Somebody's own sessions that stand, the newest first."""
    found = tx.execute(
        select(_session)
        .where(_session.c.staff_id == who.staff_id, _session.c.expires_at > now)
        .order_by(_session.c.created_at.desc())
    )
    return [
        Listed(
            row.id,
            msgspec.json.decode(vault.unbox(who.pair, bytes(row.sealed)), type=Whence),
            row.created_at,
            row.seen_at,
        )
        for row in found
    ]


def which_stand(tx: Transaction, session_ids: Collection[str], now: datetime) -> set[str]:
    """A cheap look for open sockets: those of these sessions that have not ended."""
    found = tx.execute(
        select(_session.c.id)
        .join(_staff, _staff.c.id == _session.c.staff_id)
        .where(
            _session.c.id.in_(session_ids),
            _session.c.expires_at > now,
            _staff.c.state != "disabled",
        )
    )
    return set(found.scalars())


def read_the_same(tx: Transaction, asked: Sequence[Session]) -> list[bool]:
    """Whether each would see the same offices and hold the same keys if it were resumed now."""
    tree = offices.parents(tx)
    sees = {one: descendants(one, tree) for one in {who.office_id for who in asked}}
    held = defaultdict[str, set[tuple[str, int]]](set)
    of_these = _grant.c.staff_id.in_({who.staff_id for who in asked})
    for row in tx.execute(
        select(_grant.c.staff_id, _grant.c.office_id, _grant.c.version).where(of_these)
    ):
        held[row.staff_id].add((row.office_id, row.version))
    return [
        who.sees == sees[who.office_id] and who.keys.keys() == held[who.staff_id] for who in asked
    ]


def is_due(who: Session, now: datetime) -> bool:
    """Whether it should be noted that this session is in use."""
    return now - who.seen_at >= SEEN_EVERY


def note_seen(tx: Transaction, session_id: str, now: datetime) -> None:
    stale = (_session.c.id == session_id, _session.c.seen_at <= now - SEEN_EVERY)
    tx.execute(update(_session).where(*stale).values(seen_at=now))


def note_factor(tx: Transaction, who: Session, factor: str) -> None:
    """A second factor was set up here: this session may do everything from now on, and those
    that were opened without one end, or whoever else knew the password could set up theirs."""
    tx.execute(update(_session).where(_session.c.id == who.id).values(factor=factor))
    without = (_session.c.staff_id == who.staff_id, _session.c.factor.is_(None))
    tx.execute(delete(_session).where(*without))


def end(tx: Transaction, who: Session, session_id: str, now: datetime) -> None:
    """One of one's own sessions; its sockets close within seconds, in every process."""
    mine = (_session.c.staff_id == who.staff_id, _session.c.id == session_id)
    if not tx.execute(delete(_session).where(*mine)).rowcount:
        raise NotKnown("There is no such session.")
    audit.note(tx, who.staff_id, "session ended", session_id, now)


def end_others(tx: Transaction, who: Session, now: datetime) -> None:
    """All of one's own sessions but this one."""
    others = (_session.c.staff_id == who.staff_id, _session.c.id != who.id)
    tx.execute(delete(_session).where(*others))
    audit.note(tx, who.staff_id, "other sessions ended", who.staff_id, now)


def lock_anew(vault: Vault, staff_id: str, pair: KeyPair, password: str) -> tuple[bytes, bytes]:
    """Salt and wrap of the same pair under another password, outside any transaction."""
    salt = crypto.random_bytes(crypto.SALT_SIZE)
    key = crypto.stretch(password, salt)
    return salt, vault.lock(key, pair.private, about("staff_key", staff_id))


def change_password(
    tx: Transaction,
    who: Session,
    known: Credentials,
    locked: tuple[bytes, bytes],
    now: datetime,
) -> None:
    """From now on the new password opens the pair; every other session of theirs ends."""
    salt, wrap = locked
    same = (_staff.c.id == who.staff_id, _staff.c.private_wrap == known.private_wrap)
    changed = tx.execute(update(_staff).where(*same).values(salt=salt, private_wrap=wrap))
    if not changed.rowcount:
        raise NotAllowed("The password was changed meanwhile.", mend="Sign in again.")
    end_others(tx, who, now)
    audit.note(tx, who.staff_id, "password changed", who.staff_id, now)
