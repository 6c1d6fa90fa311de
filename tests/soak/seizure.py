"""A seized server: planted values are sought in its files, and opened with its own keys.

Names, numbers, places and words are planted in a demo's people and pressed, answered and noted.
While it runs none of them may stand in any file of the server; under a vault that does not seal
the same scan must find them all. Then somebody with database and key file tries to open things:
never a contact bundle, and after the close no number, name, place or word either.
"""

import random
import shutil
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import msgspec

from server.commands.demo_people import FILE, LANGUAGES, DemoContact, DemoDevice, DemoPeople
from shared import crypto
from tests.bench import carrier
from tests.bench.client import press_request
from tests.bench.one_press import press
from tests.bench.processes import Child
from tests.soak.canaries import ARABIC, Canary, found_in, of_number, of_place, of_text, word
from tests.soak.demo import Office, launch, quiet
from tests.soak.options import Options
from tests.soak.seizure_kit import Loot, ransack, readable

ACTIVISTS = 13
NOT_THE_SERVERS = ("sandbox.db", FILE)  # they stand for the carrier and for people's memories
FORGETS_WITHIN = 90.0  # seconds after the last close: the file is written anew at rest
FRENCH = 33_639_980_000


@dataclass
class Planted:
    """What was planted, and the people that carry it."""

    chance: random.Random
    canaries: list[Canary] = field(default_factory=list)

    def word(self, kind: str, letters: str | None = None) -> str:
        made = word(self.chance, letters) if letters else word(self.chance)
        self.canaries.append(of_text(kind, made))
        return made

    def place(self) -> tuple[float, float]:
        lat = round(self.chance.uniform(20, 60) + 0.00001, 5)
        lon = round(self.chance.uniform(-120, -20) - 0.00001, 5)
        self.canaries.append(of_place(lat, lon))
        return lat, lon

    def phone(self, number: int) -> str:
        phone = f"+{FRENCH + number * 37 + self.chance.randrange(37)}"
        self.canaries.append(of_number(phone, "33"))
        return phone

    @property
    def numbers(self) -> list[str]:
        return [canary.value for canary in self.canaries if canary.kind == "number"]


def run(folder: Path, options: Options) -> dict[str, Any]:
    sealed = _lived_through(folder / "sealed", options.seed, "server", seize=True)
    control = _lived_through(folder / "unsealed", options.seed, "tests.soak.unsealed", seize=False)
    return {
        **sealed,
        "control_planted": control["planted"],
        "control_found": control["found"],
        "control_not_found": control["planted"] - control["found"],
        "good": {
            "found": 0,
            "bundles_opened": 0,
            "open_incidents_opened": ACTIVISTS,
            "found_with_keys_after_close": 0,
            "numbers_confirmed_after_close": 0,
            "carved_after_close": [],
            "control_not_found": 0,
        },
    }


def _lived_through(data: Path, seed: int, module: str, *, seize: bool) -> dict[str, Any]:
    """A day of the demo: alerts, answers, notes, scans while it runs, the close, the seizure."""
    planted = Planted(random.Random(seed))
    data.mkdir(parents=True)
    people = _people(planted)
    (data / FILE).write_bytes(msgspec.json.encode(people))
    running = launch(data, module=module)
    found: set[Canary] = set()
    try:
        office = Office(running)
        incidents = _alarm(running, planted)
        found.update(found_in(planted.canaries, _contents(data, running)))
        _work(running, office, planted, incidents)
        found.update(found_in(planted.canaries, _contents(data, running)))
        report: dict[str, Any] = {"planted": len(planted.canaries), "found": len(found)}
        if seize:
            report |= _seized(data, running, office, planted, incidents)
    finally:
        running.stop()
    return report


def _people(planted: Planted) -> DemoPeople:
    devices = []
    for place in range(ACTIVISTS):
        contacts = [
            DemoContact(
                name=planted.word("name", ARABIC if language == "ar" else None),
                phone=planted.phone(place * 3 + turn),
                language=language,
                id=crypto.random_text(12),
                known_as=planted.word("name", ARABIC if language == "ar" else None),
            )
            for turn, language in enumerate(LANGUAGES)
        ]
        token = urlsafe_b64encode(crypto.random_bytes()).rstrip(b"=").decode()
        devices.append(DemoDevice(planted.word("name"), token, "4711", "1147", contacts))
    return DemoPeople(
        email="noor@office.example",
        password="four unrelated words here",
        account_sid=carrier.ACCOUNT,
        auth_token=carrier.TOKEN,
        sender=carrier.LINE,
        devices=devices,
    )


