"""Who gets what at each door: every cell has its answer, and a door without cells fails (A1)."""

from typing import Any
from uuid import uuid4

from tests.house.test_docs import doors
from tests.support.access import OF_THE_OFFICE, WHO, Body, Scene, knock
from tests.support.people import STOP_CODE
from tests.support.web import Caller
from tests.support.world import PASSWORD, World

# A line a door, a column for each of `access.WHO`: nobody, phone, other phone, link; newcomer,
# responder, administrator; administrator elsewhere, disabled. 101 is a socket that stays open; one
# that is closed with 4401 counts as 401. What is sent, right for whoever may come in, is below.
TABLE = """
POST /v1/alerts                                          401 201 201 401 401 401 401 401 401
POST /v1/pairings                                        201 201 201 201 201 201 201 201 201
PUT /v1/profile                                          401 422 422 401 401 401 401 401 401
GET /v1/profile/standing                                 401 200 200 401 401 401 401 401 401
PUT /v1/phone                                            401 200 200 401 401 401 401 401 401
WS /v1/phone                                             403 101 101 403 403 403 403 403 403
POST /v1/check-in                                        401 201 201 401 401 401 401 401 401
GET /v1/check-in                                         401 200 200 401 401 401 401 401 401
PATCH /v1/check-in                                       401 200 200 401 401 401 401 401 401
POST /v1/check-in/end                                    401 200 200 401 401 401 401 401 401
DELETE /v1/check-in                                      401 404 404 401 401 401 401 401 401
POST /v1/incidents/{incident_id}/positions               401 200 404 401 401 401 401 401 401
POST /v1/incidents/{incident_id}/stop                    401 200 404 401 401 401 401 401 401

POST /v1/contact/view                                    404 404 404 200 404 404 404 404 404
POST /v1/contact/answer                                  404 404 404 200 404 404 404 404 404
POST /v1/contact/pin                                     404 404 404 404 404 404 404 404 404

POST /v1/session                                         200 200 200 200 200 200 200 200 200
POST /v1/session/challenge                               200 200 200 200 200 200 200 200 200
GET /v1/session                                          401 401 401 401 200 200 200 200 401
DELETE /v1/session                                       401 401 401 401 204 204 204 204 401
GET /v1/account                                          401 401 401 401 200 200 200 200 401
POST /v1/account/totp                                    401 401 401 401 200 200 200 200 401
PUT /v1/account/totp                                     401 401 401 401 422 422 422 422 401
DELETE /v1/account/totp                                  401 401 401 401 404 404 404 404 401
POST /v1/account/passkeys/challenge                      401 401 401 401 200 200 200 200 401
POST /v1/account/passkeys                                401 401 401 401 422 422 422 422 401
DELETE /v1/account/passkeys/{passkey_id}                 401 401 401 401 404 404 404 404 401
POST /v1/account/recovery-codes                          401 401 401 401 403 409 409 409 401
PUT /v1/account/password                                 401 401 401 401 403 204 204 204 401
DELETE /v1/account/sessions                              401 401 401 401 403 204 204 204 401
DELETE /v1/account/sessions/{session_id}                 401 401 401 401 403 204 404 404 401

WS /v1/dashboard                                         401 401 401 401 403 101 101 101 401
GET /v1/incidents                                        401 401 401 401 403 200 200 200 401
GET /v1/incidents/{incident_id}                          401 200 404 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/acknowledge             401 401 401 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/notes                   401 401 401 401 403 201 201 404 401
POST /v1/incidents/{incident_id}/assign                  401 401 401 401 403 200 200 404 401
GET /v1/incidents/{incident_id}/office                   401 401 401 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/office                  401 401 401 401 403 409 409 404 401
POST /v1/incidents/{incident_id}/close                   401 401 401 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/close/confirm           401 401 401 401 403 409 409 404 401
POST /v1/incidents/{incident_id}/close/refuse            401 401 401 401 403 409 409 404 401
POST /v1/incidents/{incident_id}/casework                401 401 401 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/texts                   401 401 401 401 403 201 201 404 401
POST /v1/incidents/{incident_id}/texts/count             401 401 401 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/welfare                 401 401 401 401 403 201 201 404 401
POST /v1/incidents/{incident_id}/contacts/{place}/call   401 401 401 401 403 200 200 404 401
POST /v1/incidents/{incident_id}/contacts/{place}/called 401 401 401 401 403 201 201 404 401
POST /v1/incidents/{incident_id}/reopen                  401 401 401 401 403 409 409 404 401
POST /v1/incidents/{incident_id}/release                 401 401 401 401 403 409 409 404 401
DELETE /v1/incidents/{incident_id}/contacts/{place}/link 401 401 401 401 403 200 200 404 401
GET /v1/events                                           401 401 401 401 403 200 200 200 401
POST /v1/events                                          401 401 401 401 403 201 201 404 401
GET /v1/events/{event_id}                                401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/join                          401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/split                         401 401 401 401 403 200 200 404 401
PUT /v1/events/{event_id}/brief                          401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/take                          401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/notes                         401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/assign                        401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/texts                         401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/close                         401 401 401 401 403 200 200 404 401
POST /v1/events/{event_id}/confirm                       401 401 401 401 403 200 200 404 401
GET /v1/staff                                            401 401 401 401 403 200 200 200 401
GET /v1/watch                                            401 401 401 401 403 200 200 200 401
GET /v1/shift                                            401 401 401 401 403 200 200 200 401
POST /v1/shift                                           401 401 401 401 403 201 201 201 401
POST /v1/shift/end                                       401 401 401 401 403 200 200 200 401
GET /v1/shift/since                                      401 401 401 401 403 200 200 200 401
PUT /v1/presence                                         401 401 401 401 403 200 200 404 401
DELETE /v1/presence/{board}                              401 401 401 401 403 204 204 204 401
GET /v1/readiness                                        401 401 401 401 403 200 200 200 401
GET /v1/offices/{office_id}/ladder                       401 401 401 401 403 403 200 404 401
PUT /v1/offices/{office_id}/ladder                       401 401 401 401 403 403 200 404 401
GET /v1/offices/{office_id}/closing                      401 401 401 401 403 403 200 404 401
PUT /v1/offices/{office_id}/closing                      401 401 401 401 403 403 200 404 401
GET /v1/offices/{office_id}/duty                         401 401 401 401 403 403 200 404 401
PUT /v1/offices/{office_id}/duty                         401 401 401 401 403 403 200 404 401
GET /v1/offices/{office_id}/rota                         401 401 401 401 403 200 200 404 401
PUT /v1/offices/{office_id}/rota                         401 401 401 401 403 403 200 404 401
GET /v1/offices/{office_id}/territory                    401 401 401 401 403 403 200 404 401
PUT /v1/offices/{office_id}/territory                    401 401 401 401 403 403 403 404 401
GET /v1/activists/{activist_id}/ladder                   401 401 401 401 403 403 200 404 401
PUT /v1/activists/{activist_id}/ladder                   401 401 401 401 403 403 200 404 401
DELETE /v1/activists/{activist_id}/ladder                401 401 401 401 403 403 200 404 401
GET /v1/activists/{activist_id}/plan                     401 401 401 401 403 200 200 404 401
PUT /v1/activists/{activist_id}/plan                     401 401 401 401 403 403 200 404 401
GET /v1/people                                           401 401 401 401 403 200 200 200 401
POST /v1/offices                                         401 401 401 401 403 403 201 404 401
POST /v1/staff                                           401 401 401 401 403 403 201 404 401
PATCH /v1/staff/{staff_id}                               401 401 401 401 403 403 204 404 401
POST /v1/staff/{staff_id}/grant                          401 401 401 401 403 403 409 404 401
POST /v1/staff/{staff_id}/invitation                     401 401 401 401 403 403 201 404 401
DELETE /v1/staff/{staff_id}/sessions                     401 401 401 401 403 403 204 404 401
POST /v1/staff/{staff_id}/disable                        401 401 401 401 403 403 200 404 401
POST /v1/invitations                                     404 404 404 404 404 404 404 404 404
POST /v1/activists                                       401 401 401 401 403 403 201 404 401
GET /v1/activists/{activist_id}                          401 401 401 401 403 200 200 404 401
POST /v1/activists/{activist_id}/pairing                 401 401 401 401 403 403 201 404 401
POST /v1/activists/{activist_id}/invitations             401 401 401 401 403 403 404 404 401
DELETE /v1/activists/{activist_id}/phones/{device_id}    401 401 401 401 403 204 204 404 401
GET /v1/drills                                           401 401 401 401 403 200 200 200 401
POST /v1/drills                                          401 401 401 401 403 403 201 404 401
GET /v1/drills/{drill_id}                                401 401 401 401 403 200 200 404 401
POST /v1/drills/{drill_id}/end                           401 401 401 401 403 403 200 404 401
GET /v1/exports                                          401 401 401 401 403 200 200 200 401
POST /v1/exports                                         401 401 401 401 403 201 201 404 401
POST /v1/exports/{export_id}/approve                     401 401 401 401 403 200 200 404 401
POST /v1/exports/{export_id}/refuse                      401 401 401 401 403 200 200 404 401
POST /v1/exports/{export_id}/file                        401 401 401 401 403 403 403 404 401
GET /v1/statistics                                       401 401 401 401 403 200 200 200 401
GET /v1/statistics.csv                                   401 401 401 401 403 200 200 200 401
GET /v1/urgent-actions                                   401 401 401 401 403 200 200 200 401
POST /v1/incidents/{incident_id}/urgent-actions          401 401 401 401 403 201 201 404 401
GET /v1/urgent-actions/{action_id}                       401 401 401 401 403 200 200 404 401
PUT /v1/urgent-actions/{action_id}                       401 401 401 401 403 200 200 404 401
POST /v1/urgent-actions/{action_id}/submit               401 401 401 401 403 409 409 404 401
POST /v1/urgent-actions/{action_id}/confirm              401 401 401 401 403 409 409 404 401
GET /v1/languages                                        401 401 401 401 403 403 200 200 401
PUT /v1/languages/{locale}                               401 401 401 401 403 403 200 200 401

GET /                                                    200 200 200 200 200 200 200 200 200
GET /events                                              200 200 200 200 200 200 200 200 200
GET /people                                              200 200 200 200 200 200 200 200 200
GET /join                                                200 200 200 200 200 200 200 200 200
GET /account                                             200 200 200 200 200 200 200 200 200
GET /duty                                                200 200 200 200 200 200 200 200 200
GET /record                                              200 200 200 200 200 200 200 200 200
GET /t                                                   200 200 200 200 200 200 200 200 200
GET /t/strings/{locale}.json                             200 200 200 200 200 200 200 200 200
GET /favicon.ico                                         200 200 200 200 200 200 200 200 200
GET /healthz                                             200 200 200 200 200 200 200 200 200
GET /readyz                                              200 200 200 200 200 200 200 200 200
GET /metrics                                             404 404 404 404 404 404 404 404 404
GET /openapi.json                                        404 404 404 404 404 404 404 404 404
POST /twilio/inbound                                     403 403 403 403 403 403 403 403 403
POST /twilio/status                                      403 403 403 403 403 403 403 403 403
POST /twilio/voice                                       403 403 403 403 403 403 403 403 403
POST /gateway/{way}                                      403 403 403 403 403 403 403 403 403
"""

