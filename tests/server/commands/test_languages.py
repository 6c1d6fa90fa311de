"""`candlewire languages` records who read a language, and shows what contacts are written to in."""

import sqlite3
from contextlib import closing

import pytest

from shared import texts
from tests.server.commands.operating import Operator


def listed(server: Operator) -> dict[tuple[str, str], str]:
    lines = (line.split("\t") for line in server.done("languages").splitlines())
    return {(office, locale): standing for office, locale, standing in lines}


def read(server: Operator, locale: str, office: str = "Hub") -> None:
    server.done("languages", "read", locale, "--office", office, "--reader", "Awa Diop")


def test_a_new_server_writes_in_english(server: Operator):
    known = listed(server)
    assert {locale for _, locale in known} == set(texts.LOCALES)
    assert known.pop(("Hub", "en")) == "sent, read or not"
    assert set(known.values()) == {"not read: English is sent"}


def test_what_was_read_is_listed_with_its_reader_for_the_offices_below_too(server: Operator):
    server.done("people", "office", "add", "Nord", "--parent", "Hub")
    server.done("people", "office", "add", "Sud")
    read(server, "fr")
    read(server, "ar", "Nord")
    known = listed(server)
    for office in ("Hub", "Nord"):
        assert known[office, "fr"].startswith("read by Awa Diop on 20")
    assert known["Nord", "ar"].startswith("read by Awa Diop on 20")
    unread = {known["Sud", "fr"], known["Sud", "ar"], known["Hub", "ar"]}
    assert unread == {"not read: English is sent"}


def test_words_that_changed_since_are_shown_until_they_are_read_again(server: Operator):
    read(server, "fr")
    with closing(sqlite3.connect(server.database)) as connection:
        connection.execute("UPDATE reading SET digest = x'00'")
        connection.commit()
    assert listed(server)["Hub", "fr"].endswith("; words changed since")
    read(server, "fr")
    assert "changed" not in listed(server)["Hub", "fr"]


def test_the_readers_name_stands_nowhere_in_clear(server: Operator):
    read(server, "fr")
    assert b"Awa Diop" not in server.database.read_bytes()


def test_an_office_or_a_language_that_there_is_not(server: Operator):
    said = server.run("languages", "read", "fr", "--office", "Sud", "--reader", "Awa")
    assert (said.status, "no office of that name" in said.err) == (1, True)
    with pytest.raises(SystemExit):
        server.run("languages", "read", "xx", "--office", "Hub", "--reader", "Awa")
