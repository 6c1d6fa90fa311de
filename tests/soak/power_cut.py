"""Power cuts at random points of a recorded run: no acknowledged alert may be missing.

A server is traced while phones press, one after the other and then many at once. From the trace
come the disks that a power cut may leave; each is opened by SQLite and checked. The same harness
with synchronous=NORMAL has to find losses, or it would prove nothing.
"""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.bench import people
from tests.bench.client import Load, press_request
from tests.bench.processes import start
from tests.soak.disk_trace import STRACE, Disk, Event, Said, Sync, Write, history
from tests.soak.options import Options

DATABASE, LOG = "candlewire.db", "candlewire.db-wal"
SERIAL = 0.4  # share of the presses that are made one after the other
AT_ONCE = 16
LOG_PAGES = 200  # a short log: its emptying is among the points that are tried


def run(folder: Path, options: Options) -> dict[str, Any]:
    if shutil.which("strace") is None:
        raise RuntimeError("strace is needed to record a server's writes")
    presses = max(50, options.images)
    full = _recorded(folder / "full", presses, durable=True)
    normal = _recorded(folder / "normal", presses, durable=False)
    chance = random.Random(options.seed)
    found = _tried(folder / "full", full, options.images, chance)
    control = _tried(folder / "normal", normal, options.images, chance)
    return {
        "presses": presses,
        "acknowledged": sum(isinstance(event, Said) for event in full),
        "syncs_of_the_log": sum(isinstance(e, Sync) and e.file == LOG for e in full),
        "syncs_of_the_database": sum(isinstance(e, Sync) and e.file == DATABASE for e in full),
        "answers_before_their_sync": _too_early(full, int(presses * SERIAL)),
        "images": options.images,
        **found,
        "with_synchronous_normal": control,
        "control_notices": control["images_with_losses"] > 0,
        "good": {
            "answers_before_their_sync": 0,
            "images_with_losses": 0,
            "alerts_missing": 0,
            "failed_integrity_checks": 0,
            "control_notices": True,
        },
    }


def _recorded(folder: Path, presses: int, *, durable: bool) -> list[Event]:
    """The history of a run that begins with a copy of the folder as it is left in `before`."""
    everyone = people.make(presses)
    people.settle(folder / "before", everyone)
    shutil.copytree(folder / "before", folder / "data")
    trace = folder / "trace"
    server = [sys.executable, "-m", "tests.bench.ours", "--data", str(folder / "data")]
    server += ["--log-pages", str(LOG_PAGES), *([] if durable else ["--not-durable"])]
    running = start([*STRACE, str(trace), *server], log=folder / "log")
    try:
        requests = [press_request(running.url, someone.token, uuid4()) for someone in everyone]
        serial = int(presses * SERIAL)
        for part, connections in ((requests[:serial], 1), (requests[serial:], AT_ONCE)):
            answers = asyncio.run(Load(running.url, part, connections).run())
            if {answer.status for answer in answers} != {201}:
                raise RuntimeError("not every press was stored")
    finally:
        os.kill(running.ready["pid"], signal.SIGKILL)
        running.ended(30)
    events = history(trace, {DATABASE, LOG})
    trace.unlink()
    return events


def _too_early(events: list[Event], serial: int) -> int:
    """Of the answers given one after the other, those that began while the log was not synced."""
    early, answered, unsynced = 0, 0, False
    for event in events:
        match event:
            case Write(file=file) if file == LOG:
                unsynced = True
            case Sync(file=file) if file == LOG:
                unsynced = False
            case Said() if answered < serial:
                early, answered = early + unsynced, answered + 1
    return early


def _tried(folder: Path, events: list[Event], images: int, chance: random.Random) -> dict[str, int]:
    """Cuts the power at random places in the history, and looks at what is left."""
    before = folder / "before"
    disk = Disk({path.name: bytearray(path.read_bytes()) for path in before.glob("*.db*")})
    first = next(place for place, event in enumerate(events) if isinstance(event, Said))
    points = sorted(chance.randrange(first, len(events)) for _ in range(images))
    said: set[str] = set()
    losses = missing = broken = 0
    for place, event in enumerate(events):
        while points and points[0] == place:
            points.pop(0)
            lost, sound = _examined(folder / "image", disk.after_power_cut(chance), said)
            losses, missing, broken = losses + bool(lost), missing + lost, broken + (not sound)
        disk.take(place, event)
        if isinstance(event, Said):
            said.add(event.alert_id)
    return {
        "images_with_losses": losses,
        "alerts_missing": missing,
        "failed_integrity_checks": broken,
    }


def _examined(image: Path, files: dict[str, bytes], said: set[str]) -> tuple[int, bool]:
    """How many acknowledged alerts are not whole on this disk, and whether it is sound."""
    image.mkdir()
    try:
        for name, content in files.items():
            (image / name).write_bytes(content)
        connection = sqlite3.connect(image / DATABASE)
        try:
            (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
            whole = {alert for (alert,) in connection.execute(_WHOLE, (people.CONTACTS,))}
        except sqlite3.DatabaseError:
            return len(said), False
        finally:
            connection.close()
        return len(said - whole), sound == "ok"
    finally:
        shutil.rmtree(image)


_WHOLE = """
    SELECT alert.id FROM alert JOIN incident ON incident.id = alert.incident_id
    JOIN entry ON entry.incident_id = incident.id AND entry.number = 1
    WHERE (SELECT count(*) FROM delivery WHERE incident_id = incident.id) = ?
"""
