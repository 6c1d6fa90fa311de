"""A day of one phone, as a program: a real window, real files, a real line to a server.

    python -m tests.mobile.at_rest.life SEED FOLDER SERVER [--unsealed]

It is told what to plant by the seed, says on stdout how far it got, and stays until it is killed.
`--unsealed` is the positive control: nothing is sealed, so a scan has to find what was planted.
Only this launcher can do it.
"""

import hmac
import logging
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared import crypto, wire
from tests.mobile.office import DURESS_CODE, STOP_CODE, TOKEN
from tests.soak.canaries import ARABIC, Canary, of_number, of_place, of_text, word

PRESSES = 20
CONTACTS = 20
FRENCH = 33_639_980_000
UNLOCK, UNLOCK_DURESS = "739164", "604817"
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody answers


@dataclass(frozen=True)
class Secrets:
    """What a search of the phone must not turn up."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    canaries: tuple[Canary, ...] = field(repr=False)


def planted(seed: int) -> Secrets:
    chance = random.Random(seed)
    names = [word(chance, ARABIC) if n % 4 == 0 else word(chance) for n in range(CONTACTS)]
    numbers = [f"+{FRENCH + n * 37 + chance.randrange(37)}" for n in range(CONTACTS)]
    places = [
        (round(chance.uniform(20, 60) + 1e-5, 5), round(chance.uniform(-120, -20) - 1e-5, 5))
        for _ in range(2 * PRESSES)
    ]
    canaries = (
        *(of_text("name", name) for name in names),
        *(of_number(number, "33") for number in numbers),
        *(of_place(*place) for place in places[PRESSES:]),
    )
    return Secrets(tuple(names), tuple(numbers), tuple(places), canaries)


def unsealed() -> None:
    """Every blob holds its message as it is, behind what tells keys and places apart."""

    def seal(key: bytes, message: bytes, about: bytes) -> bytes:
        return hmac.digest(key, about, "sha256") + message

    def unseal(key: bytes, box: bytes, about: bytes) -> bytes:
        if not hmac.compare_digest(box[:32], hmac.digest(key, about, "sha256")):
            raise crypto.CryptoError
        return box[32:]

    vars(crypto).update(encrypt=seal, decrypt=unseal)


class Life:
    """One phone, from pairing to a stop under duress, and then twenty calls without a network."""

    def __init__(self, folder: Path, server: str, secrets: Secrets) -> None:
        self._server = server
        self._secrets = secrets
        self._places = iter(secrets.places)
        self._state = folder / "state"
        self._keys = folder / "keys" / "key"
        self._state.mkdir(parents=True)

    def live(self) -> None:
        self._begin()
        self._pair()
        self._edit()
        for _ in range(PRESSES):
            self._press()
        self._until(lambda: not self._app._outbox.waiting())
        self._stop(STOP_CODE)
        self._press()
        self._until(lambda: not self._app._outbox.waiting())
        self._stop(DURESS_CODE)
        self._tell("online")
        self._app._save(self._with(servers=(NOWHERE,)))
        self._pump(0.5)  # until the guard has learned of it
        for _ in range(PRESSES - 1):
            self._press()
        self._tell("offline")
        while True:
            self._pump(1)

    def _begin(self) -> None:
        from mobile.views.window import prepare

        prepare(self._state / "kivy", (412, 915))
        from kivy.base import EventLoop, runTouchApp

        EventLoop.ensure_window()
        runTouchApp(embedded=True)
        from mobile.app import CandlewireApp, Parts
        from mobile.core.private import PrivateVault
        from mobile.core.vault import Hot, Vault
        from mobile.device.desktop import DesktopDevice, FileKey, Place
        from shared.clock import SystemClock

        life, key = self, FileKey(self._keys)

        class Walking(DesktopDevice):
            """Somewhere else each time it is asked."""

            def position(self) -> wire.Position | None:
                return life.place.at(datetime.now(UTC))

        self.place = Place(lat=0.5, lon=0.5)
        self._place_of = Place
        vault, hot = Vault(self._state / "vault", key), Hot()
        vault.save(hot)
        parts = Parts(
            vault=vault,
            hot=hot,
            outbox=self._state / "outbox",
            device=Walking(key_path=self._keys, clock=SystemClock()),
            clock=SystemClock(),
            private=PrivateVault(self._state / "private", key, cost=crypto.Cost(1, 8192)),
        )
        self._app: Any = CandlewireApp(parts)
        EventLoop.window.add_widget(self._app.build())
        self._pump()

    def _pair(self) -> None:
        from mobile.core import pairing
        from mobile.device.link import Answer, post

        asked = pairing.introduction("right-code", "phone", TOKEN)
        answer = post(self._server, None, "POST", "/v1/pairings", wire.encode(asked))
        assert isinstance(answer, Answer)
        known = wire.decode(wire.Paired, answer.body)
        pair = pairing.paired(self._app._hot, self._server, TOKEN, known.office_key)
        self._app._save(pair)
        self._app._go_home()

    def _edit(self) -> None:
        """Labels as people write them, numbers in them though they were told not to."""
        from mobile.core.private import Named, Private

        door = self._app._door
        door.enter("", lambda _is_open: None)
        self._until(lambda: door.is_open)
        door.set_codes(UNLOCK, UNLOCK_DURESS, lambda _is_open: None)
        self._until(lambda: not door.is_busy)
        both = zip(self._secrets.names, self._secrets.numbers, strict=True)
        contacts = tuple(Named(crypto.random_text(12), f"{name} {number}") for name, number in both)
        for known in (contacts[:5], contacts):
            door.save(Private(contacts=known, lesson=frozenset({"hold"})))
        self._app._save(self._with(has_code=True))
        door.shut()

    def _press(self) -> None:
        lat, lon = next(self._places)
        self.place = self._place_of(lat=lat, lon=lon)
        self._app._house.press.raise_alert()
        self._pump(0.05)

    def _stop(self, code: str) -> None:
        self._app._go("stop")
        keypad = self._app._screens.current_screen.presenter
        for digit in code:
            keypad.on_digit(digit)
        keypad.on_send()
        self._until(lambda: self._app._screens.current == "press")

    def _with(self, **fields: Any) -> Any:
        import msgspec

        return msgspec.structs.replace(self._app._hot, **fields)

    def _until(self, happened: Callable[[], object]) -> None:
        until = time.monotonic() + 20
        while not happened():
            assert time.monotonic() < until, "it did not happen in time"
            self._pump(0.02)

    def _pump(self, seconds: float = 0.1) -> None:
        from kivy.base import EventLoop

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            EventLoop.idle()

    def _tell(self, state: str) -> None:
        sys.stdout.write(f"{state}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG)
    if "--unsealed" in sys.argv:
        unsealed()
    Life(Path(sys.argv[2]), sys.argv[3], planted(int(sys.argv[1]))).live()
