"""Every word of the people's page is in its catalogue, also those that follow from an answer."""

import re
from collections.abc import Iterable

from server.domain.access import Role
from server.domain.drills import LeftOut, Way
from server.web import pages
from shared import texts

FILES = [
    *(pages.STATIC / "people").glob("*.js"),
    *(pages.STATIC / "join").glob("*.js"),
    *(pages.ROOM / "templates" / name for name in ("people.html", "join.html")),
]
KEY = re.compile(r"\bpeople\.[a-z]+\.[a-z0-9_]+[a-z0-9](?![a-z0-9_]*\$)")
# What the page puts together from what the server answers.
CONSENTS = ("not_asked", "asked", "agreed", "declined", "no_answer", "opted_out")
LINES = ("landline", "not_enabled", "unreachable")
STATES = ("invited", "accepted", "active", "disabled")


def of(family: str, names: Iterable[str]) -> set[str]:
    return {f"people.{family}{name}" for name in names}


def known() -> set[str]:
    return set(texts.strings("people", "en"))


def test_every_word_in_use_is_written() -> None:
    used = {key for file in FILES for key in KEY.findall(file.read_text())}
    assert len(used) > 80
    assert used - known() == set()


def test_every_answer_has_its_word() -> None:
    answers = (
        of("drill.", [*LeftOut, "not_raised"])
        | of("drill.by_", Way)
        | of("consent.", (*CONSENTS, *LINES))
        | of("state.", STATES)
        | of("role.", Role)
        | of("plan.police_", ("unknown", "help", "danger"))
    )
    assert answers - known() == set()
