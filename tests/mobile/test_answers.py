"""Which refusals count: the server's own problem documents, and nobody else's pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mobile.core.answers import VERDICTS, Done, News, Offer, Told, Verdict, WrongCode, meaning
from mobile.core.check_in import KeptCheckIn, message
from mobile.core.outbox import KeptFix, KeptStop
from shared import wire
from tests.mobile.people import NOW, PLACE, kept

INCIDENT = uuid4()
STOP = KeptStop(ref=uuid4(), press_id=uuid4(), code="2580", incident_id=INCIDENT)
FIX = KeptFix(ref=uuid4(), press_id=uuid4(), position=PLACE, incident_id=INCIDENT)
DRILL = kept(kind="drill")
STATE = wire.PhoneState(armed=True, obstacles=[])
TIMER = {
    "check_in": KeptCheckIn(ref=uuid4(), step="set", due_at=NOW + timedelta(hours=1)),
    "check_in_later": KeptCheckIn(
        ref=uuid4(), step="later", due_at=NOW + timedelta(hours=2), code="2580"
    ),
    "check_in_end": KeptCheckIn(ref=uuid4(), step="end", code="2580"),
}
OFFERS = {
    "drill": Offer("alert", "d", DRILL.alert, entries=(DRILL,)),
    "stop": Offer(
        "stop", "s", wire.StopRequest(incident_id=INCIDENT, code="2580"), INCIDENT, (STOP,)
    ),
    "positions": Offer(
        "positions", "p", wire.Positions(incident_id=INCIDENT, positions=[PLACE]), INCIDENT, (FIX,)
    ),
    "progress": Offer("progress", "g", wire.ProgressRequest(incident_id=INCIDENT), INCIDENT),
    "state": Offer("state", "state", STATE),
    "check_in": Offer("check_in", "c", message(TIMER["check_in"]), entries=(TIMER["check_in"],)),
    "check_in_later": Offer(
        "check_in_later", "c", message(TIMER["check_in_later"]), entries=(TIMER["check_in_later"],)
    ),
    "check_in_end": Offer(
        "check_in_end", "c", message(TIMER["check_in_end"]), entries=(TIMER["check_in_end"],)
    ),
    "check_in_look": Offer("check_in_look", "check_in_look", {}),
}
REFUSALS = sorted(key for key, verdict in VERDICTS.items() if verdict is not Verdict.TAKEN)
PAGES = [
    b"<html>404 Not Found</html>",
    b'{"message": "no Route matched with those values"}',
    b"{}",
    b"",
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", PAGES)
@pytest.mark.parametrize(("kind", "status"), REFUSALS)
def test_a_strangers_refusal_settles_nothing(kind: str, status: int, body: bytes) -> None:
    """A proxy that has lost its server says 404, a firewall 403: what is kept is said again."""
    assert meaning(OFFERS[kind], status, body) is None


@pytest.mark.parametrize(("kind", "status"), REFUSALS)
def test_the_servers_own_refusal_settles_it(kind: str, status: int) -> None:
    assert meaning(OFFERS[kind], status, problem(status)) is not None


@pytest.mark.parametrize(
    ("kind", "status", "news"),
    [
        ("stop", 403, WrongCode(STOP)),
        ("stop", 404, Done((STOP,))),
        ("positions", 404, Done((FIX,))),
        ("drill", 409, Done((DRILL,))),
        ("state", 404, Told(STATE)),
        ("progress", 404, Done(())),
    ],
)
def test_what_the_servers_own_refusal_means(kind: str, status: int, news: News) -> None:
    assert meaning(OFFERS[kind], status, problem(status)) == news


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
def test_what_is_not_said_of_the_message_itself_is_tried_again(status: int) -> None:
    assert [meaning(offer, status, problem(status)) for offer in OFFERS.values()] == [None] * 9


def problem(status: int) -> bytes:
    return wire.encode(wire.Problem(title="Not found", status=status, detail="Not known."))
