"""Ways out beside the carrier's: an office phone, as the file of routes describes it."""

import hmac
from uuid import uuid4

import msgspec

from tests.support.carrier import Text
from tests.support.sandbox import PHONE_KEY, PHONE_LINE, PHONE_PASSWORD
from tests.support.web import Answer
from tests.support.world import World

EVERYBODY = '"" = [{ way = "twilio" }, { way = "office" }]'


def with_office_phone(world: World, *rows: str) -> None:
    """The carrier first, then the phone in the office; `rows` in place of that."""
    routes = "\n".join(rows or [EVERYBODY])
    world.ways_out(
        f"""
[office_phone.office]
address = "{world.carrier.sandbox.url}/gateway"
user = "sms"
password = "{PHONE_PASSWORD}"
signing_key = "{PHONE_KEY}"

[routes]
{routes}
"""
    )


def line_of(world: World, text: Text) -> str:
    """The number that a text came from."""
    return str(
        next(one["from"] for one in world.carrier.sandbox.messages() if one["sid"] == text.sid)
    )


def is_by_phone(world: World, text: Text) -> bool:
    return line_of(world, text) == PHONE_LINE


def post(
    world: World,
    event: str,
    payload: object,
    *,
    key: str = PHONE_KEY,
    late: float = 0,
    id_: str | None = None,
    way: str = "office",
) -> Answer:
    """A webhook, signed as the app signs; `late`: by how many seconds its clock is off."""
    body = msgspec.json.encode({"id": id_ or uuid4().hex, "event": event, "payload": payload})
    return post_signed(world, body, key=key, late=late, way=way)


def post_signed(
    world: World, body: bytes, *, key: str = PHONE_KEY, late: float = 0, way: str = "office"
) -> Answer:
    """Whatever bytes, with the signature that belongs to them."""
    seconds = str(int(world.clock.now().timestamp() + late))
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": seconds,
        "X-Signature": hmac.new(key.encode(), body + seconds.encode(), "sha256").hexdigest(),
    }
    answer = world.caller.ask("POST", f"/gateway/{way}", body, headers)
    world.work()
    return answer
