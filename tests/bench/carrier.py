"""The SMS sandbox as a process of its own: `python -m tests.bench.carrier --data DIR`.

With `--receipts-to URL` its webhooks, signed for the public https address, arrive there in plain
HTTP: as the TLS proxy before a production server hands them on.
"""

import argparse
import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from aiohttp import ClientSession
from yarl import URL

from server import running
from server.sandbox import courier, create_sandbox
from tests.bench import people

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a sandbox's token"
LINE = "+12025550199"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--receipts-to", metavar="URL")
    options = parser.parse_args()
    if options.receipts_to:
        vars(courier)["ClientSession"] = partial(ThroughProxy, URL(options.receipts_to))
    options.data.mkdir(parents=True, exist_ok=True)
    bound = running.listen(running.HOST, 0)
    url = f"http://{running.HOST}:{bound.getsockname()[1]}"
    inbound = "http://127.0.0.1:9/twilio/inbound"
    sandbox = create_sandbox(options.data, ACCOUNT, TOKEN, inbound)

    def ready() -> None:
        sys.stdout.write(people.ready(url) + "\n")
        sys.stdout.flush()

    running.run_until_signal(running.WebServer(sandbox, ready), bound)
    return 0


class ThroughProxy:
    """A session of the courier's, whose posts go to `server` whatever host they name."""

    def __init__(self, server: URL, **settings: Any) -> None:
        self._server = server
        self._session = ClientSession(**settings)

    async def __aenter__(self) -> "ThroughProxy":
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self._session.close()

    def post(self, url: URL, **what: Any) -> Any:
        return self._session.post(self._server.join(url.relative()), **what)


def ask(url: str, method: str = "GET", body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, method=method), timeout=30) as response:
        content = response.read()
    return json.loads(content) if content else None


def messages(url: str) -> list[dict[str, Any]]:
    """Every text that was taken, oldest first."""
    return list(ask(f"{url}/_sandbox/messages"))


def moment(message: dict[str, Any]) -> float:
    """When the request for it came in, in seconds since 1970."""
    return datetime.fromisoformat(message["created_at"].replace("Z", "+00:00")).timestamp()


if __name__ == "__main__":
    sys.exit(main())