WAITS = {"delivered_s": 30, "answer_s": 90, "call_again_s": 60, "office_s": 60, "calls": False}


def same(body: Any) -> Body:
    return lambda scene, who: body


EMPTY = same({})
AN_ID = "00000000-0000-4000-8000-000000000000"
BODIES: dict[str, Body] = {
    "POST /v1/alerts": lambda scene, who: scene.ana.phone.press_body(),
    "POST /v1/pairings": lambda scene, who: scene.pairing(),
    "PUT /v1/profile": same({"bundle": "AAAA", "office_copy": "AAAA"}),
    "PUT /v1/phone": same({"armed": True, "obstacles": []}),
    "POST /v1/check-in": lambda scene, who: {"due_at": scene.due(hours=1)},
    "PATCH /v1/check-in": lambda scene, who: {"due_at": scene.due(hours=2)},
    "POST /v1/check-in/end": same({"code": STOP_CODE}),
    "POST /v1/incidents/{incident_id}/positions": lambda scene, who: scene.position(),
    "POST /v1/incidents/{incident_id}/stop": same({"code": STOP_CODE}),
    "POST /v1/session": lambda scene, who: {
        "email": scene.members["spare"].email,
        "password": PASSWORD,
    },
    "POST /v1/session/challenge": EMPTY,
    "POST /v1/account/totp": EMPTY,
    "PUT /v1/account/totp": same({"code": "000000"}),
    "POST /v1/account/passkeys/challenge": EMPTY,
    "POST /v1/account/passkeys": same(
        {"id": "AAAA", "client_data": "AAAA", "attestation": "AAAA", "name": "x"}
    ),
    "POST /v1/account/recovery-codes": EMPTY,
    "PUT /v1/account/password": same({"password": PASSWORD, "new_password": PASSWORD}),
    "POST /v1/incidents/{incident_id}/acknowledge": EMPTY,
    "POST /v1/incidents/{incident_id}/notes": same({"text": "x"}),
    "POST /v1/incidents/{incident_id}/assign": lambda scene, who: {
        "staff_id": scene.members["responder"].id
    },
    "POST /v1/incidents/{incident_id}/close": same({"outcome": "safe", "reason": "x"}),
    "POST /v1/incidents/{incident_id}/close/confirm": same({"proposal": 1}),
    "POST /v1/incidents/{incident_id}/close/refuse": same({"proposal": 1, "reason": "x"}),
    "POST /v1/incidents/{incident_id}/casework": same(
        {"outcome": "detained", "reference": "x", "reason": "x"}
    ),
    "POST /v1/incidents/{incident_id}/texts": same({"id": AN_ID, "text": "x"}),
    "POST /v1/incidents/{incident_id}/texts/count": same({"text": "x"}),
    "POST /v1/incidents/{incident_id}/welfare": same({"id": AN_ID}),
    "POST /v1/incidents/{incident_id}/contacts/{place}/call": EMPTY,
    "POST /v1/incidents/{incident_id}/contacts/{place}/called": same(
        {"id": AN_ID, "result": "busy"}
    ),
    "PUT /v1/offices/{office_id}/closing": same({"two_person_close": False}),
    "POST /v1/incidents/{incident_id}/reopen": same({"reason": "x"}),
    "POST /v1/incidents/{incident_id}/release": EMPTY,
    "POST /v1/shift": EMPTY,
    "POST /v1/shift/end": same({"note": "x"}),
    "PUT /v1/presence": lambda scene, who: {
        "board": "a-tab-of-theirs",
        "incident_id": scene.ana.phone.last,
    },
    "POST /v1/events": lambda scene, who: {"incidents": scene.gathered},
    "POST /v1/events/{event_id}/join": lambda scene, who: {"incidents": scene.gathered},
    "POST /v1/events/{event_id}/split": lambda scene, who: {"incidents": scene.gathered[:1]},
    "PUT /v1/events/{event_id}/brief": same({"name": "x", "text": "x", "version": 0}),
    "POST /v1/events/{event_id}/take": EMPTY,
    "POST /v1/events/{event_id}/notes": same({"text": "x"}),
    "POST /v1/events/{event_id}/assign": lambda scene, who: {
        "staff_id": scene.members["responder"].id
    },
    "POST /v1/events/{event_id}/texts": lambda scene, who: {"id": str(uuid4()), "text": "x"},
    "POST /v1/events/{event_id}/close": lambda scene, who: {
        "incidents": scene.gathered,
        "outcome": "safe",
        "reason": "x",
    },
    "POST /v1/events/{event_id}/confirm": lambda scene, who: {"proposals": {scene.gathered[0]: 1}},
    "PUT /v1/offices/{office_id}/ladder": same(WAITS),
    "PUT /v1/activists/{activist_id}/ladder": same(WAITS),
    "PUT /v1/activists/{activist_id}/plan": same({"full_name": "Ana Diop", "police": "danger"}),
    "POST /v1/offices": lambda scene, who: {
        "name": f"Section {who}",
        "parent_id": scene.office.id,
    },
    "POST /v1/staff": lambda scene, who: {
        "office_id": scene.office.id,
        "email": f"new-{who}@office.example",
        "name": "Nia",
    },
    "PATCH /v1/staff/{staff_id}": same({"role": "responder"}),
    "POST /v1/staff/{staff_id}/grant": EMPTY,
    "POST /v1/staff/{staff_id}/invitation": EMPTY,
    "POST /v1/staff/{staff_id}/disable": EMPTY,
    "POST /v1/invitations": lambda scene, who: {
        "code": f"guess-of-{who}",
        "password": PASSWORD,
    },
    "POST /v1/activists": lambda scene, who: {"office_id": scene.office.id, "name": "Bo"},
    "POST /v1/activists/{activist_id}/pairing": same(
        {"stop": "4711", "duress": "1174", "contacts": []}
    ),
    "POST /v1/activists/{activist_id}/invitations": EMPTY,
    "POST /v1/drills": lambda scene, who: {"way": "phone", "activists": [scene.ana.id]},
    "POST /v1/drills/{drill_id}/end": EMPTY,
    "PUT /v1/offices/{office_id}/duty": same({"phones": []}),
    "PUT /v1/offices/{office_id}/rota": same({"zone": "UTC", "shifts": []}),
    "PUT /v1/offices/{office_id}/territory": same({"areas": []}),
    "POST /v1/incidents/{incident_id}/office": lambda scene, who: {
        "office_id": scene.office.id,
        "reason": "x",
    },
    "PUT /v1/languages/{locale}": same({"reader": "Awa"}),
    "POST /v1/exports": lambda scene, who: scene.export_wish(),
    "POST /v1/exports/{export_id}/approve": EMPTY,
    "POST /v1/exports/{export_id}/refuse": EMPTY,
    "POST /v1/exports/{export_id}/file": EMPTY,
    "POST /v1/incidents/{incident_id}/urgent-actions": same({"locale": "fr"}),
    "PUT /v1/urgent-actions/{action_id}": same({"number": 1, "demands": "Release the person."}),
    "POST /v1/urgent-actions/{action_id}/submit": EMPTY,
    "POST /v1/urgent-actions/{action_id}/confirm": same({"number": 1}),
    "POST /v1/contact/view": lambda scene, who: scene.keys(who),
    "POST /v1/contact/answer": lambda scene, who: {**scene.keys(who), "answer": 2},
    "POST /v1/contact/pin": lambda scene, who: {**scene.keys(who), "pin": "0000"},
}


