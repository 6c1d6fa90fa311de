"""Three relays at the same carrier: `python -m tests.bench.relays NAME --data DIR --sends-to URL`.

`ours` works off a database with presses in it. `tutorial` is the obvious loop: the rows that wait,
the SDK with its own HTTP client, a commit for each text. `bare` only posts the same form over as
many open connections as ours has: what HTTP alone costs in this language.
"""

import argparse
import asyncio
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import BasicAuth, ClientSession, TCPConnector
from sqlmodel import Session, select
from twilio.rest import Client

from server import logs, running
from server.db import Database
from server.jobs.relay import AT_ONCE
from server.jobs.runner import Jobs
from server.live import Live
from server.settings import Settings
from server.vault import Ring, Vault
from shared.clock import SystemClock
from tests.bench import carrier, people
from tests.bench.answering import WORDS
from tests.bench.tutorial import TutorialOutbox, open_engine, settle

PUBLIC_URL = "https://go.example.org"


def ours(data: Path, sends_to: str) -> None:
    """The jobs as `serve` runs them, without the web server beside them."""
    settings = Settings(
        data=data,
        key_file=data / "keys.json",
        public_url=PUBLIC_URL,
        twilio_account_sid=carrier.ACCOUNT,
        twilio_auth_token=carrier.TOKEN,
        twilio_from=carrier.LINE,
        twilio_api_url=sends_to,
    )
    database, vault = Database(settings.database), Vault(Ring.load(data / "keys.json"))
    live = Live(database, alone=True)
    ways = running.ways_for(settings)
    jobs = Jobs(database, vault, ways, SystemClock(), live, PUBLIC_URL, sole=True)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    _begins(sends_to)
    jobs.start()
    stopping.wait()
    jobs.stop()
    database.close()


def tutorial(data: Path, sends_to: str) -> None:
    client = Client(carrier.ACCOUNT, carrier.TOKEN)
    client.api.base_url = sends_to
    engine = open_engine(data)
    _begins(sends_to)
    with Session(engine) as session:
        waiting = select(TutorialOutbox).where(TutorialOutbox.state == "queued")
        for text in session.exec(waiting).all():
            client.messages.create(to=text.phone, from_=carrier.LINE, body=text.body)
            text.state = "sent"
            session.add(text)
            session.commit()
    signal.pause()


def bare(data: Path, sends_to: str) -> None:
    asyncio.run(_bare(data, sends_to))


RELAYS = {"ours": ours, "tutorial": tutorial, "bare": bare}


def settle_tutorial(data: Path, everyone: list[people.Someone]) -> None:
    """A text for each contact waits in the tutorial's outbox."""
    settle(data, [])
    engine = open_engine(data)
    with Session(engine) as session:
        session.add_all(
            TutorialOutbox(incident_id=None, phone=phone, body=_body(number), state="queued")
            for number, someone in enumerate(everyone)
            for phone in someone.phones
        )
        session.commit()
    engine.dispose()


async def _bare(data: Path, sends_to: str) -> None:
    everyone = people.load(data / "people.json")
    phones = [phone for someone in everyone for phone in someone.phones]
    forms = iter([_form(phone, number) for number, phone in enumerate(phones)])
    address = f"{sends_to}/2010-04-01/Accounts/{carrier.ACCOUNT}/Messages.json"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with ClientSession(
        connector=TCPConnector(limit=AT_ONCE), auth=BasicAuth(carrier.ACCOUNT, carrier.TOKEN)
    ) as session:

        async def post() -> None:
            for form in forms:
                async with session.post(address, data=form, headers=headers) as answer:
                    await answer.text()

        _begins(sends_to)
        await asyncio.gather(*(post() for _ in range(AT_ONCE)))
    signal.pause()


def _form(phone: str, number: int) -> bytes:
    """The fields of one of our texts."""
    return urlencode(
        {
            "To": phone,
            "From": carrier.LINE,
            "Body": _body(number),
            "ContentRetention": "discard",
            "AddressRetention": "obfuscate",
            "ValidityPeriod": 7199,
            "StatusCallback": f"{PUBLIC_URL}/twilio/status?attempt={number:036}",
        }
    ).encode()


def _body(number: int) -> str:
    return f"{WORDS}\nReply 1 I act, 2 I cannot\n{PUBLIC_URL}/t#{number:022}"


def _begins(sends_to: str) -> None:
    sys.stdout.write(people.ready(sends_to) + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=RELAYS)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sends-to", required=True, metavar="URL")
    options = parser.parse_args()
    logs.install()
    RELAYS[options.name](options.data, options.sends_to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
