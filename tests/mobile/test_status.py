"""What is to be mended is said in order of importance, and never by a name or a number."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mobile.core import status
from mobile.core.looks import Mark
from mobile.core.outbox import Outbox
from mobile.core.pages import Asked, Fact
from mobile.core.press import Line
from mobile.core.private import Named, Private
from mobile.core.sheets import Lead, Paragraph, SheetView
from mobile.core.status import Known, StatusPresenter
from mobile.core.vault import Hot
from shared import texts, wire
from tests.mobile.people import NOW, PLACE, MovableClock, device, hot

UP = Line(state="up", since=NOW)


def contact(consent: str = "agreed", **fields: Any) -> wire.ContactStanding:
    known = {"reach": "mobile", "reachable": consent == "agreed", "opted_out": False}
    return wire.ContactStanding(label="contact 1", consent=consent, **(known | fields))  # type: ignore[arg-type]


def known(**fields: Any) -> Known:
    """A phone with nothing to mend."""
    ready: dict[str, Any] = {
        "hot": hot("https://office.example"),
        "line": UP,
        "check_in": None,
        "place": PLACE,
        "battery": 0.8,
        "obstacles": frozenset(),
        "private": Private(drills=(NOW - timedelta(days=3),)),
        "standing": wire.Standing(contacts=[contact()]),
        "asked_at": NOW,
    }
    return Known(**(ready | fields))


def mends(**fields: Any) -> list[tuple[str, str]]:
    return [(fact.words.key, fact.action) for fact in status.to_mend(known(**fields), NOW)]


def test_a_phone_that_is_ready_has_nothing_to_mend() -> None:
    assert mends() == []
    assert status.armed(known()).words.key == "app.strip.ready"


@pytest.mark.parametrize("fields", [{}, {"line": None, "battery": None, "private": Private()}])
def test_every_line_has_its_shape_beside_its_words(fields: dict[str, Any]) -> None:
    rows = [row for row in status.view(known(**fields), NOW).rows if isinstance(row, Fact)]
    assert "status.check_in.none" in [row.words.key for row in rows]
    assert [row for row in rows if row.mark is Mark.NONE] == []


def test_the_worst_comes_first_and_each_leads_to_its_room() -> None:
    broken = {
        "obstacles": frozenset({"location", "battery_saver", "notifications", "updated"}),
        "standing": wire.Standing(contacts=[contact("declined")]),
        "battery": 0.1,
        "private": Private(),
    }
    assert mends(**broken) == [
        ("app.strip.updated", "setup"),
        ("app.strip.battery_saver", "setup"),
        ("app.strip.notifications", "setup"),
        ("status.mend.no_contact", "setup"),
        ("app.strip.location", "setup"),
        ("status.mend.battery", ""),
        ("status.mend.no_drill", "lesson"),
    ]


@pytest.mark.parametrize(
    ("fields", "lead", "first"),
    [
        ({"hot": Hot()}, "status.not_paired", "status.mend.pair"),
        (
            {"line": Line(state="refused", since=NOW)},
            "app.strip.refused",
            "app.strip.pair_again",
        ),
        (
            {"obstacles": frozenset({"background_location"})},
            "app.strip.not_armed",
            "app.strip.background_location",
        ),
    ],
)
def test_why_it_is_not_armed_is_said(fields: dict[str, Any], lead: str, first: str) -> None:
    assert status.armed(known(**fields)).words.key == lead
    assert mends(**fields)[0] == (first, "setup")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (contact(), "ready"),
        (contact(reachable=False, reach="landline"), "unreachable"),
        (contact(opted_out=True, reachable=False), "opted_out"),
        (contact("asked"), "asked"),
        (contact("not_asked"), "not_asked"),
        (contact("no_answer"), "no_answer"),
        (contact("declined"), "declined"),
    ],
)
def test_how_a_contact_stands_has_one_word(standing: wire.ContactStanding, said: str) -> None:
    assert status.stands_as(standing) == said
    assert texts.say(f"status.contact.{said}", "en", label="x")


def test_some_who_cannot_be_texted_are_counted() -> None:
    standing = wire.Standing(contacts=[contact(), contact("asked"), contact("declined")])
    (mend,) = status.to_mend(known(standing=standing), NOW)
    assert (mend.words.key, dict(mend.words.values)) == (
        "status.mend.some_contacts",
        {"count": "2"},
    )


@pytest.mark.parametrize(("days", "is_old"), [(90, False), (91, True)])
def test_a_drill_grows_old(days: int, is_old: bool) -> None:
    drilled = Private(drills=(NOW - timedelta(days=days),))
    assert (("status.mend.old_drill", "lesson") in mends(private=drilled)) == is_old


def said(view: SheetView) -> list[tuple[str, dict[str, str]]]:
    facts = [row.fact if isinstance(row, Lead) else row for row in view.rows]
    return [
        (row.words.key, dict(row.words.values))
        for row in facts
        if isinstance(row, Fact | Paragraph)
    ]


def test_contacts_go_by_their_owners_labels_or_by_a_neutral_one() -> None:
    standing = wire.Standing(contacts=[contact(), contact("asked")])
    own = Private(contacts=(Named("contact-1", "red"), Named("contact-2", "blue")), drills=(NOW,))
    for private, labels in ((own, ["red", "blue"]), (Private(), ["Contact 1", "Contact 2"])):
        shown = said(status.view(known(standing=standing, private=private), NOW))
        given = [values["label"] for key, values in shown if key.startswith("status.contact.")]
        assert given == labels


class Hand:
    def __init__(self, folder: Path, answer: Asked) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.later: list[Callable[[], None]] = []
        self.clock = MovableClock()
        self.ticks = 0.0
        self.views: list[SheetView] = []
        self.went: list[str] = []
        self.outbox = Outbox(folder / "outbox", bytes(32))
        self.presenter = StatusPresenter(
            hot=hot("https://office.example"),
            outbox=self.outbox,
            device=device(folder),
            clock=self.clock,
            ticks=lambda: self.ticks,
            private=Private,
            ask=self._ask,
            aside=lambda work, done: self.later.append(lambda: done(work())),
            go=self.went.append,
            leave=lambda: None,
            show=self.views.append,
        )

    def _ask(self, server: str, bearer: str | None, method: str, path: str, _: Any) -> Asked:
        assert bearer
        self.asked.append(f"{method} {path}")
        return self.answer

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in said(self.views[-1])]


def test_the_server_is_asked_beside_the_window_and_the_answers_age_is_said(tmp_path: Path) -> None:
    standing = wire.encode(wire.Standing(contacts=[contact()]))
    hand = Hand(tmp_path, (200, standing))
    hand.outbox.write_line(UP)
    hand.presenter.on_open()
    assert "status.contacts.asking" in hand.keys
    assert hand.asked == []
    hand.later.pop()()
    assert hand.asked == ["GET /v1/profile/standing"]
    assert "status.contact.ready" in hand.keys
    assert "status.contacts.as_of" not in hand.keys
    hand.outbox.write_line(Line(state="down", since=NOW))
    hand.clock.forward(minutes=30)
    hand.answer = (None, b"")
    hand.presenter.on_open()
    hand.later.pop()()
    as_of = dict(said(hand.views[-1]))["status.contacts.as_of"]
    assert as_of == {"time": NOW.astimezone().strftime("%H:%M")}


@pytest.mark.parametrize("answer", [(None, b""), (500, b"{}"), (200, b"<html>"), (401, b"{}")])
def test_what_was_never_heard_is_not_made_up(tmp_path: Path, answer: Asked) -> None:
    hand = Hand(tmp_path, answer)
    hand.presenter.on_open()
    hand.later.pop()()
    assert "status.contacts.unknown" in hand.keys
    assert not any(key.startswith(("status.contact.", "status.mend.no_c")) for key in hand.keys)


def test_a_phone_without_an_office_asks_nobody(tmp_path: Path) -> None:
    hand = Hand(tmp_path, (200, b""))
    hand.presenter.hot = msgspec.structs.replace(hand.presenter.hot, token=b"")
    hand.presenter.on_open()
    assert hand.later == []
    assert hand.keys[0] == "status.not_paired"


def test_each_line_that_can_be_tapped_opens_its_room(tmp_path: Path) -> None:
    hand = Hand(tmp_path, (None, b""))
    hand.presenter.on_open()
    rows = [row for row in hand.views[-1].rows if isinstance(row, Fact) and row.action]
    for row in rows:
        hand.presenter.on_action(row.action)
    assert hand.went == [row.action for row in rows]
    assert set(hand.went) <= {"setup", "lesson", "check_in"}


def test_it_looks_once_a_second_and_draws_what_changed(tmp_path: Path) -> None:
    hand = Hand(tmp_path, (None, b""))
    hand.presenter.on_open()
    drawn = len(hand.views)
    for _ in range(100):
        hand.ticks += 0.05
        hand.presenter.on_tick()
    assert len(hand.views) == drawn
    hand.outbox.write_line(UP)
    hand.ticks += 1.0
    hand.presenter.on_tick()
    assert len(hand.views) == drawn + 1
