"""Something to damage at every door, and who notices what came of it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from server.tables import schema
from server.vault import token_hash
from shared import crypto
from tests.support.contact_page import page_keys
from tests.support.malformed import CASES, MARK
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.web import Answer, Caller
from tests.support.world import World

COUNTED = {"wrong_codes", "codes_from"}  # a wrong code is counted, and that is all it does
READABLE = {400, 422}
REFUSALS = {400, 401, 403, 404, 409, 413, 422, 429}


@dataclass
class Scene:
    """An open incident, its office and its contact: something to damage at every door."""

    world: World
    ana: Activist
    noor: Officer
    administrator: Officer
    link: str
    pairing_code: str

    @property
    def incident(self) -> str:
        return f"/v1/incidents/{self.ana.phone.last}"

    def position(self) -> dict[str, Any]:
        now = self.world.clock.now().isoformat()
        return {"lat": 1.0, "lon": 2.0, "accuracy_m": 3.0, "source": "gps", "at": now}


def alert(scene: Scene) -> Any:
    return scene.ana.phone.press_body(note="x")


def pairing(scene: Scene) -> Any:
    token = crypto.random_bytes()
    return {
        "code": scene.pairing_code,
        "device_name": "phone",
        "token_hash": token_hash(token).hex(),
        "dispatch_key": "A" * 43,
    }


def due(scene: Scene) -> Any:
    return {"due_at": (scene.world.clock.now() + timedelta(hours=1)).isoformat()}


@dataclass(frozen=True)
class Way:
    """A door, who stands before it, and what it would take."""

    method: str
    path: Callable[[Scene], str]
    body: Callable[[Scene], Any]
    who: str = "nobody"


def plain(path: str) -> Callable[[Scene], str]:
    return lambda scene: path


def inner(action: str) -> Callable[[Scene], str]:
    return lambda scene: f"{scene.incident}/{action}"


def of_office(what: str) -> Callable[[Scene], str]:
    return lambda scene: f"/v1/offices/{scene.world.office.id}/{what}"


WAITS = {"delivered_s": 30, "answer_s": 90, "call_again_s": 60, "office_s": 60, "calls": False}
WAYS = {
    "alerts": Way("POST", plain("/v1/alerts"), alert, "phone"),
    "positions": Way("POST", inner("positions"), lambda scene: [scene.position()], "phone"),
    "position": Way("POST", inner("positions"), lambda scene: scene.position(), "phone"),
    "stop": Way("POST", inner("stop"), lambda scene: {"code": "0000"}, "phone"),
    "check-in": Way("POST", plain("/v1/check-in"), due, "phone"),
    "check-in later": Way("PATCH", plain("/v1/check-in"), due, "phone"),
    "check-in end": Way("POST", plain("/v1/check-in/end"), lambda scene: {"code": "0000"}, "phone"),
    "battery": Way(
        "POST",
        inner("positions"),
        lambda scene: {"positions": [scene.position()], "battery": 0.5},
        "phone",
    ),
    "phone": Way(
        "PUT",
        plain("/v1/phone"),
        lambda scene: {"armed": False, "obstacles": ["battery_saver"], "battery": 0.5},
        "phone",
    ),
    "profile": Way(
        "PUT",
        plain("/v1/profile"),
        lambda scene: {"bundle": "AAAA", "office_copy": "AAAA"},
        "phone",
    ),
    "pairings": Way("POST", plain("/v1/pairings"), pairing),
    "session": Way(
        "POST", plain("/v1/session"), lambda scene: {"email": "a@b.example", "password": MARK}
    ),
    "challenge": Way("POST", plain("/v1/session/challenge"), lambda scene: {}),
    "app": Way("POST", plain("/v1/account/totp"), lambda scene: {}, "staff"),
    "app's code": Way("PUT", plain("/v1/account/totp"), lambda scene: {"code": "000000"}, "staff"),
    "passkey asked for": Way(
        "POST", plain("/v1/account/passkeys/challenge"), lambda scene: {}, "staff"
    ),
    "passkey": Way(
        "POST",
        plain("/v1/account/passkeys"),
        lambda scene: {"id": "AAAA", "client_data": "e30", "attestation": "oA", "name": "x"},
        "staff",
    ),
    "recovery codes": Way("POST", plain("/v1/account/recovery-codes"), lambda scene: {}, "staff"),
    "password": Way(
        "PUT",
        plain("/v1/account/password"),
        lambda scene: {"password": MARK, "new_password": "several unrelated words"},
        "staff",
    ),
    "view": Way("POST", plain("/v1/contact/view"), lambda scene: page_keys("B" * 22)),
    "answer": Way(
        "POST",
        plain("/v1/contact/answer"),
        lambda scene: {**page_keys(scene.link), "answer": 2},
    ),
    "pin": Way(
        "POST", plain("/v1/contact/pin"), lambda scene: {**page_keys(scene.link), "pin": "0000"}
    ),
    "acknowledge": Way("POST", inner("acknowledge"), lambda scene: {}, "staff"),
    "notes": Way("POST", inner("notes"), lambda scene: {"text": "x"}, "staff"),
    "assign": Way("POST", inner("assign"), lambda scene: {"staff_id": str(uuid4())}, "staff"),
    "close": Way("POST", inner("close"), lambda scene: {"outcome": "safe", "reason": "x"}, "staff"),
    "reopen": Way("POST", inner("reopen"), lambda scene: {"reason": "x"}, "staff"),
    "release": Way("POST", inner("release"), lambda scene: {}, "staff"),
    "ladder": Way("PUT", of_office("ladder"), lambda scene: WAITS, "administrator"),
    "own ladder": Way(
        "PUT",
        lambda scene: f"/v1/activists/{scene.ana.id}/ladder",
        lambda scene: WAITS,
        "administrator",
    ),
    "duty": Way(
        "PUT",
        of_office("duty"),
        lambda scene: {"phones": [{"phone": "+12025550190", "language": "fr"}]},
        "administrator",
    ),
    "language": Way(
        "PUT", plain("/v1/languages/fr"), lambda scene: {"reader": "x"}, "administrator"
    ),
    "notes, signed out": Way("POST", inner("notes"), lambda scene: {"text": "x"}),
    "alerts, unknown": Way("POST", plain("/v1/alerts"), alert, "stranger"),
}
OTHER_DOORS = 6  # tests below that take a share of their own
SHARE = max(1, CASES // (len(WAYS) + OTHER_DOORS))


class Keeper:
    """Knows what is stored, and notices when it changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held = self._digest()

    def nothing_changed(self) -> bool:
        before, self._held = self._held, self._digest()
        return before == self._held

    def look(self) -> None:
        self._held = self._digest()

    def _digest(self) -> bytes:
        digest = hashlib.sha256()
        with self._world.database.read() as tx:
            for table in schema().sorted_tables:
                if table.name == "board_seen":  # a board that is connected says so
                    continue
                columns = [column for column in table.columns if column.name not in COUNTED]
                for row in tx.execute(select(*columns).order_by(*table.primary_key)):
                    digest.update(repr(tuple(row)).encode())
        return digest.digest()


def caller_for(scene: Scene, who: str) -> Caller:
    if who == "phone":
        return scene.ana.phone.caller
    if who == "staff":
        return scene.noor.caller
    if who == "administrator":
        return scene.administrator.caller
    if who == "stranger":
        return scene.world.phone(crypto.random_bytes()).caller
    return scene.world.caller


def check(answer: Answer, keeper: Keeper, sent: bytes) -> None:
    """A yes may store; a no names the field and the mend, repeats nothing and stores nothing."""
    if answer.status < 300:
        keeper.look()
        return
    assert answer.status in REFUSALS, (answer.status, answer.body, sent)
    assert keeper.nothing_changed(), sent
    check_problem(answer.headers["Content-Type"], answer.json, answer.status, sent)


def check_problem(kind: str, problem: dict[str, Any], status: int, sent: bytes) -> None:
    assert kind == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert MARK not in json.dumps(problem), sent
    if status in READABLE:
        assert "pointer" in problem, (problem, sent)
        assert problem["mend"]
