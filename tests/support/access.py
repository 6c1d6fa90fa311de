"""Everybody who may knock at a door: phones, a contact's link, staff of two offices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from server.db import Transaction
from server.domain.access import Role
from server.domain.drills import Way
from server.services import activists, drills, events, grants, setup, staff
from server.vault import token_hash
from shared import crypto
from shared.crypto import KeyPair
from tests.support import people
from tests.support.authenticator import encoded
from tests.support.contact_page import page_keys
from tests.support.people import Activist
from tests.support.web import Caller
from tests.support.world import PASSWORD, Office, World

PRAIA = {"lat": 14.9331, "lon": -23.5133, "accuracy_m": 20.0, "source": "gps"}
COOKIE = "__Host-candlewire_session"
# The columns of the table, in its order. `other` is another activist's phone of the same office;
# `newcomer` has no second factor yet; `elsewhere` is an administrator of another office.
WHO = (
    "nobody",
    "phone",
    "other",
    "link",
    "newcomer",
    "responder",
    "administrator",
    "elsewhere",
    "disabled",
)
OF_THE_OFFICE = {"newcomer", "responder", "administrator"}
OPEN = 101
OWN_CODES = 4000  # a socket is closed with 4401 where a door answers 401


@dataclass(frozen=True)
class Member:
    """A staff member, whose sessions are opened without typing a password each time."""

    id: str
    email: str
    pair: KeyPair
    factor: str | None


class Scene:
    """Two offices with an open incident each, on a server as in production."""

    def __init__(self, world: World) -> None:
        world.in_production()
        self.world = world
        self.office, self.other_office = world.office, world.new_office("Praia office")
        self.ana, self.other = world.activist("Ana"), world.activist("Bo", contacts=[])
        self.stranger = world.activist("Bartholomew", office=self.other_office)
        self.link = self.pressed(self.ana)
        self.pressed(self.stranger, position=PRAIA)
        self.gathered: list[str] = []
        self.fresh_event()
        self.members = {
            "newcomer": self._member("Nils", self.office, Role.RESPONDER, factor=None),
            "responder": self._member("Rosa", self.office, Role.RESPONDER),
            "administrator": self._member("Ada", self.office, Role.ADMINISTRATOR),
            "elsewhere": self._member("Theophilus", self.other_office, Role.ADMINISTRATOR),
            "disabled": self._member("Dan", self.office, Role.ADMINISTRATOR),
        }
        self.members["spare"] = self._member("Sam", self.office, Role.RESPONDER)
        gone, now = self.members["disabled"], world.clock.now()
        self._gone = self._cookie(gone)
        world.database.write(lambda tx: grants.disable(tx, gone.id, "tests", now))

    def pressed(self, who: Activist, **press: Any) -> str:
        """Opens an incident; the secret of the first contact's link."""
        who.phone.press(**press)
        return self.world.carrier.expect(who.contacts[0]).link

    def fresh(self) -> None:
        """An incident that no cell before has changed."""
        self.ana = self.world.activist("Ana")
        self.link = self.pressed(self.ana)

    def fresh_event(self) -> None:
        """Two alerts of Ana's office in an event that no cell before has changed."""
        world, pair = self.world, [self.world.activist(name) for name in ("Cy", "Di")]
        for one in pair:
            one.phone.press(position=None)
        ids, now = [one.phone.last for one in pair], world.clock.now()
        made = world.database.write(lambda tx: events.gather(tx, world.vault, None, ids, now))
        self.gathered, self.event = ids, str(made)

    def headers(self, who: str) -> dict[str, str]:
        if who == "nobody":
            return {}
        if who == "link":
            return {"Authorization": f"Bearer {self.link}", "Cookie": f"{COOKIE}={self.link}"}
        if who in ("phone", "other"):
            phone = self.ana.phone if who == "phone" else self.other.phone
            return {"Authorization": f"Bearer {phone.text_token}"}
        cookie = self._gone if who == "disabled" else self._cookie(self.members[who])
        return {"Cookie": f"{COOKIE}={cookie}"}

    def keys(self, who: str) -> dict[str, str]:
        """What opens a contact's page; others than the contact have to guess."""
        return page_keys(self.link if who == "link" else crypto.random_text(22))

    def place(self, path: str) -> str:
        """The path with its names filled in: of what belongs to Ana, her office, a responder."""
        return path.format(
            incident_id=self.ana.phone.last,
            activist_id=self.ana.id,
            office_id=self.office.id,
            event_id=self.event,
            place=1,
            locale="en" if path.startswith("/t/") else "fr",
            way="office",
            passkey_id="AAAA",
            board="a-tab-of-theirs",
            session_id=self._a_session() if "{session_id}" in path else "",
            export_id=self._an_export() if "{export_id}" in path else "",
            action_id=self._an_appeal() if "{action_id}" in path else "",
            staff_id=self._an_invited() if "{staff_id}" in path else "",
            device_id=self._a_phone() if "{device_id}" in path else "",
            drill_id=self._a_drill() if "{drill_id}" in path else "",
        )

    def pairing(self) -> dict[str, Any]:
        now, vault = self.world.clock.now(), self.world.vault

        def offer(tx: Transaction) -> str:
            activist = setup.new_activist(tx, vault, self.office.id, "Sara", "tests", now)
            return setup.offer_pairing(tx, vault, activist, people.bundle("Sara", ()), "tests", now)

        token = crypto.random_bytes()
        return {
            "code": self.world.database.write(offer),
            "device_name": "phone",
            "token_hash": token_hash(token).hex(),
            "dispatch_key": encoded(crypto.dispatch_pair(token).public),
        }

    def due(self, **span: float) -> str:
        return (self.world.clock.now() + timedelta(**span)).isoformat()

    def position(self) -> dict[str, Any]:
        place = {"lat": 1.0, "lon": 2.0, "accuracy_m": 3.0, "source": "gps"}
        return {**place, "at": self.world.clock.now().isoformat()}

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """What nobody of Ana's office may ever be told."""
        stranger, colleague = self.stranger, self.members["elsewhere"]
        names = ("Praia office", "Bartholomew", "Theophilus")
        return (self.other_office.id, stranger.id, stranger.phone.last, colleague.id, *names)

    def _member(self, name: str, office: Office, role: Role, factor: str | None = "totp") -> Member:
        world, now = self.world, self.world.clock.now()
        email = f"{name.lower()}@office.example"

        def enter(tx: Transaction) -> str:
            staff_id, code = staff.invite(
                tx, world.vault, office.id, email, name, role, "tests", now
            )
            staff.accept(tx, world.vault, code, PASSWORD, now)
            staff.grant(tx, world.vault, office.id, office.pair, staff_id, "tests", now)
            return staff_id

        staff_id = world.database.write(enter)
        with world.database.read() as tx:
            known = staff.credentials(tx, world.vault, email)
        return Member(staff_id, email, staff.unlock(world.vault, known, PASSWORD), factor)

    def _cookie(self, member: Member) -> str:
        now, vault = self.world.clock.now(), self.world.vault
        return self.world.database.write(
            lambda tx: staff.open_session(
                tx, vault, member.id, member.pair, now, factor=member.factor
            )
        )

    def export_wish(self) -> dict[str, Any]:
        return {"what": "incident", "subject_id": self.ana.phone.last, "form": "pdf", "names": True}

    def _an_export(self) -> str:
        """Of Ana's incident, asked for by a colleague who stands in no column."""
        return str(self._as_spare("/v1/exports", self.export_wish())["asked"])

    def _an_appeal(self) -> str:
        path = f"/v1/incidents/{self.ana.phone.last}/urgent-actions"
        return str(self._as_spare(path, {})["id"])

    def _as_spare(self, path: str, body: Any) -> Any:
        return self.world.caller.ask("POST", path, body, self.headers("spare")).ok()

    def _a_session(self) -> str:
        """The id of one that the responder has open elsewhere."""
        cookie, world = self._cookie(self.members["responder"]), self.world
        with world.database.read() as tx:
            return staff.resume(tx, world.vault, cookie, world.clock.now()).id

    def _an_invited(self) -> str:
        """Somebody of Ana's office who has not accepted yet."""
        world, now = self.world, self.world.clock.now()
        email = f"{crypto.random_text(8)}@office.example"
        return world.database.write(
            lambda tx: staff.invite(
                tx, world.vault, self.office.id, email, "Ivo", Role.RESPONDER, "tests", now
            )
        )[0]

    def _a_phone(self) -> str:
        """Another one of Ana's."""
        token, now = crypto.random_bytes(), self.world.clock.now()
        dispatch = crypto.dispatch_pair(token).public
        return self.world.database.write(
            lambda tx: activists.add_device(tx, self.ana.id, token_hash(token), dispatch, None, now)
        )

    def _a_drill(self) -> str:
        """One that the administrator has called for Ana."""
        now, cookie = self.world.clock.now(), self._cookie(self.members["administrator"])
        world = self.world

        def unit(tx: Transaction) -> str:
            who = staff.resume(tx, world.vault, cookie, now)
            return drills.call(tx, who, [self.ana.id], Way.PHONE, now).id

        return world.database.write(unit)


Body = Callable[[Scene, str], Any]


@dataclass(frozen=True)
class Told:
    """What a door said: a status or a close code, and every byte that came with it."""

    code: int
    body: bytes


def knock(scene: Scene, caller: Caller, who: str, door: str, body: Body | None) -> Told:
    """One cell of the table."""
    method, path = door.split()
    headers = scene.headers(who)
    if method == "WS":
        return _knock_at_socket(caller.url.replace("http", "ws", 1) + path, headers)
    sent = None if body is None else body(scene, who)
    answer = caller.ask(method, scene.place(path), sent, headers)
    return Told(answer.status, answer.body + str(answer.headers).encode())


def _knock_at_socket(address: str, headers: dict[str, str]) -> Told:
    said = b""
    try:
        with connect(address, additional_headers=headers, compression=None) as socket:
            while True:
                said += str(socket.recv(timeout=0.2)).encode()
    except TimeoutError:
        return Told(OPEN, said)
    except ConnectionClosed as closed:
        return Told(closed.rcvd.code - OWN_CODES if closed.rcvd else 0, said)
    except InvalidStatus as refused:
        return Told(refused.response.status_code, bytes(refused.response.body))
