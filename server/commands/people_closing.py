"""`candlewire people office closing`: by how many people an office closes its incidents."""

import argparse

from server.commands.opening import Opened
from server.commands.people_staff import BY
from server.commands.terminal import say
from server.db import Transaction
from server.services import closings, setup
from shared.clock import SystemClock

SAID = {
    True: "It takes two people of this office to close an incident now.",
    False: "One person closes an incident of this office now.",
}


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    closing = verbs.add_parser("closing", help="whether closing an incident takes two people")
    closing.add_argument("name")
    closing.add_argument("people", choices=["one", "two"])
    closing.set_defaults(do=set_rule)


def set_rule(opened: Opened, options: argparse.Namespace) -> None:
    two, now = options.people == "two", SystemClock().now()

    def unit(tx: Transaction) -> None:
        closings.set_rule(tx, setup.office_named(tx, options.name), two, BY, now)

    opened.database.write(unit)
    say(SAID[two])
