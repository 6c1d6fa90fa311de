"""Puts the sandbox together: the only place where its parts are chosen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from server.db import Database, Unavailable
from server.sandbox.api import Account, SendDoor
from server.sandbox.calls import Calls
from server.sandbox.controls import Controls, OwnOrigin, malformed, not_found, unavailable
from server.sandbox.courier import Courier
from server.sandbox.dialect import API_VERSION
from server.sandbox.faults import Weather
from server.sandbox.gateway import Door
from server.sandbox.office_phone import Phone
from server.sandbox.page import HERE, Page
from server.sandbox.tables import metadata
from shared import wire
from shared.clock import SystemClock


def create_sandbox(
    data: Path,
    account_sid: str,
    auth_token: str,
    inbound_url: str,
    people: Callable[[], dict[str, str]] = dict,
    phone: Phone | None = None,
) -> Starlette:
    """A carrier with one account, as an ASGI app for uvicorn. Its memory is `data/sandbox.db`.

    Contacts' answers are posted to `inbound_url`, signed with the token. `people` names handsets
    by their numbers. `phone` is an office phone beside the carrier.
    """
    db = Database(f"sqlite:///{data / 'sandbox.db'}")
    metadata.create_all(db.engine)
    clock = SystemClock()
    weather = Weather()
    courier = Courier(db, clock, weather, account_sid, auth_token, inbound_url, phone)
    account = Account(db, clock, account_sid, auth_token, courier.taken, weather)
    calls = Calls(db, clock, courier, account_sid, auth_token)
    controls = Controls(db, clock, weather, courier)
    gateway = Door(phone, db, clock, courier.taken).routes() if phone else []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        posting = asyncio.create_task(courier.run())
        yield
        posting.cancel()
        with suppress(asyncio.CancelledError):
            await posting
        await asyncio.to_thread(db.close)

    return Starlette(
        routes=[*gateway, *_twilio(account, weather), *_own(controls, calls, Page(db, people))],
        lifespan=lifespan,
        exception_handlers={wire.Malformed: malformed, Unavailable: unavailable, 404: not_found},
    )


def _twilio(account: Account, weather: Weather) -> list[BaseRoute]:
    root = f"/{API_VERSION}/Accounts/{account.sid}"
    texting = SendDoor(account, weather, account.take_text)
    calling = SendDoor(account, weather, account.take_call)
    redacting = SendDoor(account, weather, account.redact, status=200)
    return [
        Route(f"{root}/Messages.json", texting, methods=["POST"]),
        Route(f"{root}/Calls.json", calling, methods=["POST"]),
        Route(f"{root}/Messages.json", account.show_messages),
        Route(f"{root}/Messages/{{sid}}.json", redacting, methods=["POST"]),
        Route(f"{root}/Messages/{{sid}}.json", account.show_message),
        Route(f"{root}/Balance.json", account.show_balance),
        Route(f"{root}.json", account.show_account),
        Route("/v2/PhoneNumbers/{number}", account.show_number),
        Route(f"/{API_VERSION}/{{rest:path}}", account.nothing_here, methods=["GET", "POST"]),
    ]


def _own(controls: Controls, calls: Calls, page: Page) -> list[BaseRoute]:
    return [
        Route("/", page.show),
        Mount("/static", StaticFiles(directory=HERE / "static")),
        Mount(
            "/_sandbox",
            routes=[
                Route("/messages", controls.show_messages),
                Route("/messages", controls.empty, methods=["DELETE"]),
                Route("/replies", controls.reply, methods=["POST"]),
                Route("/calls", calls.show),
                Route("/keys", calls.press, methods=["POST"]),
                Route("/faults", controls.change_faults, methods=["PUT"]),
                Route("/phones", page.show_phones),
            ],
            middleware=[Middleware(OwnOrigin)],
        ),
    ]
