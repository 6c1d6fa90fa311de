"""The record's doors, and something to damage at each."""

from collections.abc import Callable
from typing import Any

from tests.server.web.malformed.scene import Scene, Way, inner, plain

APPEAL = {
    "number": 1,
    "who": "x",
    "what_happened": "x",
    "demands": "x",
    "addressees": "x",
    "act_by": "2026-12-24",
    "languages": "en, fr",
    "sources": "x",
    "photo": False,
    "decision": "x",
}


def export(scene: Scene) -> Any:
    wish = {"what": "incident", "subject_id": scene.ana.phone.last, "form": "pdf", "names": True}
    return {**wish, "numbers": True, "locale": "fr", "reason": "x"}


def export_of_period(scene: Scene) -> Any:
    day = scene.world.clock.now().date().isoformat()
    return {"what": "period", "form": "csv", "since": day, "until": day}


def an_export(step: str) -> Callable[[Scene], str]:
    def path(scene: Scene) -> str:
        said = scene.noor.caller.ask("POST", "/v1/exports", export(scene)).ok()
        return f"/v1/exports/{said['asked']}/{step}"

    return path


def an_appeal(step: str) -> Callable[[Scene], str]:
    def path(scene: Scene) -> str:
        door = f"{scene.incident}/urgent-actions"
        return f"/v1/urgent-actions/{scene.noor.caller.ask('POST', door, {}).ok()['id']}{step}"

    return path


def nothing(scene: Scene) -> Any:
    return {}


RECORD_WAYS = {
    "export": Way("POST", plain("/v1/exports"), export, "staff"),
    "export of a period": Way("POST", plain("/v1/exports"), export_of_period, "staff"),
    "export approved": Way("POST", an_export("approve"), nothing, "administrator"),
    "export refused": Way("POST", an_export("refuse"), nothing, "administrator"),
    "export fetched": Way("POST", an_export("file"), nothing, "administrator"),
    "appeal drafted": Way("POST", inner("urgent-actions"), lambda scene: {"locale": "fr"}, "staff"),
    "appeal": Way("PUT", an_appeal(""), lambda scene: APPEAL, "staff"),
    "appeal submitted": Way("POST", an_appeal("/submit"), nothing, "staff"),
    "appeal confirmed": Way("POST", an_appeal("/confirm"), lambda scene: {"number": 1}, "staff"),
}
