"""`candlewire serve`: the production server. API and pages here, the relay in a child process."""

import argparse
import contextlib
import logging
import os
import threading

from server import logs, presence, running
from server.app import create_app
from server.carriers import route_file
from server.commands import opening, terminal
from server.commands.opening import Opened
from server.commands.relay_process import RelayProcess, relay
from server.jobs import watch as watching
from server.live import Live
from server.running import HOST, WebServer
from server.settings import Incomplete, Settings, from_environment, problems
from shared.clock import SystemClock

log = logging.getLogger(__name__)

UNREADY = 1.0  # seconds in which a proxy may notice that we leave, while we still answer
SETTLE = 3.0  # seconds for the texts in flight; with uvicorn's five for requests, under ten


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    logs.install()
    settings = checked(from_environment())
    with opening.opened(settings, upgrade=True) as opened:
        _warn_of_clock(opened)
        with presence.serving(settings, opened.database):
            if options.role == "relay":
                relay(settings, opened, options.parent)
            else:
                _serve(settings, opened, options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire serve", description=__doc__)
    parser.add_argument("--host", default=HOST, help="the address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="of plain HTTP, behind a TLS proxy")
    parser.add_argument("--role", choices=("web", "relay"), help="only one half; both without it")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    return parser


def checked(settings: Settings) -> Settings:
    """Itself, where a server may start with it; Incomplete with everything in the way."""
    found = problems(settings) + route_file.problems(settings)
    found += opening.demo_problems(settings)
    found += opening.clock_problems(SystemClock().now())
    if found:
        raise Incomplete(found)
    return settings


def _warn_of_clock(opened: Opened) -> None:
    """No reason to refuse presses: `candlewire doctor` says what to mend."""
    with opened.database.read() as tx:
        if opening.is_behind(tx, SystemClock().now()):
            log.warning("the clock is behind what the database holds")


def _serve(settings: Settings, opened: Opened, options: argparse.Namespace) -> None:
    with contextlib.closing(running.listen(options.host, options.port)) as bound:
        child = RelayProcess() if options.role is None else None
        watch = watching.over(settings, opened.database, opened.vault, SystemClock(), child)
        app = create_app(
            settings,
            database=opened.database,
            vault=opened.vault,
            clock=SystemClock(),
            live=Live(opened.database, alone=False),
            jobs=child,
            watch=watch,
        )
        port = bound.getsockname()[1]
        server = WebServer(app, lambda: terminal.say(f"Serving at http://{options.host}:{port}"))

        def leave() -> None:
            app.state.parts.leaving.set()
            threading.Timer(UNREADY, server.stop).start()

        if child is not None:
            child.start()
        watch.start()
        try:
            running.run_until_signal(server, bound, leave)
        finally:
            watch.stop()
            if child is not None:
                child.stop(SETTLE)
