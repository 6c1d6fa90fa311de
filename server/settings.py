"""All settings, read once from the environment or a `.env` file; nothing else reads either."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "CANDLEWIRE_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_HOST = 16  # characters: a longer one pushes the first text over one part


class Incomplete(Exception):
    """Settings that a server must not start with; one line for each, with its mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    data: Path = Path("data")
    database_url: str = ""
    key_file: Path | None = None
    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_auth_token_old: str = field(default="", repr=False)
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_url: str = ""
    messages_per_second: float | None = None
    routes: Path | None = None
    expose_openapi: bool = False
    expose_metrics: bool = False
    operator_url: str = field(default="", repr=False)
    text_price: float | None = None
    least_texts: int = 500
    probe_to: str = field(default="", repr=False)
    probe_every: int = 0

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'candlewire.db'}"

    @property
    def sender(self) -> str:
        return self.twilio_messaging_service_sid or self.twilio_from

    @property
    def is_loopback(self) -> bool:
        """An http address on this machine alone: the demo and the tests."""
        url = urlsplit(self.public_url)
        return url.scheme == "http" and url.hostname in LOOPBACK

    def checked(self) -> "Settings":
        """Itself, where `serve` may start with it; raises Incomplete with everything missing."""
        if found := problems(self):
            raise Incomplete(found)
        return self


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The environment's settings, those of `.env` below them. Raises Incomplete on a bad value."""
    values = dict(_dotenv(Path(".env")) if environment is None else {})
    values.update(os.environ if environment is None else environment)

    def text(name: str) -> str:
        return values.get(PREFIX + name, "").strip()

    key_file, routes = text("KEY_FILE"), text("ROUTES")
    return Settings(
        data=Path(text("DATA") or "data"),
        database_url=text("DATABASE_URL"),
        key_file=Path(key_file) if key_file else None,
        public_url=text("PUBLIC_URL").rstrip("/"),
        twilio_account_sid=text("TWILIO_ACCOUNT_SID"),
        twilio_auth_token=text("TWILIO_AUTH_TOKEN"),
        twilio_auth_token_old=text("TWILIO_AUTH_TOKEN_OLD"),
        twilio_from=text("TWILIO_FROM"),
        twilio_messaging_service_sid=text("TWILIO_MESSAGING_SERVICE_SID"),
        twilio_api_url=text("TWILIO_API_URL").rstrip("/"),
        messages_per_second=_rate(text("MESSAGES_PER_SECOND"), "MESSAGES_PER_SECOND"),
        routes=Path(routes) if routes else None,
        expose_openapi=_switch(text("EXPOSE_OPENAPI"), "EXPOSE_OPENAPI"),
        expose_metrics=_switch(text("EXPOSE_METRICS"), "EXPOSE_METRICS"),
        operator_url=text("OPERATOR_URL"),
        text_price=_price(text("TEXT_PRICE"), "TEXT_PRICE"),
        least_texts=_count(text("LEAST_TEXTS") or "500", "LEAST_TEXTS"),
        probe_to=text("PROBE_TO"),
        probe_every=_count(text("PROBE_EVERY") or "0", "PROBE_EVERY"),
    )


def problems(settings: Settings) -> list[str]:
    """What keeps a production server from starting: the setting, the reason, the mend."""
    found = []
    for name, value in (
        ("PUBLIC_URL", settings.public_url),
        ("KEY_FILE", settings.key_file),
        ("TWILIO_ACCOUNT_SID", settings.twilio_account_sid),
        ("TWILIO_AUTH_TOKEN", settings.twilio_auth_token),
    ):
        if not value:
            found.append(f"{PREFIX}{name} is not set. Set it in the environment or in .env.")
    if not settings.sender:
        found.append(f"No sender: set {PREFIX}TWILIO_FROM or {PREFIX}TWILIO_MESSAGING_SERVICE_SID.")
    if settings.public_url and not settings.public_url.startswith("https://"):
        found.append(
            f"{PREFIX}PUBLIC_URL is not https. Phones, links and cookies need TLS: "
            "put a proxy with a certificate before the server and give its https address."
        )
    if settings.probe_every and not NUMBER.fullmatch(settings.probe_to):
        found.append(f"{PREFIX}PROBE_EVERY needs {PREFIX}PROBE_TO: a number such as +33639980001.")
    found.extend(key_file_problems(settings))
    return found


def key_file_problems(settings: Settings) -> list[str]:
    """What is wrong with where the key file lies and who may read it."""
    path = settings.key_file
    if path is None:
        return []
    if not path.is_file():
        return [f"The key file {PREFIX}KEY_FILE names does not exist. Run `candlewire init`."]
    found = []
    if path.stat().st_mode & 0o077:
        found.append("Others may read the key file. Run `chmod 600` on it.")
    if settings.data.resolve() in path.resolve().parents:
        found.append(
            "The key file lies in the data folder: one stolen disk would give both. "
            f"Move it elsewhere and point {PREFIX}KEY_FILE to it."
        )
    return found


def _switch(value: str, name: str) -> bool:
    if value.lower() in ("", "0", "no", "off", "false"):
        return False
    if value.lower() in ("1", "yes", "on", "true"):
        return True
    raise Incomplete([f"{PREFIX}{name} is neither on nor off. Write 1 or 0."])


def _count(value: str, name: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) <= 9:
        return int(value)
    raise Incomplete([f"{PREFIX}{name} is no whole number. Write one such as 60, or 0."])


def _price(value: str, name: str) -> float | None:
    if not value:
        return None
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value) and float(value) > 0:
        return float(value)
    raise Incomplete([f"{PREFIX}{name} is no price. Write one such as 0.0075."])


def _rate(value: str, name: str) -> float | None:
    if not value:
        return None
    if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", value) and float(value) > 0:
        return float(value)
    raise Incomplete([f"{PREFIX}{name} is no rate above 0. Write one such as 1 or 0.5."])


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    values = {}
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            values[name.removeprefix("export ").strip()] = value.strip().strip("'\"")
    return values
