"""`candlewire sandbox`: the SMS sandbox alone, for another server's trials and for training."""

import argparse
import json
import secrets
import tempfile
from pathlib import Path

from server import logs, running
from server.commands import terminal
from server.running import HOST, WebServer
from server.sandbox import create_sandbox
from server.sandbox.office_phone import Phone
from server.settings import Settings, from_environment

INBOUND = "/twilio/inbound"
PHONE_REPORTS = "/gateway/office"
PHONE_NUMBER = "+12025550198"
PHONE_USER = "sms"


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    logs.install()
    settings = from_environment()
    account = settings.twilio_account_sid or "AC" + secrets.token_hex(16)
    made_up = "" if settings.twilio_auth_token else secrets.token_hex(16)
    bound = running.listen(HOST, options.port)
    data = options.data or Path(tempfile.mkdtemp("-candlewire-sandbox"))
    data.mkdir(parents=True, exist_ok=True)
    token = settings.twilio_auth_token or made_up
    inbound_url = options.inbound_url or _inbound_url(settings)
    phone = _office_phone(inbound_url, token)
    app = create_sandbox(data, account, token, inbound_url, phone=phone)
    address = f"http://{HOST}:{bound.getsockname()[1]}"
    ready = {"ready": True, "sandbox": address, "office_phone": f"{address}/gateway"}
    ready |= {"account_sid": account}
    if made_up:
        ready |= {"auth_token": made_up}
    running.run_until_signal(WebServer(app, lambda: terminal.say(json.dumps(ready))), bound)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", type=Path, metavar="DIR", help="keeps its texts there")
    parser.add_argument(
        "--inbound-url",
        metavar="URL",
        help="where answers are posted (the public URL's /twilio/inbound)",
    )
    return parser


def _office_phone(inbound_url: str, token: str) -> Phone:
    """Its password and its signing key are the account's token."""
    reports = inbound_url.removesuffix(INBOUND) + PHONE_REPORTS
    return Phone(PHONE_NUMBER, PHONE_USER, token, token, reports)


def _inbound_url(settings: Settings) -> str:
    return (settings.public_url or "http://127.0.0.1:8000") + INBOUND
