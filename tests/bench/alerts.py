"""Durable alerts a second at 64 connections, ours and the tutorial's, in the same round."""

import shutil
from pathlib import Path
from typing import Any

from tests.bench import people, tutorial
from tests.bench.figures import figure, figures
from tests.bench.options import Options
from tests.bench.processes import CLIENT_CORE, SERVER_CORE, child, result_of

CONNECTIONS = 64
FASTEST = {"ours": 3500, "tutorial": 1000}  # alerts/s to prepare activists for; one press each
MEASURED = ("per_second", "cpu_us", "p50_ms", "p99_ms")


def run(folder: Path, options: Options) -> dict[str, Any]:
    presses = {
        name: int(rate * (options.seconds + options.warm_up)) for name, rate in FASTEST.items()
    }
    everyone = people.make(max(presses.values()))
    for name, number in presses.items():
        people.save(everyone[:number], folder / f"{name}.json")
    people.settle(folder / "ours", everyone)
    tutorial.settle(folder / "tutorial", everyone[: presses["tutorial"]])
    rounds: list[dict[str, dict[str, Any]]] = []
    for number in range(options.rounds):
        order = ("ours", "tutorial") if number % 2 else ("tutorial", "ours")
        rounds.append({name: _measure(folder, name, options) for name in order})
    return _report(rounds)


def _measure(folder: Path, name: str, options: Options) -> dict[str, Any]:
    """One window on a fresh copy of the prepared store."""
    data = folder / f"{name}-round"
    shutil.copytree(folder / name, data)
    module = f"tests.bench.{name}"
    log = folder / f"{name}.log"
    try:
        with child(["-m", module, "--data", str(data)], core=SERVER_CORE, log=log) as server:
            found = result_of(
                [
                    "-m", "tests.bench.pressing", "--url", server.url,
                    "--people", str(folder / f"{name}.json"),
                    "--connections", str(CONNECTIONS),
                    "--seconds", str(options.seconds),
                    "--warm-up", str(options.warm_up),
                    "--pid", str(server.pid),
                ],
                core=CLIENT_CORE,
                timeout=120 + options.seconds,
            )  # fmt: skip
    finally:
        shutil.rmtree(data)
    if found["ran_out"] or set(found["statuses"]) != {"201"}:
        raise RuntimeError(f"{name}: a window does not count: {found}")
    return dict(found)


def _report(rounds: list[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    def each(name: str) -> list[dict[str, float]]:
        return [{key: found[name][key] for key in MEASURED} for found in rounds]

    def ratio(key: str) -> list[float]:
        return [found["ours"][key] / found["tutorial"][key] for found in rounds]

    return {
        "connections": CONNECTIONS,
        "contacts": people.CONTACTS,
        "ours": figures(each("ours")),
        "tutorial": figures(each("tutorial")),
        "alerts_ratio": figure(ratio("per_second")),
        "cpu_ratio": figure(ratio("cpu_us")),
        "client_busy": figure(
            [found["ours"]["client_cpu"] / found["ours"]["seconds"] for found in rounds]
        ),
        "aims": {"alerts_ratio": ">= 5", "cpu_ratio": "<= 0.2"},
    }
