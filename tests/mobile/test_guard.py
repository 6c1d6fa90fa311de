"""The guard against a real server over real lines: sent until stored, whatever happens."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from mobile.core import press, tracking
from mobile.core.outbox import KeptPress, KeptStop, Outbox
from mobile.device.link import Answer, InternetLink, Unreachable, post
from mobile.guard import Guard
from shared.clock import SystemClock
from tests.mobile.office import DURESS_CODE, STOP_CODE, Office, wait_for
from tests.mobile.people import device, hot, kept

KEY = bytes(32)
Posted = Callable[..., Guard]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "outbox", KEY)
    yield opened
    opened.close()


@pytest.fixture
def posted(tmp_path: Path, outbox: Outbox) -> Iterator[Posted]:
    """Starts a guard for these servers; it is stopped after the test."""
    started: list[Guard] = []

    def start(*servers: str) -> Guard:
        known = Guard(
            hot=hot(*servers),
            outbox=tmp_path / "outbox",
            device=device(tmp_path),
            link=InternetLink(),
            clock=SystemClock(),
        )
        started.append(known)
        known.start()
        return known

    yield start
    for known in started:
        known.stop()


def state(outbox: Outbox) -> str | None:
    return outbox.line.state if outbox.line else None


def presses(outbox: Outbox) -> list[KeptPress]:
    return [entry for entry in outbox.waiting() if isinstance(entry, KeptPress)]


def told(outbox: Outbox) -> str | None:
    incident = outbox.incident
    return incident.progress.state if incident and incident.progress else None


def pressed_now() -> KeptPress:
    alert = msgspec.structs.replace(kept().alert, pressed_at=SystemClock().now())
    return KeptPress(alert=alert)


def _is_taken(outbox: Outbox) -> bool:
    incident = outbox.incident
    return bool(incident and incident.progress and incident.progress.office)


def test_a_press_goes_over_the_open_socket(office: Office, outbox: Outbox, posted: Posted) -> None:
    guard = posted(office.url)
    wait_for(lambda: state(outbox) == "up")
    press = kept()
    outbox.keep(press)
    guard.wake()
    wait_for(lambda: told(outbox) == "open")
    assert office.heard == [("socket", press.ref)]
    assert outbox.incident
    assert outbox.incident.alert_id == press.ref


def test_a_press_written_by_another_process_is_found(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    posted(office.url)
    wait_for(lambda: state(outbox) == "up")
    outbox.keep(kept())
    wait_for(lambda: not outbox.waiting(), seconds=10)
    assert len(office.alerts) == 1


def test_where_sockets_are_blocked_https_carries_everything(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    office.deaf_on = {"socket"}
    first = kept()
    outbox.keep(first)
    stop = KeptStop(ref=uuid4(), press_id=first.ref, code=STOP_CODE)
    outbox.keep(stop)
    posted(office.url)
    wait_for(lambda: told(outbox) == "claimed_safe")
    assert office.heard == [("https", first.ref)]
    assert office.codes == [STOP_CODE]
    wait_for(lambda: outbox.waiting() == [])


def test_a_socket_that_never_answers_is_left_for_https(
    office: Office, outbox: Outbox, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mobile.core.uplink.ANSWER_WITHIN_S", 0.3)
    office.silent = True
    press = kept()
    outbox.keep(press)
    posted(office.url)
    wait_for(lambda: outbox.incident)
    assert office.heard == [("socket", press.ref), ("https", press.ref)]
    assert len(office.alerts) == 1


def test_hours_without_a_server_and_then_each_press_once(outbox: Outbox, posted: Posted) -> None:
    with Office() as gone:
        port = gone.port
    pressed = [kept() for _ in range(3)]
    for entry in pressed:
        outbox.keep(entry)
    posted(f"http://127.0.0.1:{port}")
    wait_for(lambda: state(outbox) == "down")
    with Office(port) as back:
        wait_for(lambda: not outbox.waiting())
        assert [ref for _, ref in back.heard] == [entry.ref for entry in pressed]


def test_a_second_server_takes_over(office: Office, outbox: Outbox, posted: Posted) -> None:
    outbox.keep(kept())
    posted("http://127.0.0.1:9", office.url)
    wait_for(lambda: not outbox.waiting())
    assert len(office.alerts) == 1


def test_a_server_in_trouble_is_asked_until_it_stores(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    office.status = 503
    outbox.keep(kept())
    posted(office.url)
    wait_for(lambda: state(outbox) in ("up", "down"))
    assert len(presses(outbox)) == 1
    office.status = None
    wait_for(lambda: not outbox.waiting(), seconds=60)
    assert len(office.alerts) == 1


def test_pushes_arrive_and_a_dropped_line_is_picked_up(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    outbox.keep(kept())
    posted(office.url)
    wait_for(lambda: told(outbox) == "open")
    office.push(state="acknowledged", acknowledged=1)
    wait_for(lambda: told(outbox) == "acknowledged")
    office.hang_up()
    office.change(office=True)
    wait_for(lambda: _is_taken(outbox))


def test_positions_are_sent_while_the_incident_is_open(
    office: Office, outbox: Outbox, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking, "EARLY_EVERY_S", 0.1)
    monkeypatch.setattr(tracking, "AGAIN_S", 0.1)
    outbox.keep(pressed_now())
    posted(office.url)
    wait_for(lambda: len(office.positions) >= 3)
    office.push(state="closed")
    wait_for(lambda: told(outbox) == "closed")
    wait_for(lambda: not outbox.waiting())
    sent = len(office.positions)
    outbox.keep(
        KeptStop(
            ref=uuid4(), press_id=uuid4(), code="0000", incident_id=next(iter(office.incident_ids))
        )
    )
    wait_for(lambda: office.codes)
    assert len(office.positions) == sent


@pytest.mark.parametrize("code", [STOP_CODE, DURESS_CODE])
def test_the_phone_does_the_same_after_either_code(
    office: Office, outbox: Outbox, posted: Posted, code: str
) -> None:
    guard, first = posted(office.url), kept()
    outbox.keep(first)
    guard.wake()
    wait_for(lambda: told(outbox) == "open")
    known = outbox.incident
    assert known is not None
    outbox.keep(
        KeptStop(ref=uuid4(), press_id=first.ref, code=code, incident_id=known.accepted.incident_id)
    )
    guard.wake()
    wait_for(lambda: told(outbox) == "claimed_safe")
    after = outbox.incident
    assert after is not None
    assert press.is_tracked(after, unsent=False, now=SystemClock().now())
    assert not after.wrong_codes


def test_a_wrong_code_is_remembered_and_the_incident_goes_on(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    guard, first = posted(office.url), kept()
    outbox.keep(first)
    outbox.keep(KeptStop(ref=uuid4(), press_id=first.ref, code="0000"))
    guard.wake()
    wait_for(lambda: outbox.incident and outbox.incident.wrong_codes == 1)
    assert told(outbox) in (None, "open")


def test_a_token_the_server_does_not_know_is_said_and_the_press_stays(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    office.token = bytes(32)
    outbox.keep(kept())
    posted(office.url)
    wait_for(lambda: state(outbox) == "refused")
    assert len(presses(outbox)) == 1


def test_a_proxy_that_turns_the_phone_away_is_no_refusal(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    """It answers a socket with 403, like a server that does not know the token."""
    office.deaf_on = {"socket", "https"}
    outbox.keep(kept())
    posted(office.url)
    wait_for(lambda: state(outbox) == "down")
    assert len(presses(outbox)) == 1


def test_a_press_the_disk_did_not_take_is_sent_from_memory(
    office: Office, outbox: Outbox, posted: Posted
) -> None:
    guard, press = posted(office.url), kept()
    guard.carry(press)
    wait_for(lambda: outbox.incident)
    assert office.heard == [("socket", press.ref)]


def test_no_redirect_carries_the_token_to_another_host(office: Office) -> None:
    office.deaf_on = {"https"}
    answer = post(office.url, hot().bearer, "POST", "/v1/alerts", b"{}")
    assert isinstance(answer, Answer)
    assert answer.status == 307


def test_nobody_there_is_an_outcome_and_not_an_error() -> None:
    assert isinstance(post("http://127.0.0.1:9", "x", "GET", "/", None), Unreachable)
    assert isinstance(post("http://no-such-host.invalid", "x", "GET", "/", None), Unreachable)


def test_neither_token_nor_code_nor_place_is_ever_logged(
    office: Office, outbox: Outbox, posted: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        first = kept(note="planted-4711")
        outbox.keep(first)
        outbox.keep(KeptStop(ref=uuid4(), press_id=first.ref, code=STOP_CODE))
        guard = posted(office.url)
        wait_for(lambda: told(outbox) == "claimed_safe")
        guard.stop()
        logging.getLogger("control").debug("planted-control")
    assert "planted-control" in caplog.text
    for planted in (hot().bearer, "planted-4711", STOP_CODE, "14.69", "Bearer"):
        assert planted not in caplog.text
