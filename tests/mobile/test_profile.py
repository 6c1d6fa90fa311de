"""Contacts, card and codes: typed once, sealed for two readers, then gone from the phone."""

import base64
import gc

import pytest

from mobile.core import profile
from mobile.core.contacts import ADD, KEEP, MORE, REMOVE, CardPage, ContactsPage, Desk
from mobile.core.new_codes import CodesPage
from mobile.core.pages import MAIN
from mobile.core.profile import Draft, NotFit
from shared import crypto, wire
from tests.mobile.classroom import Classroom, standing, type_code
from tests.mobile.office import TOKEN

OFFICE = crypto.box_pair()
OFFICE_KEY = base64.urlsafe_b64encode(OFFICE.public).decode().rstrip("=")
BEN = {
    "me": "Amina",
    "name": "Ben",
    "number": "+44 (0)7700 900123",
    "known_as": "",
    "word": "",
    "pin": "",
}
GRACE = BEN | {"name": "Grace", "number": "+1 202 555 0143", "known_as": "Sister", "pin": "8642"}


class Sending:
    """The three pages through which a list goes to the server."""

    def __init__(self, ids: tuple[str, ...] = ()) -> None:
        self.room = Classroom(office_key=OFFICE_KEY)
        self.desk = Desk()
        self.sent: list[wire.Bundle] = []
        self.contacts = ContactsPage(self.room.around, self.desk)
        self.card = CardPage(self.room.around, self.desk)
        self.codes = CodesPage(
            self.room.around,
            self.desk,
            timezone=lambda: "Africa/Dakar",
            ids=lambda: ids,
            sent=self.sent.append,
        )

    def type_all(self) -> None:
        self.contacts.on_open()
        self.contacts.on_action(ADD, BEN)
        self.contacts.on_action(MORE, {})
        self.contacts.on_choice("ring", "2")
        self.contacts.on_choice("language", "fr")
        self.contacts.on_action(ADD, GRACE)
        self.card.on_action(MAIN, {name: "" for name in wire.Card.__struct_fields__})
        self.codes.on_open()

    def type_codes(self, *codes: str) -> None:
        for code in codes:
            type_code(self.codes, code)

    @property
    def update(self) -> wire.ProfileUpdate:
        method, path, body = self.room.asked[-1]
        assert (method, path) == ("PUT", "/v1/profile")
        return wire.decode(wire.ProfileUpdate, body)


def opened(pair: crypto.KeyPair, box: str) -> wire.Bundle:
    blob = base64.urlsafe_b64decode(box + "=" * (-len(box) % 4))
    return wire.decode(wire.Bundle, wire.unpad(crypto.unseal(pair, blob)))


def test_what_is_typed_arrives_sealed_for_the_press_and_for_the_office() -> None:
    sending = Sending()
    sending.type_all()
    sending.type_codes("2580", "2580", "6391", "6391")
    bundle = opened(crypto.dispatch_pair(TOKEN), sending.update.bundle)
    ben, grace = bundle.contacts
    assert bundle.name == "Amina"
    assert bundle.timezone == "Africa/Dakar"
    assert (ben.phone, ben.known_as, ben.language, ben.ring) == ("+447700900123", "Amina", "en", 1)
    assert (grace.phone, grace.known_as, grace.language, grace.ring) == (
        "+12025550143",
        "Sister",
        "fr",
        2,
    )
    assert crypto.code_matches("8642", grace.pin)
    assert crypto.code_matches("2580", bundle.stop)
    assert crypto.code_matches("6391", bundle.duress)
    copy = opened(OFFICE, sending.update.office_copy)
    assert [contact.phone for contact in copy.contacts] == [ben.phone, grace.phone]
    assert (copy.stop, copy.duress, *(c.pin for c in copy.contacts)) == (b"", b"", b"", b"")
    assert len(sending.update.bundle) == len(sending.update.office_copy)


def test_once_it_is_stored_nothing_typed_is_left_on_the_phone() -> None:
    sending = Sending()
    sending.type_all()
    sending.type_codes("2580", "2580", "6391", "6391")
    sending.sent.clear()
    gc.collect()
    left = [thing for thing in gc.get_objects() if type(thing) is profile.TypedContact]
    assert left == []
    assert sending.desk.draft == Draft()
    assert not sending.contacts.view().facts
    assert sending.codes.view().keypad is not None
    assert sending.room.done[-1] == ()


def test_what_was_not_stored_stays_typed_and_is_sent_again() -> None:
    sending = Sending()
    sending.type_all()
    sending.room.answers["/v1/profile"] = (None, b"")
    sending.type_codes("2580", "2580", "6391", "6391")
    assert sending.codes.view().note.key == "setup.codes.unreachable"
    assert len(sending.desk.draft.contacts) == 2
    sending.room.answers["/v1/profile"] = (200, standing())
    sending.codes.on_action(MAIN, {})
    assert opened(OFFICE, sending.update.office_copy).contacts[0].name == "Ben"
    assert sending.sent


def test_a_list_is_sent_once_while_it_is_on_its_way() -> None:
    sending = Sending()
    sending.type_all()
    before = len(sending.room.asked)
    sending.room.on_line()
    sending.type_codes("2580", "2580", "6391", "6391")
    assert not sending.codes.view().actions[0].is_ready
    sending.codes.on_action(MAIN, {})
    sending.codes.on_open()
    sending.room.finish()
    assert len(sending.room.asked) == before + 1


def test_what_the_server_refuses_is_said() -> None:
    sending = Sending()
    sending.type_all()
    sending.room.answers["/v1/profile"] = (422, b"{}")
    sending.type_codes("2580", "2580", "6391", "6391")
    assert sending.codes.view().note.key == "setup.codes.refused"


