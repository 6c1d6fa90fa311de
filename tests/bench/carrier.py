"""The SMS sandbox as a process of its own: `python -m tests.bench.carrier --data DIR`."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from server import running
from server.sandbox import create_sandbox
from tests.bench import people

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a sandbox's token"
LINE = "+12025550199"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
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
