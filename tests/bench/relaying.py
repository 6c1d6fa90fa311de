"""Texts a second and processor time a text: our relay, the tutorial's, and HTTP alone."""

import time
from pathlib import Path
from typing import Any

from tests.bench import carrier, people
from tests.bench.figures import figure, figures
from tests.bench.options import Options
from tests.bench.processes import CLIENT_CORE, SERVER_CORE, child, cpu_seconds, result_of
from tests.bench.relays import RELAYS, settle_tutorial

LATENCIES_MS = (0, 100)  # of the carrier: what the relays cost, and what they reach in practice
SETTLED = 1.0  # seconds in which the last answers are written down
FEWEST = 20  # texts that a round must have seen


def run(folder: Path, options: Options) -> dict[str, Any]:
    found: dict[str, Any] = {"texts": options.presses * people.CONTACTS}
    for latency in LATENCIES_MS:
        rounds = []
        for number in range(options.rounds):
            order = sorted(RELAYS, reverse=bool(number % 2))
            at = folder / f"{latency}-{number}"
            rounds.append({name: _round(at / name, name, latency, options) for name in order})
        found[f"carrier_answers_after_{latency}_ms"] = _report(rounds)
    return found


def _round(data: Path, name: str, latency: int, options: Options) -> dict[str, float]:
    """Works off a fresh store until nothing is left or the time is over."""
    everyone = people.make(options.presses)
    _prepare(data, name, everyone)
    log = data.parent / f"{name}.log"
    peer = ["-m", "tests.bench.answering", "--latency", str(latency)]
    work = ["-m", "tests.bench.relays", name, "--data", str(data)]
    with child(peer, core=CLIENT_CORE) as answering:
        peer_cpu = cpu_seconds(answering.pid)
        with child([*work, "--sends-to", answering.url], core=SERVER_CORE, log=log) as relay:
            cpu = cpu_seconds(relay.pid)
            taken = _taken(answering.url, len(everyone) * people.CONTACTS, options.seconds)
            cpu = cpu_seconds(relay.pid) - cpu
        peer_cpu = cpu_seconds(answering.pid) - peer_cpu
    if len(taken) < FEWEST:
        raise RuntimeError(f"{name}: only {len(taken)} texts were asked for")
    span = taken[-1] - taken[0]
    return {
        "texts_per_second": (len(taken) - 1) / span,
        "cpu_us": cpu * 1e6 / len(taken),
        "carrier_busy": peer_cpu / span,
    }


def _prepare(data: Path, name: str, everyone: list[people.Someone]) -> None:
    if name == "ours":
        _press(data, everyone)
    elif name == "tutorial":
        settle_tutorial(data, everyone)
    else:
        data.mkdir(parents=True)
        people.save(everyone, data / "people.json")


def _press(data: Path, everyone: list[people.Someone]) -> None:
    """Everybody presses at a server that sends nothing: their texts are due."""
    people.settle(data, everyone)
    people.save(everyone, data / "people.json")
    with child(["-m", "tests.bench.ours", "--data", str(data)], core=SERVER_CORE) as server:
        pressing = ["-m", "tests.bench.pressing", "--url", server.url]
        pressing += ["--people", str(data / "people.json")]
        answers = result_of(pressing, core=CLIENT_CORE, timeout=60)
    if {status for _, status, *_ in answers} != {201}:
        raise RuntimeError("not every press was stored")


def _taken(url: str, number: int, seconds: float) -> list[float]:
    """When each text was asked for, once all were and are settled, or the time is over."""
    give_up = time.monotonic() + seconds
    while True:
        time.sleep(0.25)
        taken: list[float] = carrier.ask(f"{url}/taken")
        if len(taken) >= number:
            time.sleep(SETTLED)
        if len(taken) >= number or time.monotonic() > give_up:
            return taken


def _report(rounds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    def ratio(key: str, beside: str) -> Any:
        return figure([found["ours"][key] / found[beside][key] for found in rounds])

    measured = {name: figures([found[name] for found in rounds]) for name in RELAYS}
    return {
        **measured,
        "texts_ratio_to_tutorial": ratio("texts_per_second", "tutorial"),
        "cpu_ratio_to_tutorial": ratio("cpu_us", "tutorial"),
        "texts_ratio_to_bare": ratio("texts_per_second", "bare"),
        "cpu_ratio_to_bare": ratio("cpu_us", "bare"),
    }
