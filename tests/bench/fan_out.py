"""What a timeline entry costs for each board that is open, beside bare writes to as many sockets.

In a round the real server and the floor (`raw_boards`) each serve one board and then many, a
process and a core of their own. What counts is the time of the thread that writes to sockets. What
one board costs is taken off: opening and serialising an entry is done once, however many look on.
"""

from pathlib import Path
from typing import Any

from tests.bench import people
from tests.bench.figures import figure, figures
from tests.bench.options import Options
from tests.bench.processes import CLIENT_CORE, SERVER_CORE, Child, child, result_of

BOARDS = 300
ENTRIES = 40  # a second of the run's length
COOKIE = "candlewire_session"


def run(folder: Path, options: Options) -> dict[str, Any]:
    entries = max(20, int(ENTRIES * options.seconds))
    rounds = [_round(folder / f"fan-{number}", entries) for number in range(options.rounds)]
    ratio = [found["ours"]["loop_us"] / found["raw"]["loop_us"] for found in rounds]
    return {
        "boards": BOARDS,
        "entries": entries,
        "ours": figures([found["ours"] for found in rounds]),
        "raw": figures([found["raw"] for found in rounds]),
        "loop_ratio": figure(ratio),
        "aims": {"loop_ratio": "<= 2"},
    }


def _round(folder: Path, entries: int) -> dict[str, dict[str, float]]:
    someone = people.make(1)
    (cookie,) = people.settle(folder, someone, officers=1)
    who = ["--cookie", f"{COOKIE}={cookie}", "--token", someone[0].token]
    ours = ["-m", "tests.bench.ours", "--data", str(folder)]
    with child(ours, core=SERVER_CORE, log=folder / "log") as server:
        one, many = (_fan(server, boards, entries, who) for boards in (1, BOARDS))
    raw = ["-m", "tests.bench.raw_boards", "--size", str(int(many["frame_bytes"]))]
    with child(raw, core=SERVER_CORE) as server:
        bare_one, bare_many = (_fan(server, boards, entries, []) for boards in (1, BOARDS))
    return {"ours": _each(one, many), "raw": _each(bare_one, bare_many)}


def _fan(server: Child, boards: int, entries: int, who: list[str]) -> dict[str, float]:
    found = result_of(
        [
            "-m", "tests.bench.fanning", "--url", server.url, "--pid", str(server.pid),
            "--boards", str(boards), "--entries", str(entries), *who,
        ],
        core=CLIENT_CORE,
        timeout=600,
    )  # fmt: skip
    return dict(found)


def _each(one: dict[str, float], many: dict[str, float]) -> dict[str, float]:
    more = many["loop_us_an_entry"] - one["loop_us_an_entry"]
    return {
        "loop_us": more / (BOARDS - 1),
        "one_board_us": one["loop_us_an_entry"],
        **{name: many[name] for name in ("last_p50_ms", "last_p99_ms", "frame_bytes")},
    }
