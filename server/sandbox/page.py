"""The page of simulated phones, and what it asks for while it is open."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from server.db import Database, Transaction
from server.sandbox import messages
from server.sandbox.calls import OPEN, words
from server.sandbox.controls import answer
from shared import texts

HERE: Final = Path(__file__).parent
SHOWN: Final = 12  # handsets on the page at once; the others are found by the search box
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

People = Callable[[], dict[str, str]]


class Page:
    """`people` names the handsets, and shows them before their first text."""

    def __init__(self, db: Database, people: People) -> None:
        self._db = db
        self._people = people
        self._boot = secrets.token_hex(4)
        self._changes = 0
        db.after_commit(self._changed)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, request: Request) -> Response:
        locale = language(request)
        html = self._templates.get_template("phones.html").render(
            locale=locale,
            direction="rtl" if locale in texts.RIGHT_TO_LEFT else "ltr",
            strings=texts.strings("sandbox", locale),
            say=lambda key, **values: texts.say(f"sandbox.{key}", locale, **values),
        )
        return Response(html, headers=HEADERS, media_type="text/html")

    def show_phones(self, request: Request) -> Response:
        """204 where nothing has changed since the version that the page already shows."""
        version = f"{self._boot}-{self._changes}"
        if request.query_params.get("after") == version:
            return Response(status_code=204)
        people = self._people()
        with self._db.read() as tx:
            latest = messages.latest_by_phone(tx)
            numbers = arrange(people, latest)
            found = matching(numbers, people, request.query_params.get("search", ""))
            phones = [_phone(tx, number, people) for number in found[:SHOWN]]
        return answer(
            {
                "version": version,
                "phones": phones,
                "folded": len(found) - len(phones),
                "searchable": len(numbers) > SHOWN,
            }
        )

    def _changed(self) -> None:
        self._changes += 1


def arrange(people: dict[str, str], latest: dict[str, int]) -> list[str]:
    """Few handsets keep their places; of many, the ones that were active last come first."""
    numbers = list(dict.fromkeys([*people, *latest]))
    if len(numbers) <= SHOWN:
        return numbers
    return sorted(numbers, key=lambda number: -latest.get(number, 0))


def matching(numbers: list[str], people: dict[str, str], search: str) -> list[str]:
    wanted = search.strip().casefold()
    digits = wanted.replace(" ", "")
    return [
        number
        for number in numbers
        if digits in number or wanted in people.get(number, "").casefold()
    ]


def language(request: Request) -> str:
    """The page's language: asked for in the address, else the browser's first that we have."""
    wishes = [request.query_params.get("lang", "")]
    wishes += request.headers.get("accept-language", "").split(",")
    for wish in wishes:
        locale = wish.partition(";")[0].strip()[:2].lower()
        if locale in texts.SCREENS:
            return locale
    return "en"


def _phone(tx: Transaction, number: str, people: dict[str, str]) -> dict[str, Any]:
    entries = messages.conversation(tx, number)
    return {
        "number": number,
        "name": people.get(number),
        "line": entries[-1]["line"] if entries else None,
        "entries": [
            {
                "sid": row["sid"],
                "kind": row["kind"],
                "body": words(row["twiml"]) if row["twiml"] else row["body"],
                "open": row["kind"] == "call" and row["status"] in OPEN,
                "status": row["status"],
                "error": row["error_code"],
                "segments": row["segments"],
                "encoding": row["encoding"],
                "at": row["created_at"],
            }
            for row in entries
        ],
    }
