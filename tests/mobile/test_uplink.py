"""The conversation, fed and asked without a line."""

import json
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core.answers import Done, Moved, Stopped, Stored, Told, WrongCode
from mobile.core.outbox import Kept, KeptFix, KeptPress, KeptStop
from mobile.core.uplink import ANSWER_WITHIN_S, RESTED_ANSWER_WITHIN_S, Uplink, frame, request
from shared import wire
from tests.mobile.people import PLACE, accepted, kept, progress

INCIDENT = uuid4()
PROBLEM = wire.encode(wire.Problem(title="No", status=404, detail="No."))


def stop(press_id: UUID | None = None, incident_id: UUID | None = INCIDENT) -> KeptStop:
    return KeptStop(ref=uuid4(), press_id=press_id or uuid4(), code="2580", incident_id=incident_id)


def fix(incident_id: UUID | None = INCIDENT) -> KeptFix:
    return KeptFix(ref=uuid4(), press_id=uuid4(), position=PLACE, incident_id=incident_id)


def uplink(*waiting: Kept) -> Uplink:
    made = Uplink()
    made.keep(waiting)
    made.connected()
    return made


def refs(speaking: Uplink, now: float = 0) -> list[str]:
    return [offer.ref for offer in speaking.offers(now)]


def answer(ref: str, status: int, body: object) -> bytes:
    return wire.encode(
        wire.AnswerFrame(ref=ref, status=status, body=msgspec.Raw(wire.encode(body)))
    )


def test_a_press_is_offered_once_a_line_and_again_on_the_next() -> None:
    press = kept()
    speaking = uplink(press)
    assert refs(speaking) == [str(press.ref)]
    assert refs(speaking) == []
    speaking.connected()
    assert refs(speaking) == [str(press.ref)]


def test_a_press_stays_until_the_protocols_own_answer_settles_it() -> None:
    press = kept()
    speaking = uplink(press)
    refs(speaking)
    taken = accepted(press.alert)
    news = speaking.received(answer(str(press.ref), 201, taken), 0)
    assert news == Stored(press, taken)
    speaking.connected()
    assert refs(speaking) == []


@pytest.mark.parametrize(
    "status", [200, 201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503]
)
@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"{}", b"", b"\xff"])
def test_no_stranger_can_make_a_press_go_away(status: int, body: bytes) -> None:
    """A captive portal says 200 to everything, a proxy 400 or 403."""
    press = kept()
    speaking = uplink(press)
    refs(speaking)
    assert speaking.answered(str(press.ref), status, body, now=0) is None
    assert speaking.is_stuck(0)
    speaking.connected()
    assert refs(speaking) == [str(press.ref)]


def test_an_answer_for_another_press_settles_nothing() -> None:
    press, other = kept(), kept()
    speaking = uplink(press)
    refs(speaking)
    assert speaking.received(answer(str(press.ref), 201, accepted(other.alert)), 0) is None


def test_only_a_drill_can_be_refused() -> None:
    drill = kept(kind="drill")
    speaking = uplink(drill)
    refs(speaking)
    assert speaking.answered(str(drill.ref), 409, PROBLEM, now=0) == Done((drill,))


def test_nothing_overtakes_a_stop_that_waits_for_its_incident() -> None:
    first, later = kept(), kept()
    waiting = stop(first.ref, None)
    speaking = uplink(first, waiting, later)
    assert refs(speaking) == [str(first.ref)]
    speaking.answered(str(first.ref), 201, wire.encode(accepted(first.alert)), now=0)
    known = msgspec.structs.replace(waiting, incident_id=INCIDENT)
    speaking.keep([known, later])
    assert refs(speaking) == [str(waiting.ref), str(later.ref)]


def test_positions_never_stand_before_a_press() -> None:
    press, fixes = kept(), [fix() for _ in range(130)]
    speaking = uplink(*fixes, press)
    offers = list(speaking.offers(0))
    assert [offer.type for offer in offers] == ["alert", "positions"]
    assert offers[1].entries == tuple(fixes[-30:])


def test_what_gathers_while_the_line_is_slow_goes_in_one_frame_the_newest_first() -> None:
    first, *later = [fix() for _ in range(40)]
    speaking = uplink(first)
    (offer,) = speaking.offers(0)
    speaking.keep([first, *later])
    assert refs(speaking) == []
    speaking.answered(offer.ref, 200, wire.encode(wire.PositionsTaken(stored=1)), now=1)
    (batch,) = speaking.offers(1)
    assert batch.entries == tuple(later[-30:])
    speaking.answered(batch.ref, 200, wire.encode(wire.PositionsTaken(stored=30)), now=2)
    (rest,) = speaking.offers(2)
    assert rest.entries == tuple(later[:9])


def test_the_last_place_waits_for_no_other() -> None:
    slow, last = fix(), msgspec.structs.replace(fix(), is_urgent=True, battery=0.04)
    speaking = uplink(slow)
    refs(speaking)
    assert not speaking.is_urgent
    speaking.keep([slow, last])
    assert speaking.is_urgent
    (offer,) = speaking.offers(1)
    assert (offer.entries, offer.message.battery) == ((last,), 0.04)


def test_how_the_phone_stands_is_said_last_and_until_it_is_answered() -> None:
    press, state = kept(), wire.PhoneState(armed=False, obstacles=["location"], battery=0.5)
    speaking = uplink(press)
    speaking.tell(state)
    assert refs(speaking) == [str(press.ref), "state"]
    assert speaking.received(answer("state", 503, {}), 0) is None
    assert refs(speaking, 5) == ["state"]
    assert speaking.received(answer("state", 200, state), 5) == Told(state)
    speaking.connected()
    assert refs(speaking) == [str(press.ref)]


