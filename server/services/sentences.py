"""What a timeline entry says in words, for paper and files: the board's sentences."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared import geo, texts, wire

NO_BREAK = "\u00a0"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
NOTHING = "–"
_CALLS = ("call", "duty_call")
_DUTY = ("duty", "duty_call")
# Entries whose sentence depends on more than their kind.
_BY_DETAIL: Mapping[str, Mapping[Any, str]] = {
    "answered": {"acting": "acting", "cannot": "cannot"},
    "calling": {"not_delivered": "calling_not_delivered", "no_answer": "calling"},
    "duty_paged": {
        "no_board": "duty_paged_no_board",
        "no_contacts": "duty_paged_no_contacts",
        "not_taken": "duty_paged",
    },
}
_CHOICE = {"answered": "answer", "calling": "reason", "duty_paged": "reason"}
_OF_CALLS = {
    "sent": "called",
    "delivered": "picked_up",
    "undelivered": "not_picked_up",
    "refused": "not_picked_up",
}


class Voice:
    """One language's words, filled with values that keep their own direction."""

    def __init__(self, locale: str, zone: ZoneInfo) -> None:
        self.locale = locale
        self.zone = zone
        self._words = texts.strings("web", locale)

    def word(self, key: str, value: str | None) -> str:
        """The word for a code of ours, such as an outcome; the code where there is none."""
        if value is None:
            return NOTHING
        return self._words.get(f"web.{key}.{value}", value.replace("_", " "))

    def say(self, key: str, **values: object) -> str:
        return texts.say(f"record.{key}", self.locale, **isolated(values, self.locale))

    def apart(self, value: str) -> str:
        """A value for the middle of a line."""
        return isolated({"value": value}, self.locale)["value"]

    def clock(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def place(self, position: wire.Position | None) -> str:
        if position is None:
            return NOTHING
        where = geo.format_coordinates(position.lat, position.lon).replace(" ", NO_BREAK)
        if position.accuracy_m is None:
            return where
        return f"{where} ±{position.accuracy_m:.0f}{NO_BREAK}m"

    def sentence(self, entry: Mapping[str, Any], *, names: bool) -> str:
        """The board's sentence. Without `names`: contacts by their place in the list, staff as
        they are, for it is they who answer for the record."""
        detail, kind = entry["detail"], entry["kind"]
        if kind == "position":
            return self.place(detail.get("position"))
        template = self._words.get(f"web.timeline.{self._key(kind, detail)}")
        if template is None:
            return str(kind).replace("_", " ")
        filled = template.format_map(
            _Values(isolated(self._values(entry, names=names), self.locale))
        )
        if kind in ("raised", "pressed_again") and detail.get("position"):
            filled += f" · {self.place(detail['position'])}"
        return filled

    def _key(self, kind: str, detail: Mapping[str, Any]) -> str:
        if kind == "raised" and detail.get("kind") == "drill":
            return "raised_drill"
        if kind == "stopped":
            if detail.get("code") == "duress":
                return "duress"
            return "cancelled" if detail.get("before_release") else "stopped"
        if detail.get("text") in _CALLS and kind in _OF_CALLS:
            return _OF_CALLS[kind]
        if kind in _BY_DETAIL:
            return _BY_DETAIL[kind].get(detail.get(_CHOICE[kind]), kind)
        return kind

    def _values(self, entry: Mapping[str, Any], *, names: bool) -> dict[str, Any]:
        detail, actor = entry["detail"], entry["actor"]
        who = detail.get("name") if names else None
        if actor["kind"] == "staff":
            who = actor["name"]
        elif detail.get("text") in _DUTY:
            who = self._words["web.timeline.duty_phone"]
        return {
            **detail,
            "name": who or detail.get("contact") or self._words["web.timeline.the_office"],
            "trigger": self.word("trigger", detail.get("trigger")),
            "outcome": self.word("outcome", detail.get("outcome")),
            "text": self.word("text", _known(detail.get("text"))),
            "reason": self._words["web.reason.other"].format(code=detail.get("code", NOTHING)),
        }


def _known(kind: Any) -> str:
    """Texts that have a word of their own; all others are "a text"."""
    own = ("alert", "more", "again", "stop_claimed", "moved", "battery_low", "silent")
    return kind if kind in own else "other"


def isolated(values: Mapping[str, Any], locale: str) -> dict[str, str]:
    """Where directions meet, between marks that keep a value from turning what is beside it."""
    mixed = locale in texts.RIGHT_TO_LEFT
    return {
        name: f"\u2068{value}\u2069" if mixed or _RIGHT_TO_LEFT.search(str(value)) else str(value)
        for name, value in values.items()
    }


class _Values(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return NOTHING
