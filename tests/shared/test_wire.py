"""Messages: what goes in comes out, and what is not a message is named and never repeated."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import wire
from tests.shared.wire_strategies import JSON, MESSAGES, messages

MARK = "PLANTED"
ID = "1b4e28ba-2fa1-4d2e-883f-0016d3cca427"
CONTACT = '"id":"abcdefgh","name":"a","known_as":"b"'
FIX = '"lon":2,"accuracy_m":3,"source":"gps","at":"2026-11-22T14:02:00Z"'
PAIRING = f'"code":"12345678","device_name":"a","dispatch_key":"{"A" * 43}"'


@pytest.mark.parametrize("kind", MESSAGES)
@given(data=st.data())
def test_every_message_survives_the_wire(kind, data):
    message = data.draw(messages(kind))
    sent = wire.encode(message)
    arrived = wire.decode(kind, sent)
    assert wire.encode(arrived) == sent
    assert wire.decode(kind, sent.decode()) == arrived


@given(messages(wire.Alert))
def test_a_message_arrives_as_it_was(alert):
    assert wire.decode(wire.Alert, wire.encode(alert)) == alert
    with pytest.raises(AttributeError):
        alert.kind = "drill"


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_message_has_a_schema_that_forbids_what_is_unknown(kind):
    schemas, components = msgspec.json.schema_components([kind])
    schema = components[kind.__name__]
    assert schemas
    assert schema["type"] == "object"
    assert kind is wire.Problem or schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("kind", "body", "pointer"),
    [
        (wire.Stop, "", ""),
        (wire.Stop, "null", ""),
        (wire.Stop, "[]", ""),
        (wire.Stop, '{"code":"1234"', ""),
        (wire.Stop, '{"code":"1234"}{}', ""),
        (wire.Stop, b"\xff\xfe", ""),
        (wire.Stop, '{"code":"\ud800"}', ""),
        (wire.Stop, '{"code":"\\ud800"}', ""),
        (wire.Stop, "[" * 20_000, ""),
        (wire.Stop, "{}", "/code"),
        (wire.Stop, '{"code":1234}', "/code"),
        (wire.Stop, '{"code":null}', "/code"),
        (wire.Stop, '{"code":"123"}', "/code"),
        (wire.Stop, f'{{"code":"{"1" * 33}"}}', "/code"),
        (wire.Stop, '{"code":"1234","more":1}', ""),
        (wire.Alert, '{"kind":"alert","pressed_at":"2026-11-22T14:02:00Z"}', "/id"),
        (wire.Alert, '{"id":"1234"}', "/id"),
        (wire.Alert, f'{{"id":"{ID}","kind":"test"}}', "/kind"),
        (wire.Alert, '{"pressed_at":1700000000}', "/pressed_at"),
        (wire.Alert, '{"pressed_at":"2026-11-22T14:02:00"}', "/pressed_at"),
        (wire.Alert, '{"pressed_at":"2026-13-22T14:02:00Z"}', "/pressed_at"),
        (wire.Alert, '{"countdown_s":31}', "/countdown_s"),
        (wire.Alert, '{"countdown_s":true}', "/countdown_s"),
        (wire.Alert, '{"countdown_s":"1"}', "/countdown_s"),
        (wire.Alert, '{"battery":NaN}', ""),
        (wire.Alert, '{"battery":1e999}', "/battery"),
        (wire.Alert, '{"battery":1.01}', "/battery"),
        (wire.Alert, '{"position":{"lat":91}}', "/position/lat"),
        (wire.Alert, '{"position":{"lat":-90.1}}', "/position/lat"),
        (wire.Alert, '{"position":{"lon":180.1}}', "/position/lon"),
        (wire.Alert, '{"position":{"lat":1,"lon":2}}', "/position/accuracy_m"),
        (wire.Alert, '{"position":{"accuracy_m":-1}}', "/position/accuracy_m"),
        (wire.Alert, '{"position":{"speed":1}}', "/position"),
        (wire.Alert, '{"position":[]}', "/position"),
        (wire.Alert, f'{{"note":"{"a" * 2001}"}}', "/note"),
        (wire.CheckIn, '{"due_at":"0001-01-01T00:00:00+14:00"}', ""),
        (wire.CheckIn, '{"due_at":"9999-12-31T23:59:59-14:00"}', ""),
        (wire.Positions, f'{{"incident_id":"{ID}","positions":[]}}', "/positions"),
        (
            wire.Positions,
            f'{{"incident_id":"{ID}","positions":[{{"lat":1,{FIX}}},{{"lat":"1",{FIX}}}]}}',
            "/positions/1/lat",
        ),
        (wire.Contact, f'{{{CONTACT},"phone":"+12025550143\\n"}}', "/phone"),
        (wire.Contact, f'{{{CONTACT},"phone":"12025550143"}}', "/phone"),
        (wire.Contact, f'{{{CONTACT},"phone":"+02025550143"}}', "/phone"),
        (wire.Contact, '{"id":"abcdefgh\\n"}', "/id"),
        (wire.Contact, '{"ring":0}', "/ring"),
        (wire.Contact, '{"ring":1.5}', "/ring"),
        (wire.Contact, '{"language":"de"}', "/language"),
        (wire.Pairing, f'{{{PAIRING},"token_hash":"{"A" * 64}"}}', "/token_hash"),
        (wire.Pairing, f'{{{PAIRING},"token_hash":"{"a" * 64}\\n"}}', "/token_hash"),
        (wire.PhoneFrame, '{"type":"login","ref":1,"body":{}}', "/type"),
        (wire.PhoneFrame, '{"type":"stop","ref":1.5,"body":{}}', "/ref"),
        (wire.PhoneFrame, '{"type":"stop","ref":"","body":{}}', "/ref"),
        (wire.PhoneFrame, '{"type":"stop","ref":1}', "/body"),
    ],
)
def test_what_is_not_a_message_is_refused_at_its_place(kind, body, pointer):
    with pytest.raises(wire.Malformed) as caught:
        wire.decode(kind, body)
    assert caught.value.pointer == pointer
    assert caught.value.expected


@pytest.mark.parametrize(
    "body",
    [
        '{"code":"1234","PLANTED":1}',
        '{"code":"1234","x - at `$PLANTED":1}',
        '{"code":"1234","x` - at `$.PLANTED":1}',
        '{"code":"1234","x - at `$.PLANTED`":1}',
    ],
)
def test_a_field_that_looks_like_a_place_is_not_repeated(body):
    with pytest.raises(wire.Malformed) as caught:
        wire.decode(wire.Stop, body)
    assert MARK not in f"{caught.value} {caught.value.pointer} {caught.value.expected}"


def test_a_value_that_looks_like_a_place_is_not_repeated():
    with pytest.raises(wire.Malformed) as caught:
        wire.decode(wire.Alert, f'{{"id":"{ID}","kind":"x\' - at `$.{MARK}"}}')
    assert str(caught.value) == "/kind: one of the values in the protocol"


def planted(value):
    """The same JSON with the mark in every text of it, keys included."""
    match value:
        case str():
            return f"{MARK}{value}{MARK}"
        case list():
            return [planted(item) for item in value]
        case dict():
            return {planted(key): planted(item) for key, item in value.items()}
    return value


@given(st.sampled_from(MESSAGES), st.data())
def test_no_error_repeats_what_was_sent(kind, data):
    fields = st.sampled_from(kind.__struct_fields__)
    body = data.draw(st.dictionaries(fields, JSON.map(planted)) | JSON.map(planted))
    try:
        sent = msgspec.json.encode(body)
    except UnicodeError:
        return
    try:
        wire.decode(kind, sent)
    except wire.Malformed as error:
        assert MARK not in f"{error} {error.pointer} {error.expected} {error!r}"  # noqa: PT017


@given(st.sampled_from(MESSAGES), st.binary() | st.text(st.characters()))
def test_any_bytes_are_a_message_or_malformed(kind, body):
    try:
        wire.decode(kind, body)
    except wire.Malformed as error:
        assert error.expected  # noqa: PT017


@given(st.binary(max_size=99))
def test_padding_hides_the_size_and_comes_off(message):
    padded = wire.pad(message, 100)
    assert len(padded) == 100
    assert wire.unpad(padded) == message


def test_what_does_not_fit_its_padding_is_refused():
    with pytest.raises(wire.Malformed):
        wire.pad(bytes(100), 100)
