"""Our server as a process of its own: `python -m tests.bench.ours --data DIR [--sends-to URL]`.

Without `--sends-to` it takes alerts and sends nothing, so that only the way to the disk is timed.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from server import db, logs, running
from server.app import create_app
from server.db import Database
from server.jobs.runner import Jobs
from server.live import Live
from server.settings import Settings
from server.vault import Ring, Vault
from shared.clock import SystemClock
from tests.bench import carrier, people


def main() -> int:
    options = _parser().parse_args()
    logs.install()
    if options.not_durable:
        db.SQLITE_PRAGMAS["synchronous"] = 1
    if options.log_pages:
        db.SQLITE_TUNING["wal_autocheckpoint"] = options.log_pages
    with ExitStack() as stack:
        _serve(stack, options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sends-to", default="", metavar="URL")
    parser.add_argument(
        "--not-durable",
        action="store_true",
        help="SQLite's synchronous=NORMAL: what the power-cut test must notice",
    )
    parser.add_argument(
        "--log-pages", type=int, default=0, help="a short log, so that it is emptied more often"
    )
    return parser


def _serve(stack: ExitStack, options: argparse.Namespace) -> None:
    bound = running.listen(running.HOST, 0)
    url = f"http://{running.HOST}:{bound.getsockname()[1]}"
    settings = Settings(
        data=options.data,
        key_file=options.data / "keys.json",
        public_url=url,
        twilio_account_sid=carrier.ACCOUNT,
        twilio_auth_token=carrier.TOKEN,
        twilio_from=carrier.LINE,
        twilio_api_url=options.sends_to,
    )
    database = Database(settings.database)
    stack.callback(database.close)
    vault, clock = Vault(Ring.load(options.data / "keys.json")), SystemClock()
    live = Live(database, alone=True)
    jobs = None
    if options.sends_to:
        ways = running.ways_for(settings)
        jobs = Jobs(database, vault, ways, clock, live, url, sole=True)
        jobs.start()
        stack.callback(jobs.stop)
    app = create_app(settings, database=database, vault=vault, clock=clock, live=live, jobs=jobs)

    def ready() -> None:
        sys.stdout.write(people.ready(url) + "\n")
        sys.stdout.flush()

    running.run_until_signal(running.WebServer(app, ready), bound)


if __name__ == "__main__":
    sys.exit(main())
