"""`candlewire phone` and `candlewire press`: the client with a window, and without one."""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from mobile.arguments import Installed, command_line, installed, usual_state
from mobile.core import press as rules
from mobile.core.outbox import KeptPress, NotKept, Outbox
from mobile.core.press import Line
from shared import wire
from shared.clock import SystemClock

SIZE = (412, 915)
LOOKS_EVERY_S = 0.02


def phone(arguments: list[str]) -> int:
    """Opens the window; without `--server` and `--token` it begins with the pairing screen."""
    parser = command_line("candlewire phone", "The phone, in a window.")
    given = parser.parse_args(arguments)
    here = installed(parser, given, given.state or usual_state(), given.keys)

    from mobile.views.window import prepare

    prepare(here.state / "kivy", SIZE)
    from mobile.app import CandlewireApp, Parts

    parts = Parts(
        vault=here.vault,
        hot=here.hot,
        outbox=here.outbox,
        device=here.device,
        clock=SystemClock(),
    )
    CandlewireApp(parts).run()
    return 0


def press(arguments: list[str]) -> int:
    """Presses once, prints each state that is reached, and ends with 0 once it is stored."""
    parser = command_line("candlewire press", "A press without a window.")
    parser.add_argument("--drill", action="store_true", help="a drill, marked as one everywhere")
    parser.add_argument("--countdown", type=float, default=0, metavar="SECONDS", help="0 to 30")
    parser.add_argument(
        "--resume", action="store_true", help="send what --state kept before; press nothing new"
    )
    given = parser.parse_args(arguments)
    if not 0 <= given.countdown <= 30:
        parser.error("--countdown is a number from 0 to 30")
    if given.resume and not given.state:
        parser.error("--resume needs --state, the folder that an earlier press was kept in")
    with ExitStack() as until_done:
        state, keys = given.state, given.keys
        if state is None:
            state = Path(until_done.enter_context(tempfile.TemporaryDirectory()))
            keys = state / "keys"
        here = installed(parser, given, state, keys)
        if not here.hot.is_paired:
            parser.error("--server and --token say where to press")
        try:
            return _pressed(here, given, until_done)
        except NotKept:
            _tell(f"Nothing can be kept in {state}: make room there, or let this user write it.")
            return 1
        except KeyboardInterrupt:
            _tell("Stopped before the server had stored it.")
            _tell(f"The press is kept in {state}." if given.state else "The press is not kept.")
            return 130


def _pressed(here: Installed, given: argparse.Namespace, until_done: ExitStack) -> int:
    from mobile.device.link import InternetLink
    from mobile.guard import Guard

    outbox = Outbox(here.outbox, here.hot.outbox_key)
    until_done.callback(outbox.close)
    if not given.resume:
        kind: wire.Kind = "drill" if given.drill else "alert"
        now = here.device.clock.now()
        alert = rules.new_alert(here.device, now, kind, given.countdown, "other")
        try:
            outbox.keep(KeptPress(alert=alert))
        except NotKept:
            _tell("The disk is full: the press could not be kept, and was not sent.")
            return 1
    waiting = [entry.ref for entry in outbox.waiting() if isinstance(entry, KeptPress)]
    _say("kept" if waiting else "nothing kept")
    # What an earlier run wrote of the line is no news of this one.
    outbox.write_line(Line(state="connecting", since=here.device.clock.now()))
    guard = Guard(
        hot=here.hot,
        outbox=here.outbox,
        device=here.device,
        link=InternetLink(),
        clock=here.device.clock,
    )
    until_done.callback(guard.stop)
    guard.start()
    return _followed(outbox, waiting)


def _followed(outbox: Outbox, sent: list[UUID]) -> int:
    """Waits until the server has answered for every press, however long that takes."""
    told = "connecting"
    while not {entry.ref for entry in outbox.waiting()}.isdisjoint(sent):
        line = outbox.line
        if line and line.state != told:
            told = line.state
            if told == "refused":
                _tell("The server does not know this token: pair the phone again.")
                return 1
            if told == "down":
                _say("no connection, trying again")
        while not outbox.has_news():
            time.sleep(LOOKS_EVERY_S)
    incident = outbox.incident
    if sent and (incident is None or incident.alert_id != sent[-1]):
        _tell("Not taken: an alert or another drill is open. Close it first.")
        return 1
    if sent:
        _say("stored")
    return 0


def _say(state: str) -> None:
    sys.stdout.write(f"{state}\n")
    sys.stdout.flush()


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
