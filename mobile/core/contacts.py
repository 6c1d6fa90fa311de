"""The pages on which contacts and the card for them are typed; what is typed stays in memory."""

from typing import Final

import msgspec

from mobile.core import profile
from mobile.core.looks import Mark, Tone, Words
from mobile.core.pages import (
    Action,
    Around,
    Asked,
    Choice,
    Fact,
    Field,
    Option,
    Page,
    PageView,
    Typed,
    languages,
    later,
    onward,
)
from mobile.core.profile import RINGS, Draft, NotFit, TypedContact
from shared import phone, wire

ADD: Final = "add"
MORE: Final = "more"
REMOVE: Final = "remove "
KEEP: Final = "keep"
CARD_FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(wire.Card))


class Desk:
    """Where the draft lies until it is sent; wiped then, and when the phone hides."""

    def __init__(self) -> None:
        self.draft = Draft()

    def wipe(self) -> None:
        self.draft = Draft()


class ContactsPage(Page):
    def __init__(self, around: Around, desk: Desk) -> None:
        self._around = around
        self._desk = desk
        self._known = 0  # how many the server has of this phone's owner already
        self._is_adding = False
        self._note = Words()

    def on_open(self) -> None:
        self._note = Words()
        self._is_adding = not self._desk.draft.contacts
        self._language: str = self._around.hot().locale
        self._ring = 1
        self._around.request("GET", "/v1/profile/standing", None, self._on_standing)

    def _on_standing(self, answer: Asked) -> None:
        known = standing(answer)
        self._known = len(known.contacts) if known else 0
        self._around.changed()

    def on_choice(self, name: str, value: str) -> None:
        if name == "language":
            self._language = value
        else:
            self._ring = int(value)

    def on_action(self, name: str, typed: Typed) -> None:
        self._note = Words()
        try:
            self._do(name, typed)
        except NotFit as error:
            self._note = Words(error.key)
        self._around.changed()

    def _do(self, name: str, typed: Typed) -> None:
        if name.startswith(REMOVE):
            self._remove(int(name.removeprefix(REMOVE)))
        elif name == ADD:
            self._add(typed)
        elif name == MORE:
            self._is_adding = True
        elif name == KEEP:
            self._around.done("card", "codes")
        else:
            if typed.get("name") or typed.get("number"):
                self._add(typed)  # whoever stands typed in the fields is not forgotten
            if not self._desk.draft.contacts:
                raise NotFit("setup.contacts.need_one")
            self._around.done()

    def _remove(self, place: int) -> None:
        left = self._desk.draft.contacts
        self._set(contacts=(*left[:place], *left[place + 1 :]))
        self._is_adding = not self._desk.draft.contacts

    def _add(self, typed: Typed) -> None:
        me = (typed.get("me") or self._desk.draft.me).strip()
        if not 1 <= len(me) <= 60:
            raise NotFit("setup.contacts.need_name")
        added = profile.contact(
            name=typed["name"],
            number=typed["number"],
            known_as=typed["known_as"] or me,
            language=self._language,  # type: ignore[arg-type]
            ring=self._ring,
            word=typed["word"],
            pin=typed["pin"],
        )
        draft = profile.with_contact(self._desk.draft, added)
        self._set(me=me, contacts=draft.contacts)
        self._is_adding = False

    def _set(self, *, contacts: tuple[TypedContact, ...], me: str = "") -> None:
        draft = self._desk.draft
        self._desk.draft = Draft(me=me or draft.me, contacts=contacts, card=draft.card)

    def view(self) -> PageView:
        adding, draft = self._is_adding, self._desk.draft
        return PageView(
            title=Words("setup.contacts.title"),
            why=Words("setup.contacts.why"),
            facts=(*self._about_known(), *_listed(draft, whole=not adding)),
            choices=self._choices() if adding else (),
            fields=_fields(draft) if adding else (),
            note=self._note,
            actions=self._actions(),
        )

    def _about_known(self) -> tuple[Fact, ...]:
        if not self._known or self._desk.draft.contacts:
            return ()
        values = (("count", str(self._known)),)
        return (Fact(Words("setup.contacts.known", values), Mark.TICK, Tone.SAFE),)

    def _actions(self) -> tuple[Action, ...]:
        count = len(self._desk.draft.contacts)
        if not count:
            add = Action(ADD, Words("setup.contacts.add"), is_main=True)
            keep = Action(KEEP, Words("setup.contacts.keep"))
            return (add, keep if self._known else later())
        if self._is_adding:
            return (Action(ADD, Words("setup.contacts.add"), is_main=True), onward(is_main=False))
        if count < profile.MOST:
            return (onward(), Action(MORE, Words("setup.contacts.more")))
        return (onward(),)

    def _choices(self) -> tuple[Choice, ...]:
        rings = tuple(Option(str(ring), Words(f"setup.contacts.ring_{ring}")) for ring in RINGS)
        return (
            Choice("ring", Words("setup.contacts.ring"), rings, str(self._ring)),
            Choice("language", Words("setup.contacts.language"), languages(), self._language),
        )


class CardPage(Page):
    """What contacts are to do; every line of it may stay empty."""

    def __init__(self, around: Around, desk: Desk) -> None:
        self._around = around
        self._desk = desk
        self._note = Words()

    def on_open(self) -> None:
        self._note = Words()

    def on_action(self, name: str, typed: Typed) -> None:
        written = {field: typed[field].strip() for field in CARD_FIELDS}
        try:
            card = wire.decode(wire.Card, wire.encode(written))
        except wire.Malformed:
            self._note = Words("setup.contacts.too_long")
            return self._around.changed()
        draft = self._desk.draft
        self._desk.draft = Draft(me=draft.me, contacts=draft.contacts, card=card)
        self._around.done()

    def view(self) -> PageView:
        known = msgspec.structs.asdict(self._desk.draft.card)
        return PageView(
            title=Words("setup.card.title"),
            why=Words("setup.card.why"),
            fields=tuple(
                Field(name, Words(f"setup.card.{name}"), initial=known[name], is_long=True)
                for name in CARD_FIELDS
            ),
            note=self._note,
            actions=(onward(),),
        )


def standing(answer: Asked) -> wire.Standing | None:
    """How the contacts stand, or None where the server did not say."""
    status, body = answer
    try:
        return wire.decode(wire.Standing, body) if status == 200 else None
    except wire.Malformed:
        return None


def _listed(draft: Draft, *, whole: bool) -> tuple[Fact, ...]:
    """Everybody, or while somebody is being added how many they are."""
    count = len(draft.contacts)
    listed = tuple(
        Fact(
            Words("setup.contacts.one", (("name", c.name), ("number", phone.masked(c.phone)))),
            Mark.TICK,
            Tone.SAFE,
            action=f"{REMOVE}{place}",
        )
        for place, c in enumerate(draft.contacts)
    )
    said = Fact(Words("setup.contacts.count", (("count", str(count)),)), tone=Tone.MUTE)
    if not count:
        return ()
    return (*listed, said) if whole else (said,)


def _fields(draft: Draft) -> tuple[Field, ...]:
    me = (Field("me", Words("setup.contacts.me")),) if not draft.me else ()
    return (
        *me,
        Field("name", Words("setup.contacts.name")),
        Field("number", Words("setup.contacts.number"), is_number=True),
        Field("known_as", Words("setup.contacts.known_as"), initial=draft.me),
        Field("word", Words("setup.contacts.word")),
        Field("pin", Words("setup.contacts.pin"), is_number=True),
    )
