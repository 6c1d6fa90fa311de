"""A drill beside an open alert is refused; what was kept for it must be in nobody's way."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from mobile.core.answers import Done
from mobile.core.outbox import KeptFix, KeptPress, KeptStop, Outbox
from mobile.core.record import record
from mobile.core.uplink import Uplink
from mobile.core.wiping import is_under_way
from shared import wire
from tests.mobile.people import NOW, PLACE, incident, kept

REFUSED = wire.encode(wire.Problem(title="Conflict", status=409, detail="An alert is open."))


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "outbox", bytes(32))
    yield opened
    opened.close()


def refuse(outbox: Outbox, speaking: Uplink, drill: KeptPress) -> None:
    """As the guard does with a 409."""
    speaking.keep(outbox.waiting())
    speaking.connected()
    assert [offer.ref for offer in speaking.offers(0)] == [str(drill.ref)]
    news = speaking.answered(str(drill.ref), 409, REFUSED, now=0)
    assert news == Done((drill,))
    record(outbox, news, NOW)
    speaking.keep(outbox.waiting())


def stop(drill: KeptPress) -> KeptStop:
    return KeptStop(ref=uuid4(), press_id=drill.ref, code="2580")


def place(drill: KeptPress) -> KeptFix:
    return KeptFix(ref=uuid4(), press_id=drill.ref, position=PLACE)


def test_a_press_after_a_stopped_drill_that_was_refused_is_sent(outbox: Outbox) -> None:
    speaking, drill, later = Uplink(), kept(kind="drill"), kept()
    for entry in (drill, stop(drill), place(drill), later):
        outbox.keep(entry)
    refuse(outbox, speaking, drill)
    assert outbox.waiting() == [later]
    assert [offer.ref for offer in speaking.offers(0)] == [str(later.ref)]


def test_a_stop_that_comes_after_the_refusal_holds_up_nothing(outbox: Outbox) -> None:
    """The window looked a moment before the guard wrote the answer down."""
    speaking, drill, later = Uplink(), kept(kind="drill"), kept()
    outbox.keep(drill)
    refuse(outbox, speaking, drill)
    outbox.keep(stop(drill))
    speaking.keep(outbox.waiting())
    assert (speaking.is_urgent, speaking.is_silent) == (False, True)
    outbox.keep(later)
    speaking.keep(outbox.waiting())
    assert [offer.ref for offer in speaking.offers(0)] == [str(later.ref)]


def test_nothing_of_a_refused_drill_holds_up_a_wipe(outbox: Outbox) -> None:
    drill = kept(kind="drill")
    outbox.settle([], incident("closed"))
    for entry in (drill, place(drill)):
        outbox.keep(entry)
    assert is_under_way(outbox, NOW)
    refuse(outbox, Uplink(), drill)
    outbox.keep(stop(drill))
    assert not is_under_way(outbox, NOW)


def test_what_waits_for_another_press_stays(outbox: Outbox) -> None:
    drill, press = kept(kind="drill"), kept()
    outbox.keep(press)
    for entry in (stop(press), place(press)):
        outbox.keep(entry)
    waiting = outbox.waiting()
    outbox.keep(drill)
    outbox.keep(stop(drill))
    record(outbox, Done((drill,)), NOW)
    assert outbox.waiting() == waiting


def test_no_press_overtakes_a_stop_whose_press_was_answered_and_not_written_down() -> None:
    speaking, first, later = Uplink(), kept(kind="drill"), kept()
    speaking.keep([first, stop(first), later])
    speaking.connected()
    list(speaking.offers(0))
    speaking.answered(str(first.ref), 409, REFUSED, now=0)
    assert list(speaking.offers(0)) == []
