"""An incident as a sheet of facts: what its record on paper holds, with or without names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.db import Transaction
from server.services import board
from server.services.reading import Reader
from server.services.sentences import NOTHING, Voice
from server.vault import Vault
from shared import texts

SAID = ("note", "text", "reason", "reference")  # free words of an entry: they name people
_TEXT_IS_A_KIND = frozenset({"sent", "delivered", "refused", "undelivered", "unknown", "other_way"})

Facts = list[dict[str, Any]]


def whole(tx: Transaction, vault: Vault, reader: Reader, incident_id: str) -> dict[str, Any]:
    """All that the board knows of it, and the person's zone."""
    found = board.whole(tx, vault, reader, incident_id)
    opened = reader.incident(tx, incident_id)
    return {**found, "zone": opened.record.timezone if opened else "UTC"}


def voice(incident: Mapping[str, Any], locale: str) -> Voice:
    return Voice(locale, ZoneInfo(incident["zone"]))


def sheet(
    incident: Mapping[str, Any], locale: str, *, names: bool, numbers: bool, now: datetime
) -> dict[str, Any]:
    """What `incidents.typ` prints of one incident: words and facts, no markup."""
    says = voice(incident, locale)
    return {
        "title": says.say("doc.title", code=incident["code"]),
        "drill": texts.say("record.doc.drill", locale) if incident["kind"] == "drill" else "",
        "summary": _summary(says, incident, names=names),
        "who": _who(says, incident, names=names),
        "where": _where(says, incident, now),
        "contacts": [_contact(says, one, names, numbers) for one in incident["people"]],
        "zone": says.say("doc.zone", zone=incident["zone"]),
        "timeline": [line(says, entry, names=names) for entry in incident["timeline"]],
    }


def line(says: Voice, entry: Mapping[str, Any], *, names: bool) -> dict[str, str]:
    """A row of the timeline: when it happened, when it was stored, by whom, what."""
    actor = entry["actor"]
    known = actor["name"] if names or actor["kind"] == "staff" else None
    return {
        "at": says.clock(entry["at"]),
        "recorded": says.clock(entry["recorded_at"]),
        "actor": known or says.say(f"actor.{actor['kind']}"),
        "sentence": says.sentence(entry, names=names),
        "said": said(entry) if names else "",
    }


def said(entry: Mapping[str, Any]) -> str:
    """The free words of an entry, as somebody wrote them."""
    detail = entry["detail"]
    found = []
    for name in SAID:
        is_code = entry["kind"] in ("calling", "duty_paged") and name == "reason"
        is_kind = name == "text" and entry["kind"] in _TEXT_IS_A_KIND
        if isinstance(detail.get(name), str) and not is_code and not is_kind:
            found.append(detail[name])
    return "\n".join(found)


def _summary(says: Voice, incident: Mapping[str, Any], *, names: bool) -> Facts:
    taken, closed = incident["taken_by"], incident["closed_at"]
    rows = [
        _fact(says, "state", says.say(f"state.{incident['state']}")),
        _fact(says, "opened", says.clock(incident["opened_at"]), ltr=True),
        _fact(says, "office", incident["office_name"]),
    ]
    if incident["duress"]:
        rows.append(_fact(says, "duress", says.say("doc.yes")))
    if taken:
        rows.append(
            _fact(says, "taken", taken["name"], says.apart(says.clock(incident["taken_at"])))
        )
    event = incident.get("event")
    if names and event and event["name"]:  # staff's own words
        rows.append(_fact(says, "event", event["name"]))
    rows.append(
        _fact(
            says,
            "reach",
            says.say(
                "doc.reached",
                contacts=incident["contacts"],
                delivered=incident["delivered"],
                acting=incident["acting"],
            ),
        )
    )
    if closed:
        ending = next((e for e in reversed(incident["timeline"]) if e["kind"] == "closed"), None)
        by = [ending["detail"].get("proposed_by"), ending["actor"]["name"]] if ending else []
        outcome = says.word("outcome", incident["outcome"])
        rows.append(
            _fact(says, "closed", outcome, says.apart(says.clock(closed)), *filter(None, by))
        )
    return rows


def _who(says: Voice, incident: Mapping[str, Any], *, names: bool) -> Facts:
    name = incident["activist"] if names else None
    rows = [_fact(says, "person", name or says.say("doc.left_out"))]
    if names and incident["note"]:
        rows.append(_fact(says, "said", incident["note"]))
    if incident["battery"] is not None:
        rows.append(_fact(says, "battery", f"{incident['battery']:.0%}", ltr=True))
    return rows


def _where(says: Voice, incident: Mapping[str, Any], now: datetime) -> Facts:
    position = incident["position"]
    if position is None:
        return [_fact(says, "place", says.say("doc.no_place"))]
    minutes = max(0, int((now - position.at).total_seconds() // 60))
    rows = [
        _fact(says, "place", says.place(position), ltr=True),
        _fact(says, "fixed", says.clock(position.at), ltr=True),
        _fact(says, "age", says.say("doc.minutes", count=minutes)),
        _fact(says, "source", says.word("source", position.source)),
    ]
    if place := incident.get("place"):
        rows.append(_fact(says, "near", str(place["name"])))
    if code := incident.get("plus_code"):
        rows.append(_fact(says, "plus_code", str(code), ltr=True))
    return rows


def _contact(says: Voice, one: Mapping[str, Any], names: bool, numbers: bool) -> dict[str, str]:
    answer = says.say("doc.no_answer")
    if one["answer"] is not None:
        answer = says.word("people", one["answer"])
        if one["answered_at"]:
            answer += f" {says.apart(says.clock(one['answered_at']))}"
    delivery = says.word("delivery", one["delivery"])
    if one["error"]:
        delivery += f" ({one['error']})"
    return {
        "label": says.say("doc.contact", number=one["place"]),
        "name": (one["name"] or NOTHING) if names else NOTHING,
        "phone": (one["phone"] or "") if numbers else "",
        "ring": str(one["ring"]),
        "answer": answer,
        "delivery": delivery,
    }


def _fact(says: Voice, key: str, *values: str, ltr: bool = False) -> dict[str, Any]:
    return {
        "label": says.say(f"fact.{key}"),
        "values": [{"text": value, "ltr": ltr} for value in values],
    }
