"""Calls: what a claimed one says, and what a key that is pressed on it means."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import bindparam, select

from server.carriers import twiml
from server.db import Transaction
from server.domain.answers import Meaning
from server.domain.delivery import Kind
from server.domain.errors import NotKnown
from server.services import contacts, courtesies, leads, records, rows, settlements, timeline
from server.services.courtesies import Whom
from server.services.deliveries import Claimed
from server.services.records import Duty
from server.services.timeline import SYSTEM
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Receipt
from server.vault import Vault, about
from shared import wire
from shared.texts import spoken
from shared.texts.spoken import Spoken

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_receipt = rows.table(Receipt)

_OF_ATTEMPT = Statement(
    select(
        _delivery.c.incident_id,
        _delivery.c.recipient_id,
        _delivery.c.kind,
        _incident.c.kind,
        _incident.c.brief,
    )
    .join(_attempt, _attempt.c.delivery_id == _delivery.c.id)
    .join(_incident, _incident.c.id == _delivery.c.incident_id)
    .where(_attempt.c.id == bindparam("attempt"))
)
_PRESSED = Statement(
    select(_receipt.c.id).where(
        _receipt.c.attempt_id == bindparam("attempt"), _receipt.c.status == bindparam("key")
    )
)
MEANINGS = {"1": Meaning.ACTING, "2": Meaning.CANNOT, "3": Meaning.PLACE}
HEARD = "1"  # the one key of a call to whoever is on duty


class Call(NamedTuple):
    """Whom to call, and what to do on the line."""

    to: str
    twiml: str


class Line(NamedTuple):
    """The call that a key was pressed on."""

    incident_id: str
    recipient_id: str | None
    kind: str
    alert_kind: str
    brief: bytes | None


def compose_call(vault: Vault, claimed: Claimed, public_url: str) -> Call | None:
    """The call, or None where the incident ended and took the words with it."""
    if claimed.kind == Kind.DUTY_CALL:
        if claimed.sealed is None:
            return None
        content = vault.read(claimed.sealed, about("delivery", claimed.kind))
        duty = wire.decode(Duty, content)
        board = duty.reason == "not_taken"
        language = claimed.language(duty.language)
        words = spoken.duty(duty.office, duty.code, duty.drill, language, board_stands=board)
        return _call(duty.phone, words, claimed, public_url)
    if claimed.brief is None or claimed.incident_id is None:
        return None
    brief = records.open_brief(vault, claimed.incident_id, claimed.brief)
    person = next((p for p in brief.people if p.recipient_id == claimed.recipient_id), None)
    if person is None:
        return None
    words = spoken.alert(
        person.known_as,
        brief.code,
        brief.kind,
        brief.pressed_at,
        brief.timezone,
        claimed.language(person.language),
    )
    return _call(person.phone, words, claimed, public_url)


def press(
    tx: Transaction,
    vault: Vault,
    attempt_id: str,
    digits: str,
    locale: str,
    again_at: str | None,
    now: datetime,
) -> str:
    """What the line does after a key, as TwiML. The same key of the same call changes nothing.

    `again_at`: where a second key goes, if the first was none of the menu's; None: hang up then.
    """
    found = tx.row(_OF_ATTEMPT, attempt=attempt_id)
    if found is None:
        return twiml.hang_up()
    line = Line(*found)
    if line.kind not in (Kind.CALL, Kind.DUTY_CALL):
        return twiml.hang_up()
    settlements.receive(tx, vault, attempt_id, "in-progress", None, now)
    if digits not in ((HEARD,) if line.kind == Kind.DUTY_CALL else MEANINGS):
        return _menu_again(line, locale, again_at)
    key = f"key {digits}"
    if tx.row(_PRESSED, attempt=attempt_id, key=key) is None:
        tx.run(rows.INSERT_RECEIPT, attempt_id=attempt_id, status=key, code=None, received_at=now)
        try:
            _take(tx, vault, line, digits, now)
        except NotKnown:
            return twiml.last_word(spoken.closed(locale))
    return twiml.last_word(spoken.noted(locale))


def key_address(public_url: str, attempt_id: str, locale: str, *, again: bool = False) -> str:
    """Where the carrier posts a key; the language goes along, for the brief may be gone by then."""
    query = {"attempt": attempt_id, "language": locale} | ({"again": "1"} if again else {})
    return f"{public_url}/twilio/voice?{urlencode(query)}"


def _call(to: str, words: Spoken, claimed: Claimed, public_url: str) -> Call:
    return Call(to, twiml.menu(words, key_address(public_url, claimed.attempt_id, words.locale)))


def _take(tx: Transaction, vault: Vault, line: Line, digits: str, now: datetime) -> None:
    """Raises NotKnown where the alert has ended."""
    if line.recipient_id is None:
        timeline.append(tx, vault, line.incident_id, "duty_heard", SYSTEM, now, now)
        return
    if line.brief is None:
        raise NotKnown("This alert is closed.")
    meaning = MEANINGS[digits]
    if meaning is Meaning.PLACE:
        leads.note_sign(tx, line.recipient_id, now)
        whom = Whom(line.incident_id, line.recipient_id, line.alert_kind == "drill")
        courtesies.tell(tx, vault, Kind.PLACE, whom, now)
    else:
        contacts.answer_page(tx, vault, line.recipient_id, meaning, now)


def _menu_again(line: Line, locale: str, again_at: str | None) -> str:
    if again_at is None:
        return twiml.hang_up()
    words = spoken.keys(locale) if line.kind == Kind.CALL else spoken.duty_keys(locale)
    return twiml.menu(words, again_at, times=1)
