"""The file of routes: further ways out with their secrets, and who is texted by which."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from server.domain.routes import TWILIO, Hop, Routes
from server.settings import LOOPBACK, PREFIX, Incomplete, Settings

NAME = re.compile(r"[a-z][a-z0-9_-]{0,19}")
COUNTRY = re.compile(r"(\+[1-9][0-9]{0,6})?")

Word = Annotated[str, Meta(min_length=1, max_length=200)]
Rate = Annotated[float, Meta(gt=0, le=10_000)]
M = TypeVar("M", bound=msgspec.Struct)


class Secretive(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shown nowhere: an error's trace or a debugger's line may be kept."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Account(Secretive, frozen=True, kw_only=True):
    """An account at Twilio, or at any server of its language."""

    account_sid: Annotated[str, Meta(pattern=r"^AC[0-9a-f]{32}$")]
    auth_token: Word
    sender: Word
    caller: str = ""
    address: str = ""
    messages_per_second: Rate | None = None


class OfficePhone(Secretive, frozen=True, kw_only=True):
    """A phone that runs android-sms-gateway, at its address in our own network."""

    address: Word
    user: Word
    password: Word
    signing_key: Word
    messages_per_second: Rate | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way in a row, and what may be said by it."""

    way: str
    two_way: bool = True
    links: bool = True


@dataclass(frozen=True, slots=True)
class RouteFile:
    """What the file says; without one, the way of the settings alone."""

    accounts: Mapping[str, Account]
    phones: Mapping[str, OfficePhone]
    routes: Routes


ALONE = RouteFile({}, {}, Routes({"": (Hop(TWILIO),)}))


def read(settings: Settings) -> RouteFile:
    """The file that the settings name. Raises Incomplete with every mistake in it."""
    if settings.routes is None:
        return ALONE
    mistakes: list[str] = []
    found = _file(settings.routes, mistakes)
    accounts = _ways(found.get("account"), "account", Account, mistakes)
    phones = _ways(found.get("office_phone"), "office_phone", OfficePhone, mistakes)
    for name in sorted(accounts.keys() & phones.keys()):
        mistakes.append(f"{name} names an account and an office phone: give each its own name.")
    for name, phone in phones.items():
        if not _is_private(phone.address):
            mistakes.append(
                f"office_phone.{name}.address: http goes in clear. Give an address in your own "
                "network or tunnel, such as http://192.168.1.20:8080, or https."
            )
    routes = _routes(found.get("routes"), {TWILIO, *accounts, *phones}, mistakes)
    for key in sorted(found.keys() - {"account", "office_phone", "routes"}):
        mistakes.append(f"{key} is not known: write account, office_phone or routes.")
    if mistakes:
        raise Incomplete([f"{PREFIX}ROUTES: {mistake}" for mistake in mistakes])
    return RouteFile(accounts, phones, Routes(routes))


def problems(settings: Settings) -> list[str]:
    """What is wrong with the file, for `serve` and `doctor`."""
    try:
        read(settings)
    except Incomplete as error:
        return error.problems
    return []


def _file(path: Path, mistakes: list[str]) -> dict[str, Any]:
    try:
        if path.stat().st_mode & 0o077:
            mistakes.append("others may read the file, and it holds passwords. `chmod 600` it.")
        return tomllib.loads(path.read_text("utf-8"))
    except OSError:
        mistakes.append("the file cannot be read. Check its path and its owner.")
    except ValueError as error:  # of TOML, or not even UTF-8
        where = error if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        mistakes.append(f"the file is not TOML: {where}.")
    return {}


def _ways(found: object, kind: str, type_: type[M], mistakes: list[str]) -> dict[str, M]:
    ways: dict[str, M] = {}
    for name, content in _table(found, kind, mistakes).items():
        if not NAME.fullmatch(name) or name == TWILIO:
            mistakes.append(
                f"{kind}.{name}: choose a name of small letters and digits, but not {TWILIO}."
            )
        elif (way := _converted(content, f"{kind}.{name}", type_, mistakes)) is not None:
            ways[name] = way
    return ways


def _routes(found: object, names: set[str], mistakes: list[str]) -> dict[str, tuple[Hop, ...]]:
    table: dict[str, tuple[Hop, ...]] = {"": (Hop(TWILIO),)}
    for prefix, content in _table(found, "routes", mistakes).items():
        key = f'routes."{prefix}"'
        if not COUNTRY.fullmatch(prefix):
            mistakes.append(f'{key}: a prefix is such as "+44", or "" for everybody else.')
        row = _converted(content, key, tuple[Step, ...], mistakes) or ()
        unknown = [step.way for step in row if step.way not in names]
        mistakes += [f"{key}: no way is called {name}. Describe it above." for name in unknown]
        if not row or len({step.way for step in row}) < len(row):
            mistakes.append(f"{key}: list at least one way, and each only once.")
        table[prefix] = tuple(Hop(step.way, step.two_way, step.links) for step in row)
    return table


def _table(found: object, key: str, mistakes: list[str]) -> dict[str, Any]:
    if found is None or isinstance(found, dict):
        return found or {}
    mistakes.append(f"{key} is no table: see docs/operating.md.")
    return {}


def _converted(content: object, key: str, type_: Any, mistakes: list[str]) -> Any:
    """The library's words name types and keys, never a value."""
    try:
        return msgspec.convert(content, type_)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        mistakes.append(f"{key}{where.removesuffix('`')}: {what}.")
        return None


def _is_private(address: str) -> bool:
    """Whether nobody outside can listen on the way to it."""
    try:
        url = urlsplit(address)
        host = url.hostname or ""
        if url.scheme == "https":
            return bool(host)
        return url.scheme == "http" and (host in LOOPBACK or ip_address(host).is_private)
    except ValueError:
        return False
