"""What may leave on paper or in a file, who must agree, and for how long that holds."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.errors import NotAllowed


class What(StrEnum):
    INCIDENT = "incident"
    PERIOD = "period"
    URGENT_ACTION = "urgent_action"


class Form(StrEnum):
    PDF = "pdf"
    CSV = "csv"
    GEOJSON = "geojson"
    TEXT = "text"


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    FETCHED = "fetched"
    EXPIRED = "expired"


FORMS = {
    What.INCIDENT: {Form.PDF, Form.CSV, Form.GEOJSON},
    What.PERIOD: {Form.PDF, Form.CSV, Form.GEOJSON},
    What.URGENT_ACTION: {Form.PDF, Form.TEXT},
}
# A request lies until the next shift; an approval is used by whoever asked for it, now.
WAITS_FOR = timedelta(hours=24)
APPROVED_FOR = timedelta(hours=1)
LONGEST_PERIOD = timedelta(days=400)  # a year, and the days round it
# How many incidents one file holds: what a machine makes in seconds, and a reader can check.
MOST_ON_PAPER = 30
MOST_IN_A_FILE = 5_000


def needs_second(what: What, *, names: bool, works_it: bool, is_final: bool) -> bool:
    """Whether a second officer must agree. `works_it`: the asker has this open incident now;
    `is_final`: a second person has confirmed this appeal already."""
    if what is What.URGENT_ACTION:
        return not is_final
    return what is What.PERIOD or names or not works_it


def standing(state: State, expires_at: datetime, now: datetime) -> State:
    """The state as it counts now: what nobody used in time has expired."""
    if state in (State.WAITING, State.APPROVED) and expires_at <= now:
        return State.EXPIRED
    return state


def require(found: State, wanted: State) -> None:
    if found is not wanted:
        raise NotAllowed(
            f"This export is {found}, not {wanted}.", mend="Reload the list, or ask again."
        )