def table() -> dict[str, list[int]]:
    rows = [line.split() for line in TABLE.splitlines() if line]
    return {" ".join(row[:2]): [int(cell) for cell in row[2:]] for row in rows}


def test_every_door_and_socket_has_its_cells(world: World) -> None:
    said = set(table())
    assert {f"{method} {path}" for method, path in doors()} == said
    document = world.caller.ask("GET", "/openapi.json").ok()
    offered = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert offered <= said
    assert {door: len(cells) for door, cells in table().items() if len(cells) != len(WHO)} == {}
    assert set(BODIES) <= said


def test_every_cell_is_answered_as_it_must_be(world: World) -> None:
    scene, caller = Scene(world), Caller(world.url)
    wrong, leaks, told_elsewhere = [], [], set()
    for door, cells in table().items():
        for who, expected in zip(WHO, cells, strict=True):
            if "{incident_id}" in door and not door.startswith("GET"):
                scene.fresh()
            if "/v1/events" in door and not door.startswith("GET"):
                scene.fresh_event()
            told = knock(scene, caller, who, door, BODIES.get(door))
            if told.code != expected:
                wrong.append(f"{door} {who}: {told.code}, not {expected}: {told.body[:200]!r}")
            found = {one for one in scene.elsewhere if one.encode() in told.body}
            if who in OF_THE_OFFICE:
                leaks += [f"{door} {who}: {one}" for one in found]
            elif who == "elsewhere":
                told_elsewhere |= found
    caller.close()
    world.carrier.read_all()
    assert wrong == []
    assert leaks == []
    assert told_elsewhere == set(scene.elsewhere)  # where they may be told, this finds them
