"""The words of a claimed delivery, made from its incident's brief as it stands now."""

from typing import NamedTuple

from msgspec.structs import replace

from server.domain.delivery import BY_HAND, Kind
from server.services import probes, records
from server.services.deliveries import Claimed
from server.services.records import (
    Asking,
    Brief,
    ByHand,
    Duty,
    Farewell,
    Heard,
    Person,
    Stranger,
)
from server.vault import Vault, about
from shared import wire
from shared.texts import composer
from shared.texts.composer import AlertText, Route

_NEWS = {
    Kind.MOVED: composer.compose_moved,
    Kind.BATTERY_LOW: composer.compose_battery_low,
    Kind.SILENT: composer.compose_silent,
}

_ABOUT_IT = {
    Kind.STOP_CLAIMED: composer.compose_stop_claimed,
    Kind.STILL_ACTING: composer.compose_still_acting,
    Kind.NOBODY_ACTS: composer.compose_nobody_acts,
}


class Message(NamedTuple):
    """Whom to text, what, and whether a second text follows when this one went out."""

    to: str
    body: str
    more: bool = False


def compose(vault: Vault, claimed: Claimed, public_url: str, route: Route) -> Message | None:
    """The text, or None where the incident ended and took the words with it."""
    kind = Kind(claimed.kind)
    if kind in (Kind.INVITATION, Kind.REMINDER, Kind.CONSENT_NOTED):
        return _about_consent(vault, kind, claimed)
    if kind is Kind.NO_ALERT_OPEN:
        return _to_stranger(vault, claimed)
    if kind is Kind.DUTY:
        return _to_duty(vault, claimed)
    if kind is Kind.PROBE:
        return Message(*probes.compose(vault, claimed))
    if kind is Kind.CLOSED:
        farewell = wire.decode(Farewell, _sealed(vault, claimed))
        return Message(farewell.phone, farewell.body)
    if kind in BY_HAND:
        by_hand = _by_hand(vault, claimed)
        return Message(by_hand.phone, by_hand.body) if by_hand else None
    if claimed.brief is None or claimed.incident_id is None:
        return None
    brief = records.open_brief(vault, claimed.incident_id, claimed.brief)
    person = next((p for p in brief.people if p.recipient_id == claimed.recipient_id), None)
    if person is None:
        return None
    language = claimed.language(person.language)
    if language != person.language:
        person = replace(person, language=language)
    match kind:
        case Kind.ALERT | Kind.MORE:
            texts = composer.compose_alert(alert_text(brief, person, public_url), route)
            if kind is Kind.ALERT:
                return Message(person.phone, texts[0], more=len(texts) > 1)
            return Message(person.phone, texts[1]) if len(texts) > 1 else None
        case Kind.AGAIN:
            text = alert_text(brief, person, public_url)
            return Message(person.phone, composer.compose_again(text, claimed.about_at, route))
        case Kind.PLACE:
            text = alert_text(brief, person, public_url)
            return Message(person.phone, composer.compose_place(text, claimed.about_at, route))
        case Kind.MOVED | Kind.BATTERY_LOW | Kind.SILENT:
            text = alert_text(brief, person, public_url)
            return Message(person.phone, _NEWS[kind](text, claimed.about_at))
        case Kind.STOP_CLAIMED | Kind.STILL_ACTING | Kind.NOBODY_ACTS:
            say = _ABOUT_IT[kind]
            body = say(person.known_as, brief.code, person.language, brief.kind)
            return Message(person.phone, body)
        case Kind.NOT_UNDERSTOOD:
            return Message(
                person.phone, composer.compose_not_understood(person.language, brief.kind)
            )
    heard = wire.decode(Heard, _sealed(vault, claimed))
    return Message(person.phone, _heard_back(kind, brief, person, heard))


def _heard_back(kind: Kind, brief: Brief, person: Person, heard: Heard) -> str:
    language, alert_kind = person.language, brief.kind
    if kind is Kind.WHICH:
        return composer.compose_which(heard.codes, language, alert_kind, heard.answer)
    if kind is Kind.THANKS:
        return composer.compose_thanks(language, brief.code, heard.answer, heard.who, alert_kind)
    if heard.you_lead:
        return composer.compose_you_lead(
            person.known_as, brief.code, heard.who, language, alert_kind
        )
    return composer.compose_acting(person.known_as, brief.code, heard.who, language, alert_kind)


def _sealed(vault: Vault, claimed: Claimed) -> bytes:
    return vault.read(claimed.sealed or b"", about("delivery", claimed.recipient_id))


def _by_hand(vault: Vault, claimed: Claimed) -> ByHand | None:
    return wire.decode(ByHand, _sealed(vault, claimed)) if claimed.sealed else None


def _to_stranger(vault: Vault, claimed: Claimed) -> Message:
    content = vault.read(claimed.sealed or b"", about("delivery", claimed.kind))
    stranger = wire.decode(Stranger, content)
    return Message(stranger.phone, composer.compose_no_alert_open(stranger.language))


def _to_duty(vault: Vault, claimed: Claimed) -> Message | None:
    if claimed.sealed is None:
        return None
    duty = wire.decode(Duty, vault.read(claimed.sealed, about("delivery", claimed.kind)))
    kind: wire.Kind = "drill" if duty.drill else "alert"
    board, language = duty.reason == "not_taken", claimed.language(duty.language)
    return Message(
        duty.phone,
        composer.compose_duty(
            duty.office, duty.code, duty.since, language, kind, board_stands=board
        ),
    )


def whom(vault: Vault, claimed: Claimed) -> tuple[str, str] | None:
    """The number and the incident's code, by which a carrier's list can be asked."""
    if claimed.kind in BY_HAND:
        by_hand = _by_hand(vault, claimed)
        return (by_hand.phone, by_hand.code) if by_hand else None
    if claimed.brief is None or claimed.incident_id is None:
        return None
    brief = records.open_brief(vault, claimed.incident_id, claimed.brief)
    person = next((p for p in brief.people if p.recipient_id == claimed.recipient_id), None)
    return (person.phone, brief.code) if person else None


def alert_text(brief: Brief, person: Person, public_url: str) -> AlertText:
    return AlertText(
        name=person.known_as,
        code=brief.code,
        kind=brief.kind,
        pressed_at=brief.pressed_at,
        timezone=brief.timezone,
        position=brief.position,
        battery=brief.battery,
        code_word=person.code_word,
        link=f"{public_url}/t#{person.link}",
        locale=person.language,
    )


def _about_consent(vault: Vault, kind: Kind, claimed: Claimed) -> Message:
    content = vault.read(claimed.sealed or b"", about("delivery", kind))
    asking = wire.decode(Asking, content)
    invitation = asking.invitation
    locale = invitation.language
    if kind is Kind.INVITATION:
        body = composer.compose_invitation(invitation.known_as, invitation.office, locale)
    elif kind is Kind.REMINDER:
        body = composer.compose_reminder(invitation.known_as, invitation.office, locale)
    else:
        body = composer.compose_invitation_answer(locale, asking.agreed)
    return Message(invitation.phone, body)
