"""A language is sent once the office has recorded who read its words; until then it is English."""

from collections.abc import Sequence

import pytest

from server.domain.access import Role
from server.services import audit, readings
from shared import texts, wire
from tests.support import people
from tests.support.enrolment import profile
from tests.support.world import Office, World

TWO: Sequence[wire.Locale] = ("fr", "ar")
READER = {"reader": "Awa Diop"}


@pytest.fixture
def unread(world: World) -> Office:
    return world.new_office("Nord office", has_read=False)


def reads(world: World, office: Office, locale: str) -> None:
    now = world.clock.now()
    world.database.write(
        lambda tx: readings.record(tx, world.vault, office.id, locale, "Awa", "tests", now)
    )


@pytest.mark.everywhere
def test_what_nobody_has_read_is_sent_in_english(world: World, unread: Office) -> None:
    ana = world.activist(contacts=["Ben", "Grace"], languages=TWO, office=unread)
    reads(world, unread, "ar")
    ana.phone.press()
    ben = world.carrier.expect(ana.contacts[0], "Ana needs help.", "Reply 1 I act")
    world.carrier.expect(ana.contacts[1], "نداء نجدة من Ana", ben.code)
    world.forward(seconds=3)
    world.carrier.expect(ana.contacts[1], ben.code, "18%")
    reads(world, unread, "fr")
    world.carrier.inbound(ben.to, "2")
    world.carrier.expect(ben.to, "Merci", ben.code)


def test_their_page_speaks_what_their_texts_do(world: World, unread: Office) -> None:
    ana = world.activist(languages=("fr",), office=unread)
    ana.phone.press()
    page = world.page(world.carrier.expect(ana.contacts[0], "needs help").link)
    assert page.view()["language"] == "en"
    reads(world, unread, "fr")
    assert page.view()["language"] == "fr"


def test_the_last_text_goes_by_the_same_rule(world: World, unread: Office) -> None:
    ana = world.activist(languages=("fr",), office=unread)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help")
    world.staff(office=unread).close(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "safe, confirmed by the office")


def test_so_do_calls(world: World, unread: Office) -> None:
    world.ladder(unread)
    ana = world.activist(languages=("fr",), office=unread)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help")
    world.forward(seconds=31)
    call = world.carrier.expect_call(ana.contacts[0], "Ana needs help")
    assert "Thank you" in call.press("1")


def test_so_do_invitations(world: World, unread: Office) -> None:
    nobody = world.activist(contacts=[], office=unread)
    contacts = people.contacts_of("Ana", [["Ben"]], ["fr"])
    nobody.phone.caller.ask("PUT", "/v1/profile", profile(nobody.phone, contacts)).ok()
    world.work()
    invited = world.carrier.expect(contacts[0], "asks to text you", "Reply 1 to agree")
    reads(world, unread, "fr")
    world.carrier.inbound(invited.to, "1")
    world.carrier.expect(invited.to, "Merci")


def test_what_an_office_above_has_read_is_read_below(world: World) -> None:
    section = world.new_office("Section", under=world.office, has_read=False)
    ana = world.activist(languages=("fr",), office=section)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana a besoin d'aide.")


def test_new_words_after_an_upgrade_warn_and_switch_nothing_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "digest", lambda locale: b"other words")
    ana = world.activist(languages=("fr",))
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana a besoin d'aide.")
    chief = world.staff(role=Role.ADMINISTRATOR)
    shown = chief.caller.ask("GET", "/v1/languages").ok()["languages"]
    assert [one["changed"] for one in shown] == [True] * len(texts.LOCALES)


def test_an_administrator_records_who_read_a_language(world: World, unread: Office) -> None:
    chief = world.staff(role=Role.ADMINISTRATOR, office=unread)
    shown = chief.caller.ask("GET", "/v1/languages").ok()["languages"]
    assert {one["locale"] for one in shown} == set(texts.LOCALES)
    assert [one["read"] for one in shown] == [False] * len(shown)
    for _ in range(2):
        shown = chief.caller.ask("PUT", "/v1/languages/fr", READER).ok()["languages"]
    (french,) = (one for one in shown if one["read"])
    told = {name: french[name] for name in ("locale", "office", "reader", "changed")}
    assert told == {
        "locale": "fr",
        "office": "Nord office",
        "reader": "Awa Diop",
        "changed": False,
    }
    with world.database.read() as tx:
        noted = [(row.actor, row.subject) for row in audit.rows_of(tx) if "language" in row.action]
    assert noted[-1] == (chief.id, unread.id)


def test_whom_an_office_above_named_is_not_named_below(world: World) -> None:
    section = world.new_office("Section", under=world.office, has_read=False)
    below = world.staff(role=Role.ADMINISTRATOR, office=section)
    shown = below.caller.ask("GET", "/v1/languages").ok()["languages"]
    assert {(one["office"], one["reader"]) for one in shown} == {("Dakar office", None)}


@pytest.mark.parametrize(
    ("role", "path", "body", "status"),
    [
        (Role.RESPONDER, "/v1/languages/fr", READER, 403),
        (Role.ADMINISTRATOR, "/v1/languages/xx", READER, 404),
        (Role.ADMINISTRATOR, "/v1/languages/fr", {"reader": ""}, 422),
        (Role.ADMINISTRATOR, "/v1/languages/fr", {}, 422),
    ],
)
def test_what_is_refused(
    world: World, unread: Office, role: Role, path: str, body: object, status: int
) -> None:
    who = world.staff(role=role, office=unread)
    assert who.caller.ask("PUT", path, body).status == status
    with world.database.read() as tx:
        assert readings.allowed(tx, unread.id) == {"en"}
