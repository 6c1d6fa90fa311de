"""A press is kept whatever else is wrong with it."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import wire
from tests.shared.wire_strategies import JSON, messages

ID = "1b4e28ba-2fa1-4d2e-883f-0016d3cca427"
RECEIVED_AT = datetime(2026, 11, 22, 14, 2, 3, tzinfo=UTC)
FIELDS = ("pressed_at", "countdown_s", "trigger", "position", "battery", "note")
POINTERS = {f"/{field}" for field in FIELDS} | {"/-"}
FIX = {
    "lat": 14.6937,
    "lon": -17.4441,
    "accuracy_m": 25,
    "source": "gps",
    "at": "2026-11-22T14:02:00Z",
}


def press(**fields: object) -> wire.Press:
    whole = {"id": ID, "kind": "alert", "pressed_at": "2026-11-22T14:02:00Z"}
    return wire.decode_alert(json.dumps(whole | fields), RECEIVED_AT)


@given(messages(wire.Alert))
def test_a_good_press_is_read_whole(alert):
    assert wire.decode_alert(wire.encode(alert), RECEIVED_AT) == wire.Press(alert, ())


@given(
    st.sampled_from(["alert", "drill"]), st.dictionaries(st.sampled_from(FIELDS) | st.text(), JSON)
)
def test_any_junk_in_the_other_fields_leaves_a_press(kind, junk):
    read = wire.decode_alert(json.dumps(junk | {"id": ID, "kind": kind}), RECEIVED_AT)
    assert (read.alert.id, read.alert.kind) == (UUID(ID), kind)
    assert set(read.left_out) <= POINTERS
    assert wire.decode(wire.Alert, wire.encode(read.alert)) == read.alert
    assert read.alert.pressed_at.astimezone(UTC)
    assert "pressed_at" in junk or read.alert.pressed_at == RECEIVED_AT


@given(st.dictionaries(st.sampled_from(tuple(FIX)), JSON))
def test_any_junk_about_a_place_leaves_a_place_that_can_be_used(junk):
    read = press(position=FIX | junk)
    assert wire.decode(wire.Alert, wire.encode(read.alert)) == read.alert
    if not junk.keys() & {"lat", "lon"}:
        assert read.alert.position is not None
        assert (read.alert.position.lat, read.alert.position.lon) == (14.6937, -17.4441)


@pytest.mark.parametrize(
    ("fields", "left_out"),
    [
        ({"battery": 1.5}, ("/battery",)),
        ({"battery": float("nan")}, ("/battery",)),
        ({"countdown_s": 31}, ("/countdown_s",)),
        ({"countdown_s": float("inf")}, ("/countdown_s",)),
        ({"trigger": "wish"}, ("/trigger",)),
        ({"note": ["a"]}, ("/note",)),
        ({"note": "a" * 2001}, ("/note",)),
        ({"note": "a\ud800"}, ("/note",)),
        ({"pressed_at": "yesterday"}, ("/pressed_at",)),
        ({"pressed_at": "0001-01-01T00:00:00+14:00"}, ("/pressed_at",)),
        ({"position": {"lat": 91, "lon": 0}}, ("/position",)),
        ({"position": "here"}, ("/position",)),
        ({"mood": "calm"}, ("/-",)),
        ({"mood": 1, "battery": "full", "trigger": 3}, ("/trigger", "/battery", "/-")),
    ],
)
def test_what_cannot_be_read_is_left_out_and_flagged(fields, left_out):
    assert press(**fields).left_out == left_out


def test_what_is_left_out_falls_to_the_safe_side():
    alert = press(countdown_s="long", pressed_at=0).alert
    assert (alert.countdown_s, alert.pressed_at) == (0, RECEIVED_AT)


def test_a_place_is_kept_for_its_coordinates():
    position = press(position={"lat": 14.6937, "lon": -17.4441, "source": "\ud800"}).alert.position
    assert position is not None
    assert (position.lat, position.lon, position.accuracy_m) == (14.6937, -17.4441, None)
    assert position.source == "last_known"


def test_a_note_too_long_keeps_its_beginning():
    assert press(note="a" * 3000).alert.note == "a" * wire.MAX_NOTE


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("", ""),
        ("[]", ""),
        ("null", ""),
        ('"alert"', ""),
        ('{"id":', ""),
        (b"\xff", ""),
        ("[" * 60_000, ""),
        ("{}", "/id"),
        (f'{{"id":"{ID}"}}', "/kind"),
        ('{"kind":"alert"}', "/id"),
        ('{"id":1,"kind":"alert"}', "/id"),
        ('{"id":"\\ud800","kind":"alert"}', "/id"),
        ('{"id":"1234","kind":"alert"}', "/id"),
        (f'{{"id":"{ID}","kind":"test"}}', "/kind"),
        (f'{{"id":"{ID}","kind":null}}', "/kind"),
    ],
)
def test_only_a_bad_id_kind_or_body_refuses_a_press(body, pointer):
    with pytest.raises(wire.Malformed) as caught:
        wire.decode_alert(body, RECEIVED_AT)
    assert caught.value.pointer == pointer


@given(st.binary() | st.text(st.characters()))
def test_bytes_at_random_are_malformed_and_nothing_worse(body):
    with pytest.raises(wire.Malformed):
        wire.decode_alert(body, RECEIVED_AT)
