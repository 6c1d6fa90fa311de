"""The words of a claimed delivery, made from its incident's brief as it stands now."""

from typing import NamedTuple

from server.domain.delivery import Kind
from server.services import records
from server.services.deliveries import Claimed
from server.services.records import Asking, Brief, Person
from server.vault import Vault, about
from shared import wire
from shared.texts import composer
from shared.texts.composer import AlertText, Route


class Message(NamedTuple):
    """Whom to text, what, and whether a second text follows when this one went out."""

    to: str
    body: str
    more: bool = False


def compose(vault: Vault, claimed: Claimed, public_url: str, route: Route) -> Message | None:
    """The text, or None where the incident ended and took the words with it."""
    kind = Kind(claimed.kind)
    if kind in (Kind.INVITATION, Kind.CONSENT_NOTED):
        return _about_consent(vault, kind, claimed)
    if claimed.brief is None or claimed.incident_id is None:
        return None
    brief = records.open_brief(vault, claimed.incident_id, claimed.brief)
    person = next((p for p in brief.people if p.recipient_id == claimed.recipient_id), None)
    if person is None:
        return None
    match kind:
        case Kind.ALERT | Kind.MORE:
            texts = composer.compose_alert(alert_text(brief, person, public_url), route)
            if kind is Kind.ALERT:
                return Message(person.phone, texts[0], more=len(texts) > 1)
            return Message(person.phone, texts[1]) if len(texts) > 1 else None
        case Kind.AGAIN:
            text = alert_text(brief, person, public_url)
            return Message(person.phone, composer.compose_again(text, claimed.about_at, route))
        case Kind.STOP_CLAIMED:
            body = composer.compose_stop_claimed(
                person.known_as, brief.code, person.language, brief.kind
            )
            return Message(person.phone, body)
    place = about("delivery", person.recipient_id)
    codes = wire.decode(list[tuple[str, str]], vault.read(claimed.sealed or b"", place))
    body = composer.compose_which(codes, person.language, brief.kind)
    return Message(person.phone, body)


def whom(vault: Vault, claimed: Claimed) -> tuple[str, str] | None:
    """The number and the incident's code, by which a carrier's list can be asked."""
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
    else:
        body = composer.compose_invitation_answer(locale, asking.agreed)
    return Message(invitation.phone, body)
