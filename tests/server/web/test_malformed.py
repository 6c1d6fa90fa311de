"""Whatever comes in at whichever door: no fault of ours, nothing stored, and a useful no.

`CANDLEWIRE_MALFORMED` sets how many bodies and frames are tried in all.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, product
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from websockets.sync.client import connect

from server.services import setup
from server.tables import schema
from server.vault import token_hash
from shared import crypto
from tests.support import people
from tests.support.carrier import inbound_form, status_form
from tests.support.contact_page import page_keys
from tests.support.frames import Frames
from tests.support.malformed import CASES, MARK, bodies
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.web import Answer, Caller
from tests.support.world import World

COUNTED = {"wrong_codes", "codes_from"}  # a wrong code is counted, and that is all it does
READABLE = {400, 422}
REFUSALS = {400, 401, 403, 404, 409, 413, 422, 429}


@dataclass
class Scene:
    """An open incident, its office and its contact: something to damage at every door."""

    world: World
    ana: Activist
    noor: Officer
    link: str
    pairing_code: str

    @property
    def incident(self) -> str:
        return f"/v1/incidents/{self.ana.phone.last}"

    def position(self) -> dict[str, Any]:
        now = self.world.clock.now().isoformat()
        return {"lat": 1.0, "lon": 2.0, "accuracy_m": 3.0, "source": "gps", "at": now}


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    ana, noor = world.activist(), world.staff()
    ana.phone.press()
    link = world.carrier.expect(ana.contacts[0]).link
    now = world.clock.now()

    def offer(tx: Any) -> str:
        activist = setup.new_activist(tx, world.vault, world.office.id, "Sara", "tests", now)
        return setup.offer_pairing(
            tx, world.vault, activist, people.bundle("Sara", ()), "tests", now
        )

    yield Scene(world, ana, noor, link, world.database.write(offer))
    world.carrier.read_all()


def alert(scene: Scene) -> Any:
    return scene.ana.phone.press_body(note="x")


def pairing(scene: Scene) -> Any:
    token = crypto.random_bytes()
    return {
        "code": scene.pairing_code,
        "device_name": "phone",
        "token_hash": token_hash(token).hex(),
        "dispatch_key": "A" * 43,
    }


def due(scene: Scene) -> Any:
    return {"due_at": (scene.world.clock.now() + timedelta(hours=1)).isoformat()}


@dataclass(frozen=True)
class Way:
    """A door, who stands before it, and what it would take."""

    method: str
    path: Callable[[Scene], str]
    body: Callable[[Scene], Any]
    who: str = "nobody"


def plain(path: str) -> Callable[[Scene], str]:
    return lambda scene: path


def inner(action: str) -> Callable[[Scene], str]:
    return lambda scene: f"{scene.incident}/{action}"


WAYS = {
    "alerts": Way("POST", plain("/v1/alerts"), alert, "phone"),
    "positions": Way("POST", inner("positions"), lambda scene: [scene.position()], "phone"),
    "position": Way("POST", inner("positions"), lambda scene: scene.position(), "phone"),
    "stop": Way("POST", inner("stop"), lambda scene: {"code": "0000"}, "phone"),
    "check-in": Way("POST", plain("/v1/check-in"), due, "phone"),
    "check-in later": Way("PATCH", plain("/v1/check-in"), due, "phone"),
    "profile": Way(
        "PUT",
        plain("/v1/profile"),
        lambda scene: {"bundle": "AAAA", "office_copy": "AAAA"},
        "phone",
    ),
    "pairings": Way("POST", plain("/v1/pairings"), pairing),
    "session": Way(
        "POST", plain("/v1/session"), lambda scene: {"email": "a@b.example", "password": MARK}
    ),
    "view": Way("POST", plain("/v1/contact/view"), lambda scene: page_keys("B" * 22)),
    "answer": Way(
        "POST",
        plain("/v1/contact/answer"),
        lambda scene: {**page_keys(scene.link), "answer": 2},
    ),
    "acknowledge": Way("POST", inner("acknowledge"), lambda scene: {}, "staff"),
    "notes": Way("POST", inner("notes"), lambda scene: {"text": "x"}, "staff"),
    "assign": Way("POST", inner("assign"), lambda scene: {"staff_id": str(uuid4())}, "staff"),
    "close": Way("POST", inner("close"), lambda scene: {"outcome": "safe", "reason": "x"}, "staff"),
    "reopen": Way("POST", inner("reopen"), lambda scene: {"reason": "x"}, "staff"),
    "release": Way("POST", inner("release"), lambda scene: {}, "staff"),
    "notes, signed out": Way("POST", inner("notes"), lambda scene: {"text": "x"}),
    "alerts, unknown": Way("POST", plain("/v1/alerts"), alert, "stranger"),
}
OTHER_DOORS = 5  # tests below that take a share of their own
SHARE = max(1, CASES // (len(WAYS) + OTHER_DOORS))


class Keeper:
    """Knows what is stored, and notices when it changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held = self._digest()

    def nothing_changed(self) -> bool:
        before, self._held = self._held, self._digest()
        return before == self._held

    def look(self) -> None:
        self._held = self._digest()

    def _digest(self) -> bytes:
        digest = hashlib.sha256()
        with self._world.database.read() as tx:
            for table in schema().sorted_tables:
                if table.name == "board_seen":  # a board that is connected says so
                    continue
                columns = [column for column in table.columns if column.name not in COUNTED]
                for row in tx.execute(select(*columns).order_by(*table.primary_key)):
                    digest.update(repr(tuple(row)).encode())
        return digest.digest()


