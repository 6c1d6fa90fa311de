"""Whatever comes in at whichever door: no fault of ours, nothing stored, and a useful no.

`CANDLEWIRE_MALFORMED` sets how many bodies and frames are tried in all.
"""

from collections.abc import Callable
from itertools import islice, product
from random import Random
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.server.web.malformed.noticing import (
    REFUSALS,
    Keeper,
    caller_for,
    check,
    check_problem,
)
from tests.server.web.malformed.record_ways import RECORD_WAYS
from tests.server.web.malformed.scene import SHARE, WAYS, Scene, alert
from tests.support.frames import Frames
from tests.support.malformed import MARK, bodies

EVERY_WAY = WAYS | RECORD_WAYS


@pytest.mark.parametrize("name", EVERY_WAY)
def test_no_body_is_too_bad(scene: Scene, name: str) -> None:
    way = EVERY_WAY[name]
    caller, path = caller_for(scene, way.who), way.path(scene)
    keeper = Keeper(scene.world)
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
        "/v1/events/{}",
        "/v1/events/{}?after={}",
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