@pytest.mark.parametrize("status", [404, 405, 422])
def test_a_server_that_does_not_ask_how_the_phone_stands_is_told_once(status: int) -> None:
    state, speaking = wire.PhoneState(armed=True, obstacles=[]), uplink()
    speaking.tell(state)
    refs(speaking)
    assert speaking.answered("state", status, PROBLEM, now=0) == Told(state)
    assert refs(speaking, 100) == []


def test_a_fix_without_an_incident_waits_for_it() -> None:
    assert refs(uplink(fix(None))) == []


def test_a_wrong_code_and_a_right_one() -> None:
    wrong, right = stop(), stop()
    speaking = uplink(wrong, right)
    refs(speaking)
    stopped = progress(INCIDENT, "claimed_safe")
    assert speaking.answered(str(wrong.ref), 403, PROBLEM, now=0) == WrongCode(wrong)
    assert speaking.received(answer(str(right.ref), 200, stopped), 0) == Stopped(right, stopped)


def test_what_the_server_puts_off_is_said_again_on_the_same_line_but_not_at_once() -> None:
    stopping = stop()
    speaking = uplink(stopping)
    refs(speaking)
    assert speaking.answered(str(stopping.ref), 429, b"{}", now=0) is None
    assert not speaking.is_stuck(0)
    assert refs(speaking, 4.9) == []
    assert refs(speaking, 5.0) == [str(stopping.ref)]


def test_a_silent_line_is_given_up() -> None:
    speaking = uplink(kept())
    refs(speaking)
    assert not speaking.is_stuck(ANSWER_WITHIN_S)
    assert speaking.is_stuck(ANSWER_WITHIN_S + 0.1)


def test_a_press_gives_a_line_that_rested_less_time_to_answer() -> None:
    early, late = kept(), kept()
    speaking = uplink(early)
    refs(speaking, 0)
    speaking.answered(str(early.ref), 201, wire.encode(accepted(early.alert)), now=0)
    assert not speaking.is_stuck(1000)
    speaking.keep([late])
    refs(speaking, 1000)
    assert not speaking.is_stuck(1000 + RESTED_ANSWER_WITHIN_S)
    assert speaking.is_stuck(1000.1 + RESTED_ANSWER_WITHIN_S)
    speaking.connected()
    refs(speaking, 2000)
    assert not speaking.is_stuck(2000 + ANSWER_WITHIN_S)
    assert speaking.is_stuck(2000.1 + ANSWER_WITHIN_S)


def test_progress_is_asked_once_and_pushes_are_heard() -> None:
    speaking = uplink()
    speaking.ask(INCIDENT)
    (asked,) = speaking.offers(0)
    told = progress(INCIDENT, "open")
    assert speaking.received(answer(asked.ref, 200, told), 0) == Moved(told)
    speaking.connected()
    assert refs(speaking) == []
    assert speaking.received(wire.encode(wire.PushFrame(body=told)), 0) == Moved(told)


def test_a_frame_and_a_request_say_the_same() -> None:
    press, stopping, known = kept(), stop(), fix()
    speaking = uplink(press, stopping, known)
    speaking.ask(INCIDENT)
    said = list(speaking.offers(0))
    frames = [wire.decode(wire.PhoneFrame, frame(offer)) for offer in said]
    assert [f.type for f in frames] == ["alert", "stop", "positions", "progress"]
    assert wire.decode(wire.Alert, bytes(frames[0].body)) == press.alert
    wanted = [
        ("POST", "/v1/alerts"),
        ("POST", f"/v1/incidents/{INCIDENT}/stop"),
        ("POST", f"/v1/incidents/{INCIDENT}/positions"),
        ("GET", f"/v1/incidents/{INCIDENT}"),
    ]
    requests = [request(offer) for offer in said]
    assert [(r.method, r.path) for r in requests] == wanted
    assert requests[0].body == bytes(frames[0].body)
    assert json.loads(requests[1].body or b"") == {"code": "2580"}
    assert wire.decode(wire.Fixes, requests[2].body or b"") == wire.Fixes(positions=[PLACE])
    assert requests[3].body is None


@given(st.binary() | st.text())
def test_no_frame_at_all_breaks_the_conversation(data: bytes | str) -> None:
    press = kept()
    speaking = uplink(press)
    refs(speaking)
    assert speaking.received(data, 0) is None


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(["answer", "lost", "refused", "portal", "cut"]),
        ),
        max_size=40,
    )
)
def test_whatever_a_bad_day_brings_each_press_is_waiting_or_stored(
    day: list[tuple[int, str]],
) -> None:
    presses = [kept() for _ in range(3)]
    waiting: list[KeptPress] = list(presses)
    stored: list[UUID] = []
    speaking = uplink(*waiting)
    for which, happening in day:
        refs(speaking, float(len(day)))
        press = presses[which]
        if happening == "cut":
            speaking.connected()
        status, body = {
            "answer": (201, wire.encode(accepted(press.alert))),
            "refused": (503, b"{}"),
            "portal": (200, b"<html>"),
        }.get(happening, (0, b""))
        if status:
            news = speaking.answered(str(press.ref), status, body, now=0)
            if isinstance(news, Stored):
                stored.append(news.press.ref)
                waiting.remove(news.press)
                speaking.keep(waiting)
    assert len(stored) == len(set(stored))
    assert {*stored} | {p.ref for p in waiting} == {p.ref for p in presses}
    speaking.connected()
    assert refs(speaking) == [str(p.ref) for p in waiting]