def _alarm(running: Child, planted: Planted) -> list[str]:
    """Everybody presses, with a place and a note; the incidents."""
    incidents = []
    for device in running.ready["devices"]:
        lat, lon = planted.place()
        now = datetime.now(UTC).isoformat()
        fix = {"lat": lat, "lon": lon, "accuracy_m": 25.0, "source": "gps", "at": now}
        note = f"at the {planted.word('note')}, not the {planted.word('note', ARABIC)}"
        request = press_request(running.url, device["token"], uuid4(), position=fix, note=note)
        answer = press(running.url, request)
        incidents.append(msgspec.json.decode(answer.body)["incident_id"])
    return incidents


def _work(running: Child, office: Office, planted: Planted, incidents: list[str]) -> None:
    """Contacts answer in words and digits, phones move, staff take alerts and write notes."""
    quiet(running)
    sandbox = running.ready["sandbox"]
    for device, incident in zip(running.ready["devices"], incidents, strict=True):
        first, second, _ = device["contacts"]
        _reply(sandbox, first["phone"], "1")
        _reply(sandbox, second["phone"], f"I saw {planted.word('reply')}")
        _move(running, device["token"], incident, *planted.place())
        office.ask("POST", f"/v1/incidents/{incident}/acknowledge", {})
        note = {"text": f"rang {planted.word('note')}"}
        office.ask("POST", f"/v1/incidents/{incident}/notes", note)
    quiet(running)


def _reply(sandbox: str, sender: str, body: str) -> None:
    reply = {"from": sender, "to": carrier.LINE, "body": body}
    carrier.ask(f"{sandbox}/_sandbox/replies", "POST", reply)


def _move(running: Child, token: str, incident: str, lat: float, lon: float) -> None:
    now = datetime.now(UTC).isoformat()
    fix = {"lat": lat, "lon": lon, "accuracy_m": 9.0, "source": "gps", "at": now}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path = f"{running.url}/v1/incidents/{incident}/positions"
    with urlopen(Request(path, msgspec.json.encode([fix]), headers), timeout=30) as answer:
        answer.read()


def _seized(
    data: Path, running: Child, office: Office, planted: Planted, incidents: list[str]
) -> dict[str, Any]:
    opened = _loot(data, running, planted)
    for incident in incidents:
        reason = f"spoke to {planted.word('reason')}"
        office.ask("POST", f"/v1/incidents/{incident}/close", {"outcome": "safe", "reason": reason})
    closed_at = time.monotonic()
    while True:
        after = _loot(data, running, planted)
        forgotten = not (after.carved or after.confirmed_numbers or after.briefs)
        if forgotten or time.monotonic() - closed_at > FORGETS_WITHIN:
            break
        time.sleep(0.5)
    return {
        "bundles_opened": opened.bundles + after.bundles,
        "open_incidents_opened": opened.incidents,
        "found_with_keys_while_open": len(found_in(planted.canaries, [readable(opened)])),
        "numbers_confirmed_while_open": opened.confirmed_numbers,
        "carved_while_open": len(opened.carved),
        "found_with_keys_after_close": len(found_in(planted.canaries, [readable(after)])),
        "numbers_confirmed_after_close": after.confirmed_numbers,
        "carved_after_close": after.carved,
        "forgotten_after_s": round(time.monotonic() - closed_at, 1),
    }


def _loot(data: Path, running: Child, planted: Planted) -> Loot:
    copy = data.parent / "seized"
    shutil.copytree(data, copy)
    try:
        files = _contents(copy, running)
        return ransack(copy, files, planted.numbers)
    finally:
        shutil.rmtree(copy)


def _contents(data: Path, running: Child) -> list[bytes]:
    """Every file of the server as it is now, its log, and its environment."""
    files = [
        path
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.name.startswith(NOT_THE_SERVERS)
    ]
    files += [*data.parent.glob("*.log"), Path(f"/proc/{running.pid}/environ")]
    return [path.read_bytes() for path in files]