@pytest.fixture(autouse=True)
def _no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.ERROR)
    yield
    assert [record.getMessage() for record in caplog.records] == []


def caller_for(scene: Scene, who: str) -> Caller:
    if who == "phone":
        return scene.ana.phone.caller
    if who == "staff":
        return scene.noor.caller
    if who == "stranger":
        return scene.world.phone(crypto.random_bytes()).caller
    return scene.world.caller


def check(answer: Answer, keeper: Keeper, sent: bytes) -> None:
    """A yes may store; a no names the field and the mend, repeats nothing and stores nothing."""
    if answer.status < 300:
        keeper.look()
        return
    assert answer.status in REFUSALS, (answer.status, answer.body, sent)
    assert keeper.nothing_changed(), sent
    check_problem(answer.headers["Content-Type"], answer.json, answer.status, sent)


def check_problem(kind: str, problem: dict[str, Any], status: int, sent: bytes) -> None:
    assert kind == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert MARK not in json.dumps(problem), sent
    if status in READABLE:
        assert "pointer" in problem, (problem, sent)
        assert problem["mend"]


@pytest.mark.parametrize("name", WAYS)
def test_no_body_is_too_bad(scene: Scene, name: str) -> None:
    way, keeper = WAYS[name], Keeper(scene.world)
    caller, path = caller_for(scene, way.who), way.path(scene)
    refused = 0
    for body in bodies(way.body(scene), name, SHARE):
        answer = caller.ask(way.method, path, body)
        check(answer, keeper, body)
        refused += answer.status >= 400
    assert refused > SHARE // 3, "most of these are refused"


FRAMES: dict[str, Callable[[Scene], Any]] = {
    "alert": alert,
    "positions": lambda scene: {
        "incident_id": scene.ana.phone.last,
        "positions": [scene.position()],
        "battery": 0.5,
    },
    "stop": lambda scene: {"incident_id": scene.ana.phone.last, "code": "0000"},
    "progress": lambda scene: {"incident_id": scene.ana.phone.last},
}


