"""`candlewire init`: from nothing to a server that `candlewire serve` accepts."""

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path

from server import migrations, presence
from server.commands import opening, recovery, terminal
from server.commands.terminal import say
from server.db import Database, Transaction
from server.domain.access import Role
from server.domain.errors import NotAllowed, Unfit
from server.services import key_ring, setup, staff
from server.settings import PREFIX, Incomplete, Settings, from_environment, key_file_problems
from server.vault import Ring, Vault
from shared.clock import SystemClock
from shared.crypto import KeyPair

KEY_FILE = Path("candlewire-keys.json")
RECOVERY = """
The recovery key. It opens every office's records when all staff keys are lost, and lets you
grant a new office's first colleague. It is shown this once: write it down on paper, and keep
the paper away from the server.

    {key}
"""


@dataclass(frozen=True)
class Answers:
    """What the operator said: the first office, its administrator, and the recovery pair."""

    office: str
    name: str
    email: str
    password: str
    recovery: KeyPair


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    settings = from_environment()
    settings = replace(settings, key_file=(settings.key_file or KEY_FILE).absolute())
    if _is_set_up(settings):
        say("This server is set up already: nothing was changed.")
    else:
        _set_up(settings, options)
    if options.env:
        _write_new(options.env, environment_file(settings))
        say(f"{options.env} holds the settings: fill in those of Twilio.")
    say(f"Start it with {PREFIX}KEY_FILE={settings.key_file}, then run `candlewire doctor`.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire init", description=__doc__)
    parser.add_argument("--office", help="name of the first office")
    parser.add_argument("--name", help="of its first administrator")
    parser.add_argument("--email", help="with which they sign in")
    parser.add_argument(
        "--password-stdin", action="store_true", help="reads their password from standard input"
    )
    parser.add_argument(
        "--recovery-file",
        type=Path,
        metavar="FILE",
        help="writes the recovery key to a new file, and does not ask it back",
    )
    parser.add_argument(
        "--env", type=Path, metavar="FILE", help="writes the settings to a new file"
    )
    return parser


def _is_set_up(settings: Settings) -> bool:
    """Raises Incomplete where a database was set up with a ring that is not here."""
    if opening.is_missing(settings):
        return False
    database = opening.reach(settings)
    try:
        if not migrations.is_current(database):
            return False
        with database.read() as tx:
            if not setup.exists(tx):
                return False
    finally:
        database.close()
    if settings.key_file is None or not settings.key_file.exists():
        raise Incomplete([f"This database's key file is not at {settings.key_file}. Put it back."])
    with opening.opened(settings):
        return True


def _set_up(settings: Settings, options: argparse.Namespace) -> None:
    for path in (options.recovery_file, options.env):
        if path is not None and path.exists():
            raise NotAllowed(f"{path} exists.", mend="Choose a new file.")
    vault = Vault(_ring(settings))
    answers = _ask(options)
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        with presence.nobody_serves(settings, database):
            migrations.upgrade(database)
            database.write(lambda tx: _first_people(tx, vault, answers))
    finally:
        database.close()
    say(f"Set up: the office “{answers.office}” and its first administrator.")


def _ring(settings: Settings) -> Ring:
    """The ring that is there, or a new one; never a new one in place of another."""
    path = settings.key_file or KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        Ring.new().save(path)
        if found := key_file_problems(settings):
            path.unlink()
            raise Incomplete(found)
        say(f"Made a key ring in {path}. Keep a copy, but never with a backup of the database.")
    return opening.load_ring(settings)


def _ask(options: argparse.Namespace) -> Answers:
    office = options.office or terminal.ask("Name of the first office", "--office")
    name = options.name or terminal.ask("Name of its administrator", "--name")
    email = options.email or terminal.ask("Their e-mail address", "--email")
    password = terminal.ask_new_secret("Their password", stdin=options.password_stdin)
    if len(password) < staff.SHORTEST_PASSWORD:
        raise Unfit(
            f"A password needs {staff.SHORTEST_PASSWORD} characters or more.",
            mend="Use several unrelated words.",
        )
    return Answers(office, name, email, password, _recovery(options.recovery_file))


def _recovery(path: Path | None) -> KeyPair:
    key = recovery.new()
    if path is not None:
        _write_new(path, key + "\n")
        say(f"{path} holds the recovery key. Move it off this machine.")
        return recovery.pair_of(key)
    say(RECOVERY.format(key=key))
    pair = recovery.pair_of(key)
    while not _is(terminal.ask("Type the recovery key, from paper", "--recovery-file"), pair):
        terminal.complain("That is not it.")
    return pair


def _is(typed: str, pair: KeyPair) -> bool:
    try:
        return recovery.pair_of(typed) == pair
    except recovery.Misread:
        return False


def _first_people(tx: Transaction, vault: Vault, answers: Answers) -> None:
    now, by = SystemClock().now(), "init"
    setup.new_organisation(tx, answers.recovery.public)
    key_ring.mark(tx, vault)
    office_id, pair = setup.new_office(tx, vault, answers.office, None, by, now)
    staff_id, code = staff.invite(
        tx, vault, office_id, answers.email, answers.name, Role.ADMINISTRATOR, by, now
    )
    staff.accept(tx, vault, code, answers.password, now)
    staff.grant(tx, vault, office_id, pair, staff_id, by, now)


def environment_file(settings: Settings) -> str:
    """The settings that `serve` needs, with those that are known filled in."""
    values = {
        "DATA": settings.data.absolute(),
        "DATABASE_URL": settings.database_url,
        "KEY_FILE": settings.key_file,
        "PUBLIC_URL": settings.public_url,
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_FROM": settings.twilio_from,
        "TWILIO_MESSAGING_SERVICE_SID": settings.twilio_messaging_service_sid,
        "TWILIO_API_URL": settings.twilio_api_url,
    }
    return "".join(f"{PREFIX}{name}={value}\n" for name, value in values.items())


def _write_new(path: Path, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NotAllowed(f"{path} exists.", mend="Choose a new file.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
