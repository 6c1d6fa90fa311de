"""What all doors have in common: problem documents, health, and nothing secret in the open."""

import json

import pytest

from tests.support.world import World


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/alerts", 405),
        ("POST", "/v1/nowhere", 404),
        ("DELETE", "/v1/incidents", 405),
        ("PUT", "/healthz", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/v1/incidents", 401),
        ("POST", "/v1/alerts", 401),
        ("PUT", "/v1/profile", 401),
    ],
)
def test_every_no_is_a_problem_document(world: World, method: str, path: str, status: int) -> None:
    answer = world.caller.ask(method, path, {} if method != "GET" else None)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["mend"]


def test_a_body_over_the_limit_is_refused_before_it_is_read(world: World) -> None:
    ana = world.activist(contacts=[])
    for path in ("/v1/alerts", "/v1/check-in"):
        answer = ana.phone.caller.ask("POST", path, b" " * 65_537)
        assert (answer.status, answer.json["title"]) == (413, "Too large")


def test_a_press_is_kept_though_most_of_it_cannot_be_read(world: World) -> None:
    ana = world.activist()
    body = {
        "id": "0b4d1c0e-6c6b-4b62-8f6a-4a3f5f1d2e3a",
        "kind": "alert",
        "pressed_at": "yesterday",
        "countdown_s": "soon",
        "trigger": 7,
        "position": {"lat": 14.5, "lon": -17.5, "accuracy_m": -1, "source": "magic", "at": 5},
        "battery": 200,
        "note": ["x"],
        "colour": "red",
    }
    answer = ana.phone.caller.ask("POST", "/v1/alerts", body)
    assert answer.status == 201
    world.carrier.expect(ana.contacts[0], "N14.5000 W17.5000")
    (raised,) = world.staff().timeline(answer.json["incident_id"], "raised")
    assert sorted(raised["detail"]["left_out"]) == [
        "/-",
        "/battery",
        "/countdown_s",
        "/note",
        "/position",
        "/pressed_at",
        "/trigger",
    ]


@pytest.mark.everywhere
def test_health_tells_counts_and_no_names(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    assert world.caller.ask("GET", "/healthz").ok() == {"status": "alive"}
    assert world.caller.ask("GET", "/readyz").ok() == {"status": "ready"}
    counted = world.caller.ask("GET", "/metrics").body.decode()
    assert 'candlewire_incidents{state="open"} 1.0' in counted
    assert 'candlewire_texts{state="sent"} 1.0' in counted
    for secret in ("Ana", "Ben", ana.contacts[0].phone, ana.phone.last):
        assert secret not in counted


def test_a_server_that_cannot_store_says_so(world: World) -> None:
    world.database.close()
    answer = world.caller.ask("GET", "/readyz")
    assert answer.status == 503
    assert "candlewire doctor" in answer.json["reasons"][0]


def test_while_it_cannot_store_nobody_is_told_yes(world: World) -> None:
    ana = world.activist()
    body = ana.phone.press_body()
    world.database.close()
    answer = ana.phone.caller.ask("POST", "/v1/alerts", body)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json["mend"] == "Send it again."


def test_the_phone_never_learns_a_name_or_a_number(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    with ana.phone.socket() as socket:
        pressed = ana.phone.press()
        world.carrier.expect(ana.contacts[0]).reply("1")
        world.carrier.expect(ana.contacts[1], "needs help")
        world.carrier.expect(ana.contacts[1], "Ben is acting")
        socket.pushed(acknowledged=1)
        heard = [*socket.pushes, pressed.answer.body, ana.phone.look().body]
    heard.append(ana.phone.caller.ask("GET", "/v1/profile/standing").body)
    for one in ana:
        for secret in (one.name, one.phone, one.id, one.phone[1:]):
            assert all(secret.encode() not in said for said in heard)


def test_over_the_socket_a_press_is_answered_as_over_http(world: World) -> None:
    ana = world.activist()
    body = ana.phone.press_body()
    with ana.phone.socket() as socket:
        first = socket.ask("alert", body)
        again = socket.ask("alert", body)
    by_http = ana.phone.caller.ask("POST", "/v1/alerts", body)
    assert (first["status"], again["status"], by_http.status) == (201, 200, 200)
    assert first["body"] == again["body"] == by_http.json
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_the_sessions_cookie_is_the_browsers_alone(world: World) -> None:
    noor = world.staff()
    sign_in = {"email": noor.email, "password": noor.password}
    cookie = world.caller.ask("POST", "/v1/session", sign_in).headers["Set-Cookie"]
    assert {"httponly", "samesite=strict", "path=/"} <= {
        part.strip().lower() for part in cookie.split(";")
    }
    assert "candlewire_session=" in cookie


def test_every_door_of_the_protocol_is_documented(world: World) -> None:
    document = world.caller.ask("GET", "/openapi.json").ok()
    assert {
        "/v1/alerts",
        "/v1/pairings",
        "/v1/profile",
        "/v1/profile/standing",
        "/v1/check-in",
        "/v1/incidents",
        "/v1/incidents/{incident_id}",
        "/v1/incidents/{incident_id}/positions",
        "/v1/incidents/{incident_id}/stop",
        "/v1/incidents/{incident_id}/acknowledge",
        "/v1/incidents/{incident_id}/notes",
        "/v1/incidents/{incident_id}/assign",
        "/v1/incidents/{incident_id}/close",
        "/v1/incidents/{incident_id}/reopen",
        "/v1/incidents/{incident_id}/release",
        "/v1/session",
    } <= set(document["paths"])
    named = json.dumps(document)
    schemas = document["components"]["schemas"]
    for reference in set(named.split('"#/components/schemas/')[1:]):
        assert reference.partition('"')[0] in schemas
