"""Stops by a true and by a duress code, in pairs: told apart by nothing that a phone can see.

Half of the pairs stop in the countdown, half after contacts were texted. Of each stop: status,
headers, body, the time it took, the phone's view of it afterwards and the row that is made of.
"""

import json
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.bench.processes import Child
from tests.soak.demo import demo, rows
from tests.soak.options import Options

DEVICES = 10
COUNTDOWN_S = 30
APART_MS = 2.0
ENOUGH = 100  # pairs, before medians say anything
ROW = "state, stopped, contacts, notified, delivered, acknowledged, office"


@dataclass(frozen=True)
class Stop:
    """What one stop showed, with the incident's id made neutral."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    view: bytes
    row: tuple[Any, ...]


class Phone:
    """One device over one connection."""

    def __init__(self, running: Child, device: dict[str, Any]) -> None:
        self._line = HTTPConnection(urlsplit(running.url).netloc, timeout=30)
        self._headers = {"Authorization": f"Bearer {device['token']}"}
        self.codes = {
            "true": device["stop_code"],
            "duress": device["duress_code"],
            "wrong": device["stop_code"][::-1] + "0",
        }

    def close(self) -> None:
        self._line.close()

    def press(self, countdown_s: int) -> str:
        self._line.close()  # it is opened again here, so that no stop has to
        now = datetime.now(UTC).isoformat()
        body = {"id": str(uuid4()), "kind": "alert", "pressed_at": now, "countdown_s": countdown_s}
        _, _, answer = self._ask("POST", "/v1/alerts", body)
        incident = str(json.loads(answer)["incident_id"])
        until = time.monotonic() + 20
        while not countdown_s and time.monotonic() < until:
            progress = json.loads(self.look(incident))
            if progress["delivered"] == progress["contacts"]:
                break
            time.sleep(0.01)
        return incident

    def look(self, incident: str) -> bytes:
        return self._ask("GET", f"/v1/incidents/{incident}")[2]

    def stop(self, incident: str, kind: str, data: Path) -> tuple[Stop, float]:
        path, code = f"/v1/incidents/{incident}/stop", {"code": self.codes[kind]}
        began = time.perf_counter()
        status, headers, body = self._ask("POST", path, code)
        took = time.perf_counter() - began
        ((*row,),) = rows(data, f"SELECT {ROW} FROM phone_view WHERE incident_id = ?", incident)
        neutral, none = incident.encode(), b"-"
        body, view = body.replace(neutral, none), self.look(incident).replace(neutral, none)
        return Stop(status, headers, body, view, tuple(row)), took

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        content = None if body is None else json.dumps(body).encode()
        self._line.request(method, path, content, self._headers)
        answer = self._line.getresponse()
        headers = [(name.lower(), value) for name, value in answer.getheaders()]
        told = tuple(sorted((name, value) for name, value in headers if name != "date"))
        return answer.status, told, answer.read()


def run(folder: Path, options: Options) -> dict[str, Any]:
    chance = random.Random(options.seed)
    took: dict[str, list[float]] = {"true": [], "duress": []}
    different = refused = 0
    with demo(folder / "server", DEVICES, 1) as running, ExitStack() as until_done:
        phones = [Phone(running, device) for device in running.ready["devices"]]
        for phone in phones:
            until_done.callback(phone.close)
        for number in range(options.pairs):
            countdown_s = COUNTDOWN_S if number % 2 else 0
            seen = []
            kinds = chance.sample(list(took), 2)
            for kind, phone in zip(kinds, chance.sample(phones, 2), strict=True):
                stop, seconds = phone.stop(phone.press(countdown_s), kind, folder / "server")
                took[kind].append(seconds * 1000)
                seen.append(stop)
                refused += stop.status != 200
            different += seen[0] != seen[1]
        wrong, _ = phones[0].stop(phones[0].press(COUNTDOWN_S), "wrong", folder / "server")
    apart = abs(median(took["true"]) - median(took["duress"]))
    # What chance alone does here: the same code against itself, every other time.
    noise = max(abs(median(times[::2]) - median(times[1::2])) for times in took.values())
    return {
        "pairs": options.pairs,
        "median_ms": {kind: round(median(times), 2) for kind, times in took.items()},
        "medians_apart_ms": round(apart, 2),
        "noise_ms": round(noise, 2),
        "different": different,
        "refused": refused,
        "told_by_time": options.pairs >= ENOUGH and apart >= max(APART_MS, 2 * noise),
        "control_told_apart": wrong != seen[0],
        "good": {
            "different": 0,
            "refused": 0,
            "told_by_time": False,
            "control_told_apart": True,
        },
    }
