"""A burst at a carrier that answers nobody, with a phone in the office beside it.

Checked: every contact has a text within half a minute of the last press, all of them by the
phone, and nobody has two.
"""

import time
from collections import Counter
from pathlib import Path
from typing import Any

from server.commands.sandbox import PHONE_NUMBER, PHONE_USER
from tests.bench import carrier
from tests.bench.processes import Child, child
from tests.soak.bursts import Burst
from tests.soak.demo import demo
from tests.soak.options import Options

WITHIN = 30.0  # seconds
MOST = 100  # incidents: more of them measure how fast the relay is, and not how soon it turns
NOWHERE = "http://127.0.0.1:9/twilio/inbound"  # receipts stay out


def run(folder: Path, options: Options) -> dict[str, Any]:
    people = (min(options.incidents, MOST), options.contacts)
    environment = {
        "CANDLEWIRE_TWILIO_ACCOUNT_SID": carrier.ACCOUNT,
        "CANDLEWIRE_TWILIO_AUTH_TOKEN": carrier.TOKEN,
    }
    words = ["-m", "server", "sandbox", "--port", "0", "--inbound-url", NOWHERE]
    with child([*words, "--data", str(folder / "air")], environment=environment) as sandbox:
        air = str(sandbox.ready["sandbox"])
        environment["CANDLEWIRE_TWILIO_API_URL"] = air
        environment["CANDLEWIRE_ROUTES"] = str(_routes(folder, str(sandbox.ready["office_phone"])))
        with demo(folder / "down", *people, environment=environment) as running:
            return _burst(running, air, people[0], options)


def _routes(folder: Path, address: str) -> Path:
    path = folder / "routes.toml"
    path.write_text(
        f"""
[office_phone.office]
address = "{address}"
user = "{PHONE_USER}"
password = "{carrier.TOKEN}"
signing_key = "{carrier.TOKEN}"

[routes]
"" = [{{ way = "twilio" }}, {{ way = "office" }}]
"""
    )
    path.chmod(0o600)
    return path


def _burst(running: Child, air: str, incidents: int, options: Options) -> dict[str, Any]:
    """A carrier that refuses is the quick case, one that keeps everybody waiting the slow one."""
    faults = {"status": 503} if options.hasty else {"hang_rate": 1}
    carrier.ask(f"{air}/_sandbox/faults", "PUT", faults)
    burst = Burst.over(running.ready["devices"], incidents)
    everyone = {phone for press in burst.presses for phone in press.phones}
    burst.run(running)
    began = time.monotonic()
    while time.monotonic() < began + 2 * WITHIN:
        took, found = time.monotonic() - began, carrier.messages(air)
        if everyone <= {text["to"] for text in found}:
            break
        time.sleep(0.1)
    texts = [text for text in found if text["to"] in everyone]
    often = Counter(text["to"] for text in texts if "needs help" in text["body"])
    return {
        "incidents": incidents,
        "without_a_text": len(everyone - {text["to"] for text in texts}),
        "by_the_carrier": sum(text["from"] != PHONE_NUMBER for text in texts),
        "twice": sum(count > 1 for count in often.values()),
        "last_after_s": round(took, 1),
        "in_time": took <= WITHIN,
        "good": {"without_a_text": 0, "by_the_carrier": 0, "twice": 0, "in_time": True},
    }
