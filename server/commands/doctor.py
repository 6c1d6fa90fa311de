"""`candlewire doctor`: looks at everything that serving rests on, and says what to mend."""

import argparse
import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from server.carriers import account, route_file
from server.carriers.account import Account, Unreachable
from server.carriers.gateway import GatewayCarrier
from server.carriers.route_file import OfficePhone, RouteFile
from server.commands import opening, terminal
from server.commands.opening import Opened
from server.db import promises
from server.domain.watch import Probe, has_failed, is_low
from server.jobs import rewriting
from server.jobs.watch import credit_of
from server.services import audit, deliveries, kept_texts, people_lists, probes, readings
from server.services.readings import Read
from server.settings import (
    LONGEST_HOST,
    PREFIX,
    Incomplete,
    Settings,
    from_environment,
    problems,
)
from shared import texts
from shared.clock import SystemClock

LEAST_DISK = 500_000_000  # bytes: below it, a day's backup or log may fill the rest
LEAST_CREDIT = 20.0  # of the account's currency: some hundred texts
OVERDUE = timedelta(minutes=2)
CLOCKS_APART = timedelta(seconds=30)


class Finding(NamedTuple):
    """What was looked at; `mend` says what to do, and is empty where all is well."""

    about: str
    mend: str = ""


@terminal.refusing
def main(arguments: list[str]) -> int:
    _parser().parse_args(arguments)
    mend = 0
    for finding in examine(from_environment()):
        terminal.say(f"{'mend' if finding.mend else 'ok  '}  {finding.about}{_after(finding)}")
        mend += bool(finding.mend)
    if mend:
        terminal.say(f"{mend} to mend. docs/operating.md says more on each.")
    return 1 if mend else 0


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="candlewire doctor", description=__doc__)


def _after(finding: Finding) -> str:
    return f": {finding.mend}" if finding.mend else ""


def examine(settings: Settings) -> Iterator[Finding]:
    """One finding a check, in the order in which they should be mended."""
    now = SystemClock().now()
    found = problems(settings) + opening.demo_problems(settings) + opening.clock_problems(now)
    wrong_routes = route_file.problems(settings)
    found += wrong_routes
    yield from (Finding("settings", problem) for problem in found)
    if not found:
        yield Finding("settings are complete, and the key file is its owner's alone")
    if settings.sender:
        yield _caller(settings)
    yield _host(settings)
    yield _disk(settings)
    yield _operator(settings)
    try:
        with opening.opened(settings) as opened:
            yield from _database(opened, now)
    except Incomplete as error:
        new = [problem for problem in error.problems if problem not in found]
        yield from (Finding("database", problem) for problem in new)
    yield from _carrier(settings)
    if not wrong_routes:
        yield from _ways(route_file.read(settings))


def _caller(settings: Settings) -> Finding:
    if settings.twilio_from:
        return Finding("phones ring from the number that is set")
    mend = f"set {PREFIX}TWILIO_FROM: calls need a number, a messaging service has none for them."
    return Finding("nobody can be called", mend)


def _host(settings: Settings) -> Finding:
    host = urlsplit(settings.public_url).hostname or ""
    if len(host) > LONGEST_HOST:
        return Finding(
            f"the public host has {len(host)} characters",
            f"choose one of at most {LONGEST_HOST}, or the first text costs two parts.",
        )
    return Finding("the public host is short enough for a text of one part")


def _disk(settings: Settings) -> Finding:
    if not settings.data.exists():
        return Finding("data folder", "it does not exist. Run `candlewire init`.")
    free = shutil.disk_usage(settings.data).free
    about = f"{free // 1_000_000:,} MB free where the data folder is"
    return Finding(about, "make room: a full disk stores no alert." if free < LEAST_DISK else "")


def _database(opened: Opened, now: datetime) -> Iterator[Finding]:
    kept = ", ".join(f"{name}={value}" for name, value in promises(opened.database.engine).items())
    yield Finding(f"the database is current and keeps its promises ({kept})")
    if opened.database.is_sqlite:
        room = rewriting.is_possible(opened.database)
        yield Finding(
            "the database can be written anew, without what closed alerts destroyed",
            "" if room else "make room on its disk. Over 512 MB: stop the server and run VACUUM.",
        )
    yield Finding(
        "the key file fits the database",
        "drop the older keys: `candlewire keys rotate --finish`."
        if len(opened.ring.keys) > 1
        else "",
    )
    with opened.database.read() as tx:
        behind, noted = opening.is_behind(tx, now), audit.rows_of(tx)
        due = deliveries.next_due(tx)
        active = {one.office_id for one in people_lists.all_staff(tx) if one.state == "active"}
        probe = probes.latest(tx)
        discards, still_there = kept_texts.is_discarding(tx), kept_texts.given_up(tx)
        languages = [
            (name, readings.of_office(tx, opened.vault, office))
            for office, name, _ in people_lists.all_offices(tx)
        ]
        unread = [name for office, name, _ in people_lists.all_offices(tx) if office not in active]
    yield Finding(
        "the clock against the database's newest row",
        "it is behind. Set it, and keep it so with NTP." if behind else "",
    )
    yield Finding(
        f"the audit log of {len(noted)} rows",
        "" if audit.is_whole(noted) else "it was changed. Compare it with the last export.",
    )
    late = any(one is not None and one < now - OVERDUE for one in due)
    yield Finding(
        "texts and calls waiting", "some are overdue. Is the relay running?" if late else ""
    )
    if probe is not None:
        yield _probe(probe, now)
    yield _discarding(discards)
    if still_there:
        mend = "delete them in its console: it could not be made to for a day."
        yield Finding(f"texts whose words the carrier keeps: {still_there:,}", mend)
    for name, read in languages:
        yield from _languages(name, read)
    for name in unread:
        yield Finding(f"the office “{name}”", "nobody can read its records: `people staff grant`.")


