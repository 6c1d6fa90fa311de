"""`candlewire people …`: offices, staff, activists, and the codes with which phones join."""

import argparse
import os
from pathlib import Path

from server.commands import (
    opening,
    pairing,
    people_closing,
    people_staff,
    people_territory,
    terminal,
)
from server.commands.opening import Opened
from server.commands.people_staff import BY
from server.commands.terminal import say
from server.db import Transaction
from server.domain.errors import NotAllowed, NotKnown, Refusal, Unfit
from server.services import (
    activists,
    devices,
    duty,
    enrolments,
    grants,
    people_lists,
    readiness,
    setup,
    staff,
)
from server.services.people_lists import ListedActivist
from server.settings import PREFIX, from_environment
from server.vault import Vault
from shared import texts, wire
from shared.clock import SystemClock
from shared.crypto import KeyPair


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    with opening.opened(from_environment()) as opened:
        options.do(opened, options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire people", description=__doc__)
    metavar = "office|staff|activist|device|duty|list|readiness"
    nouns = parser.add_subparsers(required=True, metavar=metavar)
    office = nouns.add_parser("office").add_subparsers(
        required=True, metavar="add|closing|territory"
    )
    adding = office.add_parser("add", help="a new office; its first colleague needs --recovery")
    adding.add_argument("name")
    adding.add_argument("--parent", metavar="NAME", help="the office above, which reads it too")
    adding.set_defaults(do=add_office)
    people_closing.add_to(office)
    people_territory.add_to(office)
    people_staff.add_to(nouns.add_parser("staff").add_subparsers(required=True))
    _add_activists(nouns.add_parser("activist").add_subparsers(required=True))
    device = nouns.add_parser("device").add_subparsers(required=True, metavar="revoke")
    revoking = device.add_parser("revoke", help="a lost phone: its token is refused at once")
    revoking.add_argument("device", metavar="ID")
    revoking.set_defaults(do=revoke_device)
    duty_ = nouns.add_parser("duty", help="sets whom to call when staff do not take an alert")
    duty_.add_argument("--office", required=True)
    duty_.add_argument("--phone", action="append", default=[], help="again for the next to ring")
    duty_.add_argument("--language", default="en", help="of texts and calls (%(default)s)")
    duty_.set_defaults(do=set_duty)
    listing = nouns.add_parser("list", help="ids and states; with --as also names")
    listing.add_argument("--as", dest="email", metavar="EMAIL", help="sign in to see names")
    listing.add_argument("--password-stdin", action="store_true")
    listing.set_defaults(do=list_all)
    rating = nouns.add_parser("readiness", help="who is not protected today, and what mends it")
    rating.add_argument("--as", dest="email", metavar="EMAIL", help="sign in: names, and STOPs")
    rating.add_argument("--password-stdin", action="store_true")
    rating.set_defaults(do=list_readiness)
    return parser


def _add_activists(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    adding = verbs.add_parser("add", help="prints their id")
    adding.add_argument("--office", required=True)
    adding.add_argument("--name", required=True, help="readable by the office alone")
    adding.set_defaults(do=add_activist)
    pairing_ = verbs.add_parser("pair", help="prints a one-time code for their phone")
    pairing_.add_argument("--activist", required=True, metavar="ID")
    pairing_.add_argument("--name", help="theirs; else what the first contact calls them")
    pairing_.add_argument("--contacts", type=Path, metavar="FILE", help="a JSON list")
    pairing_.add_argument("--card", type=Path, metavar="FILE", help="what contacts should do")
    pairing_.add_argument("--timezone", default="UTC", help="of the times in texts (%(default)s)")
    pairing_.add_argument(
        "--codes-stdin", action="store_true", help="stop and duress code, two lines"
    )
    pairing_.set_defaults(do=pair_activist)
    asking = verbs.add_parser("ask", help="invites contacts again who never answered")
    asking.add_argument("--activist", required=True, metavar="ID")
    asking.add_argument("--as", dest="email", metavar="EMAIL", required=True)
    asking.add_argument("--password-stdin", action="store_true")
    asking.set_defaults(do=ask_anew)


def add_office(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()

    def unit(tx: Transaction) -> str:
        if any(name == options.name for _, name, _ in people_lists.all_offices(tx)):
            raise NotAllowed("There is an office of that name.", mend="Choose another one.")
        parent = setup.office_named(tx, options.parent) if options.parent else None
        return setup.new_office(tx, opened.vault, options.name, parent, BY, now)[0]

    say(opened.database.write(unit))


def set_duty(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()
    wish = [{"phone": phone, "language": options.language} for phone in options.phone]
    rota = wire.decode(list[duty.Number], wire.encode(wish))

    def unit(tx: Transaction) -> None:
        office_id = setup.office_named(tx, options.office)
        duty.set_numbers(tx, opened.vault, office_id, rota, BY, now)

    opened.database.write(unit)
    say(f"Duty phones: {len(rota)}, in this order.")


def add_activist(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()

    def unit(tx: Transaction) -> str:
        office_id = setup.office_named(tx, options.office)
        return setup.new_activist(tx, opened.vault, office_id, options.name, BY, now)

    say(opened.database.write(unit))


def pair_activist(opened: Opened, options: argparse.Namespace) -> None:
    server = from_environment().public_url
    if not server:
        raise NotAllowed(f"{PREFIX}PUBLIC_URL is not set.", mend="The phone must know it.")
    with opened.database.read() as tx:
        known = {activist.id for activist in people_lists.all_activists(tx)}
    if options.activist not in known:
        raise NotKnown("There is no such activist.", mend="`people list` has all.")
    bundle = _bundle(options)
    now = SystemClock().now()
    code = opened.database.write(
        lambda tx: setup.offer_pairing(tx, opened.vault, options.activist, bundle, BY, now)
    )
    say(code)
    say(enrolments.link(server, code))


def ask_anew(opened: Opened, options: argparse.Namespace) -> None:
    staff_id, own = people_staff.sign_in(opened, options.email, stdin=options.password_stdin)
    now = SystemClock().now()

    def unit(tx: Transaction) -> int:
        offices = {one.id: one.office_id for one in people_lists.all_activists(tx)}
        if options.activist not in offices:
            raise NotKnown("There is no such activist.", mend="`people list` has all.")
        office = offices[options.activist]
        pair = grants.pair_by_colleague(tx, opened.vault, staff_id, own, office)
        return activists.ask_anew(tx, opened.vault, options.activist, pair, staff_id, now)

    say(f"Asked anew: {opened.database.write(unit)}.")


def _bundle(options: argparse.Namespace) -> wire.Bundle:
    contacts = pairing.read_contacts(options.contacts) if options.contacts else []
    name = options.name or (contacts[0].known_as if contacts else "")
    if not name:
        raise Unfit("Without contacts the activist's name is needed.", mend="Give --name.")
    card = pairing.read_card(options.card) if options.card else wire.Card()
    timezone = enrolments.check_timezone(options.timezone)
    stop, duress = pairing.read_codes(stdin=options.codes_stdin)
    return enrolments.fit(
        wire.Bundle(
            name=name, contacts=contacts, stop=stop, duress=duress, timezone=timezone, card=card
        )
    )


def revoke_device(opened: Opened, options: argparse.Namespace) -> None:
    now = SystemClock().now()
    opened.database.write(lambda tx: devices.revoke(tx, options.device, BY, now))
    say("Revoked: this phone is refused, and its contact list is destroyed.")


def list_all(opened: Opened, options: argparse.Namespace) -> None:
    reader = None
    if options.email:
        reader = people_staff.sign_in(opened, options.email, stdin=options.password_stdin)
    with opened.database.read() as tx:
        names = _office_names(tx)
        pairs = _pairs(tx, opened.vault, reader)
        for office_id, name, parent in people_lists.all_offices(tx):
            say("\t".join(["office", office_id, name, names.get(parent or "", "-")]))
        for person in people_lists.all_staff(tx):
            line = ["staff", person.id, names[person.office_id], person.role, person.state]
            shown = reader and person.office_id in pairs
            known = staff.names(tx, opened.vault)[person.id] if shown else ""
            say("\t".join([*line, known]).rstrip())
        for activist in people_lists.all_activists(tx):
            _say_activist(opened.vault, activist, names, pairs.get(activist.office_id))


def list_readiness(opened: Opened, options: argparse.Namespace) -> None:
    reader = None
    if options.email:
        reader = people_staff.sign_in(opened, options.email, stdin=options.password_stdin)
    now = SystemClock().now()
    with opened.database.read() as tx:
        keys = {office: [pair] for office, pair in _pairs(tx, opened.vault, reader).items()}
        for one in readiness.all_of(tx, opened.vault, _office_names(tx), keys, now):
            protected = "protected" if one.protected else "not protected"
            reachable = f"{one.reachable} reachable"
            say("\t".join([one.id, one.office_name, one.name or "-", protected, reachable]))
            for mend in one.mends:
                say("\t" + texts.say(f"web.readiness.{mend}", "en"))


def _office_names(tx: Transaction) -> dict[str, str]:
    return {office_id: name for office_id, name, _ in people_lists.all_offices(tx)}


def _pairs(tx: Transaction, vault: Vault, reader: tuple[str, KeyPair] | None) -> dict[str, KeyPair]:
    """The offices whose names this person can open."""
    pairs: dict[str, KeyPair] = {}
    if reader is None:
        return pairs
    staff_id, own = reader
    for office_id in _office_names(tx):
        try:
            pairs[office_id] = grants.pair_by_colleague(tx, vault, staff_id, own, office_id)
        except Refusal:
            continue
    return pairs


def _say_activist(
    vault: Vault, activist: ListedActivist, names: dict[str, str], pair: KeyPair | None
) -> None:
    consents = ",".join(f"{state}={number}" for state, number in activist.consents.items())
    line = ["activist", activist.id, names[activist.office_id], consents or "nobody asked"]
    if pair is not None:
        line.append(vault.unbox(pair, activist.sealed).decode())
    say("\t".join(line))
    for device_id, usable in activist.devices:
        say("\t".join(["device", device_id, activist.id, "paired" if usable else "revoked"]))