def test_no_frame_is_too_bad(scene: Scene) -> None:
    """Every frame is answered, by its `ref` where that can be read, and the socket goes on."""
    keeper = Keeper(scene.world)
    for kind, valid in FRAMES.items():
        frame = {"type": kind, "ref": "r1", "body": valid(scene)}
        with scene.ana.phone.socket() as socket:
            for body in bodies(frame, kind, SHARE // len(FRAMES)):
                if len(body) > 65_536:
                    continue
                socket.send(body)
                answer = socket.until(lambda frame: frame["type"] == "answer")
                if answer["status"] < 300:
                    keeper.look()
                    continue
                assert answer["status"] in REFUSALS, (answer, body)
                assert keeper.nothing_changed(), body
                check_problem("application/problem+json", answer["body"], answer["status"], body)
            answer = socket.ask("progress", {"incident_id": scene.ana.phone.last})
            assert answer["status"] == 200


@pytest.mark.parametrize("sent", ["x" * 70_000, b"\x00" * 70_000])
def test_a_frame_that_is_too_long_ends_the_socket_and_nothing_else(
    scene: Scene, sent: str | bytes
) -> None:
    with scene.ana.phone.socket() as socket:
        socket.send(sent)
        assert socket.close_code() == 1009
    assert scene.ana.phone.progress()["state"] == "open"


@pytest.mark.everywhere
def test_no_address_is_too_odd(scene: Scene) -> None:
    chance = Random("addresses")
    odd = [
        "%00",
        "%ff%fe",
        "..%2f..",
        "0" * 300,
        "1" * 5000,
        "-1",
        "0.0.",
        "0." + "9" * 30 + ".x",
        "9" * 30 + ".0.x",
        "0.0.%00",
        "000001" + "9" * 30,
        "%D9%A1",
        "open,,closed",
        "NaN",
        "'",
        MARK,
    ]
    keeper = Keeper(scene.world)
    callers = [caller_for(scene, who) for who in ("staff", "phone", "nobody", "stranger")]
    paths = [
        "/v1/incidents/{}",
        "/v1/incidents?state={}",
        "/v1/incidents?office={}",
        "/v1/incidents?after={}",
        "/v1/incidents?limit={}",
        "/v1/incidents?limit={}&after={}&state={}",
        "/v1/profile/standing?x={}",
        "/v1/staff?{}",
        "/v1/{}",
        "/{}",
        "/static/{}",
        "/metrics?{}",
    ]
    for _ in range(SHARE):
        path = chance.choice(paths)
        path = path.format(*(chance.choice(odd) for _ in range(path.count("{}"))))
        answer = chance.choice(callers).ask("GET", path)
        assert answer.status < 500, path
        if answer.status >= 400:
            check(answer, keeper, path.encode())
    for action in ("positions", "stop", "acknowledge", "notes", "close"):
        for text in odd:
            for caller in callers:
                answer = caller.ask("POST", f"/v1/incidents/{text}/{action}", {})
                assert answer.status in REFUSALS, (text, action, answer)
                check(answer, keeper, text.encode())


HEADERS = [
    *(
        {"Authorization": value}
        for value in (
            "Bearer",
            "Bearer x",
            "Bearer \xff\xfe",
            f"Basic {MARK}",
            "Bearer " + "A" * 9000,
        )
    ),
    {"Cookie": f"candlewire_session={MARK}"},
    {"Cookie": "candlewire_session=\xff;;==;"},
    {"Content-Type": "text/html; charset=\xff"},
]


def test_no_header_is_too_odd(scene: Scene) -> None:
    keeper, caller = Keeper(scene.world), scene.world.caller
    doors = [
        ("POST", "/v1/alerts"),
        ("GET", scene.incident),
        ("GET", "/v1/incidents"),
        ("POST", f"{scene.incident}/notes"),
        ("PUT", "/v1/profile"),
    ]
    for headers, (method, path) in product(HEADERS, doors):
        answer = caller.ask(method, path, {}, headers)
        assert answer.status == 401, (path, answer)
        check(answer, keeper, repr(headers).encode())


def test_no_tail_is_too_odd(scene: Scene) -> None:
    door = scene.world.url.replace("http", "ws", 1) + "/v1/dashboard?after="
    for after in ("-1", "x", "1.5", "9" * 19, "%D9%A1", "%00", "1%20"):
        headers = scene.noor.caller.headers
        with connect(door + after, additional_headers=headers, compression=None) as socket:
            assert Frames(socket).close_code() == 4400, after


def test_a_board_that_talks_is_not_listened_to(scene: Scene) -> None:
    keeper = Keeper(scene.world)
    with scene.noor.board(after=0) as board:
        for body in islice(bodies({"type": "close"}, "board", 60), 60):
            if len(body) < 65_536:
                board.send(body)
        board.shows("sent")
    assert keeper.nothing_changed()


def test_no_webhook_is_too_bad_though_its_signature_is_good(scene: Scene) -> None:
    """A carrier gone mad, or somebody who moved bytes between names and values."""
    chance, keeper = Random("webhooks"), Keeper(scene.world)
    carrier, ben = scene.world.carrier, scene.ana.contacts[0].phone
    odd = [
        "",
        MARK,
        "\x00",
        "9" * 400,
        "SM" + "0" * 33,
        "+1",
        "1",
        "\n",
        "é",
        "-1",
        "+12025550100\n",
    ]
    for _ in range(SHARE):
        receipt = chance.random() < 0.5
        form = status_form("SM" + "0" * 32, ben, "sent") if receipt else inbound_form(ben, "?")
        for _ in range(chance.randint(1, 3)):
            name = chance.choice([*form, MARK, "é", "", "a b", "ErrorCode"])
            form[name] = chance.choice(odd)
            if chance.random() < 0.3:
                del form[name]
        attempt = chance.choice([str(uuid4()), "", MARK, "%00", "x" * 3000])
        path = f"/twilio/status?attempt={attempt}" if receipt else "/twilio/inbound"
        answer = carrier.post(path, form)
        assert answer.status in (200, 204, 400, 403), (answer, form)
        assert MARK.encode() not in answer.body
        if answer.status >= 400:
            assert keeper.nothing_changed(), form
        else:
            keeper.look()


UNSIGNED = [
    (b"", "application/x-www-form-urlencoded"),
    (b"Body=%ff%fe", "application/x-www-form-urlencoded"),
    (b"a=1&a=2", "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=1" % n for n in range(99)), "application/x-www-form-urlencoded"),
    (b"{}", "application/json"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"x" * 70_000, "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize("door", ["/twilio/status", "/twilio/inbound"])
def test_a_webhook_that_is_not_signed_is_refused(scene: Scene, door: str) -> None:
    keeper = Keeper(scene.world)
    for (body, kind), signature in product(UNSIGNED, [None, "", MARK, "\xff", "A" * 9000]):
        headers = {"Content-Type": kind}
        if signature is not None:
            headers["X-Twilio-Signature"] = signature
        answer = scene.world.caller.ask("POST", door, body, headers)
        assert answer.status in (403, 413), (body, signature)
    assert keeper.nothing_changed()


def test_a_webhook_signed_with_another_token_is_refused(scene: Scene) -> None:
    keeper, ben = Keeper(scene.world), scene.ana.contacts[0].phone
    forged = scene.world.carrier.post("/twilio/inbound", inbound_form(ben, "1"), token="another")
    assert forged.status == 403
    assert keeper.nothing_changed()
