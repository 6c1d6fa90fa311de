"""The page for the app's own codes: each twice, not a weak one, and the second only if wanted."""

from collections.abc import Callable

import pytest

from mobile.core.lock import WITHOUT, LockPage
from mobile.core.pages import LATER
from tests.mobile.classroom import Classroom, type_code

CODE, DURESS = "258036", "604817"


class Table:
    def __init__(self) -> None:
        self.room = Classroom()
        self.locked: list[tuple[str, str]] = []
        self.page = LockPage(self.room.around, self.lock)

    def lock(self, code: str, duress: str, then: Callable[[], None]) -> None:
        self.locked.append((code, duress))
        then()

    def types(self, *codes: str) -> list[str]:
        """The note after each."""
        notes = []
        for code in codes:
            type_code(self.page, code)
            notes.append(self.page.view().note.key)
        return notes


@pytest.fixture
def table() -> Table:
    return Table()


def test_both_codes_are_typed_twice(table: Table) -> None:
    assert table.types(CODE, CODE, DURESS) == ["", "", ""]
    assert table.locked == []
    table.types(DURESS)
    assert table.locked == [(CODE, DURESS)]
    assert table.room.done == [()]


def test_the_second_code_may_be_left_out(table: Table) -> None:
    table.types(CODE, CODE)
    assert [action.name for action in table.page.view().actions] == ["next", WITHOUT]
    table.page.on_action(WITHOUT, {})
    assert table.locked == [(CODE, "")]


def test_the_first_may_be_left_for_later(table: Table) -> None:
    assert [action.name for action in table.page.view().actions] == ["next", LATER]


def test_weak_codes_and_slips_are_said(table: Table) -> None:
    assert table.types("123456", CODE, "258037") == [
        "disguise.weak.run",
        "",
        "setup.codes.differs",
    ]
    assert table.types(CODE, CODE, "60481", "6048170", CODE[::-1], DURESS, "604818") == [
        "",
        "",
        "disguise.weak.short",
        "disguise.weak.length",
        "disguise.weak.same",
        "",
        "setup.codes.differs",
    ]
    assert table.locked == []
    table.types(DURESS, DURESS)
    assert table.locked == [(CODE, DURESS)]
