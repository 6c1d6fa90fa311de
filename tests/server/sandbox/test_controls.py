"""The doors of a trainer or a test: strict, and closed to other sites' pages."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.sandbox import LINE, Sandbox, sandbox

ANA = "+447700900101"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def refused(
    world: Sandbox, method: str, path: str, body: bytes, origin: str | None = None
) -> tuple[int, dict[str, Any]]:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(world.url + path, body, headers, method=method), timeout=5)
    with caught.value as error:
        assert error.headers["content-type"] == "application/problem+json"
        return error.code, json.loads(error.read())


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"resett_rate": 1}, "/resett_rate"),
        ({"a/b~": 1}, "/a~1b~0"),
        ({"rate": 1.1}, "/rate"),
        ({"rate": "1"}, "/rate"),
        ({"rate": True}, "/rate"),
        ({"status": 200}, "/status"),
        ({"callbacks": "off"}, "/callbacks"),
        ({"undelivered": ["0770"]}, "/undelivered/0"),
        ({"messages_per_second": 0}, "/messages_per_second"),
        ([], "/"),
        (None, "/"),
    ],
)
def test_a_bad_day_that_is_none_names_the_field(world: Sandbox, body: Any, pointer: str) -> None:
    status, problem = refused(world, "PUT", "/_sandbox/faults", json.dumps(body).encode())
    assert (status, problem["status"], problem["pointer"]) == (422, 422, pointer)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"{", "/"),
        (b"\xff", "/"),
        (b'{"from": "+447700900101", "to": "+12025550199"}', "/body"),
        (b'{"from": "Ana", "to": "+12025550199", "body": "1"}', "/from"),
        (b'{"from": "+447700900101", "to": "+12025550199", "body": ""}', "/body"),
    ],
)
def test_an_answer_that_cannot_be_read_is_not_posted(
    world: Sandbox, body: bytes, pointer: str
) -> None:
    status, problem = refused(world, "POST", "/_sandbox/replies", body)
    assert (status, problem["pointer"]) == (422, pointer)
    assert "447700900101" not in json.dumps(problem)


def test_the_faults_in_force_are_answered_and_heal(world: Sandbox) -> None:
    assert world.call("PUT", "/_sandbox/faults", {"latency_ms": 100})["latency_ms"] == 100
    assert world.call("PUT", "/_sandbox/faults", {})["latency_ms"] == 0


def test_another_sites_page_may_do_nothing_here(world: Sandbox) -> None:
    body = json.dumps({"from": ANA, "to": LINE, "body": "1"}).encode()
    foreign = "https://elsewhere.example"
    assert refused(world, "POST", "/_sandbox/replies", body, foreign)[0] == 403
    own = Request(world.url + "/_sandbox/replies", body, {"Origin": world.url}, method="POST")
    with urlopen(own, timeout=5) as response:
        assert response.status == 201


def test_what_is_not_here_is_a_problem(world: Sandbox) -> None:
    assert refused(world, "GET", "/_sandbox/nothing", b"")[0] == 404
