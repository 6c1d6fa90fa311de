"""P5, the phone's side: a true and a duress code leave the same files, and say as much.

What the server answers is in `tests/stories/test_stop_and_duress.py`; 500 pairs with their times
are `python -m tests.soak stop_pairs`.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from mobile.core import press
from mobile.core.outbox import Kept, KeptStop, Outbox
from mobile.core.record import record
from mobile.core.stop import StopPresenter, StopView
from mobile.core.uplink import Uplink, frame, request
from tests.mobile.office import DURESS_CODE, STOP_CODE
from tests.mobile.people import NOW, MovableClock, incident, progress

OUTBOX_KEY = bytes(32)


@dataclass
class Seen:
    """Of one stop: every view, the size of all that was sent, and the files, step by step."""

    views: list[StopView] = field(default_factory=list)
    sent: list[tuple[str, int]] = field(default_factory=list)
    files: list[dict[str, int]] = field(default_factory=list)


def stopped_by(code: str, folder: Path) -> Seen:
    folder.mkdir()
    seen, clock = Seen(), MovableClock(NOW)
    outbox, uplink = Outbox(folder / "outbox", OUTBOX_KEY), Uplink()
    outbox.settle([], incident("open"))
    keypad = keypad_of(outbox, clock, seen.views)
    for digit in code:
        keypad.on_digit(digit)
    keypad.on_send()
    seen.files.append(sizes(folder))
    (kept,) = outbox.waiting()
    assert isinstance(kept, KeptStop)
    assert kept.code == code
    seen.sent += sent_for(uplink, [kept])
    answer = progress(kept.incident_id or kept.ref, "claimed_safe")
    news = uplink.received(answer_to(kept.ref, answer), 0.0)
    assert news is not None
    record(outbox, news, clock.now())
    keypad.on_tick()
    seen.files.append(sizes(folder))
    outbox.close()
    seen.files.append(sizes(folder))
    return seen


def keypad_of(outbox: Outbox, clock: MovableClock, views: list[StopView]) -> StopPresenter:
    keypad = StopPresenter(
        outbox=outbox,
        clock=clock,
        ticks=lambda: 0.0,
        send=lambda: None,
        show=views.append,
        leave=lambda: None,
    )
    keypad.on_open()
    return keypad


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir())}


def sent_for(uplink: Uplink, waiting: list[Kept]) -> list[tuple[str, int]]:
    """What leaves by socket and by HTTPS: which way, and how many bytes."""
    uplink.connected()
    uplink.keep(waiting)
    (offer,) = uplink.offers(0.0)
    asked = request(offer)
    return [("socket", len(frame(offer))), (asked.method, len(asked.body or b""))]


def answer_to(ref: Any, body: Any) -> bytes:
    return msgspec.json.encode({"type": "answer", "ref": str(ref), "status": 200, "body": body})


def test_both_codes_leave_the_same_traffic_files_and_views(tmp_path: Path) -> None:
    true = stopped_by(STOP_CODE, tmp_path / "true")
    duress = stopped_by(DURESS_CODE, tmp_path / "duress")
    assert true == duress
    assert true.views[-1].typed == 0


def test_a_code_of_another_length_would_be_told_apart(tmp_path: Path) -> None:
    """The control, and why `codes.weakness` wants twins of one length."""
    assert stopped_by(STOP_CODE, tmp_path / "a") != stopped_by("60481", tmp_path / "b")


def test_the_keypad_rests_after_a_restart_as_long_as_before(tmp_path: Path) -> None:
    clock, views = MovableClock(NOW), list[StopView]()
    known = incident("open")
    for _ in range(4):
        known = press.stop_refused(known, clock.now())
    for _ in range(2):
        outbox = Outbox(tmp_path / "outbox", OUTBOX_KEY)
        outbox.settle([], known)
        keypad = keypad_of(outbox, clock, views)
        assert not views[-1].can_type
        outbox.close()
    clock.forward(seconds=15)
    outbox = Outbox(tmp_path / "outbox", OUTBOX_KEY)
    keypad = keypad_of(outbox, clock, views)
    keypad.on_digit("4")
    assert views[-1].typed == 1
