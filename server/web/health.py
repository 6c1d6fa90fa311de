"""Whether the server lives, whether it can store and relay, and what the operator must mend."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.db import Transaction
from server.domain.watch import WARNINGS, Condition, Probe, Report
from server.services import health, probes
from server.web.deps import Parts, SignedIn, answer, documented, parts_of
from shared import texts

router = APIRouter(include_in_schema=False)
SEEN_ELSEWHERE = {Condition.DATABASE_FAILING, Condition.JOB_LATE}  # asked anew at each `/readyz`


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
    conditions = _conditions(parts)
    reasons += [
        texts.say(f"web.watch.{condition}", "en")
        for condition in conditions
        if condition not in WARNINGS | SEEN_ELSEWHERE
    ]
    body: dict[str, object] = {"conditions": conditions} if conditions else {}
    if reasons:
        return answer({"status": "not ready", "reasons": reasons, **body}, 503)
    return answer({"status": "ready", **body})


@router.get("/v1/watch", **documented(secured="session"))
def watch(request: Request, who: SignedIn) -> Response:
    """For the board: what the operator must mend, and how far the carrier's credit goes."""
    parts = parts_of(request)
    credit = None if parts.watch is None else parts.watch.report().credit
    return answer({"conditions": _conditions(parts), "credit": credit})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Counts only, never an id: off in production unless switched on."""
    parts = parts_of(request)
    if not (parts.settings.expose_metrics or parts.settings.is_loopback):
        raise HTTPException(404)
    registry = CollectorRegistry()
    with parts.database.read() as tx:
        _count(registry, tx)
        probe = probes.latest(tx)
    if parts.watch is not None:
        _watch(registry, parts.watch.report())
    if probe is not None:
        _probe(registry, probe)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _conditions(parts: Parts) -> list[Condition]:
    """What keeps texts back first."""
    if parts.watch is None:
        return []
    holding = parts.watch.report().conditions
    return [condition for condition in Condition if condition in holding]


def _count(registry: CollectorRegistry, tx: Transaction) -> None:
    incidents = Gauge("candlewire_incidents", "Incidents by state", ["state"], registry=registry)
    sent = Gauge("candlewire_texts", "Texts by state", ["state"], registry=registry)
    counted = health.counts(tx)
    for state, number in counted.incidents.items():
        incidents.labels(state).set(number)
    for state, number in counted.texts.items():
        sent.labels(state).set(number)


def _watch(registry: CollectorRegistry, report: Report) -> None:
    holds = Gauge(
        "candlewire_condition", "1 where it must be mended", ["condition"], registry=registry
    )
    for condition in Condition:
        holds.labels(condition).set(condition in report.conditions)
    looked = Gauge("candlewire_watch_time_seconds", "When the watch last looked", registry=registry)
    looked.set(report.at.timestamp())
    if report.credit is None:
        return
    amount = Gauge("candlewire_credit", "Credit at the carrier", ["currency"], registry=registry)
    amount.labels(report.credit.currency).set(report.credit.amount)
    if report.credit.texts is not None:
        left = Gauge("candlewire_texts_left", "How many texts it buys", registry=registry)
        left.set(report.credit.texts)


def _probe(registry: CollectorRegistry, probe: Probe) -> None:
    """A step that was not reached is left out."""
    took = Gauge(
        "candlewire_probe_seconds", "From stored to this step", ["step"], registry=registry
    )
    for step, at in (("sent", probe.sent_at), ("delivered", probe.delivered_at)):
        if at is not None:
            took.labels(step).set((at - probe.stored_at).total_seconds())
    started = Gauge("candlewire_probe_time_seconds", "When it was stored", registry=registry)
    started.set(probe.stored_at.timestamp())
