"""The only place where a server's parts are chosen and put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.types import Receive, Scope, Send

from server.carriers import route_file
from server.db import Database
from server.live import Live
from server.services import plans, territories
from server.settings import Settings
from server.statements import Statement
from server.vault import Vault
from server.web import (
    account,
    check_ins,
    closing,
    contact,
    dashboard,
    errors,
    events,
    gateway_hooks,
    health,
    ladder,
    office_texts,
    pages,
    people,
    people_drills,
    people_plans,
    people_profiles,
    phone,
    phone_socket,
    readiness,
    readings,
    record,
    rota,
    shifts,
    sign_in,
    staff,
    territory,
    twilio_hooks,
    urgent_actions,
)
from server.web.attendance import Attendance
from server.web.board_feeds import BoardFeeds
from server.web.deps import JobsHealth, Parts, WatchHealth, documented, read
from server.web.feeds import ProgressFeed
from server.web.phone_lines import PhoneLines
from shared import wire
from shared.clock import Clock

DESCRIBED = (
    wire.Alert,
    wire.Accepted,
    wire.Progress,
    wire.Position,
    wire.PositionsTaken,
    wire.Positions,
    wire.Fixes,
    wire.Stop,
    wire.StopRequest,
    wire.ProgressRequest,
    wire.Pairing,
    wire.Paired,
    wire.ProfileUpdate,
    wire.Standing,
    wire.CheckIn,
    wire.CheckInChange,
    wire.CheckInEnd,
    wire.CheckInStanding,
    wire.PhoneState,
    wire.Bundle,
    wire.PushFrame,
    wire.Problem,
    sign_in.SignIn,
    sign_in.SignedInAs,
    sign_in.Nothing,
    account.TotpOffer,
    account.TotpCode,
    account.NewPasskey,
    account.NewPassword,
    account.RecoveryCodes,
    account.Account,
    staff.Note,
    staff.Assignment,
    closing.Closing,
    closing.Casework,
    closing.Confirmation,
    closing.Refusal,
    closing.Reopening,
    closing.ClosingRule,
    office_texts.ContactText,
    office_texts.WelfareCheck,
    office_texts.Draft,
    office_texts.PhoneCall,
    events.EventMembers,
    events.EventBrief,
    events.SharedTaking,
    events.SharedNote,
    events.SharedAssignment,
    events.SharedText,
    events.SharedClosing,
    events.SharedConfirmation,
    shifts.ShiftEnd,
    shifts.Presence,
    ladder.Waits,
    ladder.DutyNumber,
    ladder.Rota,
    rota.PlannedShift,
    rota.DutyPlan,
    territory.Ground,
    territory.Grounds,
    territory.NewOffice,
    readings.ReadBy,
    record.ExportWish,
    urgent_actions.NewAppeal,
    urgent_actions.AppealText,
    urgent_actions.AppealConfirmation,
    plans.PlanText,
    plans.Plan,
    people.NewSection,
    people.NewMember,
    people.NewRole,
    people.Invitation,
    people.Acceptance,
    people_profiles.NewActivist,
    people_profiles.Enrolment,
    people_profiles.PairingCode,
    people_drills.DrillCall,
    contact.PageKey,
    contact.PageAnswer,
    contact.PagePin,
)


ROOMS = (
    phone,
    check_ins,
    phone_socket,
    sign_in,
    account,
    staff,
    closing,
    office_texts,
    events,
    ladder,
    rota,
    territory,
    readiness,
    people,
    people_profiles,
    people_plans,
    people_drills,
    readings,
    record,
    urgent_actions,
    shifts,
    dashboard,
    contact,
    twilio_hooks,
    gateway_hooks,
    health,
    pages,
)


class App(FastAPI):
    """FastAPI; a press goes past all that it puts before a door, from telemetry to routing."""

    alert_door: phone.AlertDoor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == phone.ALERTS:
            await self.alert_door(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings,
    *,
    database: Database,
    vault: Vault,
    clock: Clock,
    live: Live,
    jobs: JobsHealth | None = None,
    watch: WatchHealth | None = None,
) -> FastAPI:
    """The doors over parts that the caller opened and will close."""
    Statement.compile_all(database.engine.dialect)
    parts = Parts(
        settings=settings,
        database=database,
        vault=vault,
        clock=clock,
        live=live,
        jobs=jobs,
        watch=watch,
        route_file=route_file.read(settings),
        needs_second_factor=not settings.is_loopback,
    )
    shown = settings.expose_openapi or settings.is_loopback
    app = App(
        title="Candlewire",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if shown else None,
        lifespan=_lifespan,
    )
    app.state.parts = parts
    app.state.progress_feed = ProgressFeed(parts)
    app.state.phone_lines = PhoneLines(parts)
    app.state.board_feeds = BoardFeeds(parts)
    app.state.attendance = Attendance(parts)
    errors.install(app)
    for room in ROOMS:
        app.include_router(room.router)
    pages.mount_static(app)
    app.alert_door = phone.AlertDoor(parts)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await read(app.state.parts, territories.prepare)
    yield
    app.state.parts.live.stop()


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document of the doors, with the wire's own schemas."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version="1", routes=app.routes)
        _, schemas = msgspec.json.schema_components(
            DESCRIBED, ref_template="#/components/schemas/{name}"
        )
        document["paths"][phone.ALERTS] = {"post": _alert_door()}
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).update(schemas)
        components["securitySchemes"] = {
            "device": {"type": "http", "scheme": "bearer"},
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": app.state.parts.cookie,
            },
        }
        app.openapi_schema = document
    return app.openapi_schema


def _alert_door() -> dict[str, Any]:
    described = documented(wire.Alert, wire.Accepted, 201, secured="device")["openapi_extra"]
    again = {**described["responses"]["201"], "description": "Stored before, with the same id"}
    described["responses"]["200"] = again
    return {
        "tags": ["phone"],
        "summary": "Raises an alert, or joins the one that is open",
        "operationId": "raise_alert",
        **described,
    }
