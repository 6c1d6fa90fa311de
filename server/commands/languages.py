"""`candlewire languages`: which languages contacts are written to in, and who read their words."""

import argparse
import os

from server.commands import opening, terminal
from server.commands.opening import Opened
from server.commands.people_staff import BY
from server.commands.terminal import say
from server.db import Transaction
from server.services import people_lists, readings, setup
from server.services.readings import Read
from server.settings import from_environment
from shared import texts
from shared.clock import SystemClock


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    with opening.opened(from_environment()) as opened:
        options.do(opened, options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire languages", description=__doc__)
    parser.set_defaults(do=list_all)
    verbs = parser.add_subparsers(metavar="read")
    reading = verbs.add_parser("read", help="records that somebody has read a language's words")
    reading.add_argument("locale", choices=texts.LOCALES)
    reading.add_argument("--office", required=True, help="those below it may send it too")
    reading.add_argument("--reader", required=True, metavar="NAME", help="who speaks it, and read")
    reading.set_defaults(do=record)
    return parser


def record(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()

    def unit(tx: Transaction) -> None:
        office_id = setup.office_named(tx, options.office)
        readings.record(tx, opened.vault, office_id, options.locale, options.reader, BY, now)

    opened.database.write(unit)
    say(f"Contacts of {options.office} are written to in {options.locale} from now on.")


def list_all(opened: Opened, options: argparse.Namespace) -> None:
    """A line for each office and language."""
    with opened.database.read() as tx:
        for office_id, name, _ in people_lists.all_offices(tx):
            known = readings.of_office(tx, opened.vault, office_id)
            for locale in texts.LOCALES:
                say("\t".join([name, locale, _standing(locale, known.get(locale))]))


def _standing(locale: str, read: Read | None) -> str:
    if read is None:
        return "sent, read or not" if locale == readings.ALWAYS else "not read: English is sent"
    since = "; words changed since" if read.changed else ""
    return f"read by {read.reader} on {read.at:%Y-%m-%d}{since}"
