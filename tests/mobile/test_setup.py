"""The way through the set-up: in order, left and come back to, repeated without starting over."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from mobile.core.door import Door
from mobile.core.new_codes import PROMPTS
from mobile.core.pages import BLANK, LATER, MAIN, Page, PageView
from mobile.core.private import Private, PrivateVault
from mobile.core.quiet_pages import ALLOW, LIMITS, PermissionsPage
from mobile.core.remembered import DRILLS_KEPT, Remembered
from mobile.core.setup import (
    GO_ON,
    LESSON,
    NEEDS_DRAFT,
    NEEDS_SERVER,
    OVERVIEW,
    SETUP,
    SetupPresenter,
    Situation,
    after,
    applies,
    before,
)
from mobile.device.desktop import FileKey
from mobile.device.zone import zone_name
from mobile.packaging.setup_screens import EVERYTHING, Stage, states
from shared import texts, wire
from shared.crypto import Cost
from tests.mobile.classroom import Classroom
from tests.mobile.people import NOW, PocketDevice

PAIRED = Situation(is_paired=True, has_draft=False)
SITUATIONS = [Situation(is_paired=p, has_draft=d) for p, d in product((True, False), repeat=2)]
CHEAP = Cost(1, 8 * 1024 * 1024)


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_every_way_through_ends_and_shows_each_page_that_applies_once(situation: Situation) -> None:
    walked, page = [], SETUP[0]
    while page:
        walked.append(page)
        page = after(SETUP, page, situation)
    assert walked == [each for each in SETUP if applies(each, situation)]
    assert len(set(walked)) == len(walked)


@pytest.mark.parametrize(("page", "situation"), [*product(SETUP, SITUATIONS)], ids=str)
def test_back_leads_to_a_page_that_applies_and_never_to_pairing(
    page: str, situation: Situation
) -> None:
    earlier = before(SETUP, page, situation)
    assert earlier != "pair"
    assert not earlier or (applies(earlier, situation) and SETUP.index(earlier) < SETUP.index(page))


def test_what_needs_a_server_waits_for_one_and_what_needs_contacts_for_them() -> None:
    alone = Situation(is_paired=False, has_draft=True)
    assert {page for page in SETUP if not applies(page, alone)} == NEEDS_SERVER
    assert {page for page in SETUP if not applies(page, PAIRED)} == NEEDS_DRAFT
    assert set(LESSON) < set(SETUP)


class Walk:
    """A presenter over pages that do nothing but say their own name."""

    def __init__(self, pages: tuple[str, ...] = SETUP) -> None:
        self.situation = PAIRED
        self.done: frozenset[str] = frozenset()
        self.left = 0
        self.view = BLANK
        self.presenter = SetupPresenter(
            pages=pages,
            title="setup.overview.title",
            situation=lambda: self.situation,
            done=lambda: self.done,
            remember=self._remember,
            leave=self._leave,
            show=self._show,
        )
        self.presenter.give({name: Page() for name in pages})
        self.presenter.on_open()

    def _remember(self, pages: frozenset[str]) -> None:
        self.done |= pages

    def _leave(self) -> None:
        self.left += 1

    def _show(self, view: PageView) -> None:
        self.view = view

    @property
    def at(self) -> str:
        return self.presenter.at


def test_the_first_time_it_leads_from_page_to_page_and_out() -> None:
    walk = Walk()
    seen = []
    while not walk.left:
        seen.append(walk.at)
        walk.presenter.done(walk.at)
    assert seen == [page for page in SETUP if applies(page, PAIRED)]
    assert walk.done == frozenset(seen)


@pytest.mark.parametrize("pages", [SETUP, LESSON])
def test_an_answer_that_comes_once_it_was_left_changes_nothing(pages: tuple[str, ...]) -> None:
    walk = Walk(pages)
    walk.presenter.turn_to("drill")
    shown = walk.view
    walk.presenter.forget_place()
    walk.presenter.changed()
    walk.presenter.done("stop")
    walk.presenter.on_action(LATER, {})
    assert (walk.at, walk.left, walk.view) == ("", 0, shown)
    assert walk.done == {"stop"}


def test_an_answer_for_a_page_that_was_left_turns_no_other_page() -> None:
    walk = Walk()
    walk.presenter.turn_to("codes")
    walk.presenter.turn_to("permissions")
    walk.presenter.done("codes", "card")
    assert walk.at == "permissions"
    assert walk.done == {"codes", "card"}
    walk.presenter.turn_to(OVERVIEW)
    walk.presenter.done("hold")
    marks = {fact.action: fact.mark.value for fact in walk.view.facts}
    assert (walk.at, marks["hold"]) == (OVERVIEW, "tick")
    walk.presenter.on_action(LATER, {})  # a second tap, behind the one that led here
    assert walk.at == OVERVIEW


def test_later_goes_on_and_counts_as_not_done() -> None:
    walk = Walk()
    walk.presenter.turn_to("hold")
    walk.presenter.on_action(LATER, {})
    assert walk.at == "triggers"
    assert walk.done == frozenset()


def test_it_is_left_and_come_back_to_where_it_was() -> None:
    walk = Walk()
    walk.presenter.turn_to("permissions")
    walk.presenter.on_open()
    assert walk.at == "permissions"
    walk.presenter.on_back()
    assert walk.at == "lock"


def test_opened_again_it_shows_what_is_done_and_goes_on_with_what_is_not() -> None:
    walk = Walk()
    for _ in range(3):
        walk.presenter.done(walk.at)
    walk.presenter.forget_place()
    walk.presenter.on_open()
    assert walk.at == OVERVIEW
    marks = {fact.action: fact.mark.value for fact in walk.view.facts}
    assert marks["limits"] == "tick"
    assert marks["drill"] == "hollow"
    walk.presenter.on_action(GO_ON, {})
    assert walk.at == "contacts"


def test_one_step_is_repeated_alone_and_leads_back_to_the_list() -> None:
    walk = Walk()
    walk.done = frozenset(SETUP)
    walk.presenter.on_open()
    walk.presenter.forget_place()
    walk.presenter.on_open()
    assert walk.view.actions == ()
    walk.presenter.on_action("hold", {})
    walk.presenter.on_back()
    assert walk.at == OVERVIEW
    walk.presenter.on_action("hold", {})
    walk.presenter.done(walk.at)
    assert walk.at == OVERVIEW
    walk.presenter.on_back()
    assert walk.left == 1


def test_a_new_list_of_contacts_takes_card_and_codes_with_it() -> None:
    walk = Walk()
    walk.done = frozenset({"limits"})
    walk.presenter.forget_place()
    walk.presenter.on_open()
    walk.presenter.on_action("contacts", {})
    walk.situation = Situation(is_paired=True, has_draft=True)
    for page in ("card", "codes"):
        walk.presenter.done(walk.at)
        assert walk.at == page
    walk.presenter.done(walk.at)
    assert walk.at == OVERVIEW


def test_what_the_office_typed_finishes_three_pages_at_once() -> None:
    walk = Walk()
    walk.presenter.turn_to("contacts")
    walk.presenter.done(walk.at, "card", "codes")
    assert walk.at == "lock"
    assert walk.done == {"contacts", "card", "codes"}


def test_the_lesson_is_its_practice_pages_and_ends_with_the_drill() -> None:
    walk = Walk(LESSON)
    for _ in LESSON:
        walk.presenter.done(walk.at)
    assert walk.left == 1
    assert walk.done == frozenset(LESSON)


class Porch:
    """A private vault, and a door whose slow work the test lets happen."""

    def __init__(self, folder: Path) -> None:
        self.vault = PrivateVault(folder / "private", FileKey(folder / "keys" / "k"), cost=CHEAP)
        self.door = Door(self.vault, ticks=lambda: 100.0, aside=lambda work, done: done(work()))
        self.remembered = Remembered(self.door)

    def open(self) -> None:
        self.door.enter("", lambda _: self.remembered.flush())


@pytest.fixture
def porch(tmp_path: Path) -> Porch:
    return Porch(tmp_path)


def contacts(*ids: str) -> list[wire.Contact]:
    return [
        wire.Contact(id=each, name="Ben", phone="+12025550143", known_as="Amina") for each in ids
    ]


def test_what_is_learned_before_the_door_is_open_is_written_when_it_is(porch: Porch) -> None:
    porch.remembered.finish(frozenset({"limits"}), NOW)
    assert porch.remembered.lesson == {"limits"}
    assert porch.door.private == Private()
    porch.open()
    porch.remembered.finish(frozenset({"drill"}), NOW)
    assert porch.door.private.lesson == {"limits", "drill"}
    assert porch.door.private.drills == (NOW,)
    porch.door.shut()
    assert porch.remembered.lesson == frozenset()
    porch.open()
    assert porch.remembered.lesson == {"limits", "drill"}


def test_of_contacts_only_ids_and_labels_stay(porch: Porch) -> None:
    porch.open()
    porch.remembered.name(contacts("contact-one", "contact-two"), "fr")
    kept = porch.door.private.contacts
    assert [(named.id, named.label) for named in kept] == [
        ("contact-one", texts.say("setup.contacts.label", "fr", place="1")),
        ("contact-two", texts.say("setup.contacts.label", "fr", place="2")),
    ]
    assert porch.remembered.contact_ids == ("contact-one", "contact-two")
    porch.remembered.name(contacts("contact-three"), "fr")
    assert porch.remembered.contact_ids == ("contact-three",)


def test_a_person_who_drills_every_day_does_not_fill_the_vault(porch: Porch) -> None:
    porch.open()
    for day in range(DRILLS_KEPT + 5):
        porch.remembered.finish(frozenset({"drill"}), NOW + timedelta(days=day))
    assert len(porch.door.private.drills) == DRILLS_KEPT
    assert porch.door.private.drills[-1] == NOW + timedelta(days=DRILLS_KEPT + 4)


def test_each_obstacle_has_its_reason_and_goes_away_by_itself() -> None:
    room, times = Classroom(), iter(range(100))
    device = PocketDevice(FileKey(Path("/dev/null")), blocked=frozenset({"location", "updated"}))
    page = PermissionsPage(room.around, device, lambda: float(next(times)))
    page.on_open()
    assert [fact.words.key for fact in page.view().facts] == [
        "setup.permissions.location",
        "setup.permissions.updated",
    ]
    assert [action.name for action in page.view().actions] == [ALLOW, LATER]
    page.on_action(ALLOW, {})
    assert device.mended == ["location"]
    device.blocked = frozenset()
    page.on_tick()
    assert [fact.words.key for fact in page.view().facts] == ["setup.permissions.clear"]
    assert page.view().actions[0].name == MAIN


def test_the_time_zone_is_one_that_a_server_knows(tmp_path: Path) -> None:
    zones = tmp_path / "zoneinfo" / "Africa"
    zones.mkdir(parents=True)
    (zones / "Dakar").touch()
    (tmp_path / "localtime").symlink_to(zones / "Dakar")
    assert zone_name(NOW, tmp_path / "localtime") == "Africa/Dakar"
    from zoneinfo import ZoneInfo

    assert ZoneInfo(zone_name(NOW, tmp_path / "no such file"))


KEYS_BY_NAME = (
    *(f"setup.limits.{name}" for name in LIMITS),
    *(f"setup.codes.{name}" for name in PROMPTS),
    *(f"setup.card.{name}" for name in wire.Card.__struct_fields__),
    *(f"setup.permissions.{name}" for name in EVERYTHING),
    *(f"setup.contacts.ring_{ring}" for ring in (1, 2, 3)),
)


def test_every_text_of_the_set_up_is_used_and_every_used_one_is_there() -> None:
    mobile = Path(__file__).parents[2] / "mobile"
    sources = "".join(path.read_text("utf-8") for path in mobile.rglob("*.py"))
    known = texts.strings("setup", "en").keys()
    assert [key for key in known if f'"{key}"' not in sources and key not in KEYS_BY_NAME] == []
    assert set(KEYS_BY_NAME) <= known


def test_every_page_has_a_title_and_says_why_in_words_that_exist(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "en")
    seen = set()
    for name in states(stage):
        seen.add(name)
        view = stage.view
        said = [view.place, view.title, view.why, view.note]
        said += [fact.words for fact in view.facts] + [action.words for action in view.actions]
        for words in said:
            if words.key:
                assert texts.say(words.key, "en", **dict(words.values)), words
        assert view.title.key
        assert view.why.key or view.name == "language"
    stage.outbox.close()
    assert set(SETUP) <= seen
