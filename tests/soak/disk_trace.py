"""What a traced server did to its disk and said to its phones, and the disks a power cut may leave.

The model: what was written before the start of a sync of that file is on the disk once the sync
is over. Of what was written after it, any part may be there, in any order, and the last of it
may be torn. A file's name is taken to be there; `-shm` is not kept (SQLite rebuilds it).
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = "pwrite64,write,writev,ftruncate,fdatasync,fsync,unlink,sendto,sendmsg"
STRACE = ("strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o")

_LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\(\d+<(?P<file>[^>]*)>(?P<rest>.*)\) += (?P<result>-?\d+)")
_BYTES = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_STORED = re.compile(rb'"alert_id":"([0-9a-f-]{36})"')


@dataclass(frozen=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """A file's length was set."""

    file: str
    size: int


@dataclass(frozen=True)
class Sync:
    """A sync that is over; `since` is the place in the history at which it began."""

    file: str
    since: int


@dataclass(frozen=True)
class Said:
    """The server began to tell a phone that this alert is stored."""

    alert_id: str


Event = Write | Cut | Sync | Said


def history(trace: Path, files: set[str]) -> list[Event]:
    """The events of these files and of the answers, in order: an answer counts from its start."""
    events: list[Event] = []
    begun: dict[str, tuple[str, int]] = {}
    with trace.open("rt", encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            thread, rest = found["thread"], found["rest"]
            if rest.endswith("<unfinished ...>"):
                call = rest.removesuffix("<unfinished ...>").rstrip()
                begun[thread] = (call, len(events))
                events.extend(_said(call))
            elif resumed := _RESUMED.match(rest):
                call, since = begun.pop(thread, ("", 0))
                events.extend(_done(call + resumed["rest"], since, files))
            else:
                events.extend(_said(rest))
                events.extend(_done(rest, len(events), files))
    return events


def _said(call: str) -> Iterator[Event]:
    if not call.startswith(("write(", "writev(", "sendto(", "sendmsg(")):
        return
    for alert_id in _STORED.findall(b"".join(_texts(call))):
        yield Said(alert_id.decode())


def _done(call: str, since: int, files: set[str]) -> Iterator[Event]:
    found = _CALL.match(call)
    if found is None:
        return
    file = Path(bytes.fromhex(found["file"].replace("\\x", "")).decode("utf-8", "replace")).name
    if file not in files or int(found["result"]) < 0:
        return
    match found["name"]:
        case "pwrite64":
            yield Write(
                file,
                int(found["rest"].rpartition(",")[2]),
                next(_texts(found["rest"]))[: int(found["result"])],
            )
        case "ftruncate":
            yield Cut(file, int(found["rest"].rpartition(",")[2]))
        case "fdatasync" | "fsync":
            yield Sync(file, since)


def _texts(call: str) -> Iterator[bytes]:
    return (bytes.fromhex(text.replace("\\x", "")) for text in _BYTES.findall(call))


@dataclass
class Disk:
    """Files as they surely are, and what was done to them since their last sync."""

    files: dict[str, bytearray]
    pending: list[tuple[int, Write | Cut]] = field(default_factory=list)

    def take(self, place: int, event: Event) -> None:
        match event:
            case Write() | Cut():
                self.pending.append((place, event))
            case Sync(file, since):
                self._sync(file, since)

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes]:
        """One of the disks that may be found: unsynced changes dropped, the last one torn."""
        files = {name: bytearray(content) for name, content in self.files.items()}
        kept = [change for _, change in self.pending if chance.random() < 0.5]
        for change in kept[:-1]:
            _apply(files, change)
        if kept:
            _apply(files, _torn(kept[-1], chance))
        return {name: bytes(content) for name, content in files.items()}

    def _sync(self, file: str, since: int) -> None:
        waiting = []
        for place, change in self.pending:
            if change.file == file and place < since:
                _apply(self.files, change)
            else:
                waiting.append((place, change))
        self.pending = waiting


def _apply(files: dict[str, bytearray], change: Write | Cut) -> None:
    content = files.setdefault(change.file, bytearray())
    if isinstance(change, Cut):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    end = change.offset + len(change.data)
    content.extend(bytes(max(0, end - len(content))))
    content[change.offset : end] = change.data


def _torn(change: Write | Cut, chance: random.Random) -> Write | Cut:
    if isinstance(change, Cut):
        return change
    sectors = len(change.data) // SECTOR
    return Write(change.file, change.offset, change.data[: SECTOR * chance.randint(0, sectors)])
