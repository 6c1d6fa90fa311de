"""Documents on paper: the content is gathered here and set in a process of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server import documents
from server.services.sentences import isolated
from shared import texts

_COLUMNS = (
    "column_contact",
    "page",
    "who",
    "where",
    "contacts",
    "name",
    "ring",
    "answer",
    "delivery",
    "timeline",
    "happened",
    "stored",
    "by",
    "what",
    "facts",
)


def incidents(
    sheets: Sequence[Mapping[str, Any]], code: str, locale: str, by: str, now: datetime
) -> bytes:
    """Records of one incident or several, each beginning on a page of its own."""
    content = _frame(sheets[0]["title"], code, locale, by, now)
    drill = any(sheet["drill"] for sheet in sheets) and len(sheets) == 1
    mark = texts.say("record.doc.drill", locale) if drill else ""
    return documents.printed("incidents", content | {"mark": mark, "incidents": sheets})


def urgent_action(
    parts: Sequence[Mapping[str, Any]],
    facts: Sequence[Mapping[str, Any]],
    *,
    code: str,
    locale: str,
    by: str,
    mark: str,
    now: datetime,
) -> bytes:
    """An appeal; `mark` stands across every page of one that is not final.

    A final one is for the public: it tells neither the office's code nor who made it.
    """
    title = texts.say("record.doc.urgent_action", locale)
    content = _frame(title, code, locale, by, now)
    if not mark:
        content |= {"code": "", "made": now.date().isoformat()}
    return documents.printed(
        "urgent_action", content | {"mark": mark, "tag": mark, "parts": parts, "facts": facts}
    )


def _frame(title: str, code: str, locale: str, by: str, now: datetime) -> dict[str, Any]:
    made = now.strftime("%Y-%m-%d %H:%M UTC")
    known = texts.strings("record.doc", locale)
    words = {name: known[f"record.doc.{name}"] for name in _COLUMNS}
    return {
        "title": title,
        "running": title,
        "code": code,
        "language": locale,
        "direction": "rtl" if locale in texts.RIGHT_TO_LEFT else "ltr",
        "words": words,
        "made": texts.say(
            "record.doc.made", locale, **isolated({"time": made, "name": by}, locale)
        ),
    }
