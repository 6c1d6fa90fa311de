"""`candlewire keys rotate`: a new key in the ring, and everything sealed again under it."""

import argparse
import os
from dataclasses import replace

from server import presence
from server.commands import opening, terminal
from server.commands.opening import Opened
from server.commands.terminal import say
from server.domain.errors import NotAllowed
from server.services import audit, key_ring
from server.settings import Settings, from_environment
from server.sqlite_files import truncate_log
from server.vault import Ring, Vault
from shared import crypto
from shared.clock import SystemClock

BATCH = 200  # rows of a kind to a transaction
NUMBERS = range(1, 256)  # a blob's first byte


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    settings = from_environment()
    with (
        opening.opened(settings) as opened,
        presence.nobody_serves(settings, opened.database),
    ):
        if options.finish:
            finish(settings, opened)
        else:
            rotate(settings, opened)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire keys", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="rotate")
    rotating = verbs.add_parser("rotate", help="with the server stopped; it takes seconds")
    rotating.add_argument("--finish", action="store_true", help="drops the keys before the newest")
    return parser


def rotate(settings: Settings, opened: Opened) -> None:
    """Goes on with a rotation that was cut short, rather than starting another one."""
    ring = opened.ring
    if len(ring.keys) == 1:
        ring = with_new_key(ring)
        _save(settings, ring)
        _note(opened, "ring key added")
    vault = Vault(ring)
    moved = 0
    while done := opened.database.write(lambda tx: key_ring.reseal(tx, vault, ring.current, BATCH)):
        moved += done
    truncate_log(opened.database)
    say(f"Key {ring.current} is current, and {moved} rows were sealed again under it.")
    say("Backups made until now need the old key: keep a copy of the key file for them, elsewhere.")
    say("Then drop it with `candlewire keys rotate --finish`, and start the server again.")


def finish(settings: Settings, opened: Opened) -> None:
    ring = opened.ring
    with opened.database.read() as tx:
        needed = key_ring.numbers_in_use(tx) - {ring.current}
    if needed:
        raise NotAllowed("Rows still need an older key.", mend="Run `candlewire keys rotate`.")
    dropped = len(ring.keys) - 1
    _save(settings, replace(ring, keys={ring.current: ring.keys[ring.current]}))
    _note(opened, "older ring keys dropped")
    say(f"Dropped {dropped} older keys. Key {ring.current} alone is left.")


def with_new_key(ring: Ring) -> Ring:
    """The ring with one more key, which is current from now on."""
    later = [*range(ring.current + 1, NUMBERS.stop), *NUMBERS]
    number = next(number for number in later if number not in ring.keys)
    return replace(ring, keys={**ring.keys, number: crypto.random_bytes()}, current=number)


def _save(settings: Settings, ring: Ring) -> None:
    if settings.key_file is not None:
        ring.save(settings.key_file)


def _note(opened: Opened, action: str) -> None:
    now = SystemClock().now()
    opened.database.write(lambda tx: audit.note(tx, "operator", action, None, now))
