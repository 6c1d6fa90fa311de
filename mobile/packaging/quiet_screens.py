"""Pictures of the rooms behind the quiet corner: check-in in every state, status, settings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from mobile.core import settings, status
from mobile.core.check_in import CheckIn, KeptCheckIn
from mobile.core.check_in_room import CheckInPresenter
from mobile.core.outbox import Outbox
from mobile.core.press import Line
from mobile.core.private import Private
from mobile.core.vault import Hot
from mobile.device.desktop import DesktopDevice
from shared import wire

NOW = datetime(2026, 3, 8, 14, 2, tzinfo=UTC)
DUE = NOW + timedelta(minutes=28)
RUNNING = CheckIn(due_at=DUE)
ENTRY = UUID("0195a3f0-0000-7000-8000-000000000003")
PLACE = wire.Position(lat=14.69, lon=-17.44, accuracy_m=25, source="gps", at=NOW)
PAIRED = Hot(token=bytes(32), servers=("https://office.example",))

TIMERS: dict[str, tuple[CheckIn, KeptCheckIn | None]] = {
    "none": (CheckIn(), None),
    "set-kept": (CheckIn(), KeptCheckIn(ref=ENTRY, step="set", due_at=DUE)),
    "running": (RUNNING, None),
    "end-kept": (RUNNING, KeptCheckIn(ref=ENTRY, step="end", code="2580")),
    "later-kept": (
        RUNNING,
        KeptCheckIn(ref=ENTRY, step="later", code="2580", due_at=DUE + timedelta(hours=1)),
    ),
    "wrong": (CheckIn(due_at=DUE, wrong_codes=1, wrong_at=NOW), None),
    "missed": (CheckIn(outcome="missed"), None),
    "passed": (CheckIn(due_at=NOW - timedelta(minutes=2)), None),
}


class StillClock:
    def now(self) -> datetime:
        return NOW


def quiet_rooms(folder: Path, locale: wire.Locale) -> Iterator[tuple[str, Any]]:
    """Said by the real presenters and rules."""
    from mobile.views.sheet import SheetScreen

    room = SheetScreen(locale=locale)
    for name, (known, kept) in TIMERS.items():
        _check_in(room, folder / f"timer-{name}-{locale}", known, kept)
        yield f"check-in-{name}", room
    _check_in(room, folder / f"timer-code-{locale}", RUNNING, None, "end")
    yield "check-in-code", room
    for name, view in (
        ("status", status.view(_known(locale), NOW)),
        ("status-to-mend", status.view(_unready(locale), NOW)),
        ("settings", settings.view(Hot(locale=locale, has_code=True))),
    ):
        room.show(view)
        yield name, room


def _check_in(
    room: Any, path: Path, known: CheckIn, kept: KeptCheckIn | None, tapped: str = ""
) -> None:
    outbox = Outbox(path, bytes(32))
    if kept:
        outbox.keep(kept)
    outbox.settle([], check_in=known)
    presenter = CheckInPresenter(
        outbox=outbox,
        device=DesktopDevice(key_path=path, clock=StillClock()),
        clock=StillClock(),
        ticks=lambda: 60.0,
        send=lambda: None,
        show=room.show,
        leave=lambda: None,
    )
    presenter.on_open()
    if tapped:
        presenter.on_action(tapped)
        for digit in "25":
            presenter.on_digit(digit)
    outbox.close()


def _known(locale: wire.Locale) -> status.Known:
    return status.Known(
        hot=Hot(token=PAIRED.token, servers=PAIRED.servers, locale=locale),
        line=Line(state="up", since=NOW),
        check_in=RUNNING,
        place=PLACE,
        battery=0.64,
        obstacles=frozenset(),
        private=Private(drills=(NOW - timedelta(days=12),)),
        standing=wire.Standing(contacts=[_contact("agreed"), _contact("asked")]),
        asked_at=NOW,
    )


def _unready(locale: wire.Locale) -> status.Known:
    return status.Known(
        hot=Hot(token=PAIRED.token, servers=PAIRED.servers, locale=locale),
        line=Line(state="down", since=NOW - timedelta(minutes=50)),
        check_in=None,
        place=None,
        battery=0.12,
        obstacles=frozenset({"battery_saver", "background_location"}),
        private=Private(),
        standing=wire.Standing(contacts=[_contact("declined")]),
        asked_at=NOW - timedelta(hours=1),
    )


def _contact(consent: Any) -> wire.ContactStanding:
    return wire.ContactStanding(
        label="contact 1",
        consent=consent,
        reach="mobile",
        reachable=consent == "agreed",
        opted_out=False,
    )
