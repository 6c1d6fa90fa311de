"""What staff type for a phone before it is paired, in files and at the terminal."""

from pathlib import Path
from typing import TypeVar

from server.commands import terminal
from server.domain.errors import NotKnown, Unfit
from server.services import enrolments
from server.services.enrolments import TypedContact
from shared import wire

M = TypeVar("M")


def read_contacts(path: Path) -> list[wire.Contact]:
    """The list of contacts in a JSON file; Unfit names the place of what cannot be used."""
    typed = _decoded(list[TypedContact], path)
    return [enrolments.contact(contact, place) for place, contact in enumerate(typed)]


def read_card(path: Path) -> wire.Card:
    return _decoded(wire.Card, path)


def read_codes(*, stdin: bool) -> tuple[bytes, bytes]:
    """Verifiers of the stop and the duress code."""
    stop = terminal.ask_new_secret("The stop code", stdin=stdin)
    return enrolments.verifiers(stop, terminal.ask_new_secret("The duress code", stdin=stdin))


def _decoded(kind: type[M], path: Path) -> M:
    try:
        return wire.decode(kind, path.read_bytes())
    except OSError as error:
        raise NotKnown(f"{path} cannot be read ({type(error).__name__}).") from None
    except wire.Malformed as error:
        raise Unfit(f"{path}: {error}.") from None
