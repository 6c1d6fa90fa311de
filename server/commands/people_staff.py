"""`candlewire people staff …`: invited, accepted, granted the office's key, sent away."""

import argparse

from server.commands import recovery, terminal
from server.commands.opening import Opened
from server.commands.terminal import say
from server.db import Transaction
from server.domain.access import Role
from server.domain.errors import Forbidden, NotAllowed
from server.services import grants, setup, staff
from shared.clock import SystemClock
from shared.crypto import KeyPair

BY = "operator"


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The `staff` verbs, each with the function that does it as `do`."""
    inviting = verbs.add_parser("invite", help="prints the code with which they set a password")
    inviting.add_argument("--office", required=True)
    inviting.add_argument("--name", required=True)
    inviting.add_argument("--role", choices=[role.value for role in Role], default=Role.RESPONDER)
    inviting.set_defaults(do=invite)
    accepting = verbs.add_parser("accept", help="they type their invitation code and a password")
    accepting.add_argument("--code-stdin", action="store_true", help="code and password, two lines")
    accepting.set_defaults(do=accept)
    granting = verbs.add_parser(
        "grant", help="an administrator lets them read the office's records"
    )
    how = granting.add_mutually_exclusive_group()
    how.add_argument("--by", metavar="EMAIL", help="the administrator who grants")
    how.add_argument("--recovery", action="store_true", help="with the recovery key instead")
    granting.add_argument(
        "--secret-stdin", action="store_true", help="password or recovery key on standard input"
    )
    granting.set_defaults(do=grant)
    again = verbs.add_parser("reinvite", help="a new code for who lost their password")
    again.set_defaults(do=reinvite)
    leaving = verbs.add_parser("disable", help="ends their sessions and takes their key")
    leaving.set_defaults(do=disable)
    for verb in (inviting, granting, again, leaving):
        verb.add_argument("--email", required=True)


def invite(opened: Opened, options: argparse.Namespace) -> None:
    def unit(tx: Transaction) -> str:
        office_id = setup.office_named(tx, options.office)
        role, now = Role(options.role), SystemClock().now()
        _, code = staff.invite(
            tx, opened.vault, office_id, options.email, options.name, role, BY, now
        )
        return code

    say(opened.database.write(unit))


def accept(opened: Opened, options: argparse.Namespace) -> None:
    code = terminal.ask_secret("Your invitation code", stdin=options.code_stdin)
    password = terminal.ask_new_secret("Your password", stdin=options.code_stdin)
    now = SystemClock().now()
    opened.database.write(lambda tx: staff.accept(tx, opened.vault, code.strip(), password, now))
    say("Accepted. A colleague grants you the office's key now: `candlewire people staff grant`.")


def grant(opened: Opened, options: argparse.Namespace) -> None:
    with opened.database.read() as tx:
        staff_id = grants.staff_id_of(tx, opened.vault, options.email)
        office_id = grants.office_of(tx, staff_id)
    pair, by = _office_pair(opened, options, staff_id, office_id)
    now = SystemClock().now()
    opened.database.write(
        lambda tx: staff.grant(tx, opened.vault, office_id, pair, staff_id, by, now)
    )
    say("Granted. They can read the office's records from now on.")


def _office_pair(
    opened: Opened, options: argparse.Namespace, staff_id: str, office_id: str
) -> tuple[KeyPair, str]:
    """The office's pair, and who opened it."""
    stdin = options.secret_stdin
    if options.recovery:
        pair = _recovery_pair(terminal.ask_secret("The recovery key", stdin=stdin))
        with opened.database.read() as tx:
            return grants.pair_by_recovery(tx, opened.vault, pair, office_id), "recovery key"
    email = options.by or terminal.ask("E-mail of the administrator who grants", "--by")
    granter_id, own = sign_in(opened, email, stdin=stdin)
    if granter_id == staff_id:
        raise Forbidden("Nobody grants to themselves.", mend="It takes a colleague.")
    with opened.database.read() as tx:
        found = grants.pair_by_colleague(tx, opened.vault, granter_id, own, office_id)
    return found, granter_id


def reinvite(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()

    def unit(tx: Transaction) -> str:
        staff_id = grants.staff_id_of(tx, opened.vault, options.email)
        return grants.reinvite(tx, staff_id, BY, now)

    say(opened.database.write(unit))


def disable(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()

    def unit(tx: Transaction) -> int:
        staff_id = grants.staff_id_of(tx, opened.vault, options.email)
        return grants.disable(tx, staff_id, BY, now)

    left = opened.database.write(unit)
    say("Disabled: their sessions have ended and their key is gone.")
    if not left:
        terminal.complain("Nobody in this office can read its records now. Grant somebody.")


def sign_in(opened: Opened, email: str, *, stdin: bool) -> tuple[str, KeyPair]:
    """A staff member's id and pair, by their password."""
    with opened.database.read() as tx:
        known = staff.credentials(tx, opened.vault, email)
    password = terminal.ask_secret(f"Password of {email}", stdin=stdin)
    pair = staff.unlock(opened.vault, known, password)
    return known.staff_id or "", pair


def _recovery_pair(text: str) -> KeyPair:
    try:
        return recovery.pair_of(text)
    except recovery.Misread:
        raise NotAllowed("This is not a recovery key.", mend="Type all 56 characters.") from None
