"""`candlewire demo`: server, relay, SMS sandbox, an office, activists and a phone, in one go."""

import argparse
import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from server import logs, migrations, running
from server.app import create_app
from server.commands import demo_people
from server.commands.demo_people import DemoPeople
from server.db import Database
from server.jobs import watch as watching
from server.jobs.runner import Jobs
from server.live import Live
from server.running import HOST, WebServer
from server.sandbox import create_sandbox
from server.settings import Settings, from_environment
from server.vault import Ring, Vault
from shared.clock import SystemClock

PRICE = 0.0079  # of a text, so that the board can say how far the sandbox's credit goes
PLACE = ("--lat", "14.6937", "--lon", "-17.4441", "--accuracy", "25")


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    logs.install()
    try:
        with contextlib.ExitStack() as stack:
            _run(stack, options, from_environment())
    except running.Busy as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the server and the board")
    parser.add_argument("--sandbox-port", type=int, default=8001, help="of the simulated phones")
    parser.add_argument("--data", type=Path, help="a folder to keep, and to go on from")
    parser.add_argument("--activists", type=int, default=1)
    parser.add_argument("--contacts", type=int, default=3, help="of each activist")
    parser.add_argument("--no-phone", action="store_true", help="starts no window")
    return parser


def _run(stack: contextlib.ExitStack, options: argparse.Namespace, given: Settings) -> None:
    data = options.data or _data_of_environment(given) or Path(tempfile.mkdtemp("-candlewire"))
    data.mkdir(parents=True, exist_ok=True)
    stack.enter_context(running.only_one(data / "relay.lock"))
    bound = running.listen(HOST, options.port)
    port = bound.getsockname()[1]
    people = demo_people.load_or_make(data, options.activists, options.contacts)
    settings = _settings(given, data, port, people)
    if not settings.twilio_api_url:
        url = _start_sandbox(stack, options.sandbox_port, settings, people)
        settings = replace(settings, twilio_api_url=url)

    database = Database(settings.database)
    stack.callback(database.close)
    migrations.upgrade(database)
    clock, vault = SystemClock(), Vault(_ring(settings))
    demo_people.settle(database, vault, people, clock.now())
    live = Live(database, alone=True)
    jobs = Jobs(
        database,
        vault,
        running.ways_for(settings),
        clock,
        live,
        settings.public_url,
        sole=True,
        numbers=running.numbers_for(settings),
    )
    watch = watching.over(settings, database, vault, clock, jobs)
    app = create_app(
        settings, database=database, vault=vault, clock=clock, live=live, jobs=jobs, watch=watch
    )
    jobs.start()
    stack.callback(jobs.stop)
    watch.start()
    stack.callback(watch.stop)
    sandbox = settings.twilio_api_url
    local = f"http://{HOST}:{port}"

    def ready() -> None:
        sys.stdout.write(demo_people.ready_line(people, local, sandbox) + "\n")
        sys.stdout.flush()
        _show(stack, options.no_phone, data, people, local, sandbox)

    running.run_until_signal(WebServer(app, ready), bound)


def _data_of_environment(given: Settings) -> Path | None:
    return given.data if os.environ.get("CANDLEWIRE_DATA") else None


def _settings(given: Settings, data: Path, port: int, people: DemoPeople) -> Settings:
    """What the environment sets stays; the demo fills in the rest."""
    return replace(
        given,
        data=data,
        key_file=given.key_file or data / "keys.json",
        public_url=given.public_url or f"http://{HOST}:{port}",
        twilio_account_sid=given.twilio_account_sid or people.account_sid,
        twilio_auth_token=given.twilio_auth_token or people.auth_token,
        twilio_from=given.twilio_from or people.sender,
        text_price=given.text_price or PRICE,
    )


def _ring(settings: Settings) -> Ring:
    path = settings.key_file
    if path is None:
        raise FileNotFoundError("the demo has no key file")
    if not path.exists():
        Ring.new().save(path)
    return Ring.load(path)


def _start_sandbox(
    stack: contextlib.ExitStack, port: int, settings: Settings, people: DemoPeople
) -> str:
    bound = running.listen(HOST, port)
    names = people.names()
    sandbox = create_sandbox(
        settings.data,
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        f"{settings.public_url}/twilio/inbound",
        lambda: names,
    )
    stack.enter_context(running.in_thread(sandbox, bound))
    return f"http://{HOST}:{bound.getsockname()[1]}"


def _show(
    stack: contextlib.ExitStack,
    no_phone: bool,
    data: Path,
    people: DemoPeople,
    server: str,
    sandbox: str,
) -> None:
    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    window = display and not no_phone and bool(people.devices)
    if window:
        stack.enter_context(_phone(data, server, people.devices[0].token))
    sys.stderr.write(panel(people, server, sandbox, window=window))
    if display and not no_phone:
        webbrowser.open(server)
        webbrowser.open(sandbox)


def panel(people: DemoPeople, server: str, sandbox: str, *, window: bool) -> str:
    """What to do next, in three numbered lines."""
    device = people.devices[0] if people.devices else None
    if device is None:
        press = "There is no activist: start again with --activists 1."
    elif window:
        press = f"hold the red button in the phone's window until its ring is full ({server})"
    else:
        words = [_candlewire(), "press", "--server", server, "--token", device.token, *PLACE]
        press = shlex.join(words)
    codes = f"stop code {device.stop_code}, duress code {device.duress_code}" if device else ""
    return f"""
  Candlewire runs. Everything below is on this machine alone.

  1. Press:   {press}
  2. Answer:  open {sandbox} and answer 1 on one of the simulated phones
  3. Work it: open {server} and sign in as {people.email} with {people.password}

  To stop an alert: {codes}. To end the demo: Ctrl-C.
"""


def _candlewire() -> str:
    """The command as it can be pasted into a shell here, also where no environment is active."""
    if shutil.which("candlewire"):
        return "candlewire"
    return os.path.relpath(Path(sys.executable).with_name("candlewire"))


@contextlib.contextmanager
def _phone(data: Path, server: str, token: str) -> Iterator[None]:
    """The Kivy window, in a process that ends with this one."""
    pair_file = data / "phone-pairing.json"
    descriptor = os.open(pair_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"server": server, "token": token}, file)
    command = [
        sys.executable, "-m", "server", "phone", "--pair-file", str(pair_file),
        "--state", str(data / "phone"), "--keys", str(data / "phone-keys"), *PLACE,
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own client
        command, stdin=subprocess.DEVNULL, preexec_fn=running.die_with_parent
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
