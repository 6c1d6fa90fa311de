"""Whether closing takes two people, as an operator sets it on the command line."""

from server.db import Database
from server.services import audit, closings, setup
from tests.server.commands.operating import EMAIL, PASSWORD, Operator

BO = "bo@nord.example"


def is_set(server: Operator) -> bool:
    database = Database(f"sqlite:///{server.database}")
    try:
        with database.read() as tx:
            return closings.takes_two(tx, setup.office_named(tx, "Hub"))
    finally:
        database.close()


def test_it_is_set_once_somebody_else_could_confirm(server: Operator) -> None:
    two = ["people", "office", "closing", "Hub", "two"]
    assert "Nobody else could confirm" in server.refused(*two)
    who = ["--office", "Hub", "--name", "Bo", "--email", BO]
    code = server.done("people", "staff", "invite", *who).strip()
    server.done("people", "staff", "accept", "--code-stdin", stdin=f"{code}\n{PASSWORD}\n")
    grant = ["people", "staff", "grant", "--email", BO, "--by", EMAIL, "--secret-stdin"]
    server.done(*grant, stdin=PASSWORD)
    assert not is_set(server)
    assert "two people" in server.done(*two)
    assert is_set(server)
    assert "One person" in server.done("people", "office", "closing", "Hub", "one")
    assert not is_set(server)


def test_it_is_in_the_audit_log(server: Operator) -> None:
    server.done("people", "office", "closing", "Hub", "one")
    database = Database(f"sqlite:///{server.database}")
    try:
        with database.read() as tx:
            last = audit.rows_of(tx)[-1]
            assert last.action == "closing takes one person"
            assert last.subject == setup.office_named(tx, "Hub")
    finally:
        database.close()
