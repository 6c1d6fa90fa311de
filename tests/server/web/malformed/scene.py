"""Something to damage at every door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from server.vault import token_hash
from shared import crypto
from tests.support.contact_page import page_keys
from tests.support.malformed import CASES, MARK
from tests.support.office import Officer, by_hand
from tests.support.people import Activist
from tests.support.world import World


@dataclass
class Scene:
    """An open incident, its office and its contact: something to damage at every door."""

    world: World
    ana: Activist
    bo: Activist
    event: str
    noor: Officer
    administrator: Officer
    link: str
    pairing_code: str

    @property
    def gathered(self) -> list[str]:
        """Two alerts of the office."""
        return [self.ana.phone.last, self.bo.phone.last]

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


def of_event(what: str) -> Callable[[Scene], str]:
    return lambda scene: f"/v1/events/{scene.event}/{what}"


def of_ana(what: str) -> Callable[[Scene], str]:
    return lambda scene: f"/v1/activists/{scene.ana.id}/{what}"


def of_noor(what: str) -> Callable[[Scene], str]:
    return lambda scene: f"/v1/staff/{scene.noor.id}{what}"


ENROLMENT = {
    "stop": "4711",
    "duress": "1174",
    "contacts": [{"name": "Ben", "phone": "+33639980001", "known_as": "Ana"}],
    "timezone": "Africa/Dakar",
    "replaces": False,
}
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
    "confirm": Way("POST", inner("close/confirm"), lambda scene: {"proposal": 1}, "staff"),
    "refuse": Way(
        "POST", inner("close/refuse"), lambda scene: {"proposal": 1, "reason": "x"}, "staff"
    ),
    "casework": Way(
        "POST",
        inner("casework"),
        lambda scene: {"outcome": "detained", "reference": "x", "reason": "x"},
        "staff",
    ),
    "text": Way("POST", inner("texts"), lambda scene: by_hand("x", [1]), "staff"),
    "text counted": Way(
        "POST",
        inner("texts/count"),
        lambda scene: {"text": "x", "to": [1], "welfare": False},
        "staff",
    ),
    "welfare": Way("POST", inner("welfare"), lambda scene: by_hand("x", [1]), "staff"),
    "call": Way("POST", inner("contacts/1/call"), lambda scene: {}, "staff"),
    "called": Way(
        "POST",
        inner("contacts/1/called"),
        lambda scene: {"id": str(uuid4()), "result": "busy", "note": "x", "at": None},
        "staff",
    ),
    "closing": Way(
        "PUT", of_office("closing"), lambda scene: {"two_person_close": False}, "administrator"
    ),
    "reopen": Way("POST", inner("reopen"), lambda scene: {"reason": "x"}, "staff"),
    "release": Way("POST", inner("release"), lambda scene: {}, "staff"),
    "shift": Way("POST", plain("/v1/shift"), lambda scene: {}, "staff"),
    "shift's end": Way("POST", plain("/v1/shift/end"), lambda scene: {"note": "x"}, "staff"),
    "presence": Way(
        "PUT",
        plain("/v1/presence"),
        lambda scene: {"board": "a-tab-of-hers", "incident_id": str(uuid4()), "seen": 1},
        "staff",
    ),
    "ladder": Way("PUT", of_office("ladder"), lambda scene: WAITS, "administrator"),
    "own ladder": Way(
        "PUT",
        lambda scene: f"/v1/activists/{scene.ana.id}/ladder",
        lambda scene: WAITS,
        "administrator",
    ),
    "plan": Way(
        "PUT",
        of_ana("plan"),
        lambda scene: {"notes": "x", "publicity": {"name": True, "agreed_on": "2026-01-31"}},
        "administrator",
    ),
    "section": Way(
        "POST",
        plain("/v1/offices"),
        lambda scene: {"name": "Nord", "parent_id": scene.world.office.id},
        "administrator",
    ),
    "member": Way(
        "POST",
        plain("/v1/staff"),
        lambda scene: {
            "office_id": scene.world.office.id,
            "email": "a@b.example",
            "name": "x",
            "role": "responder",
        },
        "administrator",
    ),
    "role": Way("PATCH", of_noor(""), lambda scene: {"role": "responder"}, "administrator"),
    "grant": Way("POST", of_noor("/grant"), lambda scene: {}, "administrator"),
    "invited again": Way("POST", of_noor("/invitation"), lambda scene: {}, "administrator"),
    "disabled": Way("POST", of_noor("/disable"), lambda scene: {}, "administrator"),
    "invitation": Way(
        "POST",
        plain("/v1/invitations"),
        lambda scene: {"code": "a-code-of-nobody", "password": MARK},
    ),
    "activist": Way(
        "POST",
        plain("/v1/activists"),
        lambda scene: {"office_id": scene.world.office.id, "name": "x"},
        "administrator",
    ),
    "enrolment": Way("POST", of_ana("pairing"), lambda scene: ENROLMENT, "administrator"),
    "asked anew": Way("POST", of_ana("invitations"), lambda scene: {}, "administrator"),
    "drill": Way(
        "POST",
        plain("/v1/drills"),
        lambda scene: {"way": "phone", "activists": [scene.ana.id], "office_id": None},
        "administrator",
    ),
    "drill's end": Way(
        "POST", lambda scene: f"/v1/drills/{uuid4()}/end", lambda scene: {}, "administrator"
    ),
    "rota": Way(
        "PUT",
        of_office("rota"),
        lambda scene: {
            "zone": "Africa/Dakar",
            "shifts": [
                {
                    "weekday": 1,
                    "day": None,
                    "starts": "06:00",
                    "ends": "18:00",
                    "staff_id": None,
                    "phone": "+12025550190",
                    "language": "fr",
                }
            ],
        },
        "administrator",
    ),
    "territory": Way(
        "PUT",
        of_office("territory"),
        lambda scene: {
            "areas": [{"code": "SN"}, {"lat": 12.5, "lon": -16.3, "radius_m": 50_000.0}]
        },
        "administrator",
    ),
    "office": Way(
        "POST",
        inner("office"),
        lambda scene: {"office_id": str(uuid4()), "reason": "x"},
        "staff",
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
    "event": Way("POST", plain("/v1/events"), lambda scene: {"incidents": scene.gathered}, "staff"),
    "event joined": Way(
        "POST", of_event("join"), lambda scene: {"incidents": scene.gathered}, "staff"
    ),
    "event split": Way(
        "POST", of_event("split"), lambda scene: {"incidents": scene.gathered[:1]}, "staff"
    ),
    "event brief": Way(
        "PUT",
        of_event("brief"),
        lambda scene: {"name": "x", "text": "x", "version": 0},
        "staff",
    ),
    "event taken": Way("POST", of_event("take"), lambda scene: {"incidents": None}, "staff"),
    "event noted": Way("POST", of_event("notes"), lambda scene: {"text": "x"}, "staff"),
    "event assigned": Way(
        "POST", of_event("assign"), lambda scene: {"staff_id": str(uuid4())}, "staff"
    ),
    "event texts": Way(
        "POST", of_event("texts"), lambda scene: {"id": str(uuid4()), "text": "x"}, "staff"
    ),
    "event closed": Way(
        "POST",
        of_event("close"),
        lambda scene: {"incidents": scene.gathered, "outcome": "safe", "reason": "x"},
        "staff",
    ),
    "event confirmed": Way(
        "POST",
        of_event("confirm"),
        lambda scene: {"proposals": {scene.gathered[0]: 1}},
        "staff",
    ),
    "notes, signed out": Way("POST", inner("notes"), lambda scene: {"text": "x"}),
    "alerts, unknown": Way("POST", plain("/v1/alerts"), alert, "stranger"),
}
OTHER_DOORS = 6  # tests below that take a share of their own
SHARE = max(1, CASES // (len(WAYS) + OTHER_DOORS))
