"""The watch in the production server: it pages, it probes, and `doctor` says what came of it."""

import json
from urllib.request import urlopen

from tests.server.commands.operating import Operator
from tests.support.inbox import Inbox
from tests.support.sandbox import Sandbox, eventually
from tests.support.serving import serve

HANDSET = "+12025550142"


def test_serve_pages_the_operator_and_probes(server: Operator) -> None:
    inbox = Inbox()
    with serve(inbox) as pages, server.running("sandbox", "--port", "0") as sandbox:
        assert sandbox.stdout is not None
        carrier = Sandbox(json.loads(sandbox.stdout.readline())["sandbox"])
        server.settings |= {
            "TWILIO_API_URL": carrier.url,
            "OPERATOR_URL": pages.replace("http", "json", 1),
            "TEXT_PRICE": "1",
            "PROBE_TO": HANDSET,
            "PROBE_EVERY": "60",
        }
        with server.running("serve", "--port", "0") as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            eventually(lambda: [post["message"] for post in inbox.posts] == ["credit_low"], 60)
            with urlopen(url + "/readyz", timeout=30) as answer:
                assert json.load(answer) == {"status": "ready", "conditions": ["credit_low"]}
            eventually(lambda: len(carrier.messages(HANDSET)) == 1, 60)
            assert carrier.messages(HANDSET)[0]["body"].startswith("DRILL probe")
        said = server.run("doctor")
    assert "mend  credit of 100.00 USD, about 100 texts" in said.out
    assert "the probe of" in said.out
    assert "the operator is paged" in said.out
    assert HANDSET not in said.out + said.err
    assert pages not in said.out + said.err


def test_settings_that_make_no_sense_are_told(server: Operator) -> None:
    server.settings["PROBE_EVERY"] = "5"
    assert "PROBE_EVERY needs CANDLEWIRE_PROBE_TO" in server.run("serve").err
    for name, value in (("PROBE_EVERY", "often"), ("LEAST_TEXTS", "-1"), ("TEXT_PRICE", "free")):
        server.settings["PROBE_EVERY"] = "0"
        server.settings[name] = value
        assert f"CANDLEWIRE_{name} is no" in server.run("serve").err
        del server.settings[name]