@pytest.mark.parametrize("key", ["", "AAAA", "A" * 43])
def test_without_a_good_office_key_nothing_is_sent(key: str) -> None:
    sending = Sending()
    sending.room.hot = Classroom(office_key=key).hot
    sending.type_all()
    asked = len(sending.room.asked)
    sending.type_codes("2580", "2580", "6391", "6391")
    assert len(sending.room.asked) == asked
    assert sending.codes.view().note.key == "setup.codes.refused"


def test_who_keeps_the_place_in_the_list_keeps_the_consent() -> None:
    sending = Sending(ids=("contact-one-id",))
    sending.type_all()
    sending.type_codes("2580", "2580", "6391", "6391")
    first, second = (contact.id for contact in sending.sent[0].contacts)
    assert first == "contact-one-id"
    assert second != first


def test_weak_equal_and_differing_codes_are_refused_one_by_one() -> None:
    sending = Sending()
    sending.type_all()
    for code, note in [
        ("1234", "disguise.weak.run"),
        ("2580", ""),
        ("2581", "setup.codes.differs"),
        ("2580", ""),
        ("2580", ""),
        ("2580", "disguise.weak.same"),
        ("147036", "disguise.weak.length"),
    ]:
        type_code(sending.codes, code)
        assert sending.codes.view().note.key == note
    sending.type_codes("6391", "6391")
    assert crypto.code_matches("2580", sending.sent[0].stop)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"me": " "}, "setup.contacts.need_name"),
        ({"name": ""}, "setup.contacts.need_name"),
        ({"name": "x" * 61}, "setup.contacts.need_name"),
        ({"number": "07700 900123"}, "setup.contacts.bad_number"),
        ({"number": "+44 77"}, "setup.contacts.bad_number"),
        ({"pin": "12"}, "setup.contacts.bad_pin"),
        ({"pin": "abcd"}, "setup.contacts.bad_pin"),
        ({"word": "x" * 21}, "setup.contacts.too_long"),
    ],
)
def test_what_cannot_be_used_is_said_before_it_is_sent(typed: dict[str, str], key: str) -> None:
    sending = Sending()
    sending.contacts.on_open()
    sending.contacts.on_action(ADD, BEN | typed)
    assert sending.contacts.view().note.key == key
    assert sending.desk.draft.contacts == ()


def test_somebody_twice_and_one_too_many_are_refused() -> None:
    sending = Sending()
    sending.contacts.on_open()
    sending.contacts.on_action(ADD, BEN)
    sending.contacts.on_action(ADD, BEN | {"number": "00447700900123"})
    assert sending.contacts.view().note.key == "setup.contacts.twice"
    for last in range(profile.MOST - 1):
        sending.contacts.on_action(ADD, BEN | {"number": f"+1 202 555 01{last:02d}"})
    sending.contacts.on_action(ADD, BEN | {"number": "+1 202 555 0199"})
    assert sending.contacts.view().note.key == "setup.contacts.full"
    assert len(sending.desk.draft.contacts) == profile.MOST


def test_a_contact_is_taken_off_and_an_empty_list_goes_nowhere() -> None:
    sending = Sending()
    sending.contacts.on_open()
    sending.contacts.on_action(ADD, BEN)
    sending.contacts.on_action(f"{REMOVE}0", {})
    assert sending.desk.draft.contacts == ()
    sending.contacts.on_action(MAIN, {})
    assert sending.contacts.view().note.key == "setup.contacts.need_one"
    assert sending.room.done == []


def test_whoever_stands_typed_in_the_fields_is_on_the_list_with_the_next_step() -> None:
    sending = Sending()
    sending.contacts.on_open()
    sending.contacts.on_action(ADD, BEN)
    sending.contacts.on_action(MORE, {})
    sending.contacts.on_action(MAIN, GRACE)
    assert [typed.name for typed in sending.desk.draft.contacts] == ["Ben", "Grace"]
    assert sending.room.done == [()]


def test_what_the_office_has_typed_can_be_kept_with_its_codes() -> None:
    sending = Sending()
    sending.room.answers["/v1/profile/standing"] = (200, standing(True, False))
    sending.contacts.on_open()
    (known,) = sending.contacts.view().facts
    assert known.words.values == (("count", "2"),)
    sending.contacts.on_action(KEEP, {})
    assert sending.room.done == [("card", "codes")]


def test_a_list_shows_numbers_by_their_end_alone() -> None:
    sending = Sending()
    sending.contacts.on_open()
    sending.contacts.on_action(ADD, BEN)
    assert "900123" not in repr(sending.contacts.view())
    assert "Ben" not in repr(sending.desk.draft)


def test_a_card_too_long_for_the_wire_is_said() -> None:
    sending = Sending()
    typed = {name: "" for name in wire.Card.__struct_fields__} | {"lawyer": "x" * 201}
    sending.card.on_action(MAIN, typed)
    assert sending.card.view().note.key == "setup.contacts.too_long"
    sending.card.on_action(MAIN, typed | {"lawyer": "+1 202 555 0150"})
    assert sending.desk.draft.card.lawyer == "+1 202 555 0150"


def test_twenty_contacts_and_a_full_card_fit_or_are_said_not_to() -> None:
    typed = profile.contact(
        name="ن" * 60,
        number="+12025550143",
        known_as="ن" * 60,
        language="ar",
        ring=1,
        word="ن" * 20,
        pin="864213",
    )
    draft = Draft(me="Amina", contacts=(typed,) * profile.MOST)
    whole = profile.bundle(draft, stop="2580", duress="6391", timezone="UTC", ids=())
    with pytest.raises(NotFit) as refused:
        profile.sealed(whole, TOKEN, OFFICE_KEY)
    assert refused.value.key == "setup.contacts.too_long"
