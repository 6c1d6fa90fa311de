"""What the carrier says of a number, asked over real HTTP, and every way in which it may not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from server.carriers.lookup import TwilioNumbers
from server.domain.reach import Reach
from tests.support.sandbox import ACCOUNT, TOKEN, sandbox
from tests.support.serving import serve

NUMBER = "+33639980001"


def ask(url: str, token: str = TOKEN) -> Reach | None:
    async def asking() -> Reach | None:
        numbers = TwilioNumbers(ACCOUNT, token, url, timeout=1)
        try:
            return await numbers.reach_of(NUMBER)
        finally:
            await numbers.close()

    return asyncio.run(asking())


@contextmanager
def carrier(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """One answer to everything, and what was asked for."""
    asked: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (event := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{event['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        request = Request(scope)
        asked.append(f"{request.url.path}?{request.url.query}")
        answer = Response(body, status, media_type="application/json")
        await answer(scope, receive, send)

    with serve(app) as url:
        yield url, asked


def test_the_sandbox_knows_landlines(tmp_path: Path) -> None:
    with sandbox(tmp_path) as box:
        assert ask(box.url) is Reach.MOBILE
        box.faults(landlines=[NUMBER])
        assert ask(box.url) is Reach.LANDLINE
        assert ask(box.url, "another token") is Reach.UNKNOWN


def test_the_question_is_twilios(tmp_path: Path) -> None:
    with carrier(200, b"{}") as (url, asked):
        ask(url)
    assert asked == [f"/v2/PhoneNumbers/{NUMBER}?Fields=line_type_intelligence"]


@pytest.mark.parametrize(
    ("status", "body", "reach"),
    [
        (200, b'{"valid": true, "line_type_intelligence": {"type": "mobile"}}', Reach.MOBILE),
        (200, b'{"valid": true, "line_type_intelligence": {"type": "landline"}}', Reach.LANDLINE),
        (200, b'{"valid": true, "line_type_intelligence": {"type": "fixedVoip"}}', Reach.UNKNOWN),
        (200, b'{"valid": true, "line_type_intelligence": {"type": null}}', Reach.UNKNOWN),
        (200, b'{"valid": true, "line_type_intelligence": null}', Reach.UNKNOWN),
        (200, b'{"valid": false}', Reach.UNREACHABLE),
        (200, b"{}", Reach.UNKNOWN),
        (404, b'{"code": 20404, "message": "not here"}', Reach.UNKNOWN),
        (401, b'{"code": 20003}', Reach.UNKNOWN),
        (400, b'{"code": 60601}', Reach.UNKNOWN),
        (429, b'{"code": 20429}', None),
        (503, b'{"code": 20503}', None),
        (500, b"<html>", None),
        (200, b"<html>", None),
        (200, b'{"line_type_intelligence": "mobile"}', None),
        (200, b'{"valid": true, "line_type_intelligence": {"type": ["mobile"]}}', None),
    ],
)
def test_what_an_answer_says(status: int, body: bytes, reach: Reach | None) -> None:
    with carrier(status, body) as (url, _):
        assert ask(url) is reach


def test_nobody_there() -> None:
    assert ask("http://127.0.0.1:9") is None