def _discarding(known: bool | None) -> Finding:
    """As the newest texts show: no request would tell that texts nobody."""
    if known is None:
        return Finding("whether the carrier discards texts shows with the first one")
    if known:
        return Finding("the carrier took the newest texts with our wish to discard them")
    mend = (
        "ask Twilio for message redaction and restart the relay. "
        "Until then texts are emptied there once they are over."
    )
    return Finding("the carrier refuses to discard texts (30029, 30030)", mend)


def _languages(name: str, read: dict[str, Read]) -> Iterator[Finding]:
    missing = [one for one in texts.LOCALES if one not in read and one != readings.ALWAYS]
    if missing:
        yield Finding(f"contacts of “{name}” get English in place of {', '.join(missing)}")
    changed = [locale for locale, one in read.items() if one.changed]
    if changed:
        mend = "have the new ones read, then `candlewire languages read`."
        yield Finding(f"“{name}” has read other words in {', '.join(sorted(changed))}", mend)


def _probe(probe: Probe, now: datetime) -> Finding:
    """How long each step took, of the newest one."""
    steps = (("sent", probe.sent_at), ("delivered", probe.delivered_at))
    took = [
        f"{step} after {(at - probe.stored_at).total_seconds():.1f} s" for step, at in steps if at
    ]
    about = f"the probe of {probe.stored_at:%Y-%m-%d %H:%M} UTC was " + (
        ", ".join(took) or "not sent yet"
    )
    mend = "it did not arrive in time. Look at the relay, the carrier and the handset."
    return Finding(about, mend if has_failed(probe, now) else "")


def _operator(settings: Settings) -> Finding:
    if settings.operator_url:
        return Finding("the operator is paged when something stands still")
    return Finding(f"nobody is paged when something stands still: {PREFIX}OPERATOR_URL is not set")


def _carrier(settings: Settings) -> Iterator[Finding]:
    if not (settings.twilio_account_sid and settings.twilio_auth_token):
        return
    answer = asyncio.run(
        account.ask(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            settings.twilio_api_url or None,
        )
    )
    if isinstance(answer, Unreachable):
        yield Finding("the SMS route", _no_answer(answer))
    else:
        yield from _account(answer, settings, SystemClock().now())


def _ways(file: RouteFile) -> Iterator[Finding]:
    """The ways beside the first one, each asked by the door that texts take."""
    for name, one in file.accounts.items():
        answer = asyncio.run(account.ask(one.account_sid, one.auth_token, one.address or None))
        yield Finding(f"the way “{name}”", _mend_of_account(answer))
    for name, phone in file.phones.items():
        status = asyncio.run(_ask_phone(phone))
        yield Finding(f"the office phone “{name}”", _mend_of_phone(status))


def _mend_of_account(answer: Account | Unreachable) -> str:
    if isinstance(answer, Account):
        return "" if answer.status == "active" else "its account is not active. Settle it."
    if answer.status in (401, 403):
        return "it refuses account_sid with auth_token. Check both in the file of routes."
    if answer.status is not None:
        return f"it answers with status {answer.status}. See its status page."
    return "it cannot be reached. Check the network and its address in the file of routes."


async def _ask_phone(phone: OfficePhone) -> int | None:
    carrier = GatewayCarrier(phone.address, phone.user, phone.password)
    try:
        return await carrier.health()
    finally:
        await carrier.close()


def _mend_of_phone(status: int | None) -> str:
    if status == 200:
        return ""
    if status is None:
        return "it cannot be reached. Is it on, in the network, and its local server started?"
    if status in (401, 403):
        return "it refuses user with password. Compare both with the app's home screen."
    return "it does not feel well: its latest texts failed. Look at its SIM, credit and signal."


def _no_answer(answer: Unreachable) -> str:
    if answer.status in (401, 403):
        return f"the carrier refuses {PREFIX}TWILIO_ACCOUNT_SID with its token. Check both."
    if answer.status is not None:
        return f"the carrier answers with status {answer.status}. See its status page."
    return f"the carrier cannot be reached. Check the network and {PREFIX}TWILIO_API_URL."


def _account(answer: Account, settings: Settings, now: datetime) -> Iterator[Finding]:
    active = answer.status == "active"
    yield Finding(
        f"the carrier's account is {answer.status}",
        "" if active else "settle it with the carrier: no text goes out.",
    )
    if answer.is_trial:
        yield Finding("a trial account", "upgrade it: it texts only numbers that were verified.")
    credit = credit_of(answer, settings)
    texts = "" if credit.texts is None else f", about {credit.texts:,} texts"
    low = answer.credit < LEAST_CREDIT or is_low(credit, settings.least_texts)
    yield Finding(
        f"credit of {answer.credit:.2f} {answer.currency}{texts}",
        "add to it, and switch on automatic recharge." if low else "",
    )
    if answer.carrier_time is not None:
        apart = abs(now - answer.carrier_time)
        yield Finding(
            "the clock against the carrier's",
            f"they are {apart.total_seconds():.0f} s apart." if apart > CLOCKS_APART else "",
        )
