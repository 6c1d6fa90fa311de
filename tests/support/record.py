"""Officers at the record: asking, agreeing, fetching, and reading what came."""

import io
from typing import Any

import pypdf

from server.services import audit
from tests.support.office import Officer
from tests.support.web import Answer
from tests.support.world import World


def asks(officer: Officer, incident_id: str, form: str = "pdf", **wish: Any) -> dict[str, Any]:
    """For an incident: the request as the list shows it."""
    return requested(officer, what="incident", subject_id=incident_id, form=form, **wish)


def requested(officer: Officer, **wish: Any) -> dict[str, Any]:
    said = officer.caller.ask("POST", "/v1/exports", wish).ok()
    return next(one for one in said["exports"] if one["id"] == said["asked"])


def tries_to_ask(officer: Officer, **wish: Any) -> Answer:
    return officer.caller.ask("POST", "/v1/exports", wish)


def does(officer: Officer, export: dict[str, Any], step: str) -> Answer:
    """`approve`, `refuse` or `file`."""
    return officer.caller.ask("POST", f"/v1/exports/{export['id']}/{step}", {})


def fetched(officer: Officer, export: dict[str, Any]) -> bytes:
    answer = does(officer, export, "file")
    assert answer.status == 200, answer.body
    return answer.body


def taken_out(asker: Officer, second: Officer, **wish: Any) -> bytes:
    """Asked for, agreed to, fetched."""
    export = requested(asker, **wish)
    does(second, export, "approve").ok()
    return fetched(asker, export)


def words_of(pdf: bytes) -> str:
    """What stands on the pages, in one line."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def deeds(world: World, word: str) -> list[tuple[str, str]]:
    """Who did what with this word in it, as the audit log has it."""
    with world.database.read() as tx:
        return [(one.actor, one.action) for one in audit.rows_of(tx) if word in one.action]
