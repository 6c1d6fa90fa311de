"""Whether the server lives, and whether it can store and relay."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.services import health
from server.web.deps import answer, parts_of

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def alive() -> Response:
    return answer({"status": "alive"})


@router.get("/readyz")
def ready(request: Request) -> Response:
    """503 with the reasons while an alert could not be stored or would not be relayed."""
    parts = parts_of(request)
    reasons = health.reasons(parts.database)
    if parts.jobs is not None:
        reasons += [f"The job {name} has stopped turning." for name in parts.jobs.late()]
    if parts.leaving.is_set():
        reasons.append("The server is stopping.")
    if reasons:
        return answer({"status": "not ready", "reasons": reasons}, 503)
    return answer({"status": "ready"})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Counts only, never an id: off in production unless switched on."""
    parts = parts_of(request)
    if not (parts.settings.expose_metrics or parts.settings.is_loopback):
        raise HTTPException(404)
    registry = CollectorRegistry()
    incidents = Gauge("candlewire_incidents", "Incidents by state", ["state"], registry=registry)
    texts = Gauge("candlewire_texts", "Texts by state", ["state"], registry=registry)
    with parts.database.read() as tx:
        counted = health.counts(tx)
    for state, number in counted.incidents.items():
        incidents.labels(state).set(number)
    for state, number in counted.texts.items():
        texts.labels(state).set(number)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
