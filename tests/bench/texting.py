"""From a press to the first request for a text: in a burst of a thousand, and one at a time."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.bench import carrier, people, tutorial
from tests.bench.client import Answer, press_request
from tests.bench.figures import figure, figures, percentile
from tests.bench.one_press import press
from tests.bench.options import Options
from tests.bench.processes import CLIENT_CORE, SERVER_CORE, Child, child, result_of

LATENCY_MS = 100
GIVE_UP = 180.0  # seconds; the tutorial needs about forty
QUIET = 0.2  # seconds between presses of an idle server


def burst(folder: Path, options: Options) -> dict[str, Any]:
    """Everybody presses at once, and the carrier answers each request in 100 ms."""
    everyone = people.make(options.presses)
    people.save(everyone, folder / "people.json")
    rounds: list[dict[str, dict[str, float]]] = []
    for number in range(options.rounds):
        order = ("ours", "tutorial") if number % 2 else ("tutorial", "ours")
        rounds.append({name: _burst(folder / f"{name}-{number}", name, everyone) for name in order})
    ratio = [found["ours"]["first_p99_s"] / found["tutorial"]["first_p99_s"] for found in rounds]
    return {
        "presses": options.presses,
        "contacts": people.CONTACTS,
        "carrier_latency_ms": LATENCY_MS,
        "ours": figures([found["ours"] for found in rounds]),
        "tutorial": figures([found["tutorial"] for found in rounds]),
        "first_p99_ratio": figure(ratio),
        "aims": {"ours.first_p99_s": "<= 2"},
    }


def idle(folder: Path, options: Options) -> dict[str, Any]:
    """One press at a time on a server that has nothing else to do."""
    rounds = []
    for number in range(options.rounds):
        everyone = people.make(min(options.presses, 50))
        with ExitStack() as stack:
            server, sandbox = _running(stack, folder / f"idle-{number}", "ours", everyone)
            answers = []
            for place, someone in enumerate(everyone):
                request = press_request(server.url, someone.token, uuid4())
                answers.append(press(server.url, request, place))
                time.sleep(QUIET)
            rounds.append(_idle_figures(everyone, answers, _texts(sandbox, len(everyone) * 5)))
    return {
        "presses": len(everyone),
        "ours": figures(rounds),
        "aims": {"stored_to_first_p50_ms": "<= 50", "stored_to_first_p99_ms": "<= 500"},
    }


def _burst(data: Path, name: str, everyone: list[people.Someone]) -> dict[str, float]:
    with ExitStack() as stack:
        server, sandbox = _running(stack, data, name, everyone)
        carrier.ask(f"{sandbox}/_sandbox/faults", "PUT", {"latency_ms": LATENCY_MS})
        found = result_of(
            [
                "-m", "tests.bench.pressing", "--url", server.url,
                "--people", str(data.parent / "people.json"),
                "--connections", str(len(everyone)),
            ],
            core=CLIENT_CORE,
            timeout=GIVE_UP,
        )  # fmt: skip
        answers = [Answer._make([*row, b""]) for row in found]
        texts = _texts(sandbox, len(everyone) * people.CONTACTS)
    if {answer.status for answer in answers} != {201}:
        raise RuntimeError(f"{name}: not every press was stored")
    return _burst_figures(everyone, answers, texts)


def _running(
    stack: ExitStack, data: Path, name: str, everyone: list[people.Someone]
) -> tuple[Child, str]:
    """A fresh server that sends to a fresh sandbox, each a process of its own."""
    settle = people.settle if name == "ours" else tutorial.settle
    settle(data / "server", everyone)
    sandbox = stack.enter_context(
        child(["-m", "tests.bench.carrier", "--data", str(data / "carrier")], core=CLIENT_CORE)
    )
    arguments = ["-m", f"tests.bench.{name}", "--data", str(data / "server")]
    server = stack.enter_context(
        child([*arguments, "--sends-to", sandbox.url], core=SERVER_CORE, log=data / "log")
    )
    return server, sandbox.url


def _texts(sandbox: str, number: int) -> list[dict[str, Any]]:
    """All texts, once everybody has one."""
    give_up = time.monotonic() + GIVE_UP
    while True:
        texts = carrier.messages(sandbox)
        if len({text["to"] for text in texts}) >= number:
            return texts
        if time.monotonic() > give_up:
            raise RuntimeError(f"only {len(texts)} texts were asked for")
        time.sleep(1)


def _first_requests(
    everyone: list[people.Someone], texts: list[dict[str, Any]]
) -> dict[int, list[float]]:
    """For each activist, when each contact's first text was asked for, soonest first."""
    whose = {phone: number for number, someone in enumerate(everyone) for phone in someone.phones}
    soonest: dict[str, float] = {}
    for text in texts:
        soonest.setdefault(text["to"], carrier.moment(text))
    requests: dict[int, list[float]] = {}
    for phone, at in soonest.items():
        requests.setdefault(whose[phone], []).append(at)
    return {number: sorted(times) for number, times in requests.items()}


def _burst_figures(
    everyone: list[people.Someone], answers: list[Answer], texts: list[dict[str, Any]]
) -> dict[str, float]:
    asked = _first_requests(everyone, texts)
    first = [asked[answer.number][0] - answer.sent_at for answer in answers]
    last = [asked[answer.number][-1] - answer.sent_at for answer in answers]
    stored = [answer.seconds for answer in answers]
    return {
        "stored_p50_s": percentile(stored, 50),
        "stored_p99_s": percentile(stored, 99),
        "first_p50_s": percentile(first, 50),
        "first_p99_s": percentile(first, 99),
        "last_p99_s": percentile(last, 99),
        "extra_texts": float(len(texts) - len({(text["to"], text["body"]) for text in texts})),
    }


def _idle_figures(
    everyone: list[people.Someone], answers: list[Answer], texts: list[dict[str, Any]]
) -> dict[str, float]:
    """The relay may ask before the phone has read its answer: that counts as no wait."""
    asked = _first_requests(everyone, texts)
    after = [max(0.0, asked[a.number][0] - a.answered_at) * 1000 for a in answers]
    whole = [(asked[a.number][0] - a.sent_at) * 1000 for a in answers]
    stored = [answer.seconds * 1000 for answer in answers]
    return {
        "stored_p50_ms": percentile(stored, 50),
        "stored_p99_ms": percentile(stored, 99),
        "stored_to_first_p50_ms": percentile(after, 50),
        "stored_to_first_p99_ms": percentile(after, 99),
        "pressed_to_first_p50_ms": percentile(whole, 50),
        "pressed_to_first_p99_ms": percentile(whole, 99),
    }
